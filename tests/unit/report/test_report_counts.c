/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/report-counts.h"

#include <glib.h>

#define NEGATIVE(COUNT) ((uint64_t) - (int64_t)(COUNT))

static void test_add(void)
{
    const struct report_session first = {
        .counts.copies = 10,
        .extremes.first_ns = 500,
        .extremes.last_ns = 900,
        .counts.outer_bytes = 1000,
        .counts.looped = 1,
        .counts.data_segments = 4,
        .counts.revealed = 3,
        .extremes.mirrored_max = 1514,
        .extremes.gap_max = 2,
        .counts.sizes = {[1] = 10},
        .flows = {.delivered = 100, .captured = 60},
        .sequence = {.copies = 10, .lost = 3},
    };
    const struct report_session second = {
        .counts.copies = 5,
        .extremes.first_ns = 300,
        .extremes.last_ns = 600,
        .counts.outer_bytes = 7000,
        .counts.looped = 2,
        .counts.data_segments = 1,
        .extremes.mirrored_max = 9000,
        .extremes.gap_max = 1,
        .counts.sizes = {[1] = 4, [7] = 1},
        .flows = {.delivered = 50, .captured = 50},
    };
    const struct report_session silent = {
        .extremes.first_ns = 0, .extremes.last_ns = INT64_MAX, .counts.quoted = 2};
    struct report_session sum = {0};
    counts_add(&sum, &first);
    counts_add(&sum, &second);
    counts_add(&sum, &silent);
    g_assert_cmpuint(sum.counts.copies, ==, 15);
    g_assert_cmpint(sum.extremes.first_ns, ==, 300);
    g_assert_cmpint(sum.extremes.last_ns, ==, 900); /* that of one without a copy means nothing */
    g_assert_cmpuint(sum.counts.outer_bytes, ==, 8000);
    g_assert_cmpuint(sum.counts.quoted, ==, 2);
    g_assert_cmpuint(sum.counts.looped, ==, 3);
    g_assert_cmpuint(sum.counts.data_segments, ==, 5);
    g_assert_cmpuint(sum.counts.revealed, ==, 3);
    g_assert_cmpuint(sum.extremes.mirrored_max, ==, 9000);
    g_assert_cmpuint(sum.extremes.gap_max, ==, 2);
    g_assert_cmpuint(sum.counts.sizes[1], ==, 14);
    g_assert_cmpuint(sum.counts.sizes[7], ==, 1);
    g_assert_cmpfloat(session_visibility(&sum), ==, 110.0 / 150);
    /* Numbers belong to counters, and are added by who knows these. */
    g_assert_cmpuint(sum.sequence.copies, ==, 0);
}

static void test_subtract(void)
{
    const struct report_session before = {
        .state.stream = 3,
        .counts.copies = 10,
        .counts.outer_bytes = 1000,
        .counts.looped = 1,
        .counts.sizes = {[2] = 10},
        .sequence = {.copies = 10, .lost = 5, .late = 1},
        .state.delays = 10,
        .state.delay_mean_ns = 100,
        .extremes.peak_1ms_bps = 900,
        .state.loss_known = true,
    };
    const struct report_session now = {
        .state.stream = 3,
        .counts.copies = 14,
        .counts.outer_bytes = 1500,
        .counts.looped = 3,
        .counts.sizes = {[2] = 13, [3] = 1},
        .sequence = {.copies = 14, .lost = 2, .late = 4},
        .state.delays = 14,
        .state.delay_mean_ns = 150,
        .extremes.peak_1ms_bps = 900,
        .extremes.interval_1ms_bps = 700,
        .state.loss_known = true,
    };
    const struct report_session between = counts_subtract(&before, &now);
    g_assert_cmpuint(between.state.stream, ==, 3);
    g_assert_cmpuint(between.counts.copies, ==, 4);
    g_assert_cmpuint(between.counts.outer_bytes, ==, 500);
    g_assert_cmpuint(between.counts.looped, ==, 2);
    g_assert_cmpuint(between.counts.sizes[2], ==, 3);
    g_assert_cmpuint(between.counts.sizes[3], ==, 1);
    /* Three that were lost before came late. */
    g_assert_cmpuint(between.sequence.lost, ==, NEGATIVE(3));
    g_assert_cmpint(loss_signed(between.sequence.lost), ==, -3);
    g_assert_cmpuint(between.sequence.late, ==, 3);
    g_assert_cmpfloat(session_loss_ratio(&between), ==, 0);
    /* 14 of 150 ns are 2100, 10 of 100 are 1000: the four in between had 1100. */
    g_assert_cmpuint(between.state.delays, ==, 4);
    g_assert_cmpfloat_with_epsilon(between.state.delay_mean_ns, 275, 1e-9);
    g_assert_cmpuint(between.extremes.peak_1ms_bps, ==, 700);
}

static void test_nothing_between(void)
{
    const struct report_session session = {.counts.copies = 3,
                                           .state.delays = 3,
                                           .state.delay_mean_ns = 50,
                                           .flows = {.delivered = 10, .captured = 5}};
    const struct report_session between = counts_subtract(&session, &session);
    g_assert_cmpuint(between.counts.copies, ==, 0);
    g_assert_cmpfloat(between.state.delay_mean_ns, ==, 0);
    g_assert_cmpfloat(session_visibility(&between), <, 0);
    g_assert_cmpfloat(session_loss_ratio(&between), ==, LOSS_UNKNOWN);
}

static void test_peaks(void)
{
    struct report_session sum = {
        .extremes.peak_1ms_bps = 5, .extremes.peak_100us_bps = 9, .extremes.interval_1ms_bps = 1};
    const struct report_session other = {.extremes.peak_1ms_bps = 7,
                                         .extremes.peak_100us_bps = 8,
                                         .extremes.interval_1ms_bps = 2,
                                         .extremes.interval_100us_bps = 3};
    counts_raise_peaks(&sum, &other);
    g_assert_cmpuint(sum.extremes.peak_1ms_bps, ==, 7);
    g_assert_cmpuint(sum.extremes.peak_100us_bps, ==, 9);
    g_assert_cmpuint(sum.extremes.interval_1ms_bps, ==, 2);
    g_assert_cmpuint(sum.extremes.interval_100us_bps, ==, 3);
}

/* Ten copies in two seconds of a run of eight; and as the kernel counts, which knows no times. */
static void test_seconds(void)
{
    const struct report_session timed = {.extremes.first_ns = 1500000000,
                                         .extremes.last_ns = 3500000000};
    const struct report_session counted = {.counts.copies = 10};
    g_assert_cmpfloat_with_epsilon(session_seconds(&timed, 8), 2, 1e-9);
    g_assert_cmpfloat_with_epsilon(session_seconds(&counted, 8), 8, 1e-9);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report-counts/add", test_add);
    g_test_add_func("/report-counts/subtract", test_subtract);
    g_test_add_func("/report-counts/nothing-between", test_nothing_between);
    g_test_add_func("/report-counts/peaks", test_peaks);
    g_test_add_func("/report-counts/seconds", test_seconds);
    return g_test_run();
}
