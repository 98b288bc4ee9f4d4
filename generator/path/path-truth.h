/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What happened to the frames between each two points of a path, and what the mirrors showed of it.
 */
#ifndef GENERATOR_PATH_PATH_TRUTH_H
#define GENERATOR_PATH_PATH_TRUTH_H

#include "generator/path/path-chain.h"

/** The way of one frame so far. Members that begin with "at" are by the step. */
struct path_passage {
    bool reverse;
    uint64_t flow;  /* a hash */
    guint steps;    /* points that it has passed */
    uint32_t shown; /* bits by the step: a copy from there arrives */
    int64_t at_ns[PATH_POINTS_MAX];
    uint64_t at_order[PATH_POINTS_MAX]; /* among the frames of its direction there */
    uint16_t at_vlan[PATH_POINTS_MAX];  /* ID of the outermost tag; 0: none */
    uint8_t at_dscp[PATH_POINTS_MAX];
    bool at_addresses[PATH_POINTS_MAX]; /* are translated there */
    bool at_ports[PATH_POINTS_MAX];     /* likewise */
};

/** Frames of one direction that passed the first of two points. */
struct path_truth_pair {
    uint64_t passed;
    uint64_t both;         /* were shown at both points */
    uint64_t only_from;    /* were shown at the first alone */
    uint64_t only_to;      /* ... at the second alone */
    uint64_t lost;         /* of only_from: the network lost them between the points */
    uint64_t unseen;       /* of only_from: the mirror at the second did not show them */
    uint64_t lost_in_all;  /* by the network, shown or not */
    uint64_t reordered;    /* of both: a later frame of the flow came out before */
    uint64_t vlan_changed; /* of both, as the next three */
    uint64_t dscp_changed;
    uint64_t addresses_changed;
    uint64_t ports_changed;
    GHashTable *latest; /* by the flow: order at the first point of the latest that came out */
    GArray *delays_ns;  /* int64_t, of both, the first PATH_DELAYS_MAX */
};

/** How many delays are kept for the percentiles. */
enum { PATH_DELAYS_MAX = 1 << 20 };

struct path_truth {
    struct path_chain chain;
    size_t flows;       /* in the tables of all its pairs */
    size_t flows_limit; /* when there are so many, some can be forgotten */
    struct path_truth_pair pairs[2][PATH_POINTS_MAX][PATH_POINTS_MAX]; /* by direction and steps */
};

/** Nothing has passed yet. Free with path_truth_free(). */
struct path_truth *path_truth_new(const struct path_chain *chain);
void path_truth_free(struct path_truth *truth);

/** The frame has passed the point of its last step, which is in the passage. */
void path_truth_pass(struct path_truth *truth, const struct path_passage *passage);

/** The network lost it behind that point. */
void path_truth_lose(struct path_truth *truth, const struct path_passage *passage);

/** Until when nothing need be forgotten. */
static inline bool path_truth_is_full(const struct path_truth *truth)
{
    return truth->flows >= truth->flows_limit;
}

/**
 * Forgets the flows whose frames at the first of two points have all come out at the second, or
 * were lost: nothing of them can be overtaken any more.
 *
 * @param first_under_way  by direction and step: the order at that point of the first frame that
 *                         passed it and is under way; without one, the order of the next frame.
 */
void path_truth_forget(struct path_truth *truth, uint64_t first_under_way[2][PATH_POINTS_MAX]);

/** Puts the delays in order, for path_truth_pair_percentile(). */
void path_truth_pair_sort(struct path_truth_pair *pair);

/**
 * A delay by its rank, of sorted ones; there is one at least.
 *
 * @param parts  of 10000: 0 is the shortest, 5000 the median, 10000 the longest.
 * @return nanoseconds: the nearest rank.
 */
int64_t path_truth_pair_percentile(const struct path_truth_pair *pair, unsigned parts);

#endif
