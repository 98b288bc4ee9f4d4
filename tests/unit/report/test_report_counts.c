/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/report-counts.h"

#include <glib.h>

#define NEGATIVE(COUNT) ((uint64_t) - (int64_t)(COUNT))

static void test_add(void)
{
    const struct report_session first = {
        .copies = 10,
        .first_ns = 500,
        .last_ns = 900,
        .outer_bytes = 1000,
        .looped = 1,
        .data_segments = 4,
        .revealed = 3,
        .mirrored_max = 1514,
        .run_max = 2,
        .sizes = {[1] = 10},
        .flows = {.delivered = 100, .captured = 60},
        .sequence = {.copies = 10, .lost = 3},
    };
    const struct report_session second = {
        .copies = 5,
        .first_ns = 300,
        .last_ns = 600,
        .outer_bytes = 7000,
        .looped = 2,
        .data_segments = 1,
        .mirrored_max = 9000,
        .run_max = 1,
        .sizes = {[1] = 4, [7] = 1},
        .flows = {.delivered = 50, .captured = 50},
    };
    const struct report_session silent = {.first_ns = 0, .last_ns = INT64_MAX, .quoted = 2};
    struct report_session sum = {0};
    counts_add(&sum, &first);
    counts_add(&sum, &second);
    counts_add(&sum, &silent);
    g_assert_cmpuint(sum.copies, ==, 15);
    g_assert_cmpint(sum.first_ns, ==, 300);
    g_assert_cmpint(sum.last_ns, ==, 900); /* that of one without a copy means nothing */
    g_assert_cmpuint(sum.outer_bytes, ==, 8000);
    g_assert_cmpuint(sum.quoted, ==, 2);
    g_assert_cmpuint(sum.looped, ==, 3);
    g_assert_cmpuint(sum.data_segments, ==, 5);
    g_assert_cmpuint(sum.revealed, ==, 3);
    g_assert_cmpuint(sum.mirrored_max, ==, 9000);
    g_assert_cmpuint(sum.run_max, ==, 2);
    g_assert_cmpuint(sum.sizes[1], ==, 14);
    g_assert_cmpuint(sum.sizes[7], ==, 1);
    g_assert_cmpfloat(visibility_ratio(&sum), ==, 110.0 / 150);
    /* Numbers belong to counters, and are added by who knows these. */
    g_assert_cmpuint(sum.sequence.copies, ==, 0);
}

static void test_subtract(void)
{
    const struct report_session before = {
        .stream = 3,
        .copies = 10,
        .outer_bytes = 1000,
        .looped = 1,
        .sizes = {[2] = 10},
        .sequence = {.copies = 10, .lost = 5, .late = 1},
        .delays = 10,
        .delay_mean_ns = 100,
        .peak_1ms_bps = 900,
        .loss_known = true,
    };
    const struct report_session now = {
        .stream = 3,
        .copies = 14,
        .outer_bytes = 1500,
        .looped = 3,
        .sizes = {[2] = 13, [3] = 1},
        .sequence = {.copies = 14, .lost = 2, .late = 4},
        .delays = 14,
        .delay_mean_ns = 150,
        .peak_1ms_bps = 900,
        .interval_1ms_bps = 700,
        .loss_known = true,
    };
    const struct report_session between = counts_subtract(&before, &now);
    g_assert_cmpuint(between.stream, ==, 3);
    g_assert_cmpuint(between.copies, ==, 4);
    g_assert_cmpuint(between.outer_bytes, ==, 500);
    g_assert_cmpuint(between.looped, ==, 2);
    g_assert_cmpuint(between.sizes[2], ==, 3);
    g_assert_cmpuint(between.sizes[3], ==, 1);
    /* Three that were lost before came late. */
    g_assert_cmpuint(between.sequence.lost, ==, NEGATIVE(3));
    g_assert_cmpint(loss_signed(between.sequence.lost), ==, -3);
    g_assert_cmpuint(between.sequence.late, ==, 3);
    g_assert_cmpfloat(session_loss_ratio(&between), ==, 0);
    /* 14 of 150 ns are 2100, 10 of 100 are 1000: the four in between had 1100. */
    g_assert_cmpuint(between.delays, ==, 4);
    g_assert_cmpfloat_with_epsilon(between.delay_mean_ns, 275, 1e-9);
    g_assert_cmpuint(between.peak_1ms_bps, ==, 700);
}

static void test_nothing_between(void)
{
    const struct report_session session = {
        .copies = 3, .delays = 3, .delay_mean_ns = 50, .flows = {.delivered = 10, .captured = 5}};
    const struct report_session between = counts_subtract(&session, &session);
    g_assert_cmpuint(between.copies, ==, 0);
    g_assert_cmpfloat(between.delay_mean_ns, ==, 0);
    g_assert_cmpfloat(visibility_ratio(&between), <, 0);
    g_assert_cmpfloat(session_loss_ratio(&between), ==, LOSS_UNKNOWN);
}

static void test_peaks(void)
{
    struct report_session sum = {.peak_1ms_bps = 5, .peak_100us_bps = 9, .interval_1ms_bps = 1};
    const struct report_session other = {
        .peak_1ms_bps = 7, .peak_100us_bps = 8, .interval_1ms_bps = 2, .interval_100us_bps = 3};
    counts_raise_peaks(&sum, &other);
    g_assert_cmpuint(sum.peak_1ms_bps, ==, 7);
    g_assert_cmpuint(sum.peak_100us_bps, ==, 9);
    g_assert_cmpuint(sum.interval_1ms_bps, ==, 2);
    g_assert_cmpuint(sum.interval_100us_bps, ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report-counts/add", test_add);
    g_test_add_func("/report-counts/subtract", test_subtract);
    g_test_add_func("/report-counts/nothing-between", test_nothing_between);
    g_test_add_func("/report-counts/peaks", test_peaks);
    return g_test_run();
}
