/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/snapshot.h"

/* A look at sessions that are counted without a report. */
static void take(struct snapshot *snapshot, double seconds, const struct report_session *sessions,
                 size_t count)
{
    snapshot_init(snapshot);
    snapshot->seconds = seconds;
    snapshot_begin_part(snapshot, NULL);
    for (size_t i = 0; i < count; i++) {
        snapshot_put_session(snapshot, &sessions[i], NULL);
        snapshot_put_counter(snapshot, &sessions[i].sequence, sessions[i].state.loss_known);
    }
}

static void test_between(void)
{
    const struct report_session before[] = {
        {.state.stream = 0,
         .counts.copies = 10,
         .counts.outer_bytes = 1000,
         .state.loss_known = true,
         .sequence = {.copies = 10, .lost = 4}},
    };
    const struct report_session now[] = {
        {.state.stream = 0,
         .counts.copies = 15,
         .counts.outer_bytes = 1600,
         .state.loss_known = true,
         .sequence = {.copies = 15, .lost = 1, .late = 3}},
        {.state.stream = 1, .counts.copies = 7, .counts.outer_bytes = 700},
    };
    struct snapshot first;
    struct snapshot second;
    struct snapshot between;
    take(&first, 1, before, G_N_ELEMENTS(before));
    take(&second, 3, now, G_N_ELEMENTS(now));
    snapshot_between(&first, &second, &between);
    g_assert_cmpfloat(between.seconds, ==, 2);
    g_assert_cmpuint(between.entries->len, ==, 2);
    g_assert_cmpuint(snapshot_session(&between, 0)->counts.copies, ==, 5);
    g_assert_cmpint(loss_signed(snapshot_session(&between, 0)->sequence.lost), ==, -3);
    g_assert_cmpuint(snapshot_session(&between, 1)->counts.copies, ==, 7);
    g_assert_false(snapshot_session(&between, 1)->state.loss_known);
    g_assert_cmpuint(between.all.counts.copies, ==, 12);
    g_assert_true(between.all.state.loss_known);
    g_assert_cmpint(loss_signed(between.all.sequence.lost), ==, -3);
    snapshot_clear(&between);
    snapshot_clear(&second);
    snapshot_clear(&first);
}

/* Two threads count sessions of their own. */
static void test_add(void)
{
    const struct report_session one = {.counts.copies = 3,
                                       .extremes.peak_1ms_bps = 5,
                                       .state.loss_known = true,
                                       .sequence = {.copies = 3, .lost = 1}};
    const struct report_session two = {.counts.copies = 4,
                                       .extremes.peak_1ms_bps = 9,
                                       .state.loss_known = true,
                                       .sequence = {.copies = 4, .lost = 2}};
    const struct other_packets arp = {OTHER_ETHERTYPE, 0x0806, 6};
    struct snapshot parts[2];
    struct snapshot sum;
    take(&parts[0], 1, &one, 1);
    take(&parts[1], 1, &two, 1);
    for (size_t i = 0; i < 2; i++) {
        parts[i].all.extremes.peak_1ms_bps = snapshot_session(&parts[i], 0)->extremes.peak_1ms_bps;
        parts[i].source.dropped = 10;
        other_traffic_add(&parts[i].others, &arp);
    }
    snapshot_init(&sum);
    for (size_t i = 0; i < 2; i++)
        snapshot_add(&sum, &parts[i]);
    g_assert_cmpuint(sum.all.counts.copies, ==, 7);
    g_assert_cmpuint(sum.all.sequence.lost, ==, 3);
    g_assert_cmpuint(sum.all.extremes.peak_1ms_bps, ==, 9);
    g_assert_cmpuint(sum.source.dropped, ==, 20);
    g_assert_cmpuint(sum.totals.dropped_kernel, ==, 20);
    struct other_packets rows[OTHER_SLOTS];
    g_assert_cmpuint(other_traffic_rows(&sum.others, rows), ==, 1);
    g_assert_cmpuint(rows[0].count, ==, 12);
    snapshot_clear(&sum);
    snapshot_clear(&parts[0]);
    snapshot_clear(&parts[1]);
}

/* Most bytes first, and one that nothing came of is left out. */
static void test_busiest(void)
{
    const struct report_session sessions[] = {
        {.counts.copies = 1, .counts.outer_bytes = 100},
        {.counts.copies = 0},
        {.counts.copies = 1, .counts.outer_bytes = 900},
        {.counts.copies = 9,
         .counts.outer_bytes = 500,
         .state.loss_known = true,
         .sequence = {.copies = 9, .lost = 1}},
    };
    static const guint want[] = {2, 3, 0};
    struct snapshot snapshot;
    take(&snapshot, 1, sessions, G_N_ELEMENTS(sessions));
    GArray *order = snapshot_busiest(&snapshot);
    g_assert_cmpuint(order->len, ==, G_N_ELEMENTS(want));
    for (guint i = 0; i < order->len; i++)
        g_assert_cmpuint(g_array_index(order, guint, i), ==, want[i]);
    const struct report_others others = snapshot_others(&snapshot, order, 1);
    g_assert_cmpuint(others.sessions, ==, 2);
    g_assert_cmpuint(others.sum.counts.copies, ==, 10);
    g_assert_cmpuint(others.sum.sequence.lost, ==, 1);
    g_array_free(order, TRUE);
    snapshot_clear(&snapshot);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot/between", test_between);
    g_test_add_func("/snapshot/add", test_add);
    g_test_add_func("/snapshot/busiest", test_busiest);
    return g_test_run();
}
