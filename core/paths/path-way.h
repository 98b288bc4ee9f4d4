/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The ways of frames: each is the points that showed a frame, in the order in which frames pass
 * them.
 */
#ifndef CORE_PATHS_PATH_WAY_H
#define CORE_PATHS_PATH_WAY_H

#include <stdint.h>

#include "core/paths/path-pair.h"

enum {
    PATH_WAY_POINTS = 8, /* points of one frame; those behind are left out */
    PATH_WAYS_MAX = 64
};

struct path_way {
    uint64_t frames;
    uint16_t points[PATH_WAY_POINTS];
    uint16_t count;        /* of points: 2 at least */
    enum path_order order; /* by what it is known, of the two points where that is worst */
};

/** All zero to begin with. */
struct path_ways {
    struct path_way items[PATH_WAYS_MAX];
    unsigned count;
    uint64_t others; /* frames whose way found no room */
};

/** Counts a frame that went this way; the member `frames` of @p way is ignored. */
void path_ways_add(struct path_ways *ways, const struct path_way *way);

#endif
