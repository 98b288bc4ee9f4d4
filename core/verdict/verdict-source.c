/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes that lie in what the source mirrors, and how. */
#include "core/verdict/verdict-rules.h"

enum {
    /* A source that mirrors only some frames, but of any size, samples: of an iperf two in three
     * of what comes are full-size. One that leaves out super-frames shows hardly any. */
    FULL_SIZE_PERCENT_MOST = 20,
    FULL_SIZE_BUCKET = 5, /* 1024 to 1518 bytes */
    BEYOND_JUMBO_BUCKET = REPORT_SIZE_BUCKETS - 1,
    SUPER_SEGMENTS_LEAST = 2,
    FRAMES_PER_LOST_LEAST = 10, /* of those that did not come; fewer, and loss explains them */
    DATA_LEAST = 8,             /* segments with payload, for a conversation to be going on */
    CUT_LEAST = 2,
    CUT_KEPT_LEAST = 14,   /* bytes: a MAC header; what is shorter was no frame to begin with */
    CUT_PERCENT_LEAST = 1, /* of the copies; below, frames merely lie about their length */
    CUT_SAME_PERCENT = 90  /* of those cut have one length: it is what is kept */
};

static bool hides_super_frames(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    return facts->unseen.mostly && !facts->one_sided &&
           facts->lost * FRAMES_PER_LOST_LEAST <= facts->unseen.frames &&
           !is_share(session->sizes[FULL_SIZE_BUCKET], session->copies, FULL_SIZE_PERCENT_MOST);
}

bool rule_super_frames(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    uint64_t giants = session->sizes[BEYOND_JUMBO_BUCKET];
    uint64_t seen = giants > session->above_mss ? giants : session->above_mss;
    bool hidden = hides_super_frames(facts);
    if (!hidden && seen < SUPER_SEGMENTS_LEAST)
        return false;
    if (hidden)
        verdict_summarize(verdict,
                          "%s of the payload was never mirrored, though no copy is missing for it: "
                          "super-frames of TSO or LRO, which the source does not copy",
                          quantity_share(facts->unseen.bytes, session->flows.delivered).text);
    else
        verdict_summarize(verdict,
                          "%s came that no wire carries, up to %s bytes: the source copies "
                          "super-frames before TSO or after LRO",
                          quantity_of(seen, "frame", "frames").text,
                          quantity_count(session->mirrored_max).text);
    verdict_say_visibility(verdict, facts);
    verdict_say_loss(verdict, facts);
    if (session->above_mss > 0)
        verdict_say(verdict, "%s with more payload than the MSS of %s bytes",
                    quantity_of(session->above_mss, "segment", "segments").text,
                    quantity_count(session->mss).text);
    if (hidden)
        verdict_say(verdict,
                    "both ends of the connections are heard, and %s of %s hold a full-size frame "
                    "(1,024 to 1,518 bytes)",
                    quantity_count(session->sizes[FULL_SIZE_BUCKET]).text,
                    quantity_of(session->copies, "copy", "copies").text);
    if (hidden && !facts->has_sequence)
        verdict_say(verdict, "the copies have no sequence numbers: an MTU on the way that drops "
                             "them would look the same");
    return true;
}

bool rule_cut(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    bool same = session->cut_max >= CUT_KEPT_LEAST && session->at_cut_max >= CUT_LEAST &&
                is_share(session->at_cut_max, session->cut, CUT_SAME_PERCENT);
    bool declared = session->truncated >= CUT_LEAST;
    if (session->cut < CUT_LEAST || !is_share(session->cut, session->copies, CUT_PERCENT_LEAST) ||
        !(same || declared))
        return false;
    struct quantity share = quantity_share(session->cut, session->copies);
    if (same) {
        verdict->cliff = session->cut_max;
        verdict_summarize(verdict,
                          "%s of the copies hold only the first %s of their frames: a snap length "
                          "or truncation",
                          share.text, quantity_bytes(session->cut_max).text);
    } else {
        verdict_summarize(verdict, "%s of the copies hold only the beginning of their frames",
                          share.text);
    }
    verdict_say(verdict, "%s cut, %s of them declared so by the source (T)",
                quantity_of(session->cut, "copy", "copies").text,
                quantity_count(session->truncated).text);
    verdict_say(verdict, "%s of %s of the mirrored frames came",
                quantity_bytes(session->inner_bytes).text,
                quantity_bytes(session->mirrored_bytes).text);
    verdict_say(verdict, "the largest frame had %s", quantity_bytes(session->mirrored_max).text);
    return true;
}

/* True if the end that is not heard here is not heard elsewhere either. */
static bool other_side_is_nowhere(const struct facts *facts)
{
    const struct flow_totals *flows = &facts->session->flows;
    return is_share(flows->one_sided_flows - flows->sides_elsewhere, flows->flows, 50);
}

/* True if enough is lost to have held at least half of what is not heard: the frames that the ACKs
 * tell of, or else about as many as came. */
static bool loss_explains_silence(const struct facts *facts)
{
    uint64_t silent =
        facts->unseen.frames > 0 ? facts->unseen.frames : facts->numbers - facts->lost;
    return facts->loss && facts->lost * 2 >= silent;
}

bool rule_one_direction(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    const struct flow_totals *flows = &session->flows;
    /* SYNs that nobody answers are one-sided, too. A FIN may count as a byte. */
    bool conversing = facts->unseen.bytes > flows->flows || session->data_segments >= DATA_LEAST;
    if (!facts->one_sided || !conversing || loss_explains_silence(facts) ||
        !other_side_is_nowhere(facts))
        return false;
    verdict_summarize(verdict, "only one direction is mirrored: %s of %s heard from one end alone",
                      quantity_count(flows->one_sided_flows).text,
                      quantity_of(flows->flows, "connection is", "connections are").text);
    if (facts->unseen.bytes > flows->flows)
        verdict_say(verdict, "%s of payload were acknowledged and came in no session",
                    quantity_bytes(facts->unseen.bytes).text);
    if (facts->has_sequence)
        verdict_say(verdict, "%s of %s are missing: loss on the way does not explain that",
                    quantity_count(facts->lost).text,
                    quantity_of(facts->numbers, "copy", "copies").text);
    if (session->ingress + session->egress > 0 && (session->ingress == 0 || session->egress == 0))
        verdict_say(verdict, "all copies say that the frame was seen at %s (D)",
                    session->egress == 0 ? "ingress" : "egress");
    verdict_say_visibility(verdict, facts);
    return true;
}

bool rule_loop(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    if (session->looped == 0)
        return false;
    verdict_summarize(
        verdict, "the session mirrors its own copies: %s inside another, up to %u deep",
        quantity_of(session->looped, "copy was", "copies were").text, session->depth_max);
    verdict_say(verdict, "%s came, with %s inside them",
                quantity_of(session->copies, "copy", "copies").text,
                quantity_of(session->nested, "copy", "copies").text);
    verdict_say_loss(verdict, facts);
    return true;
}
