/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/truth/truth.h"

struct truth *truth_new(const struct scenario *scenario)
{
    struct truth *truth = g_new(struct truth, 1);
    *truth = (struct truth){
        .scenario = scenario,
        .sessions = g_new0(struct session_tally, scenario->sessions->len),
        .counters = sequence_counters_of(scenario),
    };
    return truth;
}

void truth_free(struct truth *truth)
{
    if (truth == NULL)
        return;
    sequence_counters_clear(&truth->counters);
    g_free(truth->sessions);
    g_free(truth);
}
