/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/visibility/interval-set.h"

#include "tests/unit/support/support.h"

static const struct ranges_case {
    const char *name;
    struct interval added[6];
    struct interval asked;
    uint64_t want;
} cases[] = {
    {"nothing", {{0, 0}}, {0, UINT64_MAX}, 0},
    {"one", {{10, 20}}, {0, 100}, 10},
    {"clipped", {{10, 20}}, {12, 17}, 5},
    {"beside", {{10, 20}}, {20, 30}, 0},
    {"asked-backwards", {{10, 20}}, {17, 12}, 0},
    {"empty-range", {{10, 20}, {30, 30}}, {0, 100}, 10},
    {"twice", {{10, 20}, {10, 20}}, {0, 100}, 10},
    {"in-order", {{10, 20}, {20, 30}, {30, 40}}, {0, 100}, 30},
    {"reordered", {{30, 40}, {10, 20}, {20, 30}}, {0, 100}, 30},
    {"gap", {{10, 20}, {30, 40}}, {15, 35}, 10},
    {"inside", {{10, 40}, {20, 30}}, {0, 100}, 30},
    {"around", {{20, 30}, {40, 50}, {60, 70}, {10, 80}}, {0, 100}, 70},
    {"around-some", {{20, 30}, {40, 50}, {60, 70}, {15, 45}}, {0, 100}, 45},
    {"joins-top", {{20, 30}, {40, 50}, {60, 70}, {45, 65}}, {0, 100}, 40},
    {"joins-neighbours", {{20, 30}, {40, 50}, {60, 70}, {30, 40}}, {0, 100}, 40},
    {"below-all", {{20, 30}, {40, 50}, {1, 2}}, {0, 100}, 21},
};

static void test_case(gconstpointer data)
{
    const struct ranges_case *c = data;
    struct interval_set ranges = {0};
    for (size_t i = 0; i < G_N_ELEMENTS(c->added); i++)
        interval_set_add(&ranges, c->added[i], true);
    g_assert_cmpuint(interval_set_sum(&ranges, c->asked), ==, c->want);
    interval_set_clear(&ranges);
    g_assert_cmpuint(interval_set_memory(&ranges), ==, 0);
}

/* Parts of a stream that came: which positions lie between them. */
static const struct {
    struct interval added[5];
    uint64_t position;
    bool reached;
    bool surrounded;
} places[] = {
    {{{0, 0}}, 10, false, false},
    {{{10, 20}}, 10, false, false}, /* the byte before it did not come */
    {{{10, 20}}, 11, true, true},
    {{{10, 20}}, 20, true, true},
    {{{10, 20}}, 21, false, false},
    {{{10, 20}, {41, 51}}, 25, false, false}, /* 21 of 41 bytes */
    {{{10, 20}, {30, 40}, {50, 60}}, 30, false, true},
    {{{10, 20}, {30, 40}, {50, 60}}, 45, false, true},
    {{{10, 20}, {30, 40}, {50, 60}}, 60, true, true},
    {{{10, 20}, {30, 40}, {50, 60}}, 61, false, false},
    {{{10, 20}, {30, 40}, {50, 60}}, 9, false, false},
    {{{50, 60}, {10, 20}, {30, 40}}, 45, false, true},  /* in any order */
    {{{10, 20}, {30, 40}, {80, 90}}, 69, false, true},  /* 40 of 80 bytes */
    {{{10, 20}, {30, 40}, {81, 90}}, 69, false, false}, /* 41 of 80 */
    {{{10, 20}, {51, 60}, {60, 70}}, 30, false, false},
};

static void test_places(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        struct interval_set ranges = {0};
        for (size_t j = 0; j < G_N_ELEMENTS(places[i].added); j++)
            interval_set_add(&ranges, places[i].added[j], true);
        g_assert_cmpint(interval_set_reaches(&ranges, places[i].position), ==, places[i].reached);
        g_assert_cmpint(interval_set_surrounds(&ranges, places[i].position), ==,
                        places[i].surrounded);
        interval_set_clear(&ranges);
    }
}

enum { BYTES = 500 }; /* fewer than it takes to fill the set */

static void add_random(struct interval_set *ranges, bool *came)
{
    unsigned start = (unsigned)g_test_rand_int_range(0, BYTES);
    unsigned length = (unsigned)g_test_rand_int_range(0, 12);
    unsigned end = MIN(start + length, BYTES);
    interval_set_add(ranges, (struct interval){start, end}, true);
    for (unsigned i = start; i < end; i++)
        came[i] = true;
}

/* Against the definition: a flag for each byte. */
static void test_against_flags(void)
{
    for (int round = 0; round < 300; round++) {
        struct interval_set one = {0};
        struct interval_set two = {0};
        bool one_came[BYTES] = {false};
        bool two_came[BYTES] = {false};
        int segments = g_test_rand_int_range(1, 200);
        for (int i = 0; i < segments; i++) {
            add_random(&one, one_came);
            add_random(&two, two_came);
        }
        unsigned start = (unsigned)g_test_rand_int_range(0, BYTES);
        unsigned end = (unsigned)g_test_rand_int_range(0, BYTES);
        uint64_t sum = 0;
        uint64_t only_two = 0;
        for (unsigned i = start; i < end; i++) {
            sum += one_came[i];
            only_two += two_came[i] && !one_came[i];
        }
        struct interval range = {start, end};
        g_assert_cmpuint(interval_set_sum(&one, range), ==, sum);
        g_assert_cmpuint(interval_set_sum_without(&two, range, &one, 0), ==, only_two);
        interval_set_start_at(&one, start);
        g_assert_cmpuint(interval_set_sum(&one, range), ==, sum);
        g_assert_cmpuint(interval_set_sum(&one, (struct interval){0, start}), ==, 0);
        interval_set_clear(&one);
        interval_set_clear(&two);
    }
}

/* The same bytes under other numbers. */
static void test_shift(void)
{
    struct interval_set here = {0};
    struct interval_set there = {0};
    interval_set_add(&here, (struct interval){100, 200}, true);
    interval_set_add(&there, (struct interval){1150, 1300}, true);
    struct interval range = {0, 180};
    g_assert_cmpuint(interval_set_sum_without(&here, range, &there, 1000), ==, 50);
    struct interval range_there = {1000, 1250};
    uint64_t back = (uint64_t)-1000;
    g_assert_cmpuint(interval_set_sum_without(&there, range_there, &here, back), ==, 50);
    interval_set_clear(&here);
    interval_set_clear(&there);
}

/* Ten of every twenty bytes come, far more often than the set has ranges. Whatever it closes stays
 * counted, and nothing is counted twice; memory stays within its bound. */
static void test_full(gconstpointer data)
{
    bool may_grow = GPOINTER_TO_INT(data);
    enum { PIECES = 10 * INTERVAL_SET_MAX };
    struct interval_set ranges = {0};
    struct interval all = {0, 20 * PIECES};
    for (unsigned i = 0; i < PIECES; i++) {
        interval_set_add(&ranges, (struct interval){20 * i, 20 * i + 10}, may_grow);
        g_assert_cmpuint(interval_set_sum(&ranges, all), ==, 10 * (i + 1));
    }
    g_assert_cmpuint(interval_set_memory(&ranges), <=,
                     may_grow ? INTERVAL_SET_MAX * sizeof(struct interval) : 0);
    for (unsigned i = 0; i < PIECES; i++) /* retransmissions of what came */
        interval_set_add(&ranges, (struct interval){20 * i, 20 * i + 10}, may_grow);
    g_assert_cmpuint(interval_set_sum(&ranges, all), ==, 10 * PIECES);
    interval_set_add(&ranges, (struct interval){10, 20}, may_grow); /* too late */
    g_assert_cmpuint(interval_set_sum(&ranges, all), ==, 10 * PIECES);
    interval_set_add(&ranges, (struct interval){0, 20 * PIECES}, may_grow);
    g_assert_cmpuint(interval_set_sum(&ranges, all), <=, 20 * PIECES);
    interval_set_clear(&ranges);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/interval-set/places", test_places);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/byte-ranges/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/byte-ranges/against-flags", test_against_flags);
    g_test_add_func("/byte-ranges/shift", test_shift);
    g_test_add_data_func("/byte-ranges/full", GINT_TO_POINTER(true), test_full);
    g_test_add_data_func("/byte-ranges/full-without-memory", GINT_TO_POINTER(false), test_full);
    return g_test_run();
}
