/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/path/path-truth.h"

enum { WHOLE = 10000, FLOWS_MIN = 1 << 16 };

struct path_truth *path_truth_new(const struct path_chain *chain)
{
    struct path_truth *truth = g_new0(struct path_truth, 1);
    truth->chain = *chain;
    truth->flows_limit = FLOWS_MIN;
    for (int reverse = 0; reverse < 2; reverse++)
        for (guint from = 0; from < chain->points; from++)
            for (guint to = from + 1; to < chain->points; to++) {
                struct path_truth_pair *pair = &truth->pairs[reverse][from][to];
                pair->latest = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
                pair->delays_ns = g_array_new(FALSE, FALSE, sizeof(int64_t));
            }
    return truth;
}

void path_truth_free(struct path_truth *truth)
{
    for (int reverse = 0; reverse < 2; reverse++)
        for (guint from = 0; from < truth->chain.points; from++)
            for (guint to = from + 1; to < truth->chain.points; to++) {
                g_hash_table_destroy(truth->pairs[reverse][from][to].latest);
                g_array_free(truth->pairs[reverse][from][to].delays_ns, TRUE);
            }
    g_free(truth);
}

static bool is_shown(const struct path_passage *passage, guint step)
{
    return passage->shown >> step & 1;
}

/* True if a frame of the same flow that was behind has come out before. */
static bool is_overtaken(struct path_truth *truth, struct path_truth_pair *pair, uint64_t flow,
                         uint64_t order)
{
    uint64_t *latest = g_hash_table_lookup(pair->latest, &flow);
    if (latest == NULL) {
        g_hash_table_insert(pair->latest, g_memdup2(&flow, sizeof flow),
                            g_memdup2(&order, sizeof order));
        truth->flows++;
        return false;
    }
    if (order < *latest)
        return true;
    *latest = order;
    return false;
}

static void pass_pair(struct path_truth *truth, const struct path_passage *passage, guint from,
                      guint to)
{
    struct path_truth_pair *pair = &truth->pairs[passage->reverse][from][to];
    pair->passed++;
    if (is_shown(passage, from) && !is_shown(passage, to)) {
        pair->only_from++;
        pair->unseen++;
    } else if (is_shown(passage, to) && !is_shown(passage, from)) {
        pair->only_to++;
    } else if (is_shown(passage, to)) {
        int64_t delay_ns = passage->at_ns[to] - passage->at_ns[from];
        pair->both++;
        pair->reordered += is_overtaken(truth, pair, passage->flow, passage->at_order[from]);
        pair->vlan_changed += passage->at_vlan[from] != passage->at_vlan[to];
        pair->dscp_changed += passage->at_dscp[from] != passage->at_dscp[to];
        pair->addresses_changed += passage->at_addresses[from] != passage->at_addresses[to];
        pair->ports_changed += passage->at_ports[from] != passage->at_ports[to];
        if (pair->delays_ns->len < PATH_DELAYS_MAX)
            g_array_append_val(pair->delays_ns, delay_ns);
    }
}

void path_truth_pass(struct path_truth *truth, const struct path_passage *passage)
{
    guint to = passage->steps - 1;
    for (guint from = 0; from < to; from++)
        pass_pair(truth, passage, from, to);
}

void path_truth_lose(struct path_truth *truth, const struct path_passage *passage)
{
    for (guint from = 0; from < passage->steps; from++)
        for (guint to = passage->steps; to < truth->chain.points; to++) {
            struct path_truth_pair *pair = &truth->pairs[passage->reverse][from][to];
            pair->passed++;
            pair->lost_in_all++;
            pair->only_from += is_shown(passage, from);
            pair->lost += is_shown(passage, from);
        }
}

static gboolean has_come_out(gpointer flow G_GNUC_UNUSED, gpointer latest, gpointer first_under_way)
{
    return *(const uint64_t *)latest < *(const uint64_t *)first_under_way;
}

void path_truth_forget(struct path_truth *truth, uint64_t first_under_way[2][PATH_POINTS_MAX])
{
    for (int reverse = 0; reverse < 2; reverse++)
        for (guint from = 0; from < truth->chain.points; from++)
            for (guint to = from + 1; to < truth->chain.points; to++)
                truth->flows -=
                    g_hash_table_foreach_remove(truth->pairs[reverse][from][to].latest,
                                                has_come_out, &first_under_way[reverse][from]);
    truth->flows_limit = MAX(FLOWS_MIN, 2 * truth->flows);
}

static int by_value(gconstpointer a, gconstpointer b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

void path_truth_pair_sort(struct path_truth_pair *pair)
{
    g_array_sort(pair->delays_ns, by_value);
}

int64_t path_truth_pair_percentile(const struct path_truth_pair *pair, unsigned parts)
{
    uint64_t count = pair->delays_ns->len;
    uint64_t rank = (count * parts + WHOLE - 1) / WHOLE;
    return g_array_index(pair->delays_ns, int64_t, (guint)(MAX(rank, 1) - 1));
}
