/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detects a source that mirrors one frame in N, by count or at random (quirk Q30, sampled mirror).
 * It numbers only the mirrored frames. That there were others shows in TCP: by the ACKs, of
 * payload; by IPv4's identification, where hosts count with it, of all frames. N is the number of
 * frames sent divided by the number of those mirrored. The standard error of a random number of
 * frames is its square root.
 *
 * The two differ where the source counts and goes in step with a connection that is regular, so
 * that it mirrors its payload more often than its ACKs.
 */
#include <glib.h>
#include <math.h>
#include <stdio.h>

#include "core/verdict/verdict-rules.h"

enum {
    PAYLOAD_PERCENT_MOST = 60, /* one frame in two, and chance; ... */
    COUNTED_PERCENT_MOST = 80, /* ... or by a count that prefers payload */
    DATA_SHARE_LEAST = 42,     /* percent of segments: an ACK for each of them, and some again */
    FRAMES_LEAST = 32,         /* of fewer, chance may make any pattern */
    SPREAD_PERCENT_MOST = 20,  /* that directions differ in what came of them */
    SPREAD_BY_CHANCE = 4,      /* ... beyond so many times what chance makes */
    ROWS_BY_CHANCE = 2,        /* standard deviations of frames in a row */
    ROWS_ONE_IN = 4, /* of the frames between one in N and all, that may be in a row, too */
    ACK_GAPS_LEAST = 16,
    ACK_GAP_MOST = 4, /* times N frames on average: more is an interruption */
    TENTHS = 10,
    WITH_TENTHS_BELOW = 10,
    STEP_MOST = 2, /* times N by payload: a host sends no more frames without payload than the other
                      sends with it */
};

/* 95 % of a normal distribution lie within this many standard deviations. */
static const double deviations = 1.96;

/* Where the interval reaches farther from N, N is not stated. */
static const double known_to = 0.1;

/* Of ACKs, where loss on the way is divided out: far beyond what chance makes of it. */
static const double acks_one_in_least = 1.1;

/* Frames sent for each one mirrored: between no sampling and one in two. */
static const double one_in_least = 1.5;

/* Times N by sequence numbers: so much more by ACKs is no chance. */
static const double at_times_least = 1.25;

/* Times N by payload: more by the identifications of payload's direction, and they count other
 * packets too. */
static const double agree_most = 1.1;

/* The same, if every copy lost on the way had carried a full-size frame of TCP. */
static const double one_in_least_by_payload = 1.3;

/* N, and its 95 % confidence interval. */
struct one_in {
    double n;
    double least;
    double most;
};

/* Frames that came, and all that were sent. */
struct frames {
    double came;
    double sent;
    const char *by; /* what tells of those that were sent */
};

/* By sequence numbers; but where the ACKs tell of more, payload came at times only, and the numbers
 * enclose those alone. */
static struct frames frames_by_payload(const struct flow_totals *flows)
{
    struct frames numbered = {flows->numbered_came, flows->numbered_sent,
                              "their sequence numbers imply"};
    struct frames acknowledged = {flows->frames_came, flows->frames_implied, "the ACKs imply"};
    bool at_times =
        acknowledged.sent * numbered.came > at_times_least * numbered.sent * acknowledged.came;
    return at_times ? acknowledged : numbered;
}

static struct frames frames_by_identification(const struct flow_totals *flows)
{
    double came = (double)frame_totals_copies(&flows->frames);
    return (struct frames){came, came * frame_totals_one_in(&flows->frames),
                           "hosts sent meanwhile by the identifications of their IP packets"};
}

/* True if N by identification is to be believed: a counter of all that a host sends would make it
 * too high. Of the directions with payload, the ACKs tell the same N. */
static bool are_counted(const struct flow_totals *flows)
{
    if (!frame_totals_count(&flows->frames))
        return false;
    struct frames counted = frames_by_identification(flows);
    struct frames payload = frames_by_payload(flows);
    double by_payload = fmax(payload.sent / payload.came, 1);
    double with_payload =
        (double)flows->frames.frames[1] / fmax((double)flows->frames.copies[1], 1);
    return payload.came == 0 || (counted.sent / counted.came <= STEP_MOST * by_payload &&
                                 with_payload <= agree_most * by_payload);
}

static struct frames find_frames(const struct flow_totals *flows)
{
    return are_counted(flows) ? frames_by_identification(flows) : frames_by_payload(flows);
}

/*
 * A chi-square test: did about the same share of every direction come? It passes if the statistic
 * is about the number of directions (chance), or if the shares differ by at most a fifth.
 */
static bool is_even(const struct flow_totals *flows)
{
    double share = flows->frames_came / flows->frames_implied;
    double chi = flows->share_squares / share - flows->frames_came;
    double spread = (double)SPREAD_PERCENT_MOST / 100;
    return chi <= SPREAD_BY_CHANCE * (double)(flows->share_terms + SPREAD_BY_CHANCE) ||
           chi <= spread * spread * flows->frames_came;
}

/* Where a source samples, the next frame comes with the same odds as any. Where it mirrors at times
 * only, or up to a rate, frames come in rows. */
static bool is_scattered(const struct flow_totals *flows)
{
    double segments = (double)(flows->joined + flows->parted);
    double share = fmin(flows->frames_came / flows->frames_implied, 1);
    double most = share + (1 - share) / ROWS_ONE_IN +
                  ROWS_BY_CHANCE * sqrt(share * (1 - share) / fmax(segments, 1));
    return (double)flows->joined <= most * segments;
}

/* True if about the same part of each direction came, and of payload as of ACKs. */
static bool is_alike(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    return session->flows.frames_came > 0 && is_even(&session->flows) &&
           is_share(session->counts.data_segments, session->flows.segments,
                    VERDICT_DATA_PERCENT_LEAST);
}

/* How many frames were sent for each that was mirrored, at least. */
static double one_in_at_least(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    struct frames frames = find_frames(&session->flows);
    double lost = (double)facts->lost;
    if (are_counted(&session->flows))
        return frames.sent / frames.came * (1 - facts->share_most);
    /* Of the copies that are lost, about as many were of TCP as of those that came; or twice as
     * many. */
    double tcp = 2 * (double)session->flows.segments / fmax((double)session->counts.copies, 1);
    return frames.sent / (frames.came + lost * fmin(tcp, 1));
}

static bool is_one_in_several(const struct facts *facts)
{
    double least = are_counted(&facts->session->flows) ? one_in_least : one_in_least_by_payload;
    return facts->session->flows.frames_came > 0 && one_in_at_least(facts) >= least;
}

/* Frames that were sent for each mirrored, of directions that mostly carry payload, or ACKs. */
static double one_in_of_role(const struct facts *facts, unsigned role)
{
    const struct frame_totals *frames = &facts->session->flows.frames;
    return (double)frames->frames[role] / fmax((double)frames->copies[role], 1) *
           (1 - facts->share_most);
}

/* True if ACKs were not mirrored here and there, too, where payload was not. A source that counts
 * may go in step with regular traffic, and then mirrors more of its ACKs than of its payload; no
 * MTU or super-frames explain a missing ACK. */
static bool skips_acks(const struct facts *facts)
{
    const struct frame_totals *frames = &facts->session->flows.frames;
    double skipped = (double)frames->frames[0] - (double)frames->copies[0];
    return is_one_in_several(facts) && are_counted(&facts->session->flows) &&
           facts->segment_frame <= facts->session->extremes.mirrored_max &&
           frames->gaps[0] >= ACK_GAPS_LEAST &&
           skipped <= ACK_GAP_MOST * one_in_at_least(facts) * (double)frames->gaps[0] &&
           one_in_of_role(facts, 0) >= acks_one_in_least &&
           one_in_of_role(facts, 1) >= one_in_least;
}

bool facts_look_sampled(const struct facts *facts)
{
    return is_alike(facts) || skips_acks(facts);
}

/* True if ACKs came as rarely as payload, as far as their number tells: a host sends about as many
 * as the other end sends frames with payload, or fewer. A source that leaves out long frames alone
 * mirrors all of them. */
static bool thins_acks(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    bool all_came = are_counted(&session->flows) &&
                    session->flows.frames.copies[0] >= ACK_GAPS_LEAST &&
                    one_in_of_role(facts, 0) < acks_one_in_least;
    return !all_came &&
           is_share(session->counts.data_segments, session->flows.segments, DATA_SHARE_LEAST);
}

/* True if a part of the frames came, for whatever reason. */
static bool is_part(const struct facts *facts)
{
    const struct flow_totals *flows = &facts->session->flows;
    bool counted = are_counted(flows) && is_one_in_several(facts);
    bool partial = !is_share(flows->captured + flows->elsewhere, flows->delivered,
                             counted ? COUNTED_PERCENT_MOST : PAYLOAD_PERCENT_MOST);
    return flows->delivered >= DELIVERED_LEAST && !facts->one_sided && partial &&
           is_scattered(flows) && find_frames(flows).came >= FRAMES_LEAST &&
           ((is_alike(facts) && thins_acks(facts)) || skips_acks(facts));
}

/* @p came, @p came_least, @p came_most: the share of the copies that arrived. Loss on the path is
 * divided out, because the source did mirror those frames. */
static struct one_in find_one_in(const struct facts *facts, double came, double came_least,
                                 double came_most)
{
    struct frames frames = find_frames(&facts->session->flows);
    double part = fmin(frames.came / frames.sent, 1);
    double error = deviations * sqrt((1 - part) / frames.came);
    return (struct one_in){came / part,
                           fmax(1, floor(came_least / part / (1 + error) * TENTHS) / TENTHS),
                           ceil(came_most / part / fmax(1 - error, 0.01) * TENTHS) / TENTHS};
}

/* It is not known whose copies a shared counter lacks: all may be of this session, or none. */
static struct one_in find_mirrored(const struct facts *facts)
{
    double came = 1 - facts->share_lost;
    return find_one_in(facts, came, 1 - facts->share_most, facts->shared ? 1 : came);
}

/* Of small numbers a tenth counts. */
static struct quantity rounded(double n)
{
    struct quantity quantity = quantity_count((uint64_t)(n + 0.5));
    if (n < WITH_TENTHS_BELOW)
        snprintf(quantity.text, sizeof quantity.text, "%.1f", n);
    return quantity;
}

/* "about one frame in 22 (20 to 24)"; N itself stands there only where it is known to a tenth. */
static char *describe(const struct facts *facts, const struct one_in *one_in)
{
    const char *frame = are_counted(&facts->session->flows) ? "frame" : "frame with payload";
    struct quantity least = rounded(one_in->least);
    struct quantity most = rounded(one_in->most);
    if (one_in->most - one_in->least <= 2 * known_to * one_in->n)
        return g_strdup_printf("about one %s in %s (%s to %s)", frame, rounded(one_in->n).text,
                               least.text, most.text);
    return g_strdup_printf("one %s in %s to %s (it is not known more closely)", frame, least.text,
                           most.text);
}

static const char *alike(const struct facts *facts)
{
    return is_alike(facts) ? "of all connections alike" : "more of some kinds than of others";
}

void verdict_say_one_in(struct verdict *verdict, const struct facts *facts)
{
    if (!is_part(facts))
        return;
    struct one_in one_in = find_one_in(facts, 1, 1, 1);
    g_autofree char *text = describe(facts, &one_in);
    verdict_say(verdict,
                "%s came, %s: a source that samples would look so, and loss regardless of frame "
                "size",
                text, alike(facts));
}

static void say_frames(const struct facts *facts, const struct one_in *one_in,
                       struct verdict *verdict)
{
    const struct flow_totals *flows = &facts->session->flows;
    struct frames frames = find_frames(flows);
    const char *format =
        are_counted(flows)
            ? "%s frames of TCP came, of %s that %s: N lies between %s and %s in 19 of 20 such "
              "cases"
            : "payload for about %s full-size frames came, of %s that %s: N lies between %s and %s "
              "in 19 of 20 such cases";
    verdict_say(verdict, format, rounded(frames.came).text, rounded(frames.sent).text, frames.by,
                rounded(one_in->least).text, rounded(one_in->most).text);
}

bool rule_sampling(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    if (!facts->has_sequence || facts_name(facts, CAUSE_MTU) || facts_hide_super_frames(facts) ||
        !is_part(facts) || !is_one_in_several(facts))
        return false;
    struct one_in one_in = find_mirrored(facts);
    verdict->one_in = one_in.n;
    verdict->one_in_least = one_in.least;
    verdict->one_in_most = one_in.most;
    g_autofree char *text = describe(facts, &one_in);
    verdict_summarize(verdict,
                      "%s is mirrored, %s: the source samples, drops frames before it numbers "
                      "their copies, or does not see all paths that frames take",
                      text, alike(facts));
    say_frames(facts, &one_in, verdict);
    verdict_say_visibility(verdict, facts);
    verdict_say(verdict, "%s of %s are missing: loss on the way does not explain that",
                quantity_count(facts->lost).text,
                quantity_of(facts->numbers, "copy", "copies").text);
    verdict_say(verdict, "%s of %s hold payload, in %s",
                quantity_count(session->counts.data_segments).text,
                quantity_of(session->counts.copies, "copy", "copies").text,
                quantity_of(session->flows.flows, "connection", "connections").text);
    return true;
}
