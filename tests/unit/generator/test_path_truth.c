/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened between two points: more flows than a table should hold, one after the other. */
#include "generator/path/path-truth.h"

enum { FLOWS = 300000, UNDER_WAY = 100, HELD = 1 << 16 };

/* Frame @p number of its direction passes A, or B if it has passed A. */
static void pass(struct path_truth *truth, uint64_t number, guint step)
{
    const struct path_passage passage = {
        .flow = 1 + number / 2,
        .steps = step + 1,
        .shown = 0x3,
        .at_ns = {0, 50},
        .at_order = {number, number},
        .at_vlan = {7, number % 3 == 0 ? 7 : 8},
        .at_dscp = {46, number % 5 == 0 ? 46 : 0},
    };
    path_truth_pass(truth, &passage);
}

/* Each flow has two frames, and the second overtakes the first, with others between them. */
static void test_many_flows(void)
{
    const struct path_chain chain = {.points = 2};
    struct path_truth *truth = path_truth_new(&chain);
    const struct path_truth_pair *pair = &truth->pairs[0][0][1];
    for (uint64_t number = 0; number < (uint64_t)2 * FLOWS; number += 2) {
        if (number >= UNDER_WAY)
            pass(truth, number - UNDER_WAY, 1);
        pass(truth, number + 1, 1);
        if (path_truth_is_full(truth)) {
            uint64_t first[2][PATH_POINTS_MAX] = {{number + 2 - UNDER_WAY, 0}, {0}};
            path_truth_forget(truth, first);
        }
        g_assert_cmpuint(truth->flows, <=, HELD);
        g_assert_cmpuint(truth->flows, ==, g_hash_table_size(pair->latest));
    }
    const uint64_t both = (uint64_t)2 * FLOWS - UNDER_WAY / 2;
    g_assert_cmpuint(pair->both, ==, both);
    g_assert_cmpuint(pair->reordered, ==, FLOWS - UNDER_WAY / 2);
    path_truth_free(truth);
}

static void test_changes(void)
{
    const struct path_chain chain = {.points = 2};
    struct path_truth *truth = path_truth_new(&chain);
    for (uint64_t number = 0; number < 30; number++)
        pass(truth, number, 1);
    g_assert_cmpuint(truth->pairs[0][0][1].vlan_changed, ==, 20);
    g_assert_cmpuint(truth->pairs[0][0][1].dscp_changed, ==, 24);
    g_assert_cmpuint(truth->pairs[1][0][1].both, ==, 0);
    path_truth_free(truth);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/path-truth/many-flows", test_many_flows);
    g_test_add_func("/path-truth/changes", test_changes);
    return g_test_run();
}
