/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The network between two points of a path, in one direction: it loses frames, and delays the
 * others.
 */
#ifndef GENERATOR_PATH_STRETCH_H
#define GENERATOR_PATH_STRETCH_H

#include "generator/impairment/impairment.h"

struct stretch {
    const struct path_plan *plan;
    struct impairment_plan loses; /* of the plan's, what loses frames; named by the direction */
    struct impairment_plan mixes; /* and what changes their order */
    struct impairments losses;
    struct impairments disorder;
    uint64_t jitter;       /* random stream */
    uint64_t frames;       /* that came to it */
    int64_t busy_until_ns; /* by what waits in its queue */
    int64_t last_ns;       /* when the last frame comes out that kept its order */
};

/**
 * It must stay where it is until stretch_clear().
 *
 * @param session   at the end of the stretch.
 * @param start_ns  of the capture.
 */
void stretch_init(struct stretch *stretch, const struct session_plan *session, bool reverse,
                  int64_t start_ns);
void stretch_clear(struct stretch *stretch);

/**
 * A frame of @p len bytes, without FCS, enters at @p now_ns; none does that entered before another.
 *
 * @param out_ns  when it comes out: not before @p now_ns.
 * @return false if it is lost.
 */
bool stretch_pass(struct stretch *stretch, size_t len, int64_t now_ns, int64_t *out_ns);

#endif
