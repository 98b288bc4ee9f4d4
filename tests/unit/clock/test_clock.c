/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources with a stated clock, whose copies arrive with jitter: the times must come out as the
 * clock was made. */
#include "core/clock/clock.h"

#include "tests/unit/support/clock-bench.h"

static const struct session_case {
    const char *name;
    struct clock_bench_source source;
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

/* Before the tick is found there is no time; then it runs as the source's crystal does. */
static void test_session(gconstpointer data)
{
    const struct session_case *c = data;
    struct clock_bench bench = clock_bench_new(10);
    int64_t elapsed = 0;
    int64_t offset = 0;
    unsigned unknown = 0;
    for (unsigned i = 0; i < c->copies; i++) {
        struct erspan_header header = clock_bench_stamp(&c->source, elapsed);
        int64_t arrival = BEGIN_NS + elapsed + PATH_NS + clock_bench_jitter(c->jitter_ns);
        struct clock_time time = clock_bench_take(&bench, &header, arrival);
        int64_t own = elapsed + (int64_t)((double)elapsed * (double)c->source.ppm / 1e6);
        if (time.method == CLOCK_UNKNOWN) {
            g_assert_cmpuint(unknown, ==, i);
            unknown++;
        } else {
            g_assert_cmpint(time.method, ==, c->source.upper ? CLOCK_COUNTER_64 : CLOCK_COUNTER_32);
            g_assert_cmpint((int64_t)time.tick_ps, ==, c->source.tick_ps);
            g_assert_false(time.absolute);
            g_assert_true(time.granularity_contradicted == c->lies);
            if (i == unknown) {
                g_assert_cmpint(time.time_ns, ==, arrival);
                offset = arrival - own;
            }
            g_assert_cmpint(clock_bench_distance(time.time_ns, own + offset), <=,
                            c->source.tick_ps / 1000 + 2);
        }
        elapsed += c->interval_ns + clock_bench_jitter(c->interval_more_ns);
    }
    g_assert_cmpuint(unknown, >=, 3);
    g_assert_cmpuint(unknown, <, c->known_after);
    clock_bench_end(&bench);
}

/* A counter of 100 us whose counts keep step with bursts: nothing shows that each count is off by
 * up to a tick, and no other tick is measured. */
static void test_bursts_in_step(void)
{
    enum { BURST = 32, COPIES = 2000 };
    const struct clock_bench_source source = {100000000, 0, 0, 0, false, 0};
    struct clock_bench bench = clock_bench_new(10);
    struct clock_time time = {.method = CLOCK_UNKNOWN};
    for (unsigned i = 0; i < COPIES; i++) {
        int64_t elapsed = i / BURST * MS + i % BURST * US;
        struct erspan_header header = clock_bench_stamp(&source, elapsed);
        time = clock_bench_take(&bench, &header, BEGIN_NS + elapsed);
        g_assert_false(time.granularity_contradicted);
    }
    clock_bench_assert_method(time, CLOCK_COUNTER_32, 100000000);
    clock_bench_end(&bench);
}

/* 23 turns of the counter pass unseen: the arrivals tell how many. */
static void test_idle_gap(void)
{
    const struct clock_bench_source source = {1000, 0, 5, 0, false, 3};
    struct clock_bench bench = clock_bench_new(10);
    int64_t elapsed = 0;
    struct clock_time before =
        clock_bench_take_run(&bench, &source, (struct clock_bench_run){100, 10 * MS}, &elapsed);
    struct clock_time after =
        clock_bench_take_run(&bench, &source, (struct clock_bench_run){1, 100 * S}, &elapsed);
    clock_bench_assert_method(after, CLOCK_COUNTER_32, 1000);
    g_assert_cmpint(after.time_ns - before.time_ns, ==, 100 * S);
    clock_bench_end(&bench);
}

/* The counter begins again (quirk Q27): the first copies after it may be wild ones and have no
 * time; then time is near the arrival again. */
static void test_restart(void)
{
    const struct clock_bench_source before = {1000, 0, 3000000000, 0, false, 3};
    const struct clock_bench_source after = {1000, 0, 700000000, 0, false, 3};
    struct clock_bench bench = clock_bench_new(10);
    int64_t elapsed = 0;
    clock_bench_take_run(&bench, &before, (struct clock_bench_run){200, 10 * MS}, &elapsed);
    clock_bench_assert_method(
        clock_bench_take_run(&bench, &after, (struct clock_bench_run){1, 10 * MS}, &elapsed),
        CLOCK_UNKNOWN, 0);
    clock_bench_take_run(&bench, &after, (struct clock_bench_run){8, 10 * MS}, &elapsed);
    struct clock_time time =
        clock_bench_take_run(&bench, &after, (struct clock_bench_run){100, 10 * MS}, &elapsed);
    clock_bench_assert_method(time, CLOCK_COUNTER_32, 1000);
    g_assert_cmpint(clock_bench_distance(time.time_ns, BEGIN_NS + elapsed + PATH_NS), <=, 2 * MS);
    clock_bench_end(&bench);
}

/* Eight in a row that are off by the same tell that the counter jumped: the eighth has a time. */
static void test_eight_of_one_mind(void)
{
    const struct clock_bench_source before = {1000, 0, 3000000000, 0, false, 3};
    const struct clock_bench_source after = {1000, 0, 700000000, 0, false, 3};
    struct clock_bench bench = clock_bench_new(10);
    int64_t elapsed = 0;
    clock_bench_take_run(&bench, &before, (struct clock_bench_run){200, 10 * MS}, &elapsed);
    clock_bench_assert_method(
        clock_bench_take_run(&bench, &after, (struct clock_bench_run){7, 10 * MS}, &elapsed),
        CLOCK_UNKNOWN, 0);
    clock_bench_assert_method(
        clock_bench_take_run(&bench, &after, (struct clock_bench_run){1, 10 * MS}, &elapsed),
        CLOCK_COUNTER_32, 1000);
    clock_bench_end(&bench);
}

/* 64 that agree on nothing, here by turns 1 s before and behind their time, tell that the tick was
 * wrong: what fits it after them has no time any more. */
static void test_many_of_no_mind(void)
{
    static const struct {
        unsigned wild;
        enum clock_method method;
    } rows[] = {{63, CLOCK_COUNTER_32}, {64, CLOCK_UNKNOWN}};
    const struct clock_bench_source source = {1000, 0, 5000000000, 0, false, 3};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct clock_bench bench = clock_bench_new(10);
        int64_t elapsed = 0;
        clock_bench_take_run(&bench, &source, (struct clock_bench_run){200, 10 * MS}, &elapsed);
        for (unsigned k = 0; k < rows[i].wild; k++) {
            elapsed += 10 * MS;
            struct erspan_header header =
                clock_bench_stamp(&source, elapsed + (k % 2 == 0 ? S : -S));
            clock_bench_assert_method(
                clock_bench_take(&bench, &header, BEGIN_NS + elapsed + PATH_NS), CLOCK_UNKNOWN, 0);
        }
        clock_bench_assert_method(
            clock_bench_take_run(&bench, &source, (struct clock_bench_run){1, 10 * MS}, &elapsed),
            rows[i].method, 1000);
        clock_bench_end(&bench);
    }
}

/* The source is another one now. */
static void test_another_tick(void)
{
    const struct clock_bench_source before = {1000, 0, 0, 0, false, 3};
    const struct clock_bench_source after = {2400, 0, 0, 0, false, 3};
    struct clock_bench bench = clock_bench_new(10);
    int64_t elapsed = 0;
    clock_bench_assert_method(
        clock_bench_take_run(&bench, &before, (struct clock_bench_run){200, 10 * MS}, &elapsed),
        CLOCK_COUNTER_32, 1000);
    clock_bench_assert_method(
        clock_bench_take_run(&bench, &after, (struct clock_bench_run){1000, 10 * MS}, &elapsed),
        CLOCK_COUNTER_32, 2400);
    clock_bench_end(&bench);
}

/* One wild timestamp changes nothing for those after it. */
static void test_wild_timestamp(void)
{
    const struct clock_bench_source source = {1000, 0, 0, 0, false, 3};
    struct clock_bench bench = clock_bench_new(10);
    int64_t elapsed = 0;
    struct clock_time before =
        clock_bench_take_run(&bench, &source, (struct clock_bench_run){200, 10 * MS}, &elapsed);
    struct erspan_header wild = clock_bench_stamp(&source, elapsed);
    wild.timestamp ^= 0x80000000;
    clock_bench_assert_method(clock_bench_take(&bench, &wild, BEGIN_NS + elapsed + PATH_NS),
                              CLOCK_UNKNOWN, 0);
    struct clock_time after =
        clock_bench_take_run(&bench, &source, (struct clock_bench_run){1, 10 * MS}, &elapsed);
    g_assert_cmpint(after.time_ns - before.time_ns, ==, 10 * MS);
    clock_bench_end(&bench);
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
        const struct clock_bench_source source = {rows[i].tick_ps, 0, 0, 0, false, 3};
        struct clock_bench bench = clock_bench_new(10);
        int64_t elapsed = 0;
        struct clock_time time = {0};
        for (; elapsed < S; elapsed += 10 * MS) {
            struct erspan_header header = clock_bench_stamp(&source, elapsed);
            time = clock_bench_take(&bench, &header, BEGIN_NS + elapsed);
        }
        clock_bench_assert_method(time, CLOCK_COUNTER_32, (uint64_t)rows[i].tick_ps);
        struct erspan_header header = clock_bench_stamp(&source, elapsed);
        time = clock_bench_take(&bench, &header, BEGIN_NS + elapsed + rows[i].off_ns);
        clock_bench_assert_method(time, rows[i].method, (uint64_t)rows[i].tick_ps);
        clock_bench_end(&bench);
    }
}

/* 312.5 MHz is in no list: the tick is what was measured. */
static void test_tick_of_no_list(void)
{
    const struct clock_bench_source source = {3200, 0, 0, 0, false, 3};
    struct clock_bench bench = clock_bench_new(10);
    int64_t elapsed = 0;
    struct clock_time time =
        clock_bench_take_run(&bench, &source, (struct clock_bench_run){4000, 10 * MS}, &elapsed);
    g_assert_cmpint(time.method, ==, CLOCK_COUNTER_32);
    g_assert_cmpint(clock_bench_distance((int64_t)time.tick_ps, 3200), <=, 3);
    clock_bench_end(&bench);
}

/* A counter that stands still, and one whose copies all claim the same arrival, have no tick. */
static void test_no_tick(void)
{
    const struct erspan_header still = {.type = ERSPAN_TYPE_III, .timestamp = 5208};
    struct clock_bench bench = clock_bench_new(10);
    for (int64_t i = 0; i < 1000; i++)
        clock_bench_assert_method(clock_bench_take(&bench, &still, BEGIN_NS + i * MS),
                                  CLOCK_UNKNOWN, 0);
    const struct clock_bench_source source = {1000, 0, 0, 0, false, 3};
    for (int64_t i = 0; i < 1000; i++) {
        struct erspan_header header = clock_bench_stamp(&source, i * MS);
        clock_bench_assert_method(clock_bench_take(&bench, &header, 0), CLOCK_UNKNOWN, 0);
    }
    clock_bench_end(&bench);
}

/* Linux and Open vSwitch (quirk Q11): time of day from the first copy on, and it stays so. */
static void test_unix_100us(void)
{
    const struct clock_bench_source source = {100000000, 0, 519442432, UINT64_C(1) << 32, false, 0};
    struct clock_bench bench = clock_bench_new(10);
    for (int64_t elapsed = 0; elapsed < 100 * S; elapsed += 37 * MS) {
        struct erspan_header header = clock_bench_stamp(&source, elapsed);
        struct clock_time time =
            clock_bench_take(&bench, &header, BEGIN_NS + elapsed + clock_bench_jitter(MS));
        clock_bench_assert_method(time, CLOCK_UNIX_100US, 100000000);
        g_assert_true(time.absolute && !time.granularity_contradicted);
        g_assert_cmpint(time.time_ns, ==, BEGIN_NS + elapsed / (100 * US) * 100 * US);
    }
    clock_bench_end(&bench);
}

/* Wild timestamps that do not come in a row make nobody doubt the time that the others state. */
static void test_wild_now_and_then(void)
{
    const struct clock_bench_source source = {100000000, 0, 519442432, UINT64_C(1) << 32, false, 0};
    struct clock_bench bench = clock_bench_new(10);
    for (int64_t i = 0; i < 200; i++) {
        struct erspan_header header = clock_bench_stamp(&source, i * 10 * MS);
        bool wild = i % 10 == 9;
        header.timestamp ^= wild ? 0x80000000 : 0;
        struct clock_time time = clock_bench_take(&bench, &header, BEGIN_NS + i * 10 * MS);
        clock_bench_assert_method(time, wild ? CLOCK_UNKNOWN : CLOCK_UNIX_100US, 100000000);
    }
    clock_bench_end(&bench);
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
    struct clock_bench bench = clock_bench_new(10);
    struct clock_time time = clock_bench_take(&bench, &nanoseconds, BEGIN_NS + PATH_NS);
    clock_bench_assert_method(time, CLOCK_UNIX_NS, 1000);
    g_assert_true(time.absolute);
    g_assert_cmpint(time.time_ns, ==, BEGIN_NS + 7);
    time = clock_bench_take(&bench, &seconds, BEGIN_NS + PATH_NS);
    clock_bench_assert_method(time, CLOCK_1588, 1000);
    g_assert_true(time.absolute);
    g_assert_cmpint(time.time_ns, ==, BEGIN_NS + 7);
    clock_bench_assert_method(clock_bench_take(&bench, &type_ii, BEGIN_NS + PATH_NS), CLOCK_UNKNOWN,
                              0);
    clock_bench_end(&bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TABLE("/clock/session", sessions, test_session)
    g_test_add_func("/clock/bursts-in-step", test_bursts_in_step);
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
    g_test_add_func("/clock/stated", test_stated);
    return g_test_run();
}
