/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TAI, UTC and times within the second. */
#include "core/clock/clock.h"

#include "tests/unit/support/clock-bench.h"

/* IEEE 1588 without its seconds: the first copy has a time of day, and so has every other one. */
static void test_within_the_second(void)
{
    static const struct {
        int64_t interval_ns;
        int64_t delay_ns; /* of the path, and how far the collector's clock is ahead */
        int64_t jitter_ns;
    } rows[] = {
        {37 * MS, 50 * US, MS},   {3 * US, 50 * US, 0},     {10 * S + 7, 0, 300 * MS},
        {10 * MS, 450 * MS, MS},  {10 * MS, -450 * MS, MS}, {100 * MS, 0, 400 * MS},
        {1717 * MS, 300 * MS, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct clock_bench_source source = {1000, 0, 999999000, S, false, 2};
        struct clock_bench bench = clock_bench_new(10);
        for (int64_t n = 0; n < 3000; n++) {
            int64_t elapsed = n * rows[i].interval_ns;
            struct erspan_header header = clock_bench_stamp(&source, elapsed);
            int64_t seen_ns = BEGIN_NS + 999999000 + elapsed;
            struct clock_time time = clock_bench_take(&bench, &header,
                                                      seen_ns + rows[i].delay_ns +
                                                          clock_bench_jitter(rows[i].jitter_ns));
            clock_bench_assert_method(time, CLOCK_1588_NANOSECONDS, 1000);
            g_assert_true(time.absolute && !time.granularity_contradicted);
            g_assert_cmpint(time.time_ns, ==, seen_ns);
        }
        clock_bench_end(&bench);
    }
}

/* Eight copies in a row that come late by as much do not change how fast a second passes: those
 * behind them, of which no eight in a row agree, keep theirs. */
static void test_late_within_the_second(void)
{
    enum { EARLY = 12, LATE = 20, END = 140, STEPS = 3 };
    const struct clock_bench_source source = {1000, 0, 999999000, S, false, 2};
    struct clock_bench bench = clock_bench_new(10);
    for (int64_t n = 0; n < END; n++) {
        int64_t elapsed = n * (10 * S + 7);
        int64_t late_ns = n < EARLY ? 0 : n < LATE ? 110 * MS : n % STEPS * 150 * MS;
        struct erspan_header header = clock_bench_stamp(&source, elapsed);
        int64_t seen_ns = BEGIN_NS + 999999000 + elapsed;
        struct clock_time time = clock_bench_take(&bench, &header, seen_ns + late_ns);
        clock_bench_assert_method(time, CLOCK_1588_NANOSECONDS, 1000);
        g_assert_cmpint(time.time_ns, ==, seen_ns);
    }
    clock_bench_end(&bench);
}

/* What declares IEEE 1588 and is no such time is found out: a free counter, one of another tick,
 * and a timestamp that stands still. */
static void test_no_time_within_the_second(void)
{
    static const struct {
        struct clock_bench_source source;
        enum clock_method method;
    } rows[] = {
        {{1000, 0, 5, 0, false, 2}, CLOCK_COUNTER_32},
        {{1000, 0, 900000000, 0, false, 2}, CLOCK_COUNTER_32},
        {{100000, 0, 5, 0, false, 2}, CLOCK_COUNTER_32},
        {{8000, 0, 5, 0, false, 2}, CLOCK_COUNTER_32},
        {{1000, 0, 7, 1, false, 2}, CLOCK_UNKNOWN},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct clock_bench bench = clock_bench_new(10);
        int64_t elapsed = 0;
        struct clock_time time = clock_bench_take_run(
            &bench, &rows[i].source, (struct clock_bench_run){3000, 7 * MS}, &elapsed);
        clock_bench_assert_method(time, rows[i].method, (uint64_t)rows[i].source.tick_ps);
        g_assert_false(time.absolute);
        clock_bench_end(&bench);
    }
}

/* Seconds of IEEE 1588 as a source in UTC or TAI states them. */
static struct erspan_header stamp_1588(int64_t stated_ns)
{
    return (struct erspan_header){.type = ERSPAN_TYPE_III,
                                  .version = ERSPAN_VERSION_III,
                                  .granularity = ERSPAN_GRA_1588,
                                  .timestamp = (uint32_t)(stated_ns % S),
                                  .has_subheader = true,
                                  .subheader = {.platform = 5, .time = (uint32_t)(stated_ns / S)}};
}

static void test_timescales(void)
{
    static const struct {
        int64_t utc_s;        /* when the source sees the first frame */
        int64_t ahead_s;      /* what it states is ahead of UTC */
        int64_t collector_ns; /* the collector's clock is ahead, with the path */
        int64_t off_s;        /* of the time that must come out */
    } rows[] = {
        {1700000000, 0, 50 * US, 0},
        {1700000000, 37, 50 * US, 0},
        {1700000000, 37, 3 * S, 0},
        {1700000000, 37, -4 * S, 0},
        {1700000000, 0, -4 * S, 0},
        {1483228799, 36, 50 * US, 0}, /* the second before the last leap second */
        {1483228800, 37, 50 * US, 0},
        {1400000000, 35, 50 * US, 0},
        {1900000000, 37, 50 * US, 0},
        {1900000000, 38, 50 * US, 0}, /* a leap second that is not announced yet */
        {1900000000, 36, 400 * MS, 0},
        {1700000000, 20, 50 * US, 20}, /* neither: as stated */
        {1700000000, -37, 50 * US, -37},
        {1700000000, 0, 3600 * S, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct clock_bench bench = clock_bench_new(10);
        for (int64_t n = 0; n < 100; n++) {
            int64_t utc_ns = rows[i].utc_s * S + n * MS / 2;
            struct erspan_header header = stamp_1588(utc_ns + rows[i].ahead_s * S);
            struct clock_time time =
                clock_bench_take(&bench, &header, utc_ns + rows[i].collector_ns);
            clock_bench_assert_method(time, CLOCK_1588, 1000);
            g_assert_true(time.absolute);
            g_assert_cmpint(time.time_ns, ==, utc_ns + rows[i].off_s * S);
        }
        clock_bench_end(&bench);
    }
}

/* One copy with flipped bits tells nothing of the others, wherever it comes; eight that go on in
 * another timescale do: the source got its time of day. */
static void test_timescale_changes(void)
{
    for (int64_t wild = 0; wild < 3; wild++) {
        struct clock_bench bench = clock_bench_new(10);
        for (int64_t n = 0; n < 200; n++) {
            int64_t utc_ns = BEGIN_NS + n * 10 * MS;
            bool tai = n < 100;
            int64_t flipped = n == wild * 50 ? INT64_C(1) << 20 : 0;
            struct erspan_header header =
                stamp_1588(utc_ns + (tai ? TAI_LEAD_S : 0) * S + flipped * S);
            struct clock_time time = clock_bench_take(&bench, &header, utc_ns + 50 * US);
            if (flipped == 0 && (tai || n >= 108))
                g_assert_cmpint(time.time_ns, ==, utc_ns);
        }
        clock_bench_end(&bench);
    }
}

/* Where the collector's clock is an hour off, markers tell, even such as map no counter. */
static void test_timescale_by_markers(void)
{
    for (int64_t ahead_s = 0; ahead_s <= TAI_LEAD_S; ahead_s += TAI_LEAD_S) {
        struct clock_bench bench = clock_bench_new(10);
        for (int64_t n = 0; n < 300; n++) {
            int64_t utc_ns = BEGIN_NS + n * 10 * MS;
            struct erspan_header header = stamp_1588(utc_ns + ahead_s * S);
            struct clock_time time = clock_bench_take(&bench, &header, utc_ns + 3600 * S);
            if (n > 100)
                g_assert_cmpint(time.time_ns, ==, utc_ns);
            if (n % 100 != 50)
                continue;
            const struct marker marker = {.granularity = 4,
                                          .utc_offset = TAI_LEAD_S,
                                          .tai_seconds = (uint32_t)(utc_ns / S + TAI_LEAD_S),
                                          .microseconds = (uint32_t)(utc_ns % S / US)};
            clock_take_marker(bench.table, &clock_bench_switch, &marker, utc_ns + 3600 * S,
                              ++bench.frame);
        }
        clock_bench_end(&bench);
    }
}

/* A counter of 8 ns whose first copy passes by the time of day is found out. */
static void test_passes_by_the_time_of_day(void)
{
    const struct clock_bench_source source = {8000, 0, 519442432, 0, false, 0};
    struct clock_bench bench = clock_bench_new(10);
    int64_t elapsed = 0;
    clock_bench_assert_method(
        clock_bench_take_run(&bench, &source, (struct clock_bench_run){1, 0}, &elapsed),
        CLOCK_UNIX_100US, 100000000);
    struct clock_time time =
        clock_bench_take_run(&bench, &source, (struct clock_bench_run){200, 10 * MS}, &elapsed);
    clock_bench_assert_method(time, CLOCK_COUNTER_32, 8000);
    g_assert_false(time.absolute);
    g_assert_true(time.granularity_contradicted);
    clock_bench_end(&bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/passes-by-the-time-of-day", test_passes_by_the_time_of_day);
    g_test_add_func("/clock/within-the-second", test_within_the_second);
    g_test_add_func("/clock/no-time-within-the-second", test_no_time_within_the_second);
    g_test_add_func("/clock/late-within-the-second", test_late_within_the_second);
    g_test_add_func("/clock/timescales", test_timescales);
    g_test_add_func("/clock/timescale-changes", test_timescale_changes);
    g_test_add_func("/clock/timescale-by-markers", test_timescale_by_markers);
    return g_test_run();
}
