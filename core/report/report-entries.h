/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The sessions of a report, by stream, in bounded memory. Private to core/report.
 */
#ifndef CORE_REPORT_REPORT_ENTRIES_H
#define CORE_REPORT_REPORT_ENTRIES_H

#include <glib.h>

#include "core/base/idle-queue.h"
#include "core/report/report-session.h"

struct report_entries {
    struct session_entry **slots; /* by stream modulo slot_count, which is a power of two */
    size_t slot_count;
    size_t count;
    size_t limit;
    struct idle_queue idle;
    GHashTable *sources; /* struct source_tally, by its source */
    struct report_merged merged;
};

void report_entries_begin(struct report_entries *entries, size_t memory_limit);
void report_entries_clear(struct report_entries *entries);

/** NULL if there is none. */
struct session_entry *report_entries_find(const struct report_entries *entries, uint32_t stream);

/**
 * If the table is full, evicts one session and adds its counts to `merged`.
 *
 * @return the session taken out, which the caller frees; NULL when there is room, or never any.
 */
struct session_entry *report_entries_make_room(struct report_entries *entries);

/** Takes out a session, which the caller frees, and merges its counts. */
void report_entries_merge(struct report_entries *entries, struct session_entry *entry);

/** Adds a session that is not there; NULL without room. */
struct session_entry *report_entries_add(struct report_entries *entries,
                                         const struct session *session);

/** The tally of the entry's source, entry->source. */
struct source_tally *report_entries_source(struct report_entries *entries,
                                           struct session_entry *entry);

/** What the source's counter counted, without copies that turned out to be none of its. */
struct sequence_counts report_entries_counts(const struct source_tally *of_source);

/** The session turned out to share no counter: its copies, which seemed out of place in the counter
 * of its source, are none of that. */
void report_entries_leave_source(struct report_entries *entries, struct session_entry *entry);

#endif
