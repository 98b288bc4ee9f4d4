/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told of single frames: their steps, their ways, and what it would be if no more came. */
#include "tests/unit/support/path-bench.h"

/* Frames are those of the capture: a word makes one, unless the mirror loses it. */
static void test_steps(void)
{
    static const struct {
        const char *words;
        guint frame;
        uint64_t before;
        uint64_t after;
        int64_t delay_us;
        int hops;
    } rows[] = {
        {"A1 B1 C1", 1, 0, 2, 0, 0},
        {"A1 B1 C1", 2, 1, 3, 10, 1},
        {"A1 B1 C1", 3, 2, 0, 10, 1},
        {"A1 C1 B1", 2, 3, 0, -10, 1},            /* C's copy comes before B's, */
        {"A1 C1 B1", 3, 1, 2, 20, 1},             /* whose TTL stands between */
        {"A1 B1 A2 C2 A3 B3 C3", 4, 3, 0, 10, 2}, /* B does not show 2 */
        {"B1 A1", 1, 2, 0, -10, 1},
        {"B1 A1", 2, 0, 1, 0, 0},
        {"A1 B1 A2 A3 B3", 5, 4, 0, 10, 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct path_bench bench;
        path_bench_begin(&bench);
        path_bench_tell(&bench, rows[i].words);
        const struct path_step *step = path_bench_step(&bench, rows[i].frame);
        g_assert_cmpuint(step->frame, ==, rows[i].frame);
        g_assert_cmpuint(step->before, ==, rows[i].before);
        g_assert_cmpuint(step->after, ==, rows[i].after);
        g_assert_cmpint(step->delay.ns, ==, rows[i].delay_us * NS_PER_US);
        g_assert_cmpint(step->hops, ==, rows[i].hops);
        path_bench_end(&bench);
    }
}

static void test_ways(void)
{
    struct path_bench bench;
    path_bench_begin(&bench);
    path_bench_tell(&bench, "A1 C1 B1 A2 C2 A3 B3 C3 B4 A4 A5");
    static const struct path_way expected[] = {
        {2, {0, 1, 2}, 3, PATH_BY_TTL},
        {1, {0, 2}, 2, PATH_BY_TTL},
        {1, {0, 1}, 2, PATH_BY_TTL},
    };
    struct path_report *report = path_report_new(bench.paths);
    g_assert_cmpuint(report->ways->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < report->ways->len; i++) {
        const struct path_way *way = path_report_way(report, i);
        guint same = 0;
        for (guint k = 0; k < G_N_ELEMENTS(expected); k++) {
            const struct path_way *one = &expected[k];
            bool equal =
                way->frames == one->frames && way->count == one->count && way->order == one->order;
            for (unsigned at = 0; equal && at < one->count; at++)
                equal = path_report_point(report, way->points[at])->key.id == one->points[at];
            same += equal;
        }
        g_assert_cmpuint(same, ==, 1);
    }
    g_assert_cmpuint(path_report_way(report, 0)->frames, ==, 2);
    g_assert_cmpuint(report->frames_of_other_ways, ==, 0);
    path_report_release(report);
    path_bench_end(&bench);
}

/* More ways than have room are counted together. */
static void test_many_ways(void)
{
    struct path_ways ways = {.count = 0};
    for (unsigned to = 1; to <= PATH_WAYS_MAX + 5; to++)
        for (unsigned frame = 0; frame < 3; frame++)
            path_ways_add(&ways, &(struct path_way){.points = {0, (uint16_t)to}, .count = 2});
    g_assert_cmpuint(ways.count, ==, PATH_WAYS_MAX);
    g_assert_cmpuint(ways.others, ==, 5 * 3);
    for (unsigned i = 0; i < ways.count; i++)
        g_assert_cmpuint(ways.items[i].frames, ==, 3);
}

/* A frame of which no other point tells has no step. */
static void test_no_step(void)
{
    struct path_bench bench;
    path_bench_begin(&bench);
    path_bench_tell(&bench, "A1 B1 A2 A3 B3");
    g_assert_cmpuint(path_bench_step(&bench, 3)->frame, ==, 0);
    path_bench_end(&bench);
}

/* To ask what it would be if nothing came any more changes nothing of what comes. */
static void test_ended(void)
{
    struct path_bench bench;
    path_bench_begin(&bench);
    path_bench_tell_part(&bench, "A1 B1 A2 A3 B3 . . . A4 B4 A5");
    struct path_table *ended = path_table_ended(bench.paths);
    g_assert_cmpuint(path_table_pair_count(ended), ==, 1);
    g_assert_cmpuint(path_table_pair(ended, 0)->both, ==, 3);
    g_assert_cmpuint(path_table_pair(ended, 0)->only_from, ==, 2);
    g_assert_cmpuint(path_table_pair(ended, 0)->lost, ==, 1);
    path_table_free(ended);
    g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->both, ==, 2);
    path_bench_tell(&bench, "B5 A6 B6");
    g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->both, ==, 5);
    g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->only_from, ==, 1);
    g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->lost, ==, 1);
    g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->delays[PATH_ARRIVAL].histogram->count, ==,
                     5);
    g_assert_null(path_table_ended(NULL));
    path_bench_end(&bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/path-steps/steps", test_steps);
    g_test_add_func("/path-steps/no-step", test_no_step);
    g_test_add_func("/path-steps/ways", test_ways);
    g_test_add_func("/path-steps/many-ways", test_many_ways);
    g_test_add_func("/path-steps/ended", test_ended);
    return g_test_run();
}
