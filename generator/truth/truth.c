/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/truth/truth.h"

struct truth *truth_new(const struct scenario *scenario)
{
    struct truth *truth = g_new(struct truth, 1);
    *truth = (struct truth){
        .scenario = scenario,
        .sessions = g_new0(struct session_truth, scenario->sessions->len),
        .counters = source_counters_of(scenario),
        .paths = g_ptr_array_new_with_free_func((GDestroyNotify)path_truth_free),
    };
    GArray *chains = path_chains_of(scenario);
    for (guint i = 0; i < chains->len; i++)
        g_ptr_array_add(truth->paths, path_truth_new(&g_array_index(chains, struct path_chain, i)));
    g_array_free(chains, TRUE);
    return truth;
}

void truth_free(struct truth *truth)
{
    if (truth == NULL)
        return;
    source_counters_clear(&truth->counters);
    g_ptr_array_free(truth->paths, TRUE);
    g_free(truth->sessions);
    g_free(truth);
}
