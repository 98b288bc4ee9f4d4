/* report-text.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Pieces that the printed statistics share.
 */
#ifndef PLUGIN_TAPS_REPORT_TEXT_H
#define PLUGIN_TAPS_REPORT_TEXT_H

#include "core/output/text-table.h"
#include "core/report/report-selection.h"

/** The line above a statistic. */
void report_text_title(GString *out, const char *title, const char *filter);

/** What had no room in memory, if anything. */
void report_text_limits(GString *out, const struct report *report);

/** What the sessions come to that a table of REPORT_SESSIONS_SHOWN leaves out, if any. */
void report_text_others(GString *out, const struct report *report);

/** Cells. */
void text_table_add_address(struct text_table *table, const struct address *address);
void text_table_add_session(struct text_table *table, int64_t id);
void text_table_add_types(struct text_table *table, const struct session_key *key, uint32_t types);
void text_table_add_counts(struct text_table *table, const struct sequence_counts *counts,
                           bool loss_known);
void text_table_add_rate(struct text_table *table, double bits_per_second); /* below 0: "-" */

/** The mean rate in bits per second; negative, not known, where there is no time between first and
 * last. */
double report_text_rate(uint64_t bytes, int64_t first_ns, int64_t last_ns);

/** When the first copy of all sessions came; INT64_MAX without any. */
int64_t report_first_arrival(const struct report *report);

#endif
