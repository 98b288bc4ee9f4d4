/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Evidence of an MTU. ICMP errors state it (verdict-icmp.c). Without them the ACKs tell that
 * full-size frames were sent, and not one came, while smaller ones did. Copies that fill a usual
 * MTU to the byte, and none longer, show that MTU where some are missing. A source may also drop
 * what exceeds its own MTU before it numbers the copy, as Linux's openvswitch does (quirk Q36,
 * drops before numbering): then no number is missing.
 */
#include "core/verdict/verdict-rules.h"

enum {
    /* minimum number of full-size frames that size-independent loss would have let through */
    EXPECTED_LEAST = 8,
    /* Copies missing for each full-size frame missing: ACKs and other traffic get lost, too. Far
     * more, and the cause is another. */
    LOST_PER_FRAME_MOST = 4,
    AS_MANY_PERCENT = 80,
    ETHERNET_MTU = 1500,
    JUMBO_FRAME_MOST = 9216,
    GAPS_LEAST = 4,            /* small copies came in between: it was no interruption */
    GAP_PERCENT_MOST = 50,     /* of the missing copies in one run */
    SAMPLED_FRAMES_LEAST = 16, /* that came, of which a source that samples had full-size ones */
    /* percent of the copies that fill the MTU exactly. If the hosts themselves have that MTU,
     * about two thirds do. */
    FILLED_PERCENT_LEAST = 25,
    /* ... or of those of about that size: a peak at one length is the hosts' own, as where a tunnel
     * leaves them an MTU of 1450; an MTU on the way cuts off what lies above, and makes no peak. */
    PEAK_PERCENT_LEAST = 25,
    PEAK_COPIES_LEAST = 8, /* fewer may have that length by chance */
    /* Bytes of payload of the largest super-frames of IPv4: about 64 KiB. */
    LARGEST_PAYLOAD_LEAST = 49152,
    LARGEST_PAYLOAD_MOST = 65536
};

/* Jumbo frames, Ethernet, and IPv6's minimum (RFC 8200). Path MTUs are chosen for the frames
 * of hosts, without the overhead of a copy. So the largest usual MTU that is too small for the
 * missing copies is assumed. */
static const size_t usual_mtus[] = {9000, ETHERNET_MTU, 1280};

/* True if small copies came between the missing ones. */
static bool is_interleaved(const struct report_session *session)
{
    return session->counts.gaps >= GAPS_LEAST &&
           !is_share(session->extremes.gap_max, session->counts.revealed, GAP_PERCENT_MOST);
}

/* True if loss that does not care for size would have let some of @p frames through. */
static bool would_have_come(const struct facts *facts, uint64_t frames)
{
    return (double)frames * (1 - facts->share_lost) >= EXPECTED_LEAST;
}

/* True if the missing copies can hold the missing payload, though they are no longer than those
 * that came: of hosts that send less than a full-size frame at a time. */
static bool smaller_ones_explain(const struct facts *facts)
{
    double payload = (double)facts->missed.bytes / (double)facts->missed.frames;
    double headers = (double)facts->segment_frame - payload;
    double longest = (double)facts->session->extremes.mirrored_max - headers;
    return !facts->shared && (double)facts->lost * longest >= (double)facts->missed.bytes;
}

/* True if as many copies are missing as there were full-size frames. */
static bool loss_is_theirs(const struct facts *facts)
{
    uint64_t frames = facts->missed.frames;
    return facts->loss && would_have_come(facts, frames) && !smaller_ones_explain(facts) &&
           frames <= facts->lost * FRAMES_PER_LOST_MOST &&
           (facts->shared || facts->lost <= frames * LOST_PER_FRAME_MOST) &&
           is_interleaved(facts->session);
}

/* Without an MSS it is not known how long the segments of missing copies were: of jumbo frames,
 * where the source samples besides, the payload of several Ethernet frames is missing for each. */
static bool are_segments_known(const struct facts *facts)
{
    return facts->session->flows.implied_max != 0 ||
           facts->payload_per_lost > JUMBO_FRAME_MOST * FRAMES_PER_LOST_MOST;
}

/* The payload of several segments is missing for each copy that is. */
static bool super_frames_are_missing(const struct facts *facts)
{
    return facts->has_sequence && facts->loss && !facts->shared && !facts->one_sided &&
           !facts->missed.unheard && facts->missed.mostly && facts->small_came &&
           facts->missed.frames > facts->lost * FRAMES_PER_LOST_MOST &&
           facts->payload_per_lost <= SUPER_FRAME_MOST && would_have_come(facts, facts->lost) &&
           are_segments_known(facts) &&
           facts->payload_per_lost > (double)facts->session->extremes.mirrored_max &&
           is_interleaved(facts->session) && !facts_look_sampled(facts) && !facts_lose_acks(facts);
}

/* False if super-frames that are not mirrored, together with copies lost for another cause, would
 * explain the missing copies as well. */
static bool super_frames_are_proved(const struct facts *facts)
{
    return facts->pattern == PATTERN_REGULAR ||
           (frame_totals_count(&facts->session->flows.frames) && /* so no ACKs are missing */
            facts->payload_per_lost >= LARGEST_PAYLOAD_LEAST &&
            facts->payload_per_lost <= LARGEST_PAYLOAD_MOST);
}

size_t facts_filled_mtu(const struct facts *facts, size_t inner)
{
    /* A first fragment fills an MTU, though the copy that continues in the next is longer. */
    if (report_totals_so_far(facts->report)->first_fragments > 0)
        return 0;
    for (size_t i = 0; i < sizeof usual_mtus / sizeof usual_mtus[0]; i++)
        if (inner + facts->session->extremes.overhead == usual_mtus[i])
            return usual_mtus[i];
    return 0;
}

/* True if the longest copies are a peak among those of about their size. */
static bool is_a_peak(const struct report_session *session)
{
    size_t bucket = 0;
    while (bucket < REPORT_SIZE_BUCKETS - 1 &&
           session->extremes.inner_max > report_size_bounds[bucket])
        bucket++;
    return session->extremes.at_inner_max >= PEAK_COPIES_LEAST &&
           is_share(session->extremes.at_inner_max, session->counts.sizes[bucket],
                    PEAK_PERCENT_LEAST);
}

/* A usual MTU that the longest copy fills to the byte, if fewer copies do than are missing, and
 * they are a small part of those that came: hosts whose own MTU makes them that long send many. 0:
 * none.
 */
static size_t filled_mtu(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    size_t packet = session->extremes.inner_max + session->extremes.overhead;
    if (!facts->has_sequence || !facts->loss || session->extremes.at_inner_max >= facts->lost ||
        is_share(session->extremes.at_inner_max, session->sequence.copies, FILLED_PERCENT_LEAST) ||
        is_a_peak(session) || facts->pattern == PATTERN_LONG_GAPS || facts->sizes == SIZES_ALIKE ||
        facts->sizes == SIZES_SMALL || packet < facts_largest_packet(facts))
        return 0;
    return facts_filled_mtu(facts, session->extremes.inner_max);
}

/* No copy is missing, yet of frames of full size not one came, though smaller ones with payload
 * did: a source that samples would have shown some. */
static bool source_drops_large(const struct facts *facts)
{
    const struct flow_totals *flows = &facts->session->flows;
    return facts->has_sequence && !facts->shared && facts_lose_too_little(facts) &&
           facts->unseen.mostly && !facts->unseen.unheard && !facts->one_sided &&
           facts->small_came && flows->implied_max > facts->session->extremes.mirrored_max &&
           flows->frames_came >= SAMPLED_FRAMES_LEAST && !facts_hide_super_frames(facts);
}

/* Where segments of one end only came, the frames of the other need not have been mirrored: they
 * were not if another session mirrors them. They were if about as many copies are missing. */
static bool were_mirrored(const struct facts *facts)
{
    uint64_t frames = facts->missed.frames;
    return !facts->one_sided ||
           (facts_other_end_is_nowhere(facts) && is_share(frames, facts->lost, AS_MANY_PERCENT) &&
            is_share(facts->lost, frames, AS_MANY_PERCENT));
}

/* Copies of full-size frames would be no larger than others that came on this way. */
static bool full_frames_fit(const struct facts *facts)
{
    return facts->segment_frame + facts->session->extremes.overhead <= facts_largest_packet(facts);
}

static bool no_full_frame_came(const struct facts *facts)
{
    if (facts->segment_frame <= facts->session->extremes.mirrored_max ||
        (facts->session->flows.implied_max == 0 && facts_any_size_came(facts)))
        return false;
    bool are_missing = facts->has_sequence
                           ? facts->missed.mostly && loss_is_theirs(facts) && were_mirrored(facts)
                           : facts->unseen.mostly && !facts->unseen.unheard && !facts->one_sided &&
                                 facts->small_came && !facts_look_sampled(facts);
    return are_missing &&
           !full_frames_fit(facts); /* the last question: it goes through all sessions */
}

/* A usual MTU between the largest copy that came and what a frame of @p missing bytes needs; 0:
 * none lies there. */
static size_t guess_mtu(const struct facts *facts, size_t missing)
{
    for (size_t i = 0; i < sizeof usual_mtus / sizeof usual_mtus[0]; i++) {
        size_t cliff = facts_fitting_frame(facts, usual_mtus[i]);
        if (cliff >= facts->session->extremes.inner_max && cliff < missing)
            return usual_mtus[i];
    }
    return 0;
}

/* Sets verdict->cliff, the longest mirrored frame whose copy still arrives, and says which MTU
 * it may be. */
static void say_cliff(const struct facts *facts, size_t mtu, struct verdict *verdict)
{
    verdict->cliff =
        mtu != 0 ? facts_fitting_frame(facts, mtu) : facts->session->extremes.inner_max;
    if (mtu != 0)
        verdict_say(verdict,
                    "an MTU of %s bytes, as is usual, would let mirrored frames of up to %s "
                    "bytes through",
                    quantity_count(mtu).text, quantity_count(verdict->cliff).text);
}

void verdict_say_missing_frames(struct verdict *verdict, const struct facts *facts)
{
    const struct report_session *session = facts->session;
    if (facts->segment_frame <= session->extremes.mirrored_max)
        return;
    const char *at_least = session->flows.implied_max != 0 ? "" : "at least ";
    verdict_say(verdict,
                "no mirrored frame above %s bytes came, although the ACKs show payload for "
                "full-size segments, in frames of %s%s bytes",
                quantity_count(session->extremes.mirrored_max).text, at_least,
                quantity_count(facts->segment_frame).text);
    verdict_say(verdict,
                "a copy's IP packet is %s bytes longer than the mirrored frame: these need an MTU "
                "of %s%s bytes",
                quantity_count(session->extremes.overhead).text, at_least,
                quantity_count(facts->segment_frame + session->extremes.overhead).text);
}

static void conclude_by_acks(const struct facts *facts, struct verdict *verdict)
{
    struct quantity came = quantity_count(facts->session->extremes.inner_max);
    struct quantity missing = quantity_count(facts->segment_frame);
    if (facts->has_sequence)
        verdict_summarize(verdict,
                          "copies of full-size frames exceed an MTU on the way and are dropped: "
                          "frames of up to %s bytes came, none of %s bytes or more",
                          came.text, missing.text);
    else
        verdict_summarize(verdict,
                          "copies of full-size frames exceed an MTU on the way and are dropped, or "
                          "the source does not mirror them: frames of up to %s bytes came, none of "
                          "%s bytes or more, and no numbers tell which",
                          came.text, missing.text);
    verdict_say_loss(verdict, facts);
    verdict_say_missing_frames(verdict, facts);
    say_cliff(facts, guess_mtu(facts, facts->segment_frame), verdict);
}

static void conclude_super_frames(const struct facts *facts, struct verdict *verdict)
{
    struct quantity each = quantity_bytes((uint64_t)facts->payload_per_lost);
    if (super_frames_are_proved(facts))
        verdict_summarize(verdict,
                          "copies of super-frames (TSO or LRO) exceed an MTU on the way and are "
                          "dropped: each missing copy held about %s of payload",
                          each.text);
    else
        verdict_summarize(verdict,
                          "about %s of payload are missing for each missing copy: copies of "
                          "super-frames (TSO or LRO) exceed an MTU on the way and are dropped, or "
                          "the source does not mirror such frames and copies are lost besides",
                          each.text);
    verdict_say_loss(verdict, facts);
    verdict_say(verdict, "no mirrored frame above %s bytes came",
                quantity_count(facts->session->extremes.mirrored_max).text);
    size_t ethernet = guess_mtu(facts, facts_fitting_frame(facts, ETHERNET_MTU) + 1);
    size_t jumbo = guess_mtu(facts, (size_t)facts->payload_per_lost);
    say_cliff(facts, ethernet != 0 ? ethernet : jumbo, verdict);
}

static void conclude_filled(const struct facts *facts, size_t mtu, struct verdict *verdict)
{
    verdict->cliff = facts_fitting_frame(facts, mtu);
    verdict_summarize(
        verdict,
        "copies of frames above %s bytes exceed an MTU of %s bytes on the way and are "
        "dropped",
        quantity_count(verdict->cliff).text, quantity_count(mtu).text);
    verdict_say_loss(verdict, facts);
    verdict_say(verdict,
                "the longest copy that came fills an MTU of %s bytes to the byte: a frame of %s "
                "bytes and %s more; copies of that length: %s",
                quantity_count(mtu).text, quantity_count(verdict->cliff).text,
                quantity_count(facts->session->extremes.overhead).text,
                quantity_count(facts->session->extremes.at_inner_max).text);
}

static void conclude_at_source(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    /* Payload that came of the same directions, in small segments, rules out super-frames. */
    bool sure = !facts_lie_in_hidden_directions(facts);
    verdict->cliff = session->extremes.mirrored_max;
    verdict_summarize(verdict,
                      sure ? "the source drops frames above %s bytes or more before it numbers "
                             "their copies: an MTU at its mirror port"
                           : "the source drops frames above %s bytes or more before it numbers "
                             "their copies, for an MTU at its mirror port, or it does not mirror "
                             "super-frames (TSO or LRO)",
                      quantity_count(session->extremes.mirrored_max).text);
    verdict_say_visibility(verdict, facts);
    verdict_say(verdict, "%s of %s are missing: loss on the way does not explain that",
                quantity_count(facts->lost).text,
                quantity_of(facts->numbers, "copy", "copies").text);
    verdict_say_missing_frames(verdict, facts);
    verdict_say(verdict,
                "%s of %s hold payload, and not one is a full-size segment: sampling would show "
                "some%s",
                quantity_count(session->counts.data_segments).text,
                quantity_of(session->counts.copies, "copy", "copies").text,
                sure ? ", and hidden super-frames (TSO or LRO) would leave hardly any payload"
                     : "");
    say_cliff(facts, guess_mtu(facts, facts->segment_frame), verdict);
}

/* The first evidence that there is, of an MTU that drops copies. */
static bool find_mtu(const struct facts *facts, struct verdict *verdict)
{
    if (verdict_find_icmp_mtu(facts, verdict))
        return true;
    if (no_full_frame_came(facts))
        conclude_by_acks(facts, verdict);
    else if (super_frames_are_missing(facts))
        conclude_super_frames(facts, verdict);
    else if (verdict_find_learned_mtu(facts, verdict))
        return true;
    else if (filled_mtu(facts) != 0)
        conclude_filled(facts, filled_mtu(facts), verdict);
    else
        return false;
    return true;
}

bool rule_mtu(const struct facts *facts, struct verdict *verdict)
{
    if (find_mtu(facts, verdict)) {
        verdict_say_visibility(verdict, facts);
        return true;
    }
    if (!source_drops_large(facts))
        return false;
    conclude_at_source(facts, verdict);
    return true;
}
