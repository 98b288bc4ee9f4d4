/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/report-counts.h"

#include <glib.h>

/* Every count of a session, once: adding and subtracting are the same walk over them. Those of its
 * sequence are of a counter, which it may share. */
#define FOR_EACH_COUNT(APPLY)                                                                      \
    APPLY(copies)                                                                                  \
    APPLY(outer_bytes)                                                                             \
    APPLY(inner_bytes)                                                                             \
    APPLY(mirrored_bytes)                                                                          \
    APPLY(quoted)                                                                                  \
    APPLY(nested)                                                                                  \
    APPLY(truncated)                                                                               \
    APPLY(cut)                                                                                     \
    APPLY(super_frames)                                                                            \
    APPLY(ingress)                                                                                 \
    APPLY(egress)                                                                                  \
    APPLY(copies_of_copies)                                                                        \
    APPLY(copies_of_other)                                                                         \
    APPLY(without_sequence)                                                                        \
    APPLY(timed)                                                                                   \
    APPLY(icmp_too_big)                                                                            \
    APPLY(icmp_too_big_missing)                                                                    \
    APPLY(icmp_other)                                                                              \
    APPLY(flows.flows)                                                                             \
    APPLY(flows.delivered)                                                                         \
    APPLY(flows.captured)                                                                          \
    APPLY(flows.elsewhere)

#define FOR_EACH_NUMBERED(APPLY)                                                                   \
    APPLY(sequence.copies)                                                                         \
    APPLY(sequence.lost)                                                                           \
    APPLY(sequence.late)                                                                           \
    APPLY(sequence.duplicates)                                                                     \
    APPLY(sequence.restarts)                                                                       \
    APPLY(sequence.strays)                                                                         \
    APPLY(sequence.constants)

/* Nanoseconds of all delays together. */
static double delay_sum(const struct report_session *session)
{
    return session->delays > 0 ? session->delay_mean_ns * (double)session->delays : 0;
}

void counts_add(struct report_session *sum, const struct report_session *one)
{
    bool first = sum->copies == 0;
    if (one->copies > 0 && (first || one->first_ns < sum->first_ns))
        sum->first_ns = one->first_ns;
    if (one->copies > 0 && (first || one->last_ns > sum->last_ns))
        sum->last_ns = one->last_ns;
#define ADD(COUNT) sum->COUNT += one->COUNT;
    FOR_EACH_COUNT(ADD)
#undef ADD
    for (size_t i = 0; i < REPORT_SIZE_BUCKETS; i++)
        sum->sizes[i] += one->sizes[i];
}

void counts_raise_peaks(struct report_session *figures, const struct report_session *other)
{
    figures->peak_1ms_bps = MAX(figures->peak_1ms_bps, other->peak_1ms_bps);
    figures->peak_100us_bps = MAX(figures->peak_100us_bps, other->peak_100us_bps);
    figures->interval_1ms_bps = MAX(figures->interval_1ms_bps, other->interval_1ms_bps);
    figures->interval_100us_bps = MAX(figures->interval_100us_bps, other->interval_100us_bps);
}

struct report_session counts_subtract(const struct report_session *before,
                                      const struct report_session *now)
{
    struct report_session difference = *now;
#define SUBTRACT(COUNT) difference.COUNT -= before->COUNT;
    FOR_EACH_COUNT(SUBTRACT)
    FOR_EACH_NUMBERED(SUBTRACT)
#undef SUBTRACT
    for (size_t i = 0; i < REPORT_SIZE_BUCKETS; i++)
        difference.sizes[i] -= before->sizes[i];
    difference.peak_1ms_bps = now->interval_1ms_bps;
    difference.peak_100us_bps = now->interval_100us_bps;
    difference.delays -= before->delays;
    difference.delay_mean_ns =
        difference.delays > 0 ? (delay_sum(now) - delay_sum(before)) / (double)difference.delays
                              : 0;
    return difference;
}

double session_loss_ratio(const struct report_session *session)
{
    return session->loss_known ? loss_ratio(&session->sequence) : LOSS_UNKNOWN;
}

double visibility_ratio(const struct report_session *figures)
{
    int64_t delivered = loss_signed(figures->flows.delivered);
    int64_t captured = loss_signed(figures->flows.captured);
    return delivered > 0 ? (double)captured / (double)delivered : -1;
}
