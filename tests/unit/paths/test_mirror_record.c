/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/mirror-record.h"

#include <glib.h>

/* Copies come at 10, 20, 30, ... as these findings; then is the record whole from and to there? */
struct story {
    const char *name;
    struct sequence_finding findings[6];
    size_t count;
    int64_t from_ns;
    int64_t to_ns;
    bool whole;
};

#define FIRST                                                                                      \
    {                                                                                              \
        .kind = SEQUENCE_FIRST                                                                     \
    }
#define NEXT                                                                                       \
    {                                                                                              \
        .kind = SEQUENCE_NEXT                                                                      \
    }
#define GAP(N)                                                                                     \
    {                                                                                              \
        .kind = SEQUENCE_GAP, .lost = (N)                                                          \
    }
#define FILL(F)                                                                                    \
    {                                                                                              \
        .kind = SEQUENCE_LATE, .found = true, .frame = (F)                                         \
    }

static const struct story stories[] = {
    {"in order", {FIRST, NEXT, NEXT, NEXT}, 4, 10, 40, true},
    {"before the first copy", {FIRST, NEXT}, 2, 9, 20, false},
    {"a gap", {FIRST, NEXT, GAP(1), NEXT}, 4, 20, 30, false},
    {"before the gap", {FIRST, NEXT, GAP(1), NEXT}, 4, 10, 20, true},
    {"behind the gap", {FIRST, NEXT, GAP(1), NEXT}, 4, 30, 40, true},
    {"around the gap", {FIRST, NEXT, GAP(1), NEXT}, 4, 10, 40, false},
    {"a gap that was filled", {FIRST, NEXT, GAP(1), FILL(3), NEXT}, 5, 10, 50, true},
    {"a gap that was half filled", {FIRST, NEXT, GAP(2), FILL(3), NEXT}, 5, 10, 50, false},
    {"late, but not missing", {FIRST, NEXT, {.kind = SEQUENCE_LATE}, NEXT}, 4, 10, 40, false},
    {"late below the lowest", {FIRST, {.kind = SEQUENCE_LATE, .lost = 3}, NEXT}, 3, 10, 30, false},
    {"a duplicate", {FIRST, NEXT, {.kind = SEQUENCE_DUPLICATE}, NEXT}, 4, 10, 40, true},
    {"pending", {FIRST, NEXT, {.kind = SEQUENCE_PENDING}, NEXT}, 4, 10, 40, false},
    {"a restart", {FIRST, NEXT, {.kind = SEQUENCE_RESTART}, NEXT}, 4, 10, 40, false},
    {"constant", {FIRST, {.kind = SEQUENCE_CONSTANT}, NEXT}, 3, 10, 30, false},
    {"several counters", {FIRST, {.kind = SEQUENCE_NEXT, .several = true}, NEXT}, 3, 10, 30, false},
};

/* Copies that come at those times do not belong to the span. */
static bool is_whole(const struct mirror_record *record, int64_t from_ns, int64_t to_ns)
{
    const struct mirror_span span = {from_ns, to_ns, UINT64_MAX, 0};
    return mirror_record_is_whole(record, &span);
}

static void test_story(gconstpointer data)
{
    const struct story *story = data;
    struct mirror_record record = {0};
    for (size_t i = 0; i < story->count; i++) {
        int64_t arrival_ns = 10 * ((int64_t)i + 1);
        mirror_record_take(&record, &story->findings[i], arrival_ns, i + 1);
        mirror_record_touch(&record, arrival_ns, i + 1);
    }
    g_assert_cmpint(is_whole(&record, story->from_ns, story->to_ns), ==, story->whole);
}

/* More holes than are remembered: before the oldest of them nothing is known. */
static void test_many_holes(void)
{
    struct mirror_record record = {0};
    const struct sequence_finding gap = GAP(1);
    const struct sequence_finding first = FIRST;
    mirror_record_take(&record, &first, 0, 1);
    for (int64_t i = 1; i <= 2 * MIRROR_RECORD_HOLES; i++) {
        mirror_record_touch(&record, 100 * i - 1, (uint64_t)i);
        mirror_record_take(&record, &gap, 100 * i, (uint64_t)i + 1);
        mirror_record_touch(&record, 100 * i, (uint64_t)i + 1);
    }
    const int64_t oldest_ns = INT64_C(100) * (MIRROR_RECORD_HOLES + 1);
    g_assert_true(is_whole(&record, oldest_ns + 1, oldest_ns + 50));
    g_assert_false(is_whole(&record, oldest_ns - 1, oldest_ns + 50));
    g_assert_false(is_whole(&record, 101, 150));
}

static void test_doubt(void)
{
    struct mirror_record record = {0};
    mirror_record_touch(&record, 10, 1);
    mirror_record_touch(&record, 20, 2);
    mirror_record_doubt(&record, 20, 2);
    mirror_record_touch(&record, 30, 3);
    g_assert_false(is_whole(&record, 10, 30));
    g_assert_true(is_whole(&record, 21, 30));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
        g_autofree char *path = g_strdup_printf("/mirror-record/%s", stories[i].name);
        g_test_add_data_func(path, &stories[i], test_story);
    }
    g_test_add_func("/mirror-record/many-holes", test_many_holes);
    g_test_add_func("/mirror-record/doubt", test_doubt);
    return g_test_run();
}
