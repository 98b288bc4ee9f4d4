/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The network that a scenario's paths are of: frames on their way from point to point.
 */
#ifndef GENERATOR_PATH_PATH_NETWORK_H
#define GENERATOR_PATH_PATH_NETWORK_H

#include "generator/base/event-heap.h"
#include "generator/path/path-rewriting.h"
#include "generator/path/path-truth.h"
#include "generator/path/stretch.h"
#include "generator/traffic/traffic.h"

/** A path at work. */
struct path {
    struct path_truth *truth;
    struct path_rewriting rewritings[PATH_POINTS_MAX];
    const struct session_plan *sessions[PATH_POINTS_MAX]; /* by place */
    struct stretch stretches[2][PATH_POINTS_MAX];         /* by direction; the one before a place */
    uint64_t passed[2][PATH_POINTS_MAX];                  /* frames, by direction and step */
};

/** A frame on its way, or at a point. */
struct path_frame {
    struct path *path;
    struct path_passage passage;
    size_t len;
    uint8_t data[]; /* as its traffic made it */
};

struct path_network {
    guint count;
    struct path *paths;
    struct event_heap under_way; /* of struct path_frame */
    uint64_t order;
    size_t bytes;    /* of memory under way */
    int64_t last_ns; /* the latest time at which one arrives */
    uint8_t *scratch;
};

/** @param truths  of struct path_truth: one for each path, which count what happens. */
void path_network_init(struct path_network *network, const struct scenario *scenario,
                       const GPtrArray *truths);
void path_network_clear(struct path_network *network);

/** When the next frame comes to a point; INT64_MAX for none. */
static inline int64_t path_network_due(const struct path_network *network)
{
    const struct event *first = event_heap_first(&network->under_way);
    return first != NULL ? first->at : INT64_MAX;
}

/** A frame of the traffic comes to the path: it is due at its time at its first point. FALSE if
 * those under way would take more memory than a program should. */
gboolean path_network_enter(struct path_network *network, struct path *path,
                            const struct traffic_frame *frame, GError **error);

/** Hands out the frame that is due first, at its next point; there is one. It goes on by
 * path_network_leave(). */
struct path_frame *path_network_arrive(struct path_network *network);

/** The number of the session at whose point it is. */
guint path_frame_session(const struct path_frame *frame);

/** The frame as it is at this point, borrowed until the next call. */
struct traffic_frame path_network_view(struct path_network *network,
                                       const struct path_frame *frame);

/** The frame leaves the point: to the next, or its way ends. @p shown: a copy from here arrives. */
void path_network_leave(struct path_network *network, struct path_frame *frame, bool shown);

#endif
