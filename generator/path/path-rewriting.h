/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How a frame looks at a point of a path: routers and switches before it have changed it.
 */
#ifndef GENERATOR_PATH_PATH_REWRITING_H
#define GENERATOR_PATH_PATH_REWRITING_H

#include "core/base/bytes.h"
#include "generator/scenario/scenario.h"

/** How much longer than before a frame can be. */
enum { PATH_GROWTH_MAX = 4 };

/** What the network has done to the frames that pass a point. */
struct path_rewriting {
    unsigned hops_before; /* routers that a forward frame has passed */
    unsigned hops_behind; /* those that a reverse one has */
    int64_t vlan;         /* 0: no tag; AUTO: as the traffic has it */
    int64_t dscp;         /* of forward frames; AUTO: as the traffic has it */
};

/** The rewriting of the points behind the stretch, when @p before is that of those before it.
 * @p hops_behind is left to the caller. */
struct path_rewriting path_rewriting_behind(const struct path_rewriting *before,
                                            const struct path_plan *stretch);

/** The ID of the frame's outermost tag there; 0: none. */
uint16_t path_rewriting_vlan(const struct path_rewriting *rewriting, struct bytes frame);

/** The DSCP of its IP packet there; 0 without IP. */
uint8_t path_rewriting_dscp(const struct path_rewriting *rewriting, struct bytes frame,
                            bool reverse);

/** Appends the Ethernet frame as it is at the point. */
void path_rewrite(const struct path_rewriting *rewriting, struct bytes frame, bool reverse,
                  struct buffer *out);

#endif
