/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Computes what the rules ask of a session: loss, payload that did not come, the pattern and the
 * sizes of missing copies. */
#include <glib.h>
#include <math.h>

#include "core/report/loss.h"
#include "core/verdict/verdict-rules.h"
#include "core/visibility/visibility.h"

enum {
    ONE_SIDED_PERCENT = 90, /* of connections; some are always caught at their end */
    FULL_SIZE_LEAST = 1280, /* bytes: of a frame whose copy needs about the usual MTU */
    /* Frames with payload that chance loss would have removed, although all payload came. */
    WHOLE_LEAST = 16,
    /* Bytes that an ACK acknowledges: two segments (RFC 9293, section 3.8.6.3), and some more. */
    PAYLOAD_PER_ACK_MOST = 6144,
    GAPS_LEAST = 4,          /* a few gaps, however long, are interruptions */
    LONG_GAPS_PERCENT = 150, /* of the mean length that chance makes */
    ERRORS_LEAST = 4,        /* standard errors of the mean from chance: one in 30,000 by chance */
    STEPPING_PERCENT = 90,   /* of the copies follow a gap: the counter may advance by more than one
                                for each copy */
    ALIKE_PERCENT =
        25, /* payload loss and copy loss within this percentage of each other count as equal */
};

static uint64_t beyond(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* True if numbers are missing although all acknowledged payload arrived. Then the numbers do not
 * number these copies. */
static bool numbers_count_something_else(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    return !facts->shared && session->flows.delivered >= DELIVERED_LEAST &&
           session->flows.captured == session->flows.delivered &&
           facts->share_lost * (double)session->counts.data_segments >= WHOLE_LEAST;
}

static void find_loss(const struct report *report, struct facts *facts)
{
    const struct report_session *session = facts->session;
    const struct sequence_counts *counts = &session->sequence;
    if (session->state.domain == DOMAIN_SOURCE && session->state.domain_row != REPORT_NO_ROW) {
        counts = &report_domain(report, session->state.domain_row)->sequence;
        facts->shared = counts->copies > session->sequence.copies;
    }
    facts->has_sequence = counts->copies > 0 && !session->state.constant_sequence;
    facts->lost = counts->lost;
    facts->numbers = expected_numbers(counts);
    facts->share_lost = fmax(loss_ratio(counts), 0);
    if (numbers_count_something_else(facts)) {
        facts->has_sequence = false;
        facts->lost = 0;
        facts->share_lost = 0;
    }
    uint64_t own = facts->session->sequence.copies + facts->lost;
    facts->share_most =
        facts->shared && own > 0 ? (double)facts->lost / (double)own : facts->share_lost;
    facts->loss = facts->lost >= LOST_LEAST && facts->lost >= facts->numbers / LOST_ONE_IN_MOST;
}

/*
 * Independent loss with probability p makes gaps of 1 / (1 - p) on average, with a standard
 * deviation of sqrt(p) / (1 - p). A full queue makes longer ones; a rate limit that lets one of two
 * pass makes shorter ones. Copies of several counters, or of several sessions that share one, can
 * have different probabilities, and then chance makes longer gaps, too.
 */
static void find_pattern(struct facts *facts)
{
    const struct report_session *session = facts->session;
    double p = facts->share_lost;
    uint64_t in_gaps = beyond(session->counts.revealed, session->sequence.late);
    if (!facts->has_sequence || facts->lost == 0 || p >= 1 || session->state.counters > 1 ||
        session->counts.gaps < GAPS_LEAST)
        return;
    double mean = (double)in_gaps / (double)session->counts.gaps;
    /* Each late copy may have split a gap in two. */
    double least = (double)in_gaps / (double)(session->counts.gaps + session->sequence.late);
    double chance = 1 / (1 - p);
    double error = sqrt(p) * chance / sqrt((double)session->counts.gaps);
    bool steps = is_share(session->counts.gaps, session->sequence.copies, STEPPING_PERCENT);
    bool longer =
        least - chance > error * ERRORS_LEAST && least * 100 >= chance * LONG_GAPS_PERCENT;
    if (longer && !facts->shared)
        facts->pattern = PATTERN_LONG_GAPS;
    else if (chance - mean > error * ERRORS_LEAST && session->sequence.late == 0 && !steps)
        facts->pattern = PATTERN_REGULAR;
}

static struct shortfall find_shortfall(const struct flow_totals *flows, uint64_t came)
{
    struct shortfall shortfall = {.bytes = beyond(flows->delivered, came)};
    if (flows->delivered == 0)
        return shortfall;
    double share = (double)shortfall.bytes / (double)flows->delivered;
    shortfall.frames = (uint64_t)((double)flows->implied_frames * share);
    shortfall.mostly = flows->delivered >= DELIVERED_LEAST && share > 0.5;
    return shortfall;
}

/* ACKs tell how much payload was delivered, and the frames it must have been in. */
static void find_flows(struct facts *facts)
{
    const struct flow_totals *flows = &facts->session->flows;
    facts->visibility = visibility_ratio(flows->captured, flows->delivered);
    facts->missed = find_shortfall(flows, flows->captured);
    facts->unseen = find_shortfall(flows, flows->captured + flows->elsewhere);
    facts->segment_frame = flows->implied_max;
    if (facts->segment_frame == 0 && flows->implied_frames > 0)
        facts->segment_frame = flows->implied_bytes / flows->implied_frames;
    facts->one_sided = flows->talking_flows > 0 &&
                       is_share(flows->one_sided_talks, flows->talking_flows, ONE_SIDED_PERCENT);
    uint64_t small = beyond(flows->segments, facts->session->counts.data_segments);
    facts->small_came =
        flows->whole_starts * 2 >= flows->flows || flows->delivered <= small * PAYLOAD_PER_ACK_MOST;
    if (facts->lost > 0)
        facts->payload_per_lost = (double)facts->missed.bytes / (double)facts->lost;
    facts->missed.unheard = flows->unheard * 2 > facts->missed.bytes;
    facts->unseen.unheard = beyond(flows->unheard, flows->elsewhere) * 2 > facts->unseen.bytes;
}

/* Compares the part of the payload that is missing to that of the copies. What an end sends of
 * which nothing at all comes need not have been mirrored, nor what the missing copies cannot hold.
 */
static void find_sizes(struct facts *facts)
{
    const struct flow_totals *flows = &facts->session->flows;
    double p = facts->share_lost;
    uint64_t heard = beyond(flows->delivered, flows->unheard);
    if (facts->lost == 0 || facts->shared || heard < DELIVERED_LEAST || flows->implied_frames == 0)
        return;
    double missed = 1 - visibility_ratio(MIN(flows->captured, heard), heard);
    double frames = (double)flows->implied_frames * (double)heard / (double)flows->delivered;
    double error = ERRORS_LEAST * sqrt(p * (1 - p) / frames);
    /* Where nearly all copies are missing, few that came tell the difference. */
    double equal = fmin(p, 1 - p) * ALIKE_PERCENT / 100;
    double alike = fmax(equal, error);
    bool theirs = facts->missed.frames <= facts->lost * FRAMES_PER_LOST_MOST;
    if (missed > p + alike)
        facts->sizes = theirs ? SIZES_LARGE : SIZES_UNKNOWN;
    else if (missed < p - alike)
        facts->sizes = SIZES_SMALL;
    else if (error <= equal)
        facts->sizes = SIZES_ALIKE;
}

/* Both in the same time and of the same frames, so that they can be compared. */
static void find_rates(struct facts *facts)
{
    const struct report_session *session = facts->session;
    const struct flow_totals *flows = &session->flows;
    if (session->state.busy_ns <= 0 || flows->delivered < DELIVERED_LEAST)
        return;
    double per_second = 8e9 / (double)session->state.busy_ns;
    double implied = (double)flows->implied_bytes;
    double other = (double)session->counts.other_bytes;
    facts->implied_bps = (implied + other) * per_second;
    facts->came_bps = (implied * facts->visibility + other) * per_second;
}

void facts_find(const struct report *report, const struct report_session *session,
                struct facts *facts)
{
    *facts = (struct facts){.report = report, .session = session};
    find_loss(report, facts);
    find_pattern(facts);
    find_flows(facts);
    find_sizes(facts);
    find_rates(facts);
}

bool facts_any_size_came(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    return session->extremes.mirrored_max >= FULL_SIZE_LEAST ||
           (facts->segment_frame > 0 && facts->segment_frame <= session->extremes.mirrored_max);
}

bool facts_own_loss(const struct facts *facts)
{
    uint64_t delivered = facts->session->flows.delivered;
    if (!facts->shared)
        return true;
    if (delivered >= DELIVERED_LEAST)
        return (double)facts->missed.bytes / (double)delivered * 2 >= facts->share_lost;
    return facts_any_size_came(facts);
}

size_t facts_largest_packet(const struct facts *facts)
{
    const struct session_key *key = &facts->session->state.key;
    size_t largest = 0;
    for (size_t i = 0; i < report_session_count(facts->report); i++) {
        const struct report_session *other = report_session(facts->report, i);
        size_t packet = other->extremes.inner_max + other->extremes.overhead;
        if (packet > largest && address_equal(&other->state.key.source, &key->source) &&
            address_equal(&other->state.key.destination, &key->destination))
            largest = packet;
    }
    return largest;
}

size_t facts_fitting_frame(const struct facts *facts, size_t mtu)
{
    return mtu > facts->session->extremes.overhead ? mtu - facts->session->extremes.overhead : 0;
}
