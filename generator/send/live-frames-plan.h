/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Turns a scenario into templates for live frames, if possible: each session repeats its first
 * copy with new sequence number, time and identification.
 */
#ifndef GENERATOR_SEND_LIVE_FRAMES_PLAN_H
#define GENERATOR_SEND_LIVE_FRAMES_PLAN_H

#include "generator/send/live-frames-shared.h"
#include "generator/send/sender.h"

/** What the truth file needs to know of a session's copies. All are alike. */
struct steady_copy {
    size_t inner_length;
    size_t inner_kept;
    size_t outer_bytes; /* as the source sends it */
    size_t cut;         /* of those, on the way */
};

/** Returns FALSE after an error that names everything in the scenario or the plan that live frames
 * cannot do. */
gboolean live_frames_can(const struct scenario *scenario, const struct send_plan *plan,
                         GError **error);

/**
 * Fills in templates, counters and how many; the scenario starts now, at @p now_ns.
 *
 * @param truth   a new one of the scenario, whose counters say where numbers begin.
 * @param copies  one for each session.
 */
gboolean live_frames_fill(struct live_frames *live, const struct scenario *scenario,
                          const struct send_plan *plan, const struct egress *egress,
                          const struct truth *truth, int64_t now_ns, int64_t epoch_ns,
                          struct steady_copy *copies, GError **error);

/** Counts in the truth what was made and what was sent. */
void live_frames_tell(const struct live_frames *live, const struct steady_copy *copies,
                      int64_t epoch_ns, struct truth *truth);

#endif
