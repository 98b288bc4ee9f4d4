/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The sequence counters of a scenario: one for each sequence domain, that is for each set of
 * sessions whose copies count together (quirk Q1, shared counter).
 */
#ifndef GENERATOR_ENCAPSULATE_SOURCE_COUNTER_H
#define GENERATOR_ENCAPSULATE_SOURCE_COUNTER_H

#include "generator/encapsulate/arrivals.h"
#include "generator/scenario/scenario.h"

struct source_counter {
    const struct session_plan *first; /* of those that share it: says where it starts and wraps */
    uint32_t next;
    uint32_t restarts;
    int64_t restart_ns; /* the last one's; AUTO: none */
    uint64_t taken;     /* numbers, over all restarts */
    struct arrivals arrivals;
};

struct source_counters {
    size_t count;
    struct source_counter *counters;
    struct source_counter **of_session; /* by the number of the session in the scenario */
};

struct source_counters source_counters_of(const struct scenario *scenario);
void source_counters_clear(struct source_counters *counters);

/** True if the copies of both count together. */
bool sessions_share_counter(const struct session_plan *a, const struct session_plan *b);

/** The bits of the counter's numbers: behind the last follows 0. */
uint32_t source_counter_mask(const struct source_counter *counter);

/** Counts from 0 again. Sessions that share the counter restart together: at one time, once. */
void source_counter_restart(struct source_counter *counter, int64_t now_ns);

#endif
