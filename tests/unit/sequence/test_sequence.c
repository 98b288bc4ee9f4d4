/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-internal.h"

#include "tests/unit/support/sent-counter.h"
#include "tests/unit/support/support.h"

/* One copy and what it means. A content of its own unless `repeats`. */
struct step {
    uint32_t number;
    bool repeats;
    enum sequence_kind kind;
    uint32_t lost;
    uint32_t extent;
    uint64_t frame;
};

/* What a copy means that has nothing but a number and a content. */
static struct sequence_finding take(struct sequence *sequence, uint32_t number, uint64_t frame,
                                    bool repeats)
{
    const struct sequence_copy copy = {.number = number, .frame = frame, .is_duplicate = repeats};
    return sequence_take(sequence, &copy);
}

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
static struct sequence_counts outer_parse(const struct step *steps, size_t count)
{
    struct sequence *sequence = sequence_new();
    struct sequence_counts sum = {0};
    for (size_t i = 0; i < count; i++) {
        const struct step *step = &steps[i];
        struct sequence_finding finding = take(sequence, step->number, i + 1, step->repeats);
        g_test_message("frame %zu, number %u", i + 1, step->number);
        g_assert_cmpint(finding.kind, ==, step->kind);
        g_assert_cmpuint(finding.lost, ==, step->lost);
        g_assert_cmpuint(finding.extent, ==, step->extent);
        g_assert_cmpuint(finding.frame, ==, step->frame);
        sequence_counts_add(&sum, &finding);
        assert_counts_equal(&sum, sequence_counts_so_far(sequence));
    }
    sequence_free(sequence);
    return sum;
}

#define WALK(steps) outer_parse(steps, G_N_ELEMENTS(steps))

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

static void test_wrap_30(void)
{
    const struct step steps[] = {
        {0x3ffffffe, false, SEQUENCE_FIRST, 0, 0, 0}, {1, false, SEQUENCE_GAP, 2, 0, 1},
        {0x3fffffff, false, SEQUENCE_LATE, 0, 1, 2},  {2, false, SEQUENCE_NEXT, 0, 0, 0},
        {0, false, SEQUENCE_LATE, 0, 3, 2},
    };
    g_assert_cmpuint(WALK(steps).lost, ==, 0);

    struct sequence *sequence = sequence_new();
    take(sequence, 0x3fffffff, 1, false);
    struct sequence_finding finding = take(sequence, 0, 2, false);
    g_assert_true(finding.narrowed);
    g_assert_cmpint(finding.kind, ==, SEQUENCE_NEXT);
    g_assert_cmpuint(sequence->counter.width, ==, 30);
    sequence_free(sequence);
}

/* 32 bits pass 2^30 in order, and loss there changes nothing. */
static void test_wide(void)
{
    const struct step steps[] = {
        {0x3ffffffe, false, SEQUENCE_FIRST, 0, 0, 0},
        {0x3fffffff, false, SEQUENCE_NEXT, 0, 0, 0},
        {0x40000001, false, SEQUENCE_GAP, 1, 0, 2},
        {0x40000000, false, SEQUENCE_LATE, 0, 1, 3},
    };
    g_assert_cmpuint(WALK(steps).lost, ==, 0);
}

static void test_restart(void)
{
    const struct step steps[] = {
        {500, false, SEQUENCE_FIRST, 0, 0, 0},   {501, false, SEQUENCE_NEXT, 0, 0, 0},
        {503, false, SEQUENCE_GAP, 1, 0, 2},     {0, false, SEQUENCE_PENDING, 499, 3, 0},
        {2, false, SEQUENCE_RESTART, 1, 0, 4},   {3, false, SEQUENCE_NEXT, 0, 0, 0},
        {502, false, SEQUENCE_PENDING, 0, 4, 3}, {1, false, SEQUENCE_LATE, 0, 3, 5},
        {4, false, SEQUENCE_NEXT, 0, 0, 0},
    };
    struct sequence_counts counts = WALK(steps);
    g_assert_cmpuint(counts.restarts, ==, 1);
    g_assert_cmpuint(counts.lost, ==, 0);
    g_assert_cmpuint(counts.late, ==, 2);
    g_assert_cmpuint(counts.strays + counts.duplicates, ==, 0);
}

/* Beyond the end of the run before: what was sent after it, and overtook it, begins with the first
 * copy of the new run. */
static void test_late_beyond_the_end_of_a_run(void)
{
    const struct step steps[] = {
        {500, false, SEQUENCE_FIRST, 0, 0, 0},   {501, false, SEQUENCE_NEXT, 0, 0, 0},
        {0, false, SEQUENCE_PENDING, 499, 2, 0}, {1, false, SEQUENCE_RESTART, 0, 0, 3},
        {2, false, SEQUENCE_NEXT, 0, 0, 0},      {503, false, SEQUENCE_PENDING, 1, 3, 0},
        {3, false, SEQUENCE_NEXT, 0, 0, 0},
    };
    struct sequence_counts counts = WALK(steps);
    g_assert_cmpuint(counts.restarts, ==, 1);
    g_assert_cmpuint(counts.lost, ==, 1);
    g_assert_cmpuint(counts.late, ==, 1);
    g_assert_cmpuint(counts.strays, ==, 0);
    g_assert_cmpuint(counts.extent_max, ==, 3);
}

/* A copy that fills a gap of the run before the restart, after so many copies of the new run. */
static void test_run_that_is_forgotten(void)
{
    static const struct {
        uint32_t copies;
        enum sequence_kind taken_for;
        uint32_t extent;
    } rows[] = {
        {SEQUENCE_PAST_MAX + 1, SEQUENCE_LATE, SEQUENCE_PAST_MAX + 2}, /* and 500002 */
        {SEQUENCE_PAST_MAX + 2, SEQUENCE_PENDING, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sequence *sequence = sequence_new();
        uint64_t frame = 0;
        take(sequence, 500000, ++frame, false);
        take(sequence, 500002, ++frame, false);
        for (uint32_t number = 0; number < rows[i].copies; number++)
            take(sequence, number, ++frame, false);
        g_assert_cmpuint(sequence_counts_so_far(sequence)->restarts, ==, 1);
        struct sequence_finding finding = take(sequence, 500001, ++frame, false);
        g_assert_cmpint(finding.kind, ==, SEQUENCE_PENDING);
        g_assert_cmpint(finding.taken_for, ==, rows[i].taken_for);
        g_assert_cmpuint(finding.extent, ==, rows[i].extent);
        sequence_free(sequence);
    }
}

/* Five copies in a row were lost before. So where four numbers are skipped behind a restart, these
 * are lost as well: the copy behind them is none of the run before, which lacks that number, too.
 */
static void test_gap_as_long_as_one_before(void)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } parts[] = {
        {10, 11},   {14, 73},   {12, 12},   {74, 133},  {13, 13}, /* late by 120 */
        {134, 159}, {165, 170}, {172, 175}, {130, 158}, {163, 163},
    };
    struct sequence *sequence = sequence_new();
    uint64_t frame = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        for (uint32_t number = parts[i].first; number <= parts[i].last; number++)
            take(sequence, number, ++frame, false);
    const struct sequence_counts *counts = sequence_counts_so_far(sequence);
    g_assert_cmpuint(counts->restarts, ==, 1);
    g_assert_cmpuint(counts->late, ==, 2);
    g_assert_cmpuint(counts->lost, ==, 5 + 1 + 4);
    sequence_free(sequence);
}

/* Each restart goes a million numbers down. Then a copy comes that the first run misses. */
static void test_runs_that_are_too_many(void)
{
    static const struct {
        uint32_t restarts;
        enum sequence_kind taken_for;
    } rows[] = {{SEQUENCE_RUNS_MAX, SEQUENCE_LATE}, {SEQUENCE_RUNS_MAX + 1, SEQUENCE_PENDING}};
    const uint32_t first = 10000000;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sequence *sequence = sequence_new();
        uint64_t frame = 0;
        for (uint32_t run = 0; run <= rows[i].restarts; run++) {
            take(sequence, first - 1000000 * run, ++frame, false);
            take(sequence, first - 1000000 * run + 2, ++frame, false);
        }
        g_assert_cmpuint(sequence_counts_so_far(sequence)->restarts, ==, rows[i].restarts);
        struct sequence_finding finding = take(sequence, first + 1, ++frame, false);
        g_assert_cmpint(finding.kind, ==, SEQUENCE_PENDING);
        g_assert_cmpint(finding.taken_for, ==, rows[i].taken_for);
        sequence_free(sequence);
    }
}

/* Gaps in which no copy can be late any more make room for others. */
static void test_gaps_that_are_too_old(void)
{
    struct sequence *sequence = sequence_new();
    uint64_t frame = 0;
    for (uint32_t number = 0; number <= 8; number += 2)
        take(sequence, number, ++frame, false);
    take(sequence, 0, ++frame, true); /* noted, as the gaps are: there is room for more notes */
    size_t memory = sequence_memory(sequence);
    for (uint32_t number = 9; number <= 9 + SEQUENCE_LATE_MAX; number++)
        take(sequence, number, ++frame, false);
    take(sequence, 11 + SEQUENCE_LATE_MAX, ++frame, false);
    g_assert_cmpuint(sequence_counts_so_far(sequence)->lost, ==, 5);
    g_assert_cmpuint(sequence_memory(sequence), ==, memory);
    sequence_free(sequence);
}

/* Every odd number is missing; then one of them comes. */
static void test_gaps_that_are_forgotten(void)
{
    enum { QUARTER = SEQUENCE_GAPS_MAX / 4 };
    static const struct {
        uint32_t gaps;
        uint32_t gap; /* the number of the one that is filled: 1 for the oldest */
        bool found;
        uint64_t frame; /* that revealed it */
    } rows[] = {
        {SEQUENCE_GAPS_MAX, 1, true, 2},
        {SEQUENCE_GAPS_MAX + 1, QUARTER, false, 0},
        {SEQUENCE_GAPS_MAX + 1, QUARTER + 1, true, QUARTER + 2},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sequence *sequence = sequence_new();
        for (uint32_t number = 0; number <= rows[i].gaps; number++)
            take(sequence, 2 * number, number + 1, false);
        struct sequence_finding finding =
            take(sequence, 2 * rows[i].gap - 1, rows[i].gaps + 2, false);
        g_assert_cmpint(finding.found, ==, rows[i].found);
        g_assert_cmpuint(finding.frame, ==, rows[i].frame);
        g_assert_cmpuint(sequence_counts_so_far(sequence)->late, ==, 1);
        g_assert_cmpuint(sequence_counts_so_far(sequence)->lost, ==, rows[i].gaps - rows[i].found);
        sequence_free(sequence);
    }
}

/* All numbers of the new run were received in the old one, with other content. */
static void test_restart_near_start(void)
{
    struct sequence *sequence = sequence_new();
    uint64_t frame = 0;
    for (unsigned run = 0; run < 2; run++)
        for (uint32_t number = 0; number < 500; number++)
            take(sequence, number, ++frame, false);
    g_assert_cmpuint(sequence_counts_so_far(sequence)->restarts, ==, 1);
    g_assert_cmpuint(sequence_counts_so_far(sequence)->duplicates, ==, 0);
    g_assert_cmpuint(sequence_counts_so_far(sequence)->lost, ==, 0);
    g_assert_cmpuint(sequence_counts_so_far(sequence)->strays, ==, 0);
    g_assert_cmpuint(sequence_counts_so_far(sequence)->copies, ==, 1000);
    sequence_free(sequence);
}

/* One flipped bit in a number is a stray, not a gap of a million and a restart. */
static void test_stray(void)
{
    for (unsigned bit = 11; bit < 32; bit++) {
        const struct step steps[] = {
            {5000, false, SEQUENCE_FIRST, 0, 0, 0},
            {5001, false, SEQUENCE_NEXT, 0, 0, 0},
            {5002 ^ (1u << bit), false, SEQUENCE_PENDING, 0, 0, 0},
            {5003, false, SEQUENCE_GAP, 1, 0, 2},
            {5004, false, SEQUENCE_NEXT, 0, 0, 0},
        };
        if ((5002 & (1u << bit)) != 0)
            continue;
        struct sequence_counts counts = WALK(steps);
        g_assert_cmpuint(counts.strays, ==, 1);
        g_assert_cmpuint(counts.lost, ==, 1);
        g_assert_cmpuint(counts.restarts, ==, 0);
    }
}

/* A far number is no gap either while another copy is not decided, and memory is too short to
 * follow the run beside it. */
static void test_stray_beside_a_pending_copy(void)
{
    struct sequence *sequence = sequence_new();
    uint64_t frame = 0;
    for (uint32_t number = 100; number < 200; number++)
        take(sequence, number, ++frame, false);
    sequence_set_low_memory(sequence, true);
    take(sequence, 150, ++frame, false); /* with other content */
    take(sequence, 200, ++frame, false);
    take(sequence, 100200, ++frame, false);
    for (uint32_t number = 201; number < 260; number++)
        take(sequence, number, ++frame, false);
    const struct sequence_counts *counts = sequence_counts_so_far(sequence);
    g_assert_cmpuint(counts->lost, ==, 0);
    g_assert_cmpuint(counts->restarts, ==, 0);
    g_assert_cmpuint(counts->strays, ==, 1);
    sequence_free(sequence);
}

static void test_long_gap(void)
{
    const struct step steps[] = {
        {1, false, SEQUENCE_FIRST, 0, 0, 0},
        {100001, false, SEQUENCE_PENDING, 0, 0, 0},
        {100002, false, SEQUENCE_GAP, 99999, 0, 1},
        {100000, false, SEQUENCE_LATE, 0, 2, 2},
    };
    struct sequence_counts counts = WALK(steps);
    g_assert_cmpuint(counts.lost, ==, 99998);
    g_assert_cmpuint(counts.strays, ==, 0);
}

/* Quirk Q3: a number that never moves, whether frames differ or are all alike. */
static void test_constant(void)
{
    const struct step steps[] = {
        {0, false, SEQUENCE_FIRST, 0, 0, 0},    {0, false, SEQUENCE_CONSTANT, 0, 0, 0},
        {0, true, SEQUENCE_DUPLICATE, 0, 0, 0}, {0, false, SEQUENCE_CONSTANT, 0, 0, 0},
        {9, false, SEQUENCE_PENDING, 0, 0, 0},  {0, false, SEQUENCE_CONSTANT, 0, 0, 0},
        {1, false, SEQUENCE_PENDING, 0, 0, 0},  {2, false, SEQUENCE_RESTART, 0, 0, 7},
        {3, false, SEQUENCE_NEXT, 0, 0, 0},
    };
    struct sequence_counts counts = WALK(steps);
    g_assert_cmpuint(counts.constants, ==, 4);
    g_assert_cmpuint(counts.duplicates, ==, 0);
    g_assert_cmpuint(counts.strays, ==, 1);
    g_assert_cmpuint(counts.lost, ==, 0);

    struct sequence *sequence = sequence_new();
    for (uint64_t frame = 1; frame <= 100; frame++)
        take(sequence, 7, frame, frame > 1);
    g_assert_cmpuint(sequence_counts_so_far(sequence)->constants, ==, 99);
    g_assert_cmpuint(sequence_counts_so_far(sequence)->duplicates, ==, 0);
    sequence_free(sequence);
}

/* A gap says which numbers are missing, and which copy came before: small ones at once, large ones
 * when a second copy bears them out. */
static void test_gap_names_its_numbers(void)
{
    static const struct {
        uint32_t number;
        uint64_t missing; /* 0: the copy reveals none */
        uint32_t lost;
        uint64_t before; /* frame */
    } steps[] = {
        {7, 0, 0, 0},  {11, 8, 3, 1}, {12, 0, 0, 0},     {14, 13, 1, 3},
        {15, 0, 0, 0}, {16, 0, 0, 0}, {500016, 0, 0, 0}, {500017, 17, 499999, 6},
    };
    struct sequence *sequence = sequence_new();
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        struct sequence_finding finding = take(sequence, steps[i].number, i + 1, false);
        if (steps[i].missing == 0) {
            g_assert_cmpint(finding.kind, !=, SEQUENCE_GAP);
            continue;
        }
        g_assert_cmpint(finding.kind, ==, SEQUENCE_GAP);
        g_assert_cmpuint(finding.missing, ==, steps[i].missing);
        g_assert_cmpuint(finding.lost, ==, steps[i].lost);
        g_assert_cmpuint(finding.frame, ==, steps[i].before);
    }
    sequence_free(sequence);
}

/* Any numbers at all: memory is bounded, also a short one, and findings add up. */
static void test_noise(void)
{
    for (unsigned bits = 1; bits <= 32; bits++) {
        GRand *random = g_rand_new_with_seed(bits);
        struct sequence *sequence = sequence_new();
        sequence_set_low_memory(sequence, bits % 2 == 0);
        struct sequence_counts sum = {0};
        for (uint64_t frame = 1; frame <= 20000; frame++) {
            bool repeats = g_rand_int_range(random, 0, 10) == 0;
            struct sequence_finding finding =
                take(sequence, g_rand_int(random) >> (32 - bits), frame, repeats);
            sequence_counts_add(&sum, &finding);
            assert_counts_equal(&sum, sequence_counts_so_far(sequence));
        }
        g_assert_cmpuint(sum.copies, ==, 20000);
        g_assert_cmpuint(sum.late + sum.duplicates + sum.strays + sum.restarts, <, 20000);
        g_assert_cmpuint(sequence_memory(sequence), <, 1 << 20);
        struct sequence *clone = sequence_clone(sequence);
        g_assert_cmpuint(sequence_memory(clone), <=,
                         sequence_memory(sequence)); /* revisions are not cloned */
        sequence_free(sequence);
        sequence_free(clone);
        g_rand_free(random);
    }
}

/* ---- what a source sent, at random ---- */

static struct sequence_counts take_all(const struct sent_counter *sent)
{
    struct sequence *sequence = sequence_new();
    struct sequence_counts sum = {0};
    for (size_t i = 0; i < sent->arrival_count; i++) {
        const struct sent_arrival *arrival = &sent->arrivals[i];
        struct sequence_finding finding = take(sequence, arrival->number, i + 1, arrival->repeats);
        sequence_counts_add(&sum, &finding);
        assert_counts_equal(&sum, sequence_counts_so_far(sequence));
    }
    sequence_free(sequence);
    return sum;
}

static bool is_right(const struct sequence_counts *counts, const struct sent_truth *truth)
{
    return counts->extent_max == truth->extent_max && counts->lost == truth->missing &&
           counts->late == truth->late && counts->duplicates == truth->duplicates &&
           counts->restarts == truth->restarts && counts->strays == 0 && counts->constants == 0;
}

static bool check_sent(enum sent_kind kind, uint32_t seed)
{
    struct sent_counter *sent = sent_counter_new(kind, seed);
    const struct sequence_counts counts = take_all(sent);
    const struct sent_truth truth = sent_counter_truth(sent);
    bool right = is_right(&counts, &truth);
    if (!right)
        g_test_message("seed %u: %s: lost %u for %u, late %u for %u, duplicates %u for %u, "
                       "restarts %u for %u, extent %u for %u, strays %u",
                       seed, sent->description, (unsigned)counts.lost, (unsigned)truth.missing,
                       (unsigned)counts.late, (unsigned)truth.late, (unsigned)counts.duplicates,
                       (unsigned)truth.duplicates, (unsigned)counts.restarts,
                       (unsigned)truth.restarts, counts.extent_max, (unsigned)truth.extent_max,
                       (unsigned)counts.strays);
    sent_counter_free(sent);
    return right;
}

static void test_sent(gconstpointer data)
{
    const unsigned seeds = g_test_slow() ? 1500 : 500;
    enum sent_kind kind = (enum sent_kind)GPOINTER_TO_INT(data);
    unsigned wrong = 0;
    for (uint32_t seed = 0; seed < seeds; seed++)
        wrong += !check_sent(kind, seed);
    g_assert_cmpuint(wrong, <=, kind == SENT_WILD ? seeds / 10 : 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sequence/order", test_order);
    g_test_add_func("/sequence/wrap", test_wrap);
    g_test_add_func("/sequence/wrap-30", test_wrap_30);
    g_test_add_func("/sequence/wide", test_wide);
    g_test_add_func("/sequence/restart", test_restart);
    g_test_add_func("/sequence/late-beyond-the-end-of-a-run", test_late_beyond_the_end_of_a_run);
    g_test_add_func("/sequence/run-that-is-forgotten", test_run_that_is_forgotten);
    g_test_add_func("/sequence/gap-as-long-as-one-before", test_gap_as_long_as_one_before);
    g_test_add_func("/sequence/runs-that-are-too-many", test_runs_that_are_too_many);
    g_test_add_func("/sequence/gaps-that-are-too-old", test_gaps_that_are_too_old);
    g_test_add_func("/sequence/gaps-that-are-forgotten", test_gaps_that_are_forgotten);
    g_test_add_func("/sequence/restart-near-start", test_restart_near_start);
    g_test_add_func("/sequence/stray", test_stray);
    g_test_add_func("/sequence/stray-beside-a-pending-copy", test_stray_beside_a_pending_copy);
    g_test_add_func("/sequence/long-gap", test_long_gap);
    g_test_add_func("/sequence/constant", test_constant);
    g_test_add_func("/sequence/gap-names-its-numbers", test_gap_names_its_numbers);
    g_test_add_func("/sequence/noise", test_noise);
    g_test_add_data_func("/sequence/sent/one-run", GINT_TO_POINTER(SENT_ONE_RUN), test_sent);
    g_test_add_data_func("/sequence/sent/restarts", GINT_TO_POINTER(SENT_RESTARTS), test_sent);
    g_test_add_data_func("/sequence/sent/wild", GINT_TO_POINTER(SENT_WILD), test_sent);
    return g_test_run();
}
