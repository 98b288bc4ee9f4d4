/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/truth/truth-paths.h"

static void put_name(struct json_writer *json, const char *key, const struct truth *truth,
                     guint session)
{
    json_put_text(
        json, key,
        g_array_index(truth->scenario->sessions, struct session_plan, session).stream.group.name);
}

static void put_delay(struct json_writer *json, struct path_truth_pair *pair)
{
    static const struct {
        const char *name;
        unsigned parts; /* of 10000 */
    } figures[] = {
        {"min_ns", 0},    {"p50_ns", 5000},   {"p90_ns", 9000},
        {"p99_ns", 9900}, {"p99_9_ns", 9990}, {"max_ns", 10000},
    };
    path_truth_pair_sort(pair);
    json_open_object_flat(json, "delay");
    for (size_t i = 0; i < G_N_ELEMENTS(figures); i++)
        json_put_signed(json, figures[i].name, path_truth_pair_percentile(pair, figures[i].parts));
    json_close_object(json);
}

/* The two points are the steps of the way in that direction. */
static void put_pair(struct json_writer *json, const struct truth *truth, struct path_truth *path,
                     bool reverse, guint from, guint to)
{
    struct path_truth_pair *pair = &path->pairs[reverse][from][to];
    const struct path_chain *chain = &path->chain;
    if (pair->passed == 0)
        return;
    json_open_object(json, NULL);
    put_name(json, "from", truth, chain->sessions[path_chain_place(chain, from, reverse)]);
    put_name(json, "to", truth, chain->sessions[path_chain_place(chain, to, reverse)]);
    json_put_text(json, "direction", reverse ? "reverse" : "forward");
    json_put_unsigned(json, "passed", pair->passed);
    json_put_unsigned(json, "both", pair->both);
    json_put_unsigned(json, "only_from", pair->only_from);
    json_put_unsigned(json, "only_to", pair->only_to);
    json_put_unsigned(json, "lost", pair->lost);
    json_put_unsigned(json, "unseen", pair->unseen);
    json_put_unsigned(json, "lost_in_all", pair->lost_in_all);
    json_put_unsigned(json, "reordered", pair->reordered);
    json_put_unsigned(json, "vlan_changed", pair->vlan_changed);
    json_put_unsigned(json, "dscp_changed", pair->dscp_changed);
    json_put_unsigned(json, "addresses_changed", pair->addresses_changed);
    json_put_unsigned(json, "ports_changed", pair->ports_changed);
    if (pair->delays_ns->len > 0)
        put_delay(json, pair);
    json_close_object(json);
}

void truth_put_paths(struct json_writer *json, const struct truth *truth)
{
    if (truth->paths->len == 0)
        return;
    json_open_array(json, "paths");
    for (guint i = 0; i < truth->paths->len; i++) {
        struct path_truth *path = g_ptr_array_index(truth->paths, i);
        for (int reverse = 0; reverse < 2; reverse++)
            for (guint from = 0; from < path->chain.points; from++)
                for (guint to = from + 1; to < path->chain.points; to++)
                    put_pair(json, truth, path, reverse, from, to);
    }
    json_close_array(json);
}
