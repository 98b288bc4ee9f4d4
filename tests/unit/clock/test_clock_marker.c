/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times that markers tie to UTC. */
#include "core/clock/clock.h"

#include "tests/unit/support/clock-bench.h"

/* --- Marker packets --- */

struct switch_case {
    const char *name;
    struct clock_bench_source source;
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

static void hear(struct clock_bench *bench, const struct clock_bench_source *source,
                 int64_t elapsed, struct heard heard)
{
    int64_t tai_ns = BEGIN_NS + elapsed + heard.set_ns + TAI_LEAD_S * S;
    const struct marker marker = {
        .ssid = heard.ssid,
        .granularity = heard.granularity,
        .utc_offset = TAI_LEAD_S,
        .asic_time = clock_bench_count(source, elapsed) & ((UINT64_C(1) << 48) - 1),
        .tai_seconds = (uint32_t)(tai_ns / S),
        .microseconds = (uint32_t)(tai_ns % S / US),
    };
    clock_take_marker(bench->table, &clock_bench_switch, &marker, heard.arrival_ns, ++bench->frame);
}

static int64_t by_collector(const struct switch_case *c, int64_t elapsed)
{
    return BEGIN_NS + elapsed + c->collector_ns + elapsed / 1000000 * c->collector_ppm;
}

static void test_switch(gconstpointer data)
{
    const struct switch_case *c = data;
    struct clock_bench bench = clock_bench_new(10);
    int64_t next_marker = S / 3;
    unsigned mapped = 0;
    for (int64_t elapsed = 0; elapsed < c->duration_ns;
         elapsed += 7 * MS + clock_bench_jitter(7 * MS)) {
        for (; next_marker <= elapsed; next_marker += c->marker_interval_ns)
            hear(&bench, &c->source, next_marker,
                 (struct heard){0, c->marker_granularity, 0,
                                by_collector(c, next_marker) +
                                    clock_bench_jitter(c->marker_jitter_ns)});
        struct erspan_header header = clock_bench_stamp(&c->source, elapsed);
        struct clock_time time =
            clock_bench_take(&bench, &header, by_collector(c, elapsed) + clock_bench_jitter(MS));
        g_assert_true(mapped == 0 || time.method == CLOCK_MARKER);
        if (time.method != CLOCK_MARKER)
            continue;
        mapped++;
        g_assert_true(time.absolute);
        g_assert_cmpint((int64_t)time.tick_ps, ==, c->source.tick_ps);
        if (elapsed >= c->settled_after_ns)
            g_assert_cmpint(clock_bench_distance(time.time_ns, BEGIN_NS + elapsed), <=,
                            c->error_ns + c->source.tick_ps / 1000);
    }
    g_assert_cmpuint(mapped, >, 100);
    clock_bench_end(&bench);
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
    struct clock_bench_source source = {100, 0, 5000000000, 0, false, 3};
    struct clock_bench bench = clock_bench_new(10);
    for (int64_t i = 0; i < 3; i++) {
        if (c->ssids[i] < 0)
            continue;
        struct clock_bench_source engine = source;
        engine.start += c->ssids[i] == c->hardware_id ? 0 : (uint64_t)c->ssids[i] * 1000000;
        hear(&bench, &engine, i * MS,
             (struct heard){(uint8_t)c->ssids[i], 4, 0, BEGIN_NS + i * MS});
    }
    struct erspan_header header = clock_bench_stamp(&source, 9 * MS);
    header.hardware_id = c->hardware_id;
    struct clock_time time = clock_bench_take(&bench, &header, BEGIN_NS + 9 * MS);
    clock_bench_assert_method(time, c->mapped ? CLOCK_MARKER : CLOCK_UNKNOWN, 100);
    const struct address other = {4, {192, 0, 2, 2}};
    clock_bench_assert_method(clock_bench_take_from(&bench, &other, &header, BEGIN_NS + 9 * MS),
                              CLOCK_UNKNOWN, 0);
    clock_bench_end(&bench);
}

/* A marker without an ASIC time, or with a time of day that is none, maps nothing. */
static void test_useless_markers(void)
{
    const struct marker markers[] = {
        {.granularity = 4, .utc_offset = 37, .tai_seconds = 1700000037},
        {.granularity = 4, .utc_offset = 37, .tai_seconds = 36, .asic_time = 5},
        {.granularity = 4, .tai_seconds = 1700000037, .microseconds = 1000000, .asic_time = 5},
    };
    const struct clock_bench_source source = {100, 0, 5, 0, false, 3};
    for (size_t i = 0; i < G_N_ELEMENTS(markers); i++) {
        struct clock_bench bench = clock_bench_new(10);
        clock_take_marker(bench.table, &clock_bench_switch, &markers[i], BEGIN_NS, ++bench.frame);
        struct erspan_header header = clock_bench_stamp(&source, MS);
        clock_bench_assert_method(clock_bench_take(&bench, &header, BEGIN_NS + MS), CLOCK_UNKNOWN,
                                  0);
        clock_bench_end(&bench);
    }
}

/* Copies whose own tick is known not to be that of the markers are none of theirs. */
static void test_markers_of_another_counter(void)
{
    const struct clock_bench_source asic = {100, 0, 5, 0, false, 3};
    const struct clock_bench_source source = {1000, 0, 5, 0, false, 3};
    struct clock_bench bench = clock_bench_new(10);
    int64_t elapsed = 0;
    clock_bench_take_run(&bench, &source, (struct clock_bench_run){100, 10 * MS}, &elapsed);
    hear(&bench, &asic, elapsed, (struct heard){0, 4, 0, BEGIN_NS + elapsed});
    clock_bench_assert_method(
        clock_bench_take_run(&bench, &source, (struct clock_bench_run){100, 10 * MS}, &elapsed),
        CLOCK_COUNTER_32, 1000);
    clock_bench_end(&bench);
}

/* The switch sets its time of day, then its ASIC begins again: each marker tells the truth anew. */
static void test_marker_jumps(void)
{
    struct clock_bench_source source = {100, 0, 5000000000, 0, false, 3};
    struct clock_bench bench = clock_bench_new(10);
    for (int64_t i = 0; i < 60; i++) {
        int64_t set_ns = i < 20 ? 0 : -7 * S;
        if (i == 40)
            source.start = 77;
        hear(&bench, &source, i * S, (struct heard){0, 4, set_ns, BEGIN_NS + i * S});
        struct erspan_header header = clock_bench_stamp(&source, i * S + 500 * MS);
        struct clock_time time = clock_bench_take(&bench, &header, BEGIN_NS + i * S + 500 * MS);
        clock_bench_assert_method(time, CLOCK_MARKER, 100);
        g_assert_cmpint(time.time_ns, ==, BEGIN_NS + i * S + 500 * MS + set_ns);
    }
    clock_bench_end(&bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TABLE("/clock/switch", switches, test_switch)
    ADD_TABLE("/clock/pairing", pairings, test_pairing)
    g_test_add_func("/clock/useless-markers", test_useless_markers);
    g_test_add_func("/clock/markers-of-another-counter", test_markers_of_another_counter);
    g_test_add_func("/clock/marker-jumps", test_marker_jumps);
    return g_test_run();
}
