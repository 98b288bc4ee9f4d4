/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/report-counts.h"

#include <glib.h>

/*
 * Every member of struct report_session, in its order, and what a sum over sessions and a
 * difference of two looks do with it: COUNT adds and subtracts, HIGHEST is the highest of all in a
 * sum, STATE stays as it is or has lines of its own below. A member that is forgotten here does not
 * compile.
 */
#define SESSION_MEMBERS(COUNT, HIGHEST, STATE)                                                     \
    STATE(key)                                                                                     \
    STATE(stream)                                                                                  \
    STATE(types)                                                                                   \
    STATE(first_ns)                                                                                \
    STATE(last_ns)                                                                                 \
    STATE(busy_ns)                                                                                 \
    COUNT(copies)                                                                                  \
    COUNT(left_out)                                                                                \
    COUNT(outer_bytes)                                                                             \
    COUNT(inner_bytes)                                                                             \
    COUNT(mirrored_bytes)                                                                          \
    COUNT(quoted)                                                                                  \
    COUNT(nested)                                                                                  \
    COUNT(looped)                                                                                  \
    HIGHEST(depth_max)                                                                             \
    COUNT(truncated)                                                                               \
    COUNT(cut)                                                                                     \
    HIGHEST(inner_max)                                                                             \
    HIGHEST(mirrored_max)                                                                          \
    STATE(at_inner_max)                                                                            \
    STATE(cut_max)                                                                                 \
    STATE(at_cut_max)                                                                              \
    STATE(overhead)                                                                                \
    COUNT(super_frames)                                                                            \
    COUNT(headers_cut)                                                                             \
    COUNT(headers_snapped)                                                                         \
    COUNT(data_segments)                                                                           \
    COUNT(other_bytes)                                                                             \
    STATE(sizes)                                                                                   \
    COUNT(ingress)                                                                                 \
    COUNT(egress)                                                                                  \
    COUNT(copies_of_copies)                                                                        \
    COUNT(copies_of_other)                                                                         \
    COUNT(without_sequence)                                                                        \
    STATE(domain)                                                                                  \
    STATE(sequence)                                                                                \
    STATE(constant_sequence)                                                                       \
    STATE(counters)                                                                                \
    STATE(counters_apart)                                                                          \
    COUNT(unfollowed)                                                                              \
    STATE(loss_known)                                                                              \
    STATE(domain_row)                                                                              \
    COUNT(runs)                                                                                    \
    COUNT(revealed)                                                                                \
    HIGHEST(run_max)                                                                               \
    COUNT(timed)                                                                                   \
    STATE(method)                                                                                  \
    STATE(tick_ps)                                                                                 \
    STATE(declared_lies)                                                                           \
    STATE(delay_min_ns)                                                                            \
    STATE(delay_max_ns)                                                                            \
    STATE(delay_mean_ns)                                                                           \
    STATE(jitter_ns)                                                                               \
    STATE(delays)                                                                                  \
    STATE(peak_1ms_bps)                                                                            \
    STATE(peak_100us_bps)                                                                          \
    STATE(interval_1ms_bps)                                                                        \
    STATE(interval_100us_bps)                                                                      \
    COUNT(lossy_windows)                                                                           \
    STATE(lossy_1ms_bps)                                                                           \
    COUNT(icmp_too_big)                                                                            \
    COUNT(icmp_too_big_missing)                                                                    \
    STATE(icmp_mtu)                                                                                \
    STATE(icmp_mtus)                                                                               \
    COUNT(icmp_other)                                                                              \
    STATE(flows)

/* A member's name takes no parentheses. */
#define MEMBER(NAME)                                                                               \
    __typeof__(((struct report_session *)NULL)->NAME) NAME; /* NOLINT(bugprone-macro-parentheses)  \
                                                             */
struct listed {
    SESSION_MEMBERS(MEMBER, MEMBER, MEMBER)
};
_Static_assert(sizeof(struct listed) == sizeof(struct report_session),
               "SESSION_MEMBERS must list the members of struct report_session, in their order");
#undef MEMBER
#define NOTHING(NAME)

/* What TCP shows is estimated anew in each look, but for these. */
#define FLOW_COUNTS(APPLY)                                                                         \
    APPLY(flows.flows)                                                                             \
    APPLY(flows.delivered)                                                                         \
    APPLY(flows.captured)                                                                          \
    APPLY(flows.elsewhere)

#define SEQUENCE_COUNTS(APPLY)                                                                     \
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
#define ADD(COUNT)    sum->COUNT += one->COUNT;
#define RAISE(MEMBER) sum->MEMBER = MAX(sum->MEMBER, one->MEMBER);
    SESSION_MEMBERS(ADD, RAISE, NOTHING)
    FLOW_COUNTS(ADD)
#undef ADD
#undef RAISE
    for (size_t i = 0; i < REPORT_SIZE_BUCKETS; i++)
        sum->sizes[i] += one->sizes[i];
}

void report_merged_join(struct report_merged *merged, const struct report_merged *other)
{
    merged->sessions += other->sessions;
    counts_add(&merged->sum, &other->sum);
    sequence_counts_join(&merged->sum.sequence, &other->sum.sequence);
    merged->sum.loss_known |= other->sum.loss_known;
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
    SESSION_MEMBERS(SUBTRACT, NOTHING, NOTHING)
    FLOW_COUNTS(SUBTRACT)
    SEQUENCE_COUNTS(SUBTRACT)
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
