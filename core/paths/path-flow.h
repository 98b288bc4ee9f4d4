/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Flows, and their links: two points that have shown frames of one flow. A link knows which of its
 * points comes first, the last frame that both have shown, and the frames since then of which the
 * second point has shown no copy.
 */
#ifndef CORE_PATHS_PATH_FLOW_H
#define CORE_PATHS_PATH_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/paths/mirror-record.h"

enum {
    PATH_FLOW_POINTS = 4,
    PATH_FLOW_LINKS = 6, /* pairs of four points */
    PATH_FLOW_WAYS = 8,  /* flows of one bucket of the hash table */
    PATH_LINK_STRAYS = 16,
    PATH_NONE = UINT32_MAX
};

/** Frames in a row of one flow that the second point may lack. Longer runs look like another way.
 */
enum { PATH_RUN_MAX = 1024 };

/** A frame of which a point has shown no copy, while that may change or be judged. */
struct path_missing {
    uint32_t next; /* of its run, or of those that wait for their judgement; PATH_NONE */
    uint32_t link; /* the rest is set when the run has ended: */
    uint32_t serial;
    uint16_t pair;
    uint64_t run;
    int64_t from_ns; /* arrival of its copy at the first point */
    struct mirror_span
        between;    /* at the second point: the frames of its flow before and after it */
    uint64_t frame; /* its copy's place in the capture */
    uint64_t nth;   /* and among the copies of its point */
    uint32_t length;
    uint32_t ip_length;
    bool bypassed; /* a point behind the second one has shown it */
};

/** The last frame of a flow that both points have shown. */
struct path_anchor {
    bool set;
    int64_t to_ns; /* its copy of the second point */
    uint64_t to_frame;
    uint64_t to_copies; /* of the second point, up to this one */
};

struct path_link {
    uint32_t serial; /* of this use of the link; 0: free */
    uint32_t next_free;
    uint16_t points[2];
    uint16_t pairs[2];   /* PATH_NO_PAIR until used: [1] has points[1] first */
    int32_t votes;       /* above 0: points[0] comes first */
    uint8_t order;       /* enum path_order */
    bool reversed;       /* the run and the anchor are of that order */
    bool front_reversed; /* so is the front: */
    bool has_front;      /* of the frames at both points, the last at the first one: */
    uint64_t front_from; /* places in the capture */
    uint64_t front_to;
    struct path_anchor anchor;
    uint32_t run; /* first and last of the missing frames since the anchor; PATH_NONE */
    uint32_t run_end;
    unsigned run_length;
    bool run_broken;                  /* nothing is claimed of it */
    int64_t strays[PATH_LINK_STRAYS]; /* arrivals of frames that the second point alone has shown */
    unsigned stray_count;
};

struct path_flow {
    uint64_t key; /* 0: free */
    uint64_t used;
    uint16_t points[PATH_FLOW_POINTS];
    uint32_t frames[PATH_FLOW_POINTS]; /* judged so far that a point has shown */
    uint32_t links[PATH_FLOW_LINKS];   /* PATH_NONE after the last */
    uint8_t point_count;
    uint8_t link_count;
    bool translated; /* on its way: it is known by several keys */
};

struct path_flows {
    uint64_t seed; /* hash_seed() */
    struct path_flow *flows;
    uint32_t flow_buckets; /* a power of two */
    struct path_link *links;
    uint32_t link_limit;
    uint32_t free_link;
    struct path_missing *missing;
    uint32_t missing_limit;
    uint32_t free_missing;
    uint32_t waiting; /* first and last that wait to be judged */
    uint32_t waiting_end;
    uint64_t uses;
    uint32_t serials;
    uint64_t given_up; /* flows, links and missing frames that found no room, or lost it */
};

/** Uses at most @p bytes, and some KiB at least. */
void path_flows_init(struct path_flows *table, size_t bytes);
void path_flows_clear(struct path_flows *table);

/** Gives @p copy, which holds the bytes of @p table, a copy of what @p table owns. */
void path_flows_copy(struct path_flows *copy, const struct path_flows *table);

/** The flow; made if it is not there, in place of the one that was used last the longest ago. */
struct path_flow *path_flows_get(struct path_flows *table, uint64_t key);

/** The same, NULL if it is not there. */
struct path_flow *path_flows_find(const struct path_flows *table, uint64_t key);

/** What is known of the flow @p key counts for the flow @p into from now on. */
void path_flows_join(struct path_flows *table, uint64_t into, uint64_t key);

/** Where the flow counts the frames of the point; -1 without room. */
int path_flow_point(struct path_flow *flow, uint16_t point);

/** The link of two points of the flow, or NULL. */
struct path_link *path_flows_find_link(const struct path_flows *table, const struct path_flow *flow,
                                       uint16_t a, uint16_t b);

/** The same, made if it is not there; NULL without room. */
struct path_link *path_flows_get_link(struct path_flows *table, struct path_flow *flow, uint16_t a,
                                      uint16_t b);

/** True if points[1] comes first. */
static inline bool path_link_is_reversed(const struct path_link *link)
{
    return link->votes < 0;
}

/** Adds a missing frame to the run of the link. */
void path_flows_miss(struct path_flows *table, struct path_link *link,
                     const struct path_missing *missing);

/** Forgets the run: nothing is claimed of it. */
void path_flows_drop_run(struct path_flows *table, struct path_link *link);

/** The run has ended: its frames wait for their judgement. @p ended  what they have in common. */
void path_flows_end_run(struct path_flows *table, struct path_link *link,
                        const struct path_missing *ended);

/** Takes the first that waits; @p missing NULL: forgets it. False if none waits. */
bool path_flows_take_waiting(struct path_flows *table, struct path_missing *missing);

/** The link of a missing frame; NULL if it is not that link any more. */
const struct path_link *path_flows_link_of(const struct path_flows *table,
                                           const struct path_missing *missing);

/** The second point has shown a frame that the first has not. */
void path_link_add_stray(struct path_link *link, int64_t arrival_ns);

/** True if it may have done so between these arrivals. */
bool path_link_has_stray(const struct path_link *link, int64_t from_ns, int64_t to_ns);

#endif
