/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds and subtracts reports of sessions, member by member, from the tables of session-parts.h. */
#include "core/report/report-counts.h"

#include <glib.h>

#include "core/base/time-units.h"
#include "core/visibility/visibility.h"

/* Of the other members of struct report_session, in the order of the structs. APPLY(member): a
 * count. OTHER(member): a maximum, or estimated again for each report. */
#define FLOW_TOTALS(APPLY, OTHER)                                                                  \
    APPLY(flows)                                                                                   \
    APPLY(delivered)                                                                               \
    APPLY(captured)                                                                                \
    APPLY(elsewhere)                                                                               \
    OTHER(unheard)                                                                                 \
    OTHER(blind_flows)                                                                             \
    OTHER(one_sided_flows)                                                                         \
    OTHER(sides_elsewhere)                                                                         \
    OTHER(talking_flows)                                                                           \
    OTHER(one_sided_talks)                                                                         \
    OTHER(talks_elsewhere)                                                                         \
    OTHER(segments)                                                                                \
    OTHER(whole_starts)                                                                            \
    OTHER(above_mss)                                                                               \
    OTHER(mss)                                                                                     \
    OTHER(frames_implied)                                                                          \
    OTHER(frames_came)                                                                             \
    OTHER(share_squares)                                                                           \
    OTHER(share_terms)                                                                             \
    OTHER(numbered_sent)                                                                           \
    OTHER(numbered_came)                                                                           \
    OTHER(joined)                                                                                  \
    OTHER(parted)                                                                                  \
    OTHER(frames)                                                                                  \
    OTHER(hidden_implied)                                                                          \
    OTHER(hidden_came)                                                                             \
    OTHER(implied_frames)                                                                          \
    OTHER(implied_bytes)                                                                           \
    OTHER(implied_max)                                                                             \
    OTHER(first_ns)                                                                                \
    OTHER(last_ns)

#define SEQUENCE_COUNTS(APPLY, OTHER)                                                              \
    APPLY(copies)                                                                                  \
    APPLY(lost)                                                                                    \
    APPLY(late)                                                                                    \
    APPLY(duplicates)                                                                              \
    APPLY(restarts)                                                                                \
    APPLY(strays)                                                                                  \
    APPLY(constants)                                                                               \
    OTHER(extent_max)                                                                              \
    OTHER(extent_sure)

/* The build fails if a member is missing above. */
#define FLOW_MEMBER(NAME)                                                                          \
    __typeof__(((struct flow_totals *)NULL)->NAME) NAME; /* NOLINT(bugprone-macro-parentheses) */
#define SEQUENCE_MEMBER(NAME)                                                                      \
    __typeof__(((struct sequence_counts *)NULL)->NAME) NAME; /* NOLINT(bugprone-macro-parentheses) \
                                                              */
struct listed_flow {
    FLOW_TOTALS(FLOW_MEMBER, FLOW_MEMBER)
};
struct listed_sequence {
    SEQUENCE_COUNTS(SEQUENCE_MEMBER, SEQUENCE_MEMBER)
};
_Static_assert(sizeof(struct listed_flow) == sizeof(struct flow_totals),
               "FLOW_TOTALS must list the members of struct flow_totals, in their order");
_Static_assert(sizeof(struct listed_sequence) == sizeof(struct sequence_counts),
               "SEQUENCE_COUNTS must list the members of struct sequence_counts, in their order");

#define NOTHING(...)

/* Nanoseconds of all delays together. */
static double delay_sum(const struct report_session *session)
{
    return session->state.delays > 0 ? session->state.delay_mean_ns * (double)session->state.delays
                                     : 0;
}

void counts_add(struct report_session *sum, const struct report_session *one)
{
    bool first = sum->counts.copies == 0;
    bool has_times = one->counts.copies > 0;
    const struct session_extremes *other = &one->extremes;
    struct session_extremes *extremes = &sum->extremes;
#define ADD_COUNT(NAME, JSON) sum->counts.NAME += one->counts.NAME;
#define ADD_FLOWS(NAME)       sum->flows.NAME += one->flows.NAME;
#define HIGHEST(TYPE, NAME)   extremes->NAME = MAX(extremes->NAME, other->NAME);
#define EARLIEST(TYPE, NAME)                                                                       \
    if (has_times && (first || other->NAME < extremes->NAME))                                      \
        extremes->NAME = other->NAME;
#define LATEST(TYPE, NAME)                                                                         \
    if (has_times && (first || other->NAME > extremes->NAME))                                      \
        extremes->NAME = other->NAME;
    SESSION_COUNTS(ADD_COUNT)
    SESSION_EXTREMES(HIGHEST, EARLIEST, LATEST, NOTHING, NOTHING)
    FLOW_TOTALS(ADD_FLOWS, NOTHING)
#undef ADD_COUNT
#undef ADD_FLOWS
#undef HIGHEST
#undef EARLIEST
#undef LATEST
    for (size_t i = 0; i < REPORT_SIZE_BUCKETS; i++)
        sum->counts.sizes[i] += one->counts.sizes[i];
}

void counts_add_known(struct report_session *sum, const struct report_session *one)
{
    counts_add(sum, one);
    if (!one->state.loss_known)
        return;
    sequence_counts_join(&sum->sequence, &one->sequence);
    sum->state.loss_known = true;
}

void report_merged_join(struct report_merged *merged, const struct report_merged *other)
{
    merged->sessions += other->sessions;
    counts_add_known(&merged->sum, &other->sum);
}

void counts_raise_peaks(struct report_session *figures, const struct report_session *other)
{
    struct session_extremes *extremes = &figures->extremes;
#define RAISE(TYPE, NAME) extremes->NAME = MAX(extremes->NAME, other->extremes.NAME);
    SESSION_EXTREMES(NOTHING, NOTHING, NOTHING, RAISE, NOTHING)
#undef RAISE
}

struct report_session counts_subtract(const struct report_session *before,
                                      const struct report_session *now)
{
    struct report_session difference = *now;
#define SUBTRACT_COUNT(NAME, JSON) difference.counts.NAME -= before->counts.NAME;
#define SUBTRACT_FLOWS(NAME)       difference.flows.NAME -= before->flows.NAME;
#define SUBTRACT_SEQUENCE(NAME)    difference.sequence.NAME -= before->sequence.NAME;
    SESSION_COUNTS(SUBTRACT_COUNT)
    FLOW_TOTALS(SUBTRACT_FLOWS, NOTHING)
    SEQUENCE_COUNTS(SUBTRACT_SEQUENCE, NOTHING)
#undef SUBTRACT_COUNT
#undef SUBTRACT_FLOWS
#undef SUBTRACT_SEQUENCE
    for (size_t i = 0; i < REPORT_SIZE_BUCKETS; i++)
        difference.counts.sizes[i] -= before->counts.sizes[i];
    difference.extremes.peak_1ms_bps = now->extremes.interval_1ms_bps;
    difference.extremes.peak_100us_bps = now->extremes.interval_100us_bps;
    difference.state.delays -= before->state.delays;
    difference.state.delay_mean_ns =
        difference.state.delays > 0
            ? (delay_sum(now) - delay_sum(before)) / (double)difference.state.delays
            : 0;
    return difference;
}

double session_loss_ratio(const struct report_session *session)
{
    return session->state.loss_known ? loss_ratio(&session->sequence) : LOSS_UNKNOWN;
}

double session_visibility(const struct report_session *session)
{
    return visibility_ratio(session->flows.captured, session->flows.delivered);
}

double session_seconds(const struct report_session *figures, double run_seconds)
{
    const struct session_extremes *extremes = &figures->extremes;
    return extremes->last_ns > extremes->first_ns
               ? ((double)extremes->last_ns - (double)extremes->first_ns) / NS_PER_SECOND
               : run_seconds;
}
