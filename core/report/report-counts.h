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

/**
 * Adds the counts of @p one, except its sequence counts: sequence counts belong to a counter, and
 * sequence_counts_join() adds those. Other members do not change, except the first and last times.
 */
void counts_add(struct report_session *sum, const struct report_session *one);

/** Also adds its sequence counts if its loss is known. Then the loss of the sum is known. */
void counts_add_known(struct report_session *sum, const struct report_session *one);

/** Adds the counts of evicted sessions. */
void report_merged_join(struct report_merged *merged, const struct report_merged *other);

/** Makes the peaks of @p figures those of @p other where these are higher. */
void counts_raise_peaks(struct report_session *figures, const struct report_session *other);

/**
 * The difference of two snapshots. Peaks are those of the interval; every other member that is not
 * a count is copied from @p now.
 */
struct report_session counts_subtract(const struct report_session *before,
                                      const struct report_session *now);

/** loss_ratio() of the session's numbers; LOSS_UNKNOWN unless session.loss_known. */
double session_loss_ratio(const struct report_session *session);

/** visibility_ratio() of the session's payload. */
double session_visibility(const struct report_session *session);

/**
 * The seconds of which the rates of a whole run are: from the first copy to the last, since what a
 * run waits before and after says nothing about a rate.
 *
 * @param run_seconds  of the whole run: the result if the times of copies are not known, as of
 * those that only the kernel counted.
 */
double session_seconds(const struct report_session *figures, double run_seconds);

#endif
