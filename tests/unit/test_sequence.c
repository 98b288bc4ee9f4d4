/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence.h"

#include "tests/unit/sent-counter.h"
#include "tests/unit/support.h"

/* One copy and what it means. A content of its own unless `repeats`. */
struct step {
    uint32_t number;
    bool repeats;
    enum sequence_kind kind;
    uint32_t lost;
    uint32_t extent;
    uint64_t frame;
};

static void assert_counts_equal(const struct sequence_counts *a, const struct sequence_counts *b)
{
    g_assert_cmpuint(a->copies, ==, b->copies);
    g_assert_cmpuint(a->lost, ==, b->lost);
    g_assert_cmpuint(a->late, ==, b->late);
    g_assert_cmpuint(a->duplicates, ==, b->duplicates);
    g_assert_cmpuint(a->restarts, ==, b->restarts);
    g_assert_cmpuint(a->strays, ==, b->strays);
    g_assert_cmpuint(a->constants, ==, b->constants);
    g_assert_cmpuint(a->extent_max, ==, b->extent_max);
}

/* Takes the steps as frames 1, 2, ... and returns the counts. */
static struct sequence_counts walk(const struct step *steps, size_t count)
{
    struct sequence sequence = {0};
    struct sequence_counts sum = {0};
    for (size_t i = 0; i < count; i++) {
        const struct step *step = &steps[i];
        struct sequence_finding finding =
            sequence_take(&sequence, step->number, i + 1, step->repeats);
        g_test_message("frame %zu, number %u", i + 1, step->number);
        g_assert_cmpint(finding.kind, ==, step->kind);
        g_assert_cmpuint(finding.lost, ==, step->lost);
        g_assert_cmpuint(finding.extent, ==, step->extent);
        g_assert_cmpuint(finding.frame, ==, step->frame);
        sequence_counts_add(&sum, &finding);
        assert_counts_equal(&sum, &sequence.counts);
    }
    sequence_clear(&sequence);
    return sum;
}

#define WALK(steps) walk(steps, G_N_ELEMENTS(steps))

static void test_order(void)
{
    const struct step steps[] = {
        {7, false, SEQUENCE_FIRST, 0, 0, 0},     {8, false, SEQUENCE_NEXT, 0, 0, 0},
        {11, false, SEQUENCE_GAP, 2, 0, 2},      {10, false, SEQUENCE_LATE, 0, 1, 3},
        {11, true, SEQUENCE_DUPLICATE, 0, 0, 0}, {12, false, SEQUENCE_NEXT, 0, 0, 0},
        {9, false, SEQUENCE_LATE, 0, 3, 3},      {9, true, SEQUENCE_DUPLICATE, 0, 0, 0},
        {5, false, SEQUENCE_LATE, 1, 6, 1},      {6, false, SEQUENCE_LATE, 0, 7, 1},
    };
    struct sequence_counts counts = WALK(steps);
    g_assert_cmpuint(counts.copies, ==, 10);
    g_assert_cmpuint(counts.lost, ==, 0);
    g_assert_cmpuint(counts.late, ==, 4);
    g_assert_cmpuint(counts.duplicates, ==, 2);
    g_assert_cmpuint(counts.extent_max, ==, 7);
}

static void test_wrap(void)
{
    const struct step steps[] = {
        {0xfffffffe, false, SEQUENCE_FIRST, 0, 0, 0}, {0, false, SEQUENCE_GAP, 1, 0, 1},
        {0xffffffff, false, SEQUENCE_LATE, 0, 1, 2},  {1, false, SEQUENCE_NEXT, 0, 0, 0},
        {0xfffffffd, false, SEQUENCE_LATE, 0, 4, 1},
    };
    g_assert_cmpuint(WALK(steps).restarts, ==, 0);
}

static void report_event_list(const struct sent_counter *sent, const struct sequence_counts *is)
{
    const struct sent_truth truth = sent_counter_truth(sent);
    g_test_message("missing %" G_GUINT64_FORMAT " not %" G_GUINT64_FORMAT, is->lost, truth.missing);
}

static void check_random(uint32_t seed)
{
    struct sent_counter *sent = sent_counter_new(seed);
    struct sequence sequence = {0};
    struct sequence_counts sum = {0};
    for (size_t i = 0; i < sent->arrival_count; i++) {
        const struct sent_arrival *arrival = &sent->arrivals[i];
        struct sequence_finding finding =
            sequence_take(&sequence, arrival->number, i + 1, arrival->repeats);
        sequence_counts_add(&sum, &finding);
        assert_counts_equal(&sum, &sequence.counts);
    }
    const struct sent_truth truth = sent_counter_truth(sent);
    if (sum.lost != truth.missing || sum.late != truth.late || sum.duplicates != truth.duplicates ||
        sum.restarts != truth.restarts || sum.strays != 0 || sum.extent_max != truth.extent_max) {
        report_event_list(sent, &sum);
        g_printerr("seed %u: %s: lost %d/%d late %d/%d dup %d/%d restarts %d/%d strays %d extent "
                   "%d/%d\n",
                   seed, sent->description, (int)sum.lost, (int)truth.missing, (int)sum.late,
                   (int)truth.late, (int)sum.duplicates, (int)truth.duplicates, (int)sum.restarts,
                   (int)truth.restarts, (int)sum.strays, (int)sum.extent_max,
                   (int)truth.extent_max);
    }
    sequence_clear(&sequence);
    sent_counter_free(sent);
}

static void test_random(void)
{
    for (uint32_t seed = 0; seed < 4000; seed++)
        check_random(seed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sequence/order", test_order);
    g_test_add_func("/sequence/wrap", test_wrap);
    g_test_add_func("/sequence/random", test_random);
    return g_test_run();
}
