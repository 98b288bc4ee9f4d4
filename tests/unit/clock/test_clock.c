/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources with a stated clock, whose copies arrive with jitter: the times must come out as the
 * clock was made. Each copy is then asked for again, in another order, and must get the very same
 * time.
 */
#include "core/clock/clock.h"

#include "tests/unit/support/support.h"

#define US INT64_C(1000)
#define MS INT64_C(1000000)
#define S  INT64_C(1000000000)

/* 2023-11-14 22:13:20 UTC: 519442432 in 100 us, modulo 2^32. */
#define BEGIN_NS (INT64_C(1700000000) * S)
/* The collector is in no hurry, and in no step with the source. */
#define PATH_NS (300 * US)

enum { TAI_LEAD_S = 37 };

static const struct address switch_address = {4, {192, 0, 2, 1}};

/* What was asked, and the first answer. */
struct asked {
    struct address source;
    struct erspan_header header;
    int64_t arrival_ns;
    uint64_t frame;
    struct clock_time time;
};

struct bench {
    struct clock_table *table;
    GArray *asked;
    uint64_t frame;
};

static struct bench bench_new(size_t limit)
{
    return (struct bench){clock_table_new(limit), g_array_new(FALSE, FALSE, sizeof(struct asked)),
                          0};
}

static struct clock_time take_from(struct bench *bench, const struct address *source,
                                   const struct erspan_header *header, int64_t arrival_ns)
{
    struct asked asked = {*source, *header, arrival_ns, ++bench->frame, {0}};
    asked.time = clock_take(bench->table, source, header, arrival_ns, asked.frame);
    g_array_append_val(bench->asked, asked);
    return asked.time;
}

static struct clock_time take(struct bench *bench, const struct erspan_header *header,
                              int64_t arrival_ns)
{
    return take_from(bench, &switch_address, header, arrival_ns);
}

static void assert_same(const struct clock_time *a, const struct clock_time *b)
{
    g_assert_cmpstr(clock_method_text(a->method), ==, clock_method_text(b->method));
    if (a->method == CLOCK_UNKNOWN)
        return;
    g_assert_cmpint(a->time_ns, ==, b->time_ns);
    g_assert_cmpuint(a->tick_ps, ==, b->tick_ps);
    g_assert_true(a->absolute == b->absolute && a->declared_lies == b->declared_lies);
}

static void ask_again(const struct bench *bench, guint i)
{
    const struct asked *asked = &g_array_index(bench->asked, struct asked, i);
    struct clock_time again =
        clock_take(bench->table, &asked->source, &asked->header, asked->arrival_ns, asked->frame);
    assert_same(&again, &asked->time);
}

static void bench_end(struct bench *bench)
{
    for (guint i = bench->asked->len; i-- > 0;)
        ask_again(bench, i);
    for (guint i = 0; i < bench->asked->len; i++)
        ask_again(bench, (guint)g_test_rand_int_range(0, (gint32)bench->asked->len));
    clock_table_free(bench->table);
    g_array_free(bench->asked, TRUE);
}

/* --- Free counters and stated times --- */

static int64_t jitter(int64_t most_ns)
{
    return most_ns == 0 ? 0 : (int64_t)(g_test_rand_double() * (double)most_ns);
}

struct source {
    int64_t tick_ps;
    int64_t ppm; /* the crystal is so much faster */
    uint64_t start;
    uint64_t turn; /* 0: 2^64, of which a header without a sub-header shows the lower half */
    bool upper;    /* sub-header 7 */
    uint8_t granularity;
};

/* Its count after @p elapsed_ns of true time. */
static uint64_t count_after(const struct source *source, int64_t elapsed_ns)
{
    __int128 own_fs = (__int128)elapsed_ns * (1000000 + source->ppm);
    uint64_t count = source->start + (uint64_t)(own_fs / (source->tick_ps * 1000));
    return source->turn == 0 ? count : count % source->turn;
}

static struct erspan_header stamp(const struct source *source, int64_t elapsed_ns)
{
    uint64_t count = count_after(source, elapsed_ns);
    struct erspan_header header = {
        .type = ERSPAN_TYPE_III,
        .version = ERSPAN_VERSION_III,
        .granularity = source->granularity,
        .timestamp = (uint32_t)count,
        .has_subheader = source->upper,
    };
    if (source->upper)
        header.subheader = (struct subheader){.platform = 7, .time = (uint32_t)(count >> 32)};
    return header;
}

static const struct session_case {
    const char *name;
    struct source source;
    int64_t interval_ns;
    int64_t interval_more_ns; /* at most, by chance */
    int64_t jitter_ns;
    unsigned copies;
    unsigned known_after; /* copies, at most */
    bool lies;
} sessions[] = {
    {"100ps-64-bits-declared-100us", {100, 0, 77, 0, true, 0}, S, S / 2, 125 * US, 60, 4, true},
    {"100ps-64-bits-turns-32", {100, 0, 0xfffffff0, 0, true, 0}, MS, 0, 10 * US, 5000, 40, true},
    {"2.4ns", {2400, 0, 4000000000, 0, false, 3}, MS, MS, 200 * US, 30000, 100, false},
    {"2.4ns-seldom", {2400, 0, 4000000000, 0, false, 3}, 3 * S, 0, MS, 200, 4, false},
    {"2.4ns-irregular", {2400, 0, 0, 0, false, 3}, S, 40 * S, MS, 200, 10, false},
    {"1ns", {1000, 0, 4294967290, 0, false, 3}, MS, MS, 2 * MS, 20000, 2000, false},
    {"1ns-seldom", {1000, 0, 0, 0, false, 3}, 10 * S, 0, MS, 50, 6, false},
    {"8ns", {8000, 0, 1, 0, false, 3}, 10 * MS, 0, MS, 10000, 40, false},
    {"100ns", {100000, 0, 4294000000, 0, false, 1}, 20 * MS, 10 * MS, MS, 40000, 40, false},
    {"100ns-declared-100us", {100000, 0, 0, 0, false, 0}, MS, 0, 100 * US, 1000, 40, true},
    {"1ns-declared-100ns", {1000, 0, 0, 0, false, 1}, MS, 0, 100 * US, 20000, 40, true},
    {"100us", {100000000, 0, 5208, 0, false, 0}, 10 * MS, 0, MS, 1000, 60, false},
    {"100ps-32-bits", {100, 0, 1, 0, false, 3}, MS, MS, MS, 20000, 1000, false},
    {"100ps-32-bits-fast", {100, 50, 1, 0, false, 3}, 20 * MS, 20 * MS, MS, 100000, 100, false},
    {"1ns-slow", {1000, -80, 1, 0, false, 3}, 2 * S, S, 5 * MS, 20000, 10, false},
    {"bursts-first", {8000, 0, 1, 0, false, 3}, 2 * US, US, 20 * US, 100000, 10000, false},
};

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* Before the tick is found there is no time; then it runs as the source's crystal does. */
static void test_session(gconstpointer data)
{
    const struct session_case *c = data;
    struct bench bench = bench_new(10);
    int64_t elapsed = 0;
    int64_t offset = 0;
    unsigned unknown = 0;
    for (unsigned i = 0; i < c->copies; i++) {
        struct erspan_header header = stamp(&c->source, elapsed);
        int64_t arrival = BEGIN_NS + elapsed + PATH_NS + jitter(c->jitter_ns);
        struct clock_time time = take(&bench, &header, arrival);
        int64_t own = elapsed + (int64_t)((double)elapsed * (double)c->source.ppm / 1e6);
        if (time.method == CLOCK_UNKNOWN) {
            g_assert_cmpuint(unknown, ==, i);
            unknown++;
        } else {
            g_assert_cmpint(time.method, ==, c->source.upper ? CLOCK_COUNTER_64 : CLOCK_COUNTER_32);
            g_assert_cmpint((int64_t)time.tick_ps, ==, c->source.tick_ps);
            g_assert_false(time.absolute);
            g_assert_true(time.declared_lies == c->lies);
            if (i == unknown) {
                g_assert_cmpint(time.time_ns, ==, arrival);
                offset = arrival - own;
            }
            g_assert_cmpint(distance(time.time_ns, own + offset), <=, c->source.tick_ps / 1000 + 2);
        }
        elapsed += c->interval_ns + jitter(c->interval_more_ns);
    }
    g_assert_cmpuint(unknown, >=, 3);
    g_assert_cmpuint(unknown, <, c->known_after);
    bench_end(&bench);
}

/* --- What happens to one clock --- */

struct run {
    unsigned copies;
    int64_t interval_ns;
};

/* Takes the copies of a source from @p elapsed on; returns the last time, and moves elapsed on. */
static struct clock_time take_run(struct bench *bench, const struct source *source, struct run run,
                                  int64_t *elapsed)
{
    struct clock_time time = {0};
    for (unsigned i = 0; i < run.copies; i++) {
        *elapsed += run.interval_ns;
        struct erspan_header header = stamp(source, *elapsed);
        time = take(bench, &header, BEGIN_NS + *elapsed + PATH_NS + jitter(MS));
    }
    return time;
}

static void assert_method(struct clock_time time, enum clock_method method, uint64_t tick_ps)
{
    g_assert_cmpstr(clock_method_text(time.method), ==, clock_method_text(method));
    if (method != CLOCK_UNKNOWN)
        g_assert_cmpuint(time.tick_ps, ==, tick_ps);
}

/* 23 turns of the counter pass unseen: the arrivals tell how many. */
static void test_idle_gap(void)
{
    const struct source source = {1000, 0, 5, 0, false, 3};
    struct bench bench = bench_new(10);
    int64_t elapsed = 0;
    struct clock_time before = take_run(&bench, &source, (struct run){100, 10 * MS}, &elapsed);
    struct clock_time after = take_run(&bench, &source, (struct run){1, 100 * S}, &elapsed);
    assert_method(after, CLOCK_COUNTER_32, 1000);
    g_assert_cmpint(after.time_ns - before.time_ns, ==, 100 * S);
    bench_end(&bench);
}

/* The counter begins again (quirk Q27): the first copies after it may be wild ones and have no
 * time; then time is near the arrival again. */
static void test_restart(void)
{
    const struct source before = {1000, 0, 3000000000, 0, false, 3};
    const struct source after = {1000, 0, 700000000, 0, false, 3};
    struct bench bench = bench_new(10);
    int64_t elapsed = 0;
    take_run(&bench, &before, (struct run){200, 10 * MS}, &elapsed);
    assert_method(take_run(&bench, &after, (struct run){1, 10 * MS}, &elapsed), CLOCK_UNKNOWN, 0);
    take_run(&bench, &after, (struct run){8, 10 * MS}, &elapsed);
    struct clock_time time = take_run(&bench, &after, (struct run){100, 10 * MS}, &elapsed);
    assert_method(time, CLOCK_COUNTER_32, 1000);
    g_assert_cmpint(distance(time.time_ns, BEGIN_NS + elapsed + PATH_NS), <=, 2 * MS);
    bench_end(&bench);
}

/* Eight in a row that are off by the same tell that the counter jumped: the eighth has a time. */
static void test_eight_of_one_mind(void)
{
    const struct source before = {1000, 0, 3000000000, 0, false, 3};
    const struct source after = {1000, 0, 700000000, 0, false, 3};
    struct bench bench = bench_new(10);
    int64_t elapsed = 0;
    take_run(&bench, &before, (struct run){200, 10 * MS}, &elapsed);
    assert_method(take_run(&bench, &after, (struct run){7, 10 * MS}, &elapsed), CLOCK_UNKNOWN, 0);
    assert_method(take_run(&bench, &after, (struct run){1, 10 * MS}, &elapsed), CLOCK_COUNTER_32,
                  1000);
    bench_end(&bench);
}

/* 64 that agree on nothing, here by turns 1 s before and behind their time, tell that the tick was
 * wrong: what fits it after them has no time any more. */
static void test_many_of_no_mind(void)
{
    static const struct {
        unsigned wild;
        enum clock_method method;
    } rows[] = {{63, CLOCK_COUNTER_32}, {64, CLOCK_UNKNOWN}};
    const struct source source = {1000, 0, 5000000000, 0, false, 3};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct bench bench = bench_new(10);
        int64_t elapsed = 0;
        take_run(&bench, &source, (struct run){200, 10 * MS}, &elapsed);
        for (unsigned k = 0; k < rows[i].wild; k++) {
            elapsed += 10 * MS;
            struct erspan_header header = stamp(&source, elapsed + (k % 2 == 0 ? S : -S));
            assert_method(take(&bench, &header, BEGIN_NS + elapsed + PATH_NS), CLOCK_UNKNOWN, 0);
        }
        assert_method(take_run(&bench, &source, (struct run){1, 10 * MS}, &elapsed), rows[i].method,
                      1000);
        bench_end(&bench);
    }
}

/* The source is another one now. */
static void test_another_tick(void)
{
    const struct source before = {1000, 0, 0, 0, false, 3};
    const struct source after = {2400, 0, 0, 0, false, 3};
    struct bench bench = bench_new(10);
    int64_t elapsed = 0;
    assert_method(take_run(&bench, &before, (struct run){200, 10 * MS}, &elapsed), CLOCK_COUNTER_32,
                  1000);
    assert_method(take_run(&bench, &after, (struct run){1000, 10 * MS}, &elapsed), CLOCK_COUNTER_32,
                  2400);
    bench_end(&bench);
}

/* One wild timestamp changes nothing for those after it. */
static void test_wild_timestamp(void)
{
    const struct source source = {1000, 0, 0, 0, false, 3};
    struct bench bench = bench_new(10);
    int64_t elapsed = 0;
    struct clock_time before = take_run(&bench, &source, (struct run){200, 10 * MS}, &elapsed);
    struct erspan_header wild = stamp(&source, elapsed);
    wild.timestamp ^= 0x80000000;
    assert_method(take(&bench, &wild, BEGIN_NS + elapsed + PATH_NS), CLOCK_UNKNOWN, 0);
    struct clock_time after = take_run(&bench, &source, (struct run){1, 10 * MS}, &elapsed);
    g_assert_cmpint(after.time_ns - before.time_ns, ==, 10 * MS);
    bench_end(&bench);
}

/* A copy may lie an eighth of a turn off: of 2^32 counts of 1 ns that is 537 ms, of 0.1 ns 53.7. */
static void test_an_eighth_of_a_turn(void)
{
    static const struct {
        int64_t tick_ps;
        int64_t off_ns;
        enum clock_method method;
    } rows[] = {
        {1000, 536 * MS, CLOCK_COUNTER_32},  {1000, -536 * MS, CLOCK_COUNTER_32},
        {1000, 538 * MS, CLOCK_UNKNOWN},     {1000, -538 * MS, CLOCK_UNKNOWN},
        {100, 53600 * US, CLOCK_COUNTER_32}, {100, 53800 * US, CLOCK_UNKNOWN},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct source source = {rows[i].tick_ps, 0, 0, 0, false, 3};
        struct bench bench = bench_new(10);
        int64_t elapsed = 0;
        struct clock_time time = {0};
        for (; elapsed < S; elapsed += 10 * MS) {
            struct erspan_header header = stamp(&source, elapsed);
            time = take(&bench, &header, BEGIN_NS + elapsed);
        }
        assert_method(time, CLOCK_COUNTER_32, (uint64_t)rows[i].tick_ps);
        struct erspan_header header = stamp(&source, elapsed);
        time = take(&bench, &header, BEGIN_NS + elapsed + rows[i].off_ns);
        assert_method(time, rows[i].method, (uint64_t)rows[i].tick_ps);
        bench_end(&bench);
    }
}

/* 312.5 MHz is in no list: the tick is what was measured. */
static void test_tick_of_no_list(void)
{
    const struct source source = {3200, 0, 0, 0, false, 3};
    struct bench bench = bench_new(10);
    int64_t elapsed = 0;
    struct clock_time time = take_run(&bench, &source, (struct run){4000, 10 * MS}, &elapsed);
    g_assert_cmpint(time.method, ==, CLOCK_COUNTER_32);
    g_assert_cmpint(distance((int64_t)time.tick_ps, 3200), <=, 3);
    bench_end(&bench);
}

/* A counter that stands still, and one whose copies all claim the same arrival, have no tick. */
static void test_no_tick(void)
{
    const struct erspan_header still = {.type = ERSPAN_TYPE_III, .timestamp = 5208};
    struct bench bench = bench_new(10);
    for (int64_t i = 0; i < 1000; i++)
        assert_method(take(&bench, &still, BEGIN_NS + i * MS), CLOCK_UNKNOWN, 0);
    const struct source source = {1000, 0, 0, 0, false, 3};
    for (int64_t i = 0; i < 1000; i++) {
        struct erspan_header header = stamp(&source, i * MS);
        assert_method(take(&bench, &header, 0), CLOCK_UNKNOWN, 0);
    }
    bench_end(&bench);
}

/* Linux and Open vSwitch (quirk Q11): time of day from the first copy on, and it stays so. */
static void test_unix_100us(void)
{
    const struct source source = {100000000, 0, 519442432, UINT64_C(1) << 32, false, 0};
    struct bench bench = bench_new(10);
    for (int64_t elapsed = 0; elapsed < 100 * S; elapsed += 37 * MS) {
        struct erspan_header header = stamp(&source, elapsed);
        struct clock_time time = take(&bench, &header, BEGIN_NS + elapsed + jitter(MS));
        assert_method(time, CLOCK_UNIX_100US, 100000000);
        g_assert_true(time.absolute && !time.declared_lies);
        g_assert_cmpint(time.time_ns, ==, BEGIN_NS + elapsed / (100 * US) * 100 * US);
    }
    bench_end(&bench);
}

/* Wild timestamps that do not come in a row make nobody doubt the time that the others state. */
static void test_wild_now_and_then(void)
{
    const struct source source = {100000000, 0, 519442432, UINT64_C(1) << 32, false, 0};
    struct bench bench = bench_new(10);
    for (int64_t i = 0; i < 200; i++) {
        struct erspan_header header = stamp(&source, i * 10 * MS);
        bool wild = i % 10 == 9;
        header.timestamp ^= wild ? 0x80000000 : 0;
        struct clock_time time = take(&bench, &header, BEGIN_NS + i * 10 * MS);
        assert_method(time, wild ? CLOCK_UNKNOWN : CLOCK_UNIX_100US, 100000000);
    }
    bench_end(&bench);
}

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
        const struct source source = {1000, 0, 999999000, S, false, 2};
        struct bench bench = bench_new(10);
        for (int64_t n = 0; n < 3000; n++) {
            int64_t elapsed = n * rows[i].interval_ns;
            struct erspan_header header = stamp(&source, elapsed);
            int64_t seen_ns = BEGIN_NS + 999999000 + elapsed;
            struct clock_time time =
                take(&bench, &header, seen_ns + rows[i].delay_ns + jitter(rows[i].jitter_ns));
            assert_method(time, CLOCK_1588_SECOND, 1000);
            g_assert_true(time.absolute && !time.declared_lies);
            g_assert_cmpint(time.time_ns, ==, seen_ns);
        }
        bench_end(&bench);
    }
}

/* What declares IEEE 1588 and is no such time is found out: a free counter, one of another tick,
 * and a timestamp that stands still. */
static void test_no_time_within_the_second(void)
{
    static const struct {
        struct source source;
        enum clock_method method;
    } rows[] = {
        {{1000, 0, 5, 0, false, 2}, CLOCK_COUNTER_32},
        {{1000, 0, 900000000, 0, false, 2}, CLOCK_COUNTER_32},
        {{100000, 0, 5, 0, false, 2}, CLOCK_COUNTER_32},
        {{8000, 0, 5, 0, false, 2}, CLOCK_COUNTER_32},
        {{1000, 0, 7, 1, false, 2}, CLOCK_UNKNOWN},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct bench bench = bench_new(10);
        int64_t elapsed = 0;
        struct clock_time time =
            take_run(&bench, &rows[i].source, (struct run){3000, 7 * MS}, &elapsed);
        assert_method(time, rows[i].method, (uint64_t)rows[i].source.tick_ps);
        g_assert_false(time.absolute);
        bench_end(&bench);
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
        struct bench bench = bench_new(10);
        for (int64_t n = 0; n < 100; n++) {
            int64_t utc_ns = rows[i].utc_s * S + n * MS / 2;
            struct erspan_header header = stamp_1588(utc_ns + rows[i].ahead_s * S);
            struct clock_time time = take(&bench, &header, utc_ns + rows[i].collector_ns);
            assert_method(time, CLOCK_1588, 1000);
            g_assert_true(time.absolute);
            g_assert_cmpint(time.time_ns, ==, utc_ns + rows[i].off_s * S);
        }
        bench_end(&bench);
    }
}

/* One copy with flipped bits tells nothing of the others, wherever it comes; eight that go on in
 * another timescale do: the source got its time of day. */
static void test_timescale_changes(void)
{
    for (int64_t wild = 0; wild < 3; wild++) {
        struct bench bench = bench_new(10);
        for (int64_t n = 0; n < 200; n++) {
            int64_t utc_ns = BEGIN_NS + n * 10 * MS;
            bool tai = n < 100;
            int64_t flipped = n == wild * 50 ? INT64_C(1) << 20 : 0;
            struct erspan_header header =
                stamp_1588(utc_ns + (tai ? TAI_LEAD_S : 0) * S + flipped * S);
            struct clock_time time = take(&bench, &header, utc_ns + 50 * US);
            if (flipped == 0 && (tai || n >= 108))
                g_assert_cmpint(time.time_ns, ==, utc_ns);
        }
        bench_end(&bench);
    }
}

/* Where the collector's clock is an hour off, markers tell, even such as map no counter. */
static void test_timescale_by_markers(void)
{
    for (int64_t ahead_s = 0; ahead_s <= TAI_LEAD_S; ahead_s += TAI_LEAD_S) {
        struct bench bench = bench_new(10);
        for (int64_t n = 0; n < 300; n++) {
            int64_t utc_ns = BEGIN_NS + n * 10 * MS;
            struct erspan_header header = stamp_1588(utc_ns + ahead_s * S);
            struct clock_time time = take(&bench, &header, utc_ns + 3600 * S);
            if (n > 100)
                g_assert_cmpint(time.time_ns, ==, utc_ns);
            if (n % 100 != 50)
                continue;
            const struct marker marker = {.granularity = 4,
                                          .utc_offset = TAI_LEAD_S,
                                          .tai_seconds = (uint32_t)(utc_ns / S + TAI_LEAD_S),
                                          .microseconds = (uint32_t)(utc_ns % S / US)};
            clock_take_marker(bench.table, &switch_address, &marker, utc_ns + 3600 * S,
                              ++bench.frame);
        }
        bench_end(&bench);
    }
}

/* A counter of 8 ns whose first copy passes by the time of day is found out. */
static void test_passes_by_the_time_of_day(void)
{
    const struct source source = {8000, 0, 519442432, 0, false, 0};
    struct bench bench = bench_new(10);
    int64_t elapsed = 0;
    assert_method(take_run(&bench, &source, (struct run){1, 0}, &elapsed), CLOCK_UNIX_100US,
                  100000000);
    struct clock_time time = take_run(&bench, &source, (struct run){200, 10 * MS}, &elapsed);
    assert_method(time, CLOCK_COUNTER_32, 8000);
    g_assert_false(time.absolute);
    g_assert_true(time.declared_lies);
    bench_end(&bench);
}

static void test_stated(void)
{
    const uint64_t unix_ns = (uint64_t)BEGIN_NS + 7;
    const struct erspan_header nanoseconds = {
        .type = ERSPAN_TYPE_III,
        .granularity = ERSPAN_GRA_CUSTOM,
        .timestamp = (uint32_t)unix_ns,
        .has_subheader = true,
        .subheader = {.platform = 3, .time = (uint32_t)(unix_ns >> 32)},
    };
    const struct erspan_header seconds = {
        .type = ERSPAN_TYPE_III,
        .granularity = ERSPAN_GRA_1588,
        .timestamp = 7,
        .has_subheader = true,
        .subheader = {.platform = 5, .time = (uint32_t)(BEGIN_NS / S)},
    };
    const struct erspan_header type_ii = {.type = ERSPAN_TYPE_II};
    struct bench bench = bench_new(10);
    struct clock_time time = take(&bench, &nanoseconds, BEGIN_NS + PATH_NS);
    assert_method(time, CLOCK_UNIX_NS, 1000);
    g_assert_true(time.absolute);
    g_assert_cmpint(time.time_ns, ==, BEGIN_NS + 7);
    time = take(&bench, &seconds, BEGIN_NS + PATH_NS);
    assert_method(time, CLOCK_1588, 1000);
    g_assert_true(time.absolute);
    g_assert_cmpint(time.time_ns, ==, BEGIN_NS + 7);
    assert_method(take(&bench, &type_ii, BEGIN_NS + PATH_NS), CLOCK_UNKNOWN, 0);
    bench_end(&bench);
}

/* Each engine of a source has a clock of its own. */
static void test_engines(void)
{
    const struct source sources[] = {{1000, 0, 5, 0, false, 3}, {2400, 0, 9, 0, false, 3}};
    struct bench bench = bench_new(10);
    struct clock_time times[2] = {0};
    for (int64_t elapsed = 0; elapsed < 10 * S; elapsed += 20 * MS)
        for (uint8_t i = 0; i < 2; i++) {
            struct erspan_header header = stamp(&sources[i], elapsed);
            header.hardware_id = i;
            times[i] = take(&bench, &header, BEGIN_NS + elapsed + jitter(MS));
        }
    assert_method(times[0], CLOCK_COUNTER_32, 1000);
    assert_method(times[1], CLOCK_COUNTER_32, 2400);
    bench_end(&bench);
}

/* --- Marker packets --- */

struct switch_case {
    const char *name;
    struct source source;
    uint8_t marker_granularity;
    int64_t marker_interval_ns;
    int64_t marker_jitter_ns;
    int64_t collector_ns;  /* how far the collector's clock is ahead of the time of day */
    int64_t collector_ppm; /* and how much faster it is */
    int64_t duration_ns;
    int64_t settled_after_ns; /* from the start of the capture */
    int64_t error_ns;
};

/* A marker's time of day is cut to 1 us: that is the error of an exact clock. One that is off by
 * 20 ppm may be wrong by 20 us before the second marker; then the tick is known better. */
static const struct switch_case switches[] = {
    {"exact", {100, 0, 5000000000, 0, false, 3}, 4, S, 0, 0, 0, 20 * S, 0, US},
    {"ten-a-second", {100, 0, 5000000000, 0, false, 3}, 4, S / 10, MS, 0, 0, 20 * S, 0, US},
    {"declared-100us", {100, 0, 1, 0, false, 0}, 4, S, MS, 0, 0, 20 * S, 0, US},
    {"64-bits", {100, 0, 5000000000, 0, true, 0}, 4, S, MS, 0, 0, 20 * S, 0, US},
    {"odd-interval", {100, 0, 12345, 0, false, 3}, 4, 1000333777, 5 * MS, 0, 0, 60 * S, 0, US},
    {"asic-time-turns",
     {100, 0, (UINT64_C(1) << 48) - 50000000000, 0, false, 3},
     4,
     S,
     MS,
     0,
     0,
     20 * S,
     0,
     US},
    {"fast", {100, 20, 5000000000, 0, false, 3}, 4, S, MS, 0, 0, 100 * S, 0, 21 * US},
    {"fast-settled", {100, 20, 5000000000, 0, false, 3}, 4, S, MS, 0, 0, 100 * S, 5 * S, 3 * US},
    {"slow-settled",
     {100, -50, 5000000000, 0, false, 3},
     4,
     S / 10,
     5 * MS,
     0,
     0,
     100 * S,
     5 * S,
     3 * US},
    {"collector-off", {100, 0, 5000000000, 0, false, 3}, 4, S, 5 * MS, 40 * S, 50, 4000 * S, 0, US},
    {"granularity-unknown", {100, 0, 5000000000, 0, false, 3}, 9, S, MS, 0, 0, 20 * S, 0, US},
    {"granularity-unknown-8ns", {8000, 0, 5000000000, 0, false, 3}, 9, S, MS, 0, 0, 20 * S, 0, US},
};

struct heard {
    uint8_t ssid;
    uint8_t granularity;
    int64_t set_ns; /* how far the switch's time of day is ahead */
    int64_t arrival_ns;
};

static void hear(struct bench *bench, const struct source *source, int64_t elapsed,
                 struct heard heard)
{
    int64_t tai_ns = BEGIN_NS + elapsed + heard.set_ns + TAI_LEAD_S * S;
    const struct marker marker = {
        .ssid = heard.ssid,
        .granularity = heard.granularity,
        .utc_offset = TAI_LEAD_S,
        .asic_time = count_after(source, elapsed) & ((UINT64_C(1) << 48) - 1),
        .tai_seconds = (uint32_t)(tai_ns / S),
        .microseconds = (uint32_t)(tai_ns % S / US),
    };
    clock_take_marker(bench->table, &switch_address, &marker, heard.arrival_ns, ++bench->frame);
}

static int64_t by_collector(const struct switch_case *c, int64_t elapsed)
{
    return BEGIN_NS + elapsed + c->collector_ns + elapsed / 1000000 * c->collector_ppm;
}

static void test_switch(gconstpointer data)
{
    const struct switch_case *c = data;
    struct bench bench = bench_new(10);
    int64_t next_marker = S / 3;
    unsigned mapped = 0;
    for (int64_t elapsed = 0; elapsed < c->duration_ns; elapsed += 7 * MS + jitter(7 * MS)) {
        for (; next_marker <= elapsed; next_marker += c->marker_interval_ns)
            hear(&bench, &c->source, next_marker,
                 (struct heard){0, c->marker_granularity, 0,
                                by_collector(c, next_marker) + jitter(c->marker_jitter_ns)});
        struct erspan_header header = stamp(&c->source, elapsed);
        struct clock_time time = take(&bench, &header, by_collector(c, elapsed) + jitter(MS));
        g_assert_true(mapped == 0 || time.method == CLOCK_MARKER);
        if (time.method != CLOCK_MARKER)
            continue;
        mapped++;
        g_assert_true(time.absolute);
        g_assert_cmpint((int64_t)time.tick_ps, ==, c->source.tick_ps);
        if (elapsed >= c->settled_after_ns)
            g_assert_cmpint(distance(time.time_ns, BEGIN_NS + elapsed), <=,
                            c->error_ns + c->source.tick_ps / 1000);
    }
    g_assert_cmpuint(mapped, >, 100);
    bench_end(&bench);
}

/* Which markers tell the time of which engine. */
static const struct pairing_case {
    const char *name;
    int ssids[3]; /* heard, in this order, before the copy; -1: none */
    uint8_t hardware_id;
    bool mapped;
} pairings[] = {
    {"none", {-1, -1, -1}, 0, false},
    {"same", {5, -1, -1}, 5, true},
    {"only-one", {5, -1, -1}, 0, true},
    {"two-and-one-is-it", {5, 6, -1}, 6, true},
    {"two-and-none-is-it", {5, 6, -1}, 0, false},
    {"the-same-twice", {5, 5, -1}, 0, true},
    {"three", {5, 6, 0}, 0, true},
};

static void test_pairing(gconstpointer data)
{
    const struct pairing_case *c = data;
    /* Engines count from elsewhere: the wrong markers would tell the wrong time. */
    struct source source = {100, 0, 5000000000, 0, false, 3};
    struct bench bench = bench_new(10);
    for (int64_t i = 0; i < 3; i++) {
        if (c->ssids[i] < 0)
            continue;
        struct source engine = source;
        engine.start += c->ssids[i] == c->hardware_id ? 0 : (uint64_t)c->ssids[i] * 1000000;
        hear(&bench, &engine, i * MS,
             (struct heard){(uint8_t)c->ssids[i], 4, 0, BEGIN_NS + i * MS});
    }
    struct erspan_header header = stamp(&source, 9 * MS);
    header.hardware_id = c->hardware_id;
    struct clock_time time = take(&bench, &header, BEGIN_NS + 9 * MS);
    assert_method(time, c->mapped ? CLOCK_MARKER : CLOCK_UNKNOWN, 100);
    const struct address other = {4, {192, 0, 2, 2}};
    assert_method(take_from(&bench, &other, &header, BEGIN_NS + 9 * MS), CLOCK_UNKNOWN, 0);
    bench_end(&bench);
}

/* A marker without an ASIC time, or with a time of day that is none, maps nothing. */
static void test_useless_markers(void)
{
    const struct marker markers[] = {
        {.granularity = 4, .utc_offset = 37, .tai_seconds = 1700000037},
        {.granularity = 4, .utc_offset = 37, .tai_seconds = 36, .asic_time = 5},
        {.granularity = 4, .tai_seconds = 1700000037, .microseconds = 1000000, .asic_time = 5},
    };
    const struct source source = {100, 0, 5, 0, false, 3};
    for (size_t i = 0; i < G_N_ELEMENTS(markers); i++) {
        struct bench bench = bench_new(10);
        clock_take_marker(bench.table, &switch_address, &markers[i], BEGIN_NS, ++bench.frame);
        struct erspan_header header = stamp(&source, MS);
        assert_method(take(&bench, &header, BEGIN_NS + MS), CLOCK_UNKNOWN, 0);
        bench_end(&bench);
    }
}

/* Copies whose own tick is known not to be that of the markers are none of theirs. */
static void test_markers_of_another_counter(void)
{
    const struct source asic = {100, 0, 5, 0, false, 3};
    const struct source source = {1000, 0, 5, 0, false, 3};
    struct bench bench = bench_new(10);
    int64_t elapsed = 0;
    take_run(&bench, &source, (struct run){100, 10 * MS}, &elapsed);
    hear(&bench, &asic, elapsed, (struct heard){0, 4, 0, BEGIN_NS + elapsed});
    assert_method(take_run(&bench, &source, (struct run){100, 10 * MS}, &elapsed), CLOCK_COUNTER_32,
                  1000);
    bench_end(&bench);
}

/* The switch sets its time of day, then its ASIC begins again: each marker tells the truth anew. */
static void test_marker_jumps(void)
{
    struct source source = {100, 0, 5000000000, 0, false, 3};
    struct bench bench = bench_new(10);
    for (int64_t i = 0; i < 60; i++) {
        int64_t set_ns = i < 20 ? 0 : -7 * S;
        if (i == 40)
            source.start = 77;
        hear(&bench, &source, i * S, (struct heard){0, 4, set_ns, BEGIN_NS + i * S});
        struct erspan_header header = stamp(&source, i * S + 500 * MS);
        struct clock_time time = take(&bench, &header, BEGIN_NS + i * S + 500 * MS);
        assert_method(time, CLOCK_MARKER, 100);
        g_assert_cmpint(time.time_ns, ==, BEGIN_NS + i * S + 500 * MS + set_ns);
    }
    bench_end(&bench);
}

/* --- Bounds --- */

static int64_t any_arrival(void)
{
    const int64_t extremes[] = {INT64_MIN, INT64_MIN / 2, -1, 0, 1, INT64_MAX / 2, INT64_MAX};
    gint32 choice = g_test_rand_int_range(0, 40);
    if (choice < (gint32)G_N_ELEMENTS(extremes))
        return extremes[choice];
    return BEGIN_NS + (int64_t)(g_test_rand_double() * 1e12);
}

static struct erspan_header any_header(void)
{
    struct erspan_header header = {.type = ERSPAN_TYPE_III};
    header.timestamp = (uint32_t)g_test_rand_int();
    header.granularity = (uint8_t)g_test_rand_int_range(0, 4);
    header.hardware_id = (uint8_t)g_test_rand_int_range(0, 2);
    header.has_subheader = g_test_rand_bit();
    header.subheader.platform = (uint8_t)g_test_rand_int_range(0, 9);
    header.subheader.time = g_test_rand_bit() ? (uint32_t)g_test_rand_int() : UINT32_MAX;
    return header;
}

static struct marker any_marker(void)
{
    return (struct marker){
        .ssid = (uint8_t)g_test_rand_int_range(0, 3),
        .granularity = (uint8_t)g_test_rand_int_range(3, 6),
        .utc_offset = (uint8_t)g_test_rand_int_range(0, 256),
        .asic_time = (uint64_t)(uint32_t)g_test_rand_int() << g_test_rand_int_range(0, 17),
        .tai_seconds = g_test_rand_bit() ? (uint32_t)g_test_rand_int() : 1700000037,
        .microseconds = (uint32_t)g_test_rand_int_range(0, 1000000),
    };
}

static void test_anything(void)
{
    struct bench bench = bench_new(1000);
    for (unsigned i = 0; i < 40000; i++) {
        if (g_test_rand_int_range(0, 10) == 0) {
            struct marker marker = any_marker();
            clock_take_marker(bench.table, &switch_address, &marker, any_arrival(), ++bench.frame);
        } else {
            struct erspan_header header = any_header();
            take(&bench, &header, any_arrival());
        }
    }
    bench_end(&bench);
}

/* Steady for a while, then elsewhere: more often than there are models. */
static void test_many_jumps(void)
{
    struct source source = {1000, 0, 0, 0, true, 3};
    struct bench bench = bench_new(1000);
    int64_t elapsed = 0;
    for (unsigned i = 0; i < 4 * CLOCK_MODELS_MAX; i++) {
        take_run(&bench, &source, (struct run){20, 10 * MS}, &elapsed);
        source.start = (uint64_t)(uint32_t)g_test_rand_int() << 31;
        elapsed += i % 8 == 0 ? -elapsed / 2 : 0;
    }
    bench_end(&bench);
}

static void test_limit(void)
{
    const struct source source = {1000, 0, 0, 0, false, 3};
    struct bench bench = bench_new(2);
    struct clock_time times[5] = {0};
    for (int64_t elapsed = 0; elapsed < S; elapsed += 10 * MS)
        for (uint8_t i = 0; i < 5; i++) {
            struct address address = {4, {192, 0, 2, i}};
            struct erspan_header header = stamp(&source, elapsed);
            times[i] = take_from(&bench, &address, &header, BEGIN_NS + elapsed);
        }
    for (size_t i = 0; i < 5; i++)
        assert_method(times[i], i < 2 ? CLOCK_COUNTER_32 : CLOCK_UNKNOWN, 1000);
    g_assert_cmpuint(clock_table_given_up(bench.table), ==, 3 * 100); /* copies of three sources */
    bench_end(&bench);
}

/* A frame that is not above all earlier ones teaches nothing. */
static void test_earlier_frames(void)
{
    const struct source source = {1000, 0, 0, 0, false, 3};
    struct clock_table *table = clock_table_new(10);
    for (int64_t i = 0; i < 100; i++) {
        struct erspan_header header = stamp(&source, i * 10 * MS);
        struct clock_time time =
            clock_take(table, &switch_address, &header, BEGIN_NS + i * 10 * MS, 7);
        assert_method(time, CLOCK_UNKNOWN, 0);
    }
    clock_table_free(table);
}

/* --- Jitter: RFC 3550, A.8 --- */

static void test_jitter(void)
{
    const struct {
        int64_t delay_ns;
        double jitter_ns;
    } steps[] = {{1000, 0}, {1160, 10}, {1000, 19.375}, {1000, 18.1640625}};
    struct clock_jitter jitter_of = {.jitter_ns = 99};
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        clock_jitter_take(&jitter_of, steps[i].delay_ns);
        g_assert_true(jitter_of.begun);
        g_assert_cmpfloat(jitter_of.jitter_ns, ==, steps[i].jitter_ns);
    }
    clock_jitter_take(&jitter_of, INT64_MIN);
    clock_jitter_take(&jitter_of, INT64_MAX);
    g_assert_cmpfloat(jitter_of.jitter_ns, >, 1e18);
    g_assert_cmpfloat(jitter_of.jitter_ns, <, 2e18);
}

static void test_method_texts(void)
{
    for (unsigned i = 0; i < CLOCK_METHODS; i++)
        for (unsigned k = 0; k < i; k++)
            g_assert_cmpstr(clock_method_text(i), !=, clock_method_text(k));
}

#define ADD_TABLE(path, table, function)                                                           \
    for (size_t i_ = 0; i_ < G_N_ELEMENTS(table); i_++) {                                          \
        g_autofree char *name_ = g_strdup_printf("/clock/" path "/%s", (table)[i_].name);          \
        g_test_add_data_func(name_, &(table)[i_], function);                                       \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TABLE("session", sessions, test_session)
    ADD_TABLE("switch", switches, test_switch)
    ADD_TABLE("pairing", pairings, test_pairing)
    g_test_add_func("/clock/idle-gap", test_idle_gap);
    g_test_add_func("/clock/eight-of-one-mind", test_eight_of_one_mind);
    g_test_add_func("/clock/many-of-no-mind", test_many_of_no_mind);
    g_test_add_func("/clock/an-eighth-of-a-turn", test_an_eighth_of_a_turn);
    g_test_add_func("/clock/wild-now-and-then", test_wild_now_and_then);
    g_test_add_func("/clock/restart", test_restart);
    g_test_add_func("/clock/another-tick", test_another_tick);
    g_test_add_func("/clock/wild-timestamp", test_wild_timestamp);
    g_test_add_func("/clock/tick-of-no-list", test_tick_of_no_list);
    g_test_add_func("/clock/no-tick", test_no_tick);
    g_test_add_func("/clock/unix-100us", test_unix_100us);
    g_test_add_func("/clock/passes-by-the-time-of-day", test_passes_by_the_time_of_day);
    g_test_add_func("/clock/within-the-second", test_within_the_second);
    g_test_add_func("/clock/no-time-within-the-second", test_no_time_within_the_second);
    g_test_add_func("/clock/timescales", test_timescales);
    g_test_add_func("/clock/timescale-changes", test_timescale_changes);
    g_test_add_func("/clock/timescale-by-markers", test_timescale_by_markers);
    g_test_add_func("/clock/stated", test_stated);
    g_test_add_func("/clock/engines", test_engines);
    g_test_add_func("/clock/useless-markers", test_useless_markers);
    g_test_add_func("/clock/markers-of-another-counter", test_markers_of_another_counter);
    g_test_add_func("/clock/marker-jumps", test_marker_jumps);
    g_test_add_func("/clock/anything", test_anything);
    g_test_add_func("/clock/many-jumps", test_many_jumps);
    g_test_add_func("/clock/limit", test_limit);
    g_test_add_func("/clock/earlier-frames", test_earlier_frames);
    g_test_add_func("/clock/jitter", test_jitter);
    g_test_add_func("/clock/method-texts", test_method_texts);
    return g_test_run();
}
