/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames that the source does not mirror (quirk Q24, super-frames). */
#include "core/verdict/verdict-rules.h"

enum {
    BEYOND_JUMBO_BUCKET = REPORT_SIZE_BUCKETS - 1,
    HEADERS_MOST = 256,    /* that a frame's own length may be off, of tags and the like */
    CUT_SAME_PERCENT = 90, /* as of a snap length */
    CUT_PERCENT_LEAST = 5,
    WIRE_FRAME_MOST = 1522, /* bytes that every Ethernet carries, with a VLAN tag */
    SUPER_SEGMENTS_LEAST = 2,
    LOST_ACKS_PERCENT_LEAST = 50, /* of the missing copies */
    HIDDEN_PERCENT_LEAST = 80,    /* of the frames that did not come, in directions without any */
};

bool facts_lose_acks(const struct facts *facts)
{
    const struct frame_totals *frames = &facts->session->flows.frames;
    if (!frame_totals_count(frames) || frames->frames[0] <= frames->copies[0])
        return false;
    uint64_t acks = frames->frames[0] - frames->copies[0];
    uint64_t others = facts->lost > acks ? facts->lost - acks : 0;
    return is_share(acks, facts->lost, LOST_ACKS_PERCENT_LEAST) &&
           facts->missed.bytes > others * SUPER_FRAME_MOST;
}

bool facts_lose_too_little(const struct facts *facts)
{
    return facts->lost == 0 || facts->payload_per_lost > SUPER_FRAME_MOST ||
           (facts->has_sequence && facts_lose_acks(facts));
}

bool facts_lie_in_hidden_directions(const struct facts *facts)
{
    const struct flow_totals *flows = &facts->session->flows;
    double unseen = flows->frames_implied - flows->frames_came;
    double hidden = flows->hidden_implied - flows->hidden_came;
    return hidden * 100 >= unseen * HIDDEN_PERCENT_LEAST;
}

bool facts_hide_super_frames(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    const struct flow_totals *flows = &session->flows;
    double others = (double)(session->counts.copies - session->counts.data_segments);
    /* Of the directions that are hidden, whether ACKs tell of it or not. */
    double data = (double)session->counts.data_segments - (flows->frames_came - flows->hidden_came);
    return facts->unseen.mostly && !facts->unseen.unheard && !facts->one_sided &&
           facts->small_came && facts_lose_too_little(facts) &&
           (facts->has_sequence || facts->segment_frame > session->extremes.mirrored_max) &&
           facts_lie_in_hidden_directions(facts) && !facts_look_sampled(facts) &&
           data * 100 < (data + others) * VERDICT_DATA_PERCENT_LEAST;
}

static void conclude_hidden(const struct facts *facts, struct verdict *verdict)
{
    struct quantity share = quantity_share(facts->unseen.bytes, facts->session->flows.delivered);
    if (facts->has_sequence)
        verdict_summarize(verdict,
                          "%s of the TCP payload was not mirrored, without sequence gaps: "
                          "super-frames of TSO or LRO, or others of such a size, which the source "
                          "does not copy",
                          share.text);
    else
        verdict_summarize(verdict,
                          "%s of the payload came in no copy: the source does not copy "
                          "super-frames of TSO or LRO, or an MTU on the way drops them, or "
                          "fragments of their copies; no numbers tell which",
                          share.text);
}

/* Length fields of single frames may be wrong. A length counts if a copy holds that many bytes,
 * or if the source cuts all long frames to one length. */
static bool lengths_are_true(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    return session->extremes.inner_max + HEADERS_MOST >= session->extremes.mirrored_max ||
           (session->extremes.at_cut_max >= SUPER_SEGMENTS_LEAST &&
            is_share(session->extremes.at_cut_max, session->counts.cut, CUT_SAME_PERCENT) &&
            is_share(session->counts.cut, session->counts.copies, CUT_PERCENT_LEAST));
}

static void conclude_seen(const struct facts *facts, uint64_t seen, struct verdict *verdict)
{
    size_t longest = facts->session->extremes.mirrored_max;
    struct quantity largest = quantity_count(longest);
    bool by_mss = facts->session->flows.above_mss >= SUPER_SEGMENTS_LEAST;
    if (by_mss && longest > WIRE_FRAME_MOST)
        verdict_summarize(verdict,
                          "%s came that no wire carries, up to %s bytes: the source copies "
                          "super-frames before TSO or after LRO",
                          quantity_of(seen, "frame", "frames").text, largest.text);
    else if (by_mss) /* a small MSS */
        verdict_summarize(verdict,
                          "%s came with more payload than the other end takes in one, in frames "
                          "of up to %s bytes: the source copies super-frames before TSO or after "
                          "LRO",
                          quantity_of(seen, "segment", "segments").text, largest.text);
    else
        verdict_summarize(verdict,
                          "%s came that are longer than Ethernet's jumbo frames, up to %s bytes: "
                          "super-frames before TSO or after LRO, unless the mirrored port carries "
                          "such frames",
                          quantity_of(seen, "frame", "frames").text, largest.text);
}

bool rule_super_frames(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    const struct flow_totals *flows = &session->flows;
    bool by_mss = flows->above_mss >= SUPER_SEGMENTS_LEAST;
    uint64_t seen = by_mss ? flows->above_mss : session->counts.sizes[BEYOND_JUMBO_BUCKET];
    /* Where numbers tell that copies are missing, an MTU explains the same payload. */
    bool by_mtu = facts->has_sequence && facts_name(facts, CAUSE_MTU);
    bool hidden = !by_mtu && facts_hide_super_frames(facts);
    if (!hidden && (seen < SUPER_SEGMENTS_LEAST || !lengths_are_true(facts)))
        return false;
    if (hidden)
        conclude_hidden(facts, verdict);
    else
        conclude_seen(facts, seen, verdict);
    verdict_say_visibility(verdict, facts);
    verdict_say_loss(verdict, facts);
    if (by_mss)
        verdict_say(verdict, "%s with more payload than the MSS of %s bytes",
                    quantity_of(flows->above_mss, "segment", "segments").text,
                    quantity_count(flows->mss).text);
    if (hidden)
        verdict_say(verdict,
                    "segments of both ends of the connections came, and %s of %s hold payload",
                    quantity_count(session->counts.data_segments).text,
                    quantity_of(session->counts.copies, "copy", "copies").text);
    return true;
}
