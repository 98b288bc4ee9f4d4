/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Private to core/paths: a copy as a sighting of its frame at a point, and which of two sightings
 * of one frame came first.
 */
#ifndef CORE_PATHS_PATH_SIGHTING_H
#define CORE_PATHS_PATH_SIGHTING_H

#include "core/analysis/analysis.h"
#include "core/paths/path-pair.h"
#include "core/paths/path-traits.h"

struct path_sighting {
    uint64_t frame; /* place in the capture */
    int64_t arrival_ns;
    int64_t time_ns;          /* by the source's clock */
    uint64_t clock;           /* which clock that is; 0: none */
    enum clock_method method; /* CLOCK_UNKNOWN: its time is not known, or not yet */
    uint64_t nth;             /* of the copies of its point */
    uint32_t timestamp;       /* of the header */
    uint64_t tick_ps;
    bool absolute;  /* time of day */
    bool counts;    /* false: a duplicate, or without a point */
    bool judged;    /* of a first sighting: no more can be added */
    bool ambiguous; /* its point has shown the same content before: it may be of that frame */
    bool doubted;   /* its point has shown the same content since: copies that came later may be of
                       that frame */
    bool late;      /* it came behind copies with higher numbers */
    uint16_t point;
    uint32_t length;    /* mirrored bytes */
    uint32_t ip_length; /* of these, those of the IP packet; 0 without IP */
    uint32_t next;      /* how many copies later the frame's next sighting is; 0: none */
    uint32_t root; /* how many copies earlier its first sighting is; 0: this one is the first */
    uint32_t last; /* of a first sighting: how many copies later the last one is */
    bool first;    /* of its frame */
    struct path_traits traits;
};

/** Fills in all but what the frame's other copies say. */
void path_sighting_fill(struct path_sighting *sighting, const struct analysis_place *place,
                        const struct copy *copy, const struct analysis_finding *finding);

/** The time from @p a to @p b, in the best way that both know. @p tick_ps  path_sighting_tick() of
 * other sightings of the two points, which tells times before the clock was known; or 0. */
struct path_delay path_sighting_delay(const struct path_sighting *a, const struct path_sighting *b,
                                      uint64_t tick_ps);

/** The tick that the timestamps of both count modulo 2^32, where their times say so; else 0. */
uint64_t path_sighting_tick(const struct path_sighting *a, const struct path_sighting *b);

/** The time by arrivals. */
int64_t path_sighting_spread(const struct path_sighting *a, const struct path_sighting *b);

/** Above 0 if @p a came first, below 0 if @p b did, by @p order. */
int path_sighting_compare(const struct path_sighting *a, const struct path_sighting *b,
                          enum path_order *order);

#endif
