/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The busiest sessions of many. Spoofed packets can create any number of sessions. Outputs show a
 * limited number of sessions and the sum of the others.
 */
#ifndef CORE_REPORT_REPORT_SELECTION_H
#define CORE_REPORT_REPORT_SELECTION_H

#include <glib.h>

#include "core/report/report.h"

enum { REPORT_SESSIONS_SHOWN = 1000 /* unless told otherwise */ };

/** Tells the busiest, by bytes of the frames that carried their copies, from the others. */
struct report_selection {
    uint64_t least; /* bytes that a session must have */
    size_t ties;    /* how many sessions with exactly `least` bytes are still to be selected */
};

/**
 * Prepares to choose among sessions.
 *
 * @param bytes  outer_bytes of each session, of uint64_t; is sorted.
 * @param limit  sessions to choose at most.
 */
struct report_selection report_select(GArray *bytes, size_t limit);

/** The same among all sessions of several reports. After report_sum(). */
struct report_selection report_select_of(const struct report *const *reports, size_t count,
                                         size_t limit);

/** True if the session is among the busiest. Ask once for each session, always in the same order:
 * of equally busy ones the first are chosen. */
bool report_selection_take(struct report_selection *selection,
                           const struct report_session *session);

/** What was not chosen, together. */
struct report_others {
    size_t sessions;
    size_t merged;             /* of these, such as made room in the report */
    struct report_session sum; /* loss_known if it is of any; numbers are those of these sessions */
};

void report_others_add(struct report_others *others, const struct report_session *session);

/** Adds evicted sessions of the report: they cannot be selected any more. */
void report_others_add_merged(struct report_others *others, const struct report_merged *merged);

#endif
