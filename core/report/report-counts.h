/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Sums of the counts of sessions and counters, and differences between two snapshots.
 *
 * A difference is below 0 if copies that counted as lost arrived late. It is then a 64-bit number
 * that wrapped; loss_signed() reads it.
 */
#ifndef CORE_REPORT_REPORT_COUNTS_H
#define CORE_REPORT_REPORT_COUNTS_H

#include "core/report/loss.h"
#include "core/report/report.h"

/** Adds the counts of @p one, but for its sequence: what is lost is lost from a counter, and those
 * are added with sequence_counts_join(). What is no count is left alone, but for the first and last
 * times. */
void counts_add(struct report_session *sum, const struct report_session *one);

/** The same with its sequence, if loss is known there: then it is of the sum, too. */
void counts_add_known(struct report_session *sum, const struct report_session *one);

/** Adds sessions that made room. */
void report_merged_join(struct report_merged *merged, const struct report_merged *other);

/** Makes the peaks of @p figures those of @p other where these are higher. */
void counts_raise_peaks(struct report_session *figures, const struct report_session *other);

/** What was counted between two looks, and the peaks between them. What else is no count is as it
 * stands @p now. */
struct report_session counts_subtract(const struct report_session *before,
                                      const struct report_session *now);

/** loss_ratio() of the session's numbers; LOSS_UNKNOWN unless session.loss_known. */
double session_loss_ratio(const struct report_session *session);

/** Of the payload that TCP acknowledges, the part that came; negative without any. */
double visibility_ratio(const struct report_session *figures);

#endif
