/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Carries a scenario out: all its sessions and markers, in the order of time.
 */
#ifndef GENERATOR_SIMULATION_SIMULATION_H
#define GENERATOR_SIMULATION_SIMULATION_H

#include "generator/output/frame.h"
#include "generator/scenario/scenario.h"
#include "generator/truth/truth.h"

/** The clock of a scenario that is sent live: when its events really happen, and when it ends. */
struct real_time {
    void *context;
    /** Makes of the time that the scenario has the Unix time at which that happens, which never
     * goes back; may wait until shortly before. False: it does not happen, and the rest neither;
     * only what is under way still arrives. */
    bool (*time)(void *context, int64_t *time_ns);
    int64_t count; /* frames that the sessions mirror at most, all together */
    bool loops;    /* starts over at the end: counters go on, and what is listed by number or time
                      happens once */
};

/**
 * Hands every frame to @p sink, in the order of time; stops at the first that it refuses. Memory:
 * no more than at the start, and what is late.
 *
 * @param truth      a new one of the scenario, which then tells what happened.
 * @param real_time  NULL: everything happens once, when the scenario says.
 */
gboolean simulate(const struct scenario *scenario, struct truth *truth,
                  const struct frame_sink *sink, const struct real_time *real_time, GError **error);

#endif
