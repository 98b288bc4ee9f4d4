/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is counted of pairs of points. */
#include "tests/unit/support/path-bench.h"

struct story {
    const char *name;
    const char *words;
    uint64_t both; /* of A and B, as all that follow */
    uint64_t only_from;
    uint64_t only_to;
    uint64_t lost;
};

static const struct story stories[] = {
    {"nothing is lost", "A1 B1 A2 B2 A3 B3", 3, 0, 0, 0},
    {"one is lost", "A1 B1 A2 A3 B3", 2, 1, 0, 1},
    {"a run is lost", "A1 B1 A2 A3 A4 A5 B5", 2, 3, 0, 3},
    {"B's mirror lost it", "A1 B1 A2 B2- A3 B3", 2, 1, 0, 0},
    {"the network and B's mirror lost one each", "A1 B1 A2 A3 B3- A4 B4 A5 A6 B6", 3, 3, 0, 1},
    {"B's mirror lost another one before", "A1 B1 A2 B2- A3 B3 A4 A5 B5", 3, 2, 0, 1},
    {"A's mirror lost it", "A1 B1 A2- B2 A3 B3", 2, 0, 1, 0},
    {"A's mirror lost a copy of a frame that the network lost", "A1 B1 A2- A3 B3", 2, 0, 0, 0},
    {"nothing of the flow came before", "A1 A2 B2 A3 B3", 2, 1, 0, 0},
    {"nothing of the flow comes after", "A1 B1 A2 B2 A3", 2, 1, 0, 0},
    {"another flow came after", "A1 B1 A2 A101 B101", 2, 1, 0, 0},
    {"the flow of B is another one", "A1 B101 A2 B102 A3 B103", 0, 0, 0, 0},
    {"a flow that goes elsewhere", "A1 B1 A101 A2 B2 A102 A3 B3", 3, 0, 0, 0},
    {"B has no numbers", "A1 B1n A2 A3 B3n", 2, 1, 0, 0},
    {"B shows it changed", "A1 B1 A2 B2c A3 B3", 2, 1, 1, 0},
    {"B shows too little of it", "A1 B1 A2 B2s A3 B3", 2, 1, 0, 0},
    {"B shows something of another flow", "A1 B1 A2 B501 A3 B3", 2, 1, 0, 1},
    {"it is a fragment", "A1 B1 A2f A3 B3", 2, 1, 0, 0},
    {"its TTL ends before B", "A1 B1 A2o A3 B3", 2, 1, 0, 0},
    {"it is for a group", "A1g B1g A2g A3g B3g", 2, 1, 0, 0},
    {"A shows it at two ports", "A1 B1 A2 A2 A3 B3", 2, 1, 0, 1},
    {"A shows it at two ports, B at one", "A1 B1 A2 A2 B2 A3 B3", 3, 0, 0, 0},
    {"A shows two alike", "A1 B1 A2i A2i A3 B3", 2, 2, 0, 0},
    {"A shows two alike, B one", "A1 B1 A2i A2i B2i A3 B3", 3, 1, 0, 0},
    {"B's copy comes first", "A1 B1 A9 B9 A8 B8 B2 A2 A3 A4 B4 A5 B5 A6 B6", 7, 1, 0, 1},
    {"frames overtake each other", "A1 B1 A9 B9 A8 B8 A2 A3 A4 B4 B2 A5 B5 A6 B6 A7 B7", 8, 1, 0,
     1},
    {"a pause", "A1 B1 . A2 . A3 B3", 2, 1, 0, 1},
    {"it comes long after, unmatched", "A1 B1 A2 . . . B2 A3 B3", 2, 1, 1, 0},
    {"A's copy comes late, unmatched", "A1 B1 A9 B9 A2- B2 A3 B3 . . . A2l A4 B4", 4, 1, 1, 0},
    {"B's copies come late", "A1 B1 A9 B9 A8 B8 A2 A3 B3- A4 B4 B3l A5 B5 A6 B6", 7, 1, 0, 1},
};

static void test_story(gconstpointer data)
{
    const struct story *story = data;
    struct path_bench bench;
    path_bench_begin(&bench);
    path_bench_tell(&bench, story->words);
    const struct path_pair *pair = path_bench_pair(&bench, 'A', 'B');
    const struct path_pair none = {0};
    g_assert_true((pair != NULL) == (story->both > 0));
    pair = pair != NULL ? pair : &none;
    g_assert_cmpuint(pair->both, ==, story->both);
    g_assert_cmpuint(pair->only_from, ==, story->only_from);
    g_assert_cmpuint(pair->only_to, ==, story->only_to);
    g_assert_cmpuint(pair->lost, ==, story->lost);
    g_assert_cmpuint(g_hash_table_size(bench.lost), ==, story->lost);
    g_assert_cmpuint(pair->bypassed, ==, 0);
    g_assert_null(path_bench_pair(&bench, 'B', 'A'));
    path_bench_end(&bench);
}

static void test_three_points(void)
{
    struct path_bench bench;
    path_bench_begin(&bench);
    /* B does not show 2 and 5, though C does: it does not copy all frames. C does not show 4. */
    path_bench_tell(&bench, "A1 B1 C1 A2 C2 A3 B3 C3 A4 B4 A5 C5 A6 B6 C6");
    const struct path_pair *first = path_bench_pair(&bench, 'A', 'B');
    g_assert_cmpuint(first->both, ==, 4);
    g_assert_cmpuint(first->only_from, ==, 2);
    g_assert_cmpuint(first->lost, ==, 0);
    g_assert_cmpuint(first->bypassed, ==, 2);
    const struct path_pair *second = path_bench_pair(&bench, 'B', 'C');
    g_assert_cmpuint(second->both, ==, 3);
    g_assert_cmpuint(second->only_from, ==, 1);
    g_assert_cmpuint(second->only_to, ==, 2);
    const struct path_pair *both = path_bench_pair(&bench, 'A', 'C');
    g_assert_cmpuint(both->both, ==, 5);
    g_assert_cmpuint(both->lost, ==, 1);
    g_assert_cmpint(both->hops, ==, 2);
    path_bench_end(&bench);
}

/* By arrival: each word takes 10 us. */
static void test_delays(void)
{
    struct path_bench bench;
    path_bench_begin(&bench);
    path_bench_tell(&bench, "A1 B1 A2 A3 B2 B3 A4 B4");
    const struct path_pair *pair = path_bench_pair(&bench, 'A', 'B');
    const struct delay_histogram *delays = pair->delays[PATH_ARRIVAL].histogram;
    g_assert_cmpuint(delays->count, ==, 4);
    g_assert_cmpint(delays->min_ns, ==, 10 * NS_PER_US);
    g_assert_cmpint(delays->max_ns, ==, 20 * NS_PER_US);
    g_assert_cmpint(delays->sum_ns, ==, (10 + 20 + 20 + 10) * NS_PER_US);
    g_assert_null(pair->delays[PATH_ONE_CLOCK].histogram);
    g_assert_cmpint(pair->order, ==, PATH_BY_TTL);
    g_assert_cmpint(pair->hops, ==, 1);
    g_assert_cmpuint(pair->macs_changed, ==, 4);
    g_assert_cmpuint(pair->reordered, ==, 0);
    path_bench_end(&bench);
}

/* A mirror that drops frames above a length before it numbers them loses no number. */
static void test_longer_than_shown(void)
{
    static const struct {
        const char *words;
        uint64_t lost;
        uint64_t longer;
    } rows[] = {
        {"A1 B1 A2b A3 B3", 0, 1},
        {"A1 B1 A2b A3 A4b B3", 0, 1},         /* nothing comes after 4 */
        {"A1 B1 A2b B2- A3 B3", 0, 0},         /* B's mirror lost a copy there anyway */
        {"A1 B1 A2b A3 A4 B4", 1, 1},          /* 3 is as short as others */
        {"A1 B1 A2b B2b A3b A4 B4", 1, 0},     /* B has shown one as long */
        {"A101b B101b A1 B1 A2b A3 B3", 1, 0}, /* of another flow */
        {"A1 B1 A2b A3 B3 B901b", 1, 0},       /* alone, before 2 is judged */
        {"A1 B1 A2b A3 B3 . . . A4 B4 . . . A5 B5 A6b B6b", 0, 1}, /* when 2 is judged */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct path_bench bench;
        path_bench_begin(&bench);
        path_bench_tell(&bench, rows[i].words);
        const struct path_pair *pair = path_bench_pair(&bench, 'A', 'B');
        g_assert_cmpuint(pair->lost, ==, rows[i].lost);
        g_assert_cmpuint(pair->longer, ==, rows[i].longer);
        g_assert_cmpuint(pair->lost + pair->longer, <=, pair->only_from);
        path_bench_end(&bench);
    }
}

static void test_reordering(void)
{
    struct path_bench bench;
    path_bench_begin(&bench);
    /* 2 and 3 come to B behind 4, which passed A later. */
    path_bench_tell(&bench, "A1 B1 A2 A3 A4 B4 B2 B3 A5 B5");
    g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->reordered, ==, 2);
    g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->lost, ==, 0);
    path_bench_end(&bench);
    /* B shows the first frame before A does. Frame 1 is judged between the copies of frame 2. */
    path_bench_begin(&bench);
    path_bench_tell(&bench, "B1 A1 . A2 A3 B3 . A4 B2 B4");
    g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->both, ==, 4);
    g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->reordered, ==, 1);
    path_bench_end(&bench);
}

/* A mirror that is off for a while leaves no gap in its numbers: nothing is claimed of a long
 * silence, whether one flow fell silent or many. */
static void test_silence(void)
{
    for (unsigned flows = 1; flows <= 5; flows += 4) {
        GString *words = g_string_new(NULL);
        for (unsigned flow = 0; flow < flows; flow++)
            g_string_append_printf(words, "A%u B%u ", 100 * flow + 1, 100 * flow + 1);
        for (unsigned i = 2; i < 2 + 20 / flows; i++)
            for (unsigned flow = 0; flow < flows; flow++)
                g_string_append_printf(words, ". A%u ", 100 * flow + i);
        for (unsigned flow = 0; flow < flows; flow++)
            g_string_append_printf(words, "A%u B%u ", 100 * flow + 90, 100 * flow + 90);
        struct path_bench bench;
        path_bench_begin(&bench);
        path_bench_tell(&bench, words->str);
        g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->only_from, ==, 20);
        g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->lost, ==, 0);
        g_assert_cmpuint(g_hash_table_size(bench.lost), ==, 0);
        path_bench_end(&bench);
        g_string_free(words, TRUE);
    }
}

/* Whatever comes, memory stays, and nothing is claimed. */
static void test_many_points(void)
{
    struct path_bench bench;
    path_bench_begin(&bench);
    for (unsigned i = 0; i < 2 * PATH_POINTS_MAX; i++) {
        const struct session_key key = {.source = {4, {198, 51, (uint8_t)(i >> 8), (uint8_t)i}},
                                        .id = 1};
        struct copy copy = {.header.type = ERSPAN_TYPE_II,
                            .session = session_get(bench.sessions, &key)};
        session_appear(bench.sessions, copy.session);
        const struct analysis_finding finding = {.counts = true};
        const struct analysis_place place = {
            .frame = i + 1, .arrival_ns = PATH_BENCH_START_NS, .depth = 1};
        path_table_take(bench.paths, &place, &copy, &(struct fingerprint_frame){0},
                        (struct bytes){NULL, 0}, &finding);
    }
    g_assert_cmpuint(path_table_point_count(bench.paths), ==, PATH_POINTS_MAX);
    g_assert_cmpuint(path_table_given_up(bench.paths), ==, PATH_POINTS_MAX);
    path_bench_end(&bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
        g_autofree char *path = g_strdup_printf("/path-table/story/%s", stories[i].name);
        g_test_add_data_func(path, &stories[i], test_story);
    }
    g_test_add_func("/path-table/three-points", test_three_points);
    g_test_add_func("/path-table/delays", test_delays);
    g_test_add_func("/path-table/longer-than-shown", test_longer_than_shown);
    g_test_add_func("/path-table/reordering", test_reordering);
    g_test_add_func("/path-table/silence", test_silence);
    g_test_add_func("/path-table/many-points", test_many_points);
    return g_test_run();
}
