/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A look at all that was counted up to a moment, and what lies between two of them.
 */
#ifndef COLLECTOR_METER_SNAPSHOT_H
#define COLLECTOR_METER_SNAPSHOT_H

#include <glib.h>

#include "collector/drops/drops.h"
#include "core/report/report-counts.h"
#include "collector/source/source.h"

/** A session, and the report that has more of it. */
struct look_entry {
    struct report_session session;
    const struct report *report;
};

/** One of the reports that share the sessions between them. */
struct look_part {
    const struct report *report;
    guint first; /* of its entries */
};

struct look {
    bool times_exact;          /* as in source_class */
    bool live;                 /* of an interface: what follows about drops means something */
    double seconds;            /* since the beginning */
    GArray *entries;           /* struct look_entry: those of one report after the other */
    GArray *parts;             /* struct look_part */
    struct report_session all; /* their sum; of sequences, that of all counters: a session's own
                                  part of a counter that it shares does not add up; its peaks
                                  are of all sessions together, of several reports those of
                                  the busiest one */
    struct report_totals totals;
    struct drop_counters drops; /* since the beginning; all 0 of a file */
    struct source_statistics source;
    uint64_t given_up;   /* times there was no room for something; most cost no copy, but: */
    uint64_t unfollowed; /* copies whose numbers may count as lost although they came */
};

void look_init(struct look *look);
void look_clear(struct look *look);

/** Fills in what the report knows: sessions, their sum, totals. */
void look_at_report(struct look *look, struct report *report, const struct analysis *analysis);

/** The steps of that, for who counts without a report: then @p report is NULL. */
void look_begin_part(struct look *look, const struct report *report);
void look_put_session(struct look *look, const struct report_session *session,
                      const struct report *report);
void look_put_counter(struct look *look, const struct sequence_counts *counts);

/** Adds a look at one more report, of the same time; always in the same order. */
void look_add(struct look *look, const struct look *part);

/** What came between: seconds is then the time between them. A look of its own: clear it. */
void look_between(const struct look *before, const struct look *now, struct look *difference);

/** What this machine dropped, for a report's totals: of what the look knows of it by now. */
void look_put_drops(const struct look *look, struct report_totals *totals);

/** Where the copies that are missing went. */
struct losses look_losses(const struct look *look);

/** Indices of the sessions with any copy, most outer bytes first: guint. The caller frees. */
GArray *look_busiest(const struct look *look);

static inline const struct look_entry *look_entry(const struct look *look, guint index)
{
    return &g_array_index(look->entries, struct look_entry, index);
}

static inline const struct look_part *look_part(const struct look *look, guint index)
{
    return &g_array_index(look->parts, struct look_part, index);
}

static inline const struct report_session *look_session(const struct look *look, guint index)
{
    return &look_entry(look, index)->session;
}

#endif
