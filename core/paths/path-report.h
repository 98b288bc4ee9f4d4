/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What outputs print of points and pairs, copied out of a table that goes on counting.
 */
#ifndef CORE_PATHS_PATH_REPORT_H
#define CORE_PATHS_PATH_REPORT_H

#include <glib.h>

#include "core/paths/path-table.h"

enum { PATH_BUCKETS = 15 /* of delays, for Prometheus; longer ones are beyond the last */ };

/** Upper limit of a bucket: 1 us, 2.5 us, 5 us, ... 100 ms. */
int64_t path_report_bucket_ns(unsigned bucket);

struct path_point_row {
    struct session_key key;
    enum erspan_type type;
    uint8_t hardware_id;
    bool egress;
    uint32_t index;
    uint64_t copies;
    /* What tells it from other points of its session: */
    bool by_direction;
    bool by_hardware_id;
    bool by_index;
};

struct path_delay_row {
    enum path_basis basis;
    uint64_t frames; /* 0: no delay is known */
    int64_t min_ns;
    int64_t p50_ns;
    int64_t p90_ns;
    int64_t p99_ns;
    int64_t p99_9_ns;
    int64_t max_ns;
    bool has_uncertainty;
    int64_t uncertainty_ns; /* of each of these */
    int64_t sum_ns;
    uint64_t buckets[PATH_BUCKETS]; /* delays up to its limit, those of the buckets before too */
};

struct path_pair_row {
    unsigned from; /* indices of points */
    unsigned to;
    enum path_order order;
    uint64_t both;
    uint64_t only_from;
    uint64_t only_to;
    uint64_t lost;
    uint64_t unknown;        /* only_from less lost */
    uint64_t unknown_longer; /* of unknown: all that speaks against lost is that `to` has shown no
                                IP packet as long */
    bool loss_known;         /* false: nothing is known to be lost or not */
    bool maybe_sampled;      /* so much is missing that nothing is claimed */
    uint64_t bursts;
    uint64_t burst_longest;
    unsigned burst_of_all; /* the longest burst, of whatever flows; 0: they do not come in bursts */
    bool lost_are_long;    /* the lost frames are all long, and that is no chance */
    uint64_t reordered;
    uint64_t macs_changed;
    uint64_t vlan_changed;
    uint64_t dscp_changed;
    uint64_t addresses_changed;
    uint64_t ports_changed;
    bool has_hops;
    int hops;
    uint32_t lost_shortest; /* bytes; 0 without lost frames */
    uint32_t lost_longest;
    uint32_t passed_longest;
    struct path_delay_row delay;
};

enum { PATH_TIMELINES = 4 /* pairs whose timelines are reported */ };

struct path_report {
    GArray *points;       /* struct path_point_row */
    GArray *pairs;        /* struct path_pair_row, most frames first */
    GPtrArray *timelines; /* struct path_timeline, of the first pairs */
    GArray *ways;         /* struct path_way, likewise */
    uint64_t frames_of_other_ways;
    uint64_t given_up;
};

/** The row of one point. */
struct path_point_row path_report_point_row(const struct path_table *table, unsigned number);

/** The caller releases it. NULL of no table. */
struct path_report *path_report_new(const struct path_table *table);

/** Holds it once more. NULL gives NULL. */
struct path_report *path_report_hold(struct path_report *report);

/** The last to release it frees it. NULL does nothing. */
void path_report_release(struct path_report *report);

static inline const struct path_point_row *path_report_point(const struct path_report *report,
                                                             guint index)
{
    return &g_array_index(report->points, struct path_point_row, index);
}

static inline const struct path_pair_row *path_report_pair(const struct path_report *report,
                                                           guint index)
{
    return &g_array_index(report->pairs, struct path_pair_row, index);
}

/** NULL behind the first PATH_TIMELINES pairs. */
static inline const struct path_timeline *path_report_timeline(const struct path_report *report,
                                                               guint index)
{
    return index < report->timelines->len ? g_ptr_array_index(report->timelines, index) : NULL;
}

static inline const struct path_way *path_report_way(const struct path_report *report, guint index)
{
    return &g_array_index(report->ways, struct path_way, index);
}

/** The part of the frames that the network lost between the points, 0 to 1, of the frames whose
 * fate is known.
 *
 * @return -1 if no fate is known, or if frames are missing and the fate of none of them is known.
 */
double path_report_loss(const struct path_pair_row *pair);

#endif
