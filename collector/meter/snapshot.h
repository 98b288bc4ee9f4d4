/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What erspanrate has counted up to one time, and the difference between two snapshots.
 */
#ifndef COLLECTOR_METER_SNAPSHOT_H
#define COLLECTOR_METER_SNAPSHOT_H

#include <glib.h>

#include "collector/drops/drops.h"
#include "collector/meter/kernel-strip-counts.h"
#include "collector/meter/other-traffic.h"
#include "collector/source/source.h"
#include "core/paths/path-report.h"
#include "core/report/report-counts.h"
#include "core/report/report-selection.h"

/** A session, and the report that has more of it. */
struct snapshot_entry {
    struct report_session session;
    const struct report *report;
};

/** One of the reports that share the sessions between them. */
struct snapshot_part {
    const struct report *report;
    guint first; /* of its entries */
};

/** What may keep copies of a live run from this program. */
struct reception {
    bool interface_down;
    bool foreign_xdp; /* an XDP program of somebody else is attached: it sees packets first */
};

struct snapshot {
    bool times_exact;          /* as in source_class */
    bool live;                 /* of an interface: what follows about drops means something */
    double seconds;            /* since the beginning */
    GArray *entries;           /* struct snapshot_entry: those of one report after the other */
    GArray *parts;             /* struct snapshot_part */
    struct report_session all; /* their sum; of sequences, that of all counters: a session's own
                                  part of a counter that it shares does not add up; of TCP, each
                                  byte once, whatever sessions saw it and its ACK; its peaks
                                  are of all sessions together, of several reports those of
                                  the busiest one */
    struct report_totals totals;
    struct drop_counters drops; /* since the beginning; all 0 of a file */
    struct source_statistics source;
    struct other_traffic others; /* packets that are no ERSPAN, by kind; of an interval all 0 */
    struct reception reception;  /* at the end of a live run */
    struct kernel_strip_counts strip; /* since the beginning, in an interval too */
    struct report_merged merged;      /* sessions that made room for others: in `all` alone */
    struct path_report *paths; /* held; NULL: frames are not followed, or it is of an interval */
    uint64_t given_up;         /* times there was no room for something; most cost no copy, but: */
    uint64_t unfollowed;       /* copies whose numbers may count as lost although they came */
};

void snapshot_init(struct snapshot *snapshot);
void snapshot_clear(struct snapshot *snapshot);

/** Fills in what the report knows: sessions, their sum, totals. */
void snapshot_take(struct snapshot *snapshot, struct report *report,
                   const struct analysis *analysis);

/** The steps of that, for who counts without a report: then @p report is NULL. */
void snapshot_begin_part(struct snapshot *snapshot, const struct report *report);
void snapshot_put_session(struct snapshot *snapshot, const struct report_session *session,
                          const struct report *report);
/** A counter. One of which loss is not known, unless loss_is_open(), says nothing of what is lost.
 */
void snapshot_put_counter(struct snapshot *snapshot, const struct sequence_counts *counts,
                          bool loss_known);

/** Adds a look at one more report, of the same time; always in the same order. */
void snapshot_add(struct snapshot *snapshot, const struct snapshot *part);

/**
 * Puts the connections of all its reports together, to which no worker adds any more: each part
 * alone knows only those of its own sessions.
 */
void snapshot_join_flows(struct snapshot *snapshot);

/** What came between: seconds is then the time between them. A look of its own: clear it. */
void snapshot_between(const struct snapshot *before, const struct snapshot *now,
                      struct snapshot *difference);

/** What this machine dropped, for a report's totals: of what the look knows of it by now. */
void snapshot_put_drops(const struct snapshot *snapshot, struct report_totals *totals);

/** Where the copies that are missing went. */
struct losses snapshot_losses(const struct snapshot *snapshot);

/** Indices of the sessions with any copy, most outer bytes first: guint. The caller frees. */
GArray *snapshot_busiest(const struct snapshot *snapshot);

/** The sum of the sessions of snapshot_busiest() from the one at @p first on. */
struct report_others snapshot_others(const struct snapshot *snapshot, const GArray *order,
                                     size_t first);

static inline const struct snapshot_entry *snapshot_entry(const struct snapshot *snapshot,
                                                          guint index)
{
    return &g_array_index(snapshot->entries, struct snapshot_entry, index);
}

static inline const struct snapshot_part *snapshot_part(const struct snapshot *snapshot,
                                                        guint index)
{
    return &g_array_index(snapshot->parts, struct snapshot_part, index);
}

static inline const struct report_session *snapshot_session(const struct snapshot *snapshot,
                                                            guint index)
{
    return &snapshot_entry(snapshot, index)->session;
}

#endif
