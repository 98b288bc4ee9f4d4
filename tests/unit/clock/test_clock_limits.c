/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clocks under a limit of memory, any input, jitter and names. */
#include "core/clock/clock.h"

#include "tests/unit/support/clock-bench.h"

/* Each engine of a source has a clock of its own. */
static void test_engines(void)
{
    const struct clock_bench_source sources[] = {{1000, 0, 5, 0, false, 3},
                                                 {2400, 0, 9, 0, false, 3}};
    struct clock_bench bench = clock_bench_new(10);
    struct clock_time times[2] = {0};
    for (int64_t elapsed = 0; elapsed < 10 * S; elapsed += 20 * MS)
        for (uint8_t i = 0; i < 2; i++) {
            struct erspan_header header = clock_bench_stamp(&sources[i], elapsed);
            header.hardware_id = i;
            times[i] =
                clock_bench_take(&bench, &header, BEGIN_NS + elapsed + clock_bench_jitter(MS));
        }
    clock_bench_assert_method(times[0], CLOCK_COUNTER_32, 1000);
    clock_bench_assert_method(times[1], CLOCK_COUNTER_32, 2400);
    clock_bench_end(&bench);
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
    struct clock_bench bench = clock_bench_new(1000);
    for (unsigned i = 0; i < 40000; i++) {
        if (g_test_rand_int_range(0, 10) == 0) {
            struct marker marker = any_marker();
            clock_take_marker(bench.table, &clock_bench_switch, &marker, any_arrival(),
                              ++bench.frame);
        } else {
            struct erspan_header header = any_header();
            clock_bench_take(&bench, &header, any_arrival());
        }
    }
    clock_bench_end(&bench);
}

/* Steady for a while, then elsewhere: more often than there are models. */
static void test_many_jumps(void)
{
    struct clock_bench_source source = {1000, 0, 0, 0, true, 3};
    struct clock_bench bench = clock_bench_new(1000);
    int64_t elapsed = 0;
    for (unsigned i = 0; i < 4 * CLOCK_MODELS_MAX; i++) {
        clock_bench_take_run(&bench, &source, (struct clock_bench_run){20, 10 * MS}, &elapsed);
        source.start = (uint64_t)(uint32_t)g_test_rand_int() << 31;
        elapsed += i % 8 == 0 ? -elapsed / 2 : 0;
    }
    clock_bench_end(&bench);
}

/* One source has more clocks than there is room for: those beyond have no time. */
static void test_limit(void)
{
    const struct clock_bench_source source = {1000, 0, 0, 0, false, 3};
    struct clock_bench bench = clock_bench_new(2);
    const struct address address = {4, {192, 0, 2, 1}};
    struct clock_time times[5] = {0};
    for (int64_t elapsed = 0; elapsed < S; elapsed += 10 * MS)
        for (uint8_t i = 0; i < 5; i++) {
            struct erspan_header header = clock_bench_stamp(&source, elapsed);
            header.hardware_id = i;
            times[i] = clock_bench_take_from(&bench, &address, &header, BEGIN_NS + elapsed);
        }
    for (size_t i = 0; i < 5; i++)
        clock_bench_assert_method(times[i], i < 2 ? CLOCK_COUNTER_32 : CLOCK_UNKNOWN, 1000);
    g_assert_cmpuint(clock_table_given_up(bench.table), ==, 3 * 100); /* copies of three clocks */
    clock_bench_end(&bench);
}

/* Made-up sources, a copy each, pass through: one that lives keeps its time, one that begins among
 * them gets one. */
static void test_flood(void)
{
    enum { LIMIT = 50, OF_EACH_STEP = 40 };
    const struct clock_bench_source source = {1000, 0, 0, 0, false, 3};
    struct clock_bench bench = clock_bench_new(LIMIT);
    size_t full = 0;
    for (int64_t elapsed = 0; elapsed < 2 * S; elapsed += 10 * MS) {
        for (uint8_t i = elapsed < S ? 1 : 0; i < 2; i++) {
            const struct address address = {4, {192, 0, 2, i}};
            struct erspan_header header = clock_bench_stamp(&source, elapsed);
            struct clock_time time =
                clock_bench_take_from(&bench, &address, &header, BEGIN_NS + elapsed);
            if (elapsed >= (i == 1 ? S / 2 : S + S / 2))
                clock_bench_assert_method(time, CLOCK_COUNTER_32, 1000);
        }
        for (unsigned k = 0; k < OF_EACH_STEP; k++) {
            const uint32_t number = (uint32_t)(elapsed / MS) * OF_EACH_STEP + k;
            const struct address address = {
                4, {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
            struct erspan_header header = clock_bench_stamp(&source, (int64_t)number * 12345);
            clock_bench_take_from(&bench, &address, &header, BEGIN_NS + elapsed);
        }
        full = MAX(full, clock_table_memory(bench.table));
    }
    g_assert_cmpuint(clock_table_given_up(bench.table), ==, 0);
    g_assert_cmpuint(full, <, LIMIT * 2048 + 1024);
    clock_bench_end(&bench);
}

/* A frame that is not above all earlier ones teaches nothing. */
static void test_earlier_frames(void)
{
    const struct clock_bench_source source = {1000, 0, 0, 0, false, 3};
    struct clock_table *table = clock_table_new(10);
    for (int64_t i = 0; i < 100; i++) {
        struct erspan_header header = clock_bench_stamp(&source, i * 10 * MS);
        struct clock_time time =
            clock_take(table, &clock_bench_switch, &header, BEGIN_NS + i * 10 * MS, 7);
        clock_bench_assert_method(time, CLOCK_UNKNOWN, 0);
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/engines", test_engines);
    g_test_add_func("/clock/anything", test_anything);
    g_test_add_func("/clock/many-jumps", test_many_jumps);
    g_test_add_func("/clock/limit", test_limit);
    g_test_add_func("/clock/flood", test_flood);
    g_test_add_func("/clock/earlier-frames", test_earlier_frames);
    g_test_add_func("/clock/jitter", test_jitter);
    g_test_add_func("/clock/method-texts", test_method_texts);
    return g_test_run();
}
