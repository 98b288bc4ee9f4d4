/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes at the source: cut frames, one direction only, mirror loops. */
#include "core/verdict/verdict-rules.h"

enum {
    CUT_LEAST = 2,
    CUT_KEPT_LEAST = 14,   /* bytes: a MAC header; what is shorter was no frame to begin with */
    CUT_PERCENT_LEAST = 1, /* percent of the copies; fewer are frames with wrong length fields */
    CUT_SURE_LEAST = 4, /* ... as two frames with wrong length fields may be alike by chance ... */
    CUT_MANY_PERCENT = 25,  /* ... unless so many of the copies are cut */
    CUT_SAME_PERCENT = 90,  /* of those cut have one length: it is what is kept ... */
    CUT_SAME_LEAST = 8,     /* ... if they are so many: the length fields of a few may be wrong */
    LOOP_LEAST = 2,         /* one copy inside another may be mirrored traffic, or made up */
    LOOP_PERCENT_LEAST = 10 /* of the copies: a loop mirrors each of its own */
};

/* True if a length to which frames were cut shows: that of nearly all that are cut, or else the
 * longest of all copies. */
static bool cut_to_one_length(const struct report_session *session)
{
    const struct session_extremes *extremes = &session->extremes;
    bool longest = extremes->cut_max >= extremes->inner_max;
    bool enough = extremes->at_cut_max >= CUT_SURE_LEAST ||
                  is_share(session->counts.cut, session->counts.copies, CUT_MANY_PERCENT);
    return extremes->cut_max >= CUT_KEPT_LEAST && extremes->at_cut_max >= CUT_LEAST &&
           ((longest && enough) ||
            (extremes->at_cut_max >= CUT_SAME_LEAST &&
             is_share(extremes->at_cut_max, session->counts.cut, CUT_SAME_PERCENT)));
}

bool rule_cut(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    bool same = cut_to_one_length(session);
    bool declared = session->counts.truncated >= CUT_LEAST;
    if (session->counts.cut < CUT_LEAST ||
        !is_share(session->counts.cut, session->counts.copies, CUT_PERCENT_LEAST) ||
        !(same || declared))
        return false;
    struct quantity share = quantity_share(
        same ? session->extremes.at_cut_max : session->counts.cut, session->counts.copies);
    if (same) {
        verdict->cliff = session->extremes.cut_max;
        verdict_summarize(verdict,
                          "%s of the copies hold only the first %s of their frames: a snap length "
                          "or truncation",
                          share.text, quantity_of(session->extremes.cut_max, "byte", "bytes").text);
    } else {
        verdict_summarize(verdict, "%s of the copies hold only the beginning of their frames",
                          share.text);
    }
    verdict_say(verdict, "%s cut, %s of them declared so by the source (T)",
                quantity_of(session->counts.cut, "copy", "copies").text,
                quantity_count(session->counts.truncated).text);
    size_t mtu = same ? facts_filled_mtu(facts, session->extremes.cut_max) : 0;
    if (mtu != 0)
        verdict_say(verdict,
                    "those of %s bytes fill an MTU of %s bytes to the byte: the source cuts what "
                    "exceeds it",
                    quantity_count(session->extremes.cut_max).text, quantity_count(mtu).text);
    verdict_say(verdict, "the copies hold %s of the %s of their frames",
                quantity_bytes(session->counts.inner_bytes).text,
                quantity_bytes(session->counts.mirrored_bytes).text);
    verdict_say(verdict, "the largest frame had %s",
                quantity_of(session->extremes.mirrored_max, "byte", "bytes").text);
    return true;
}

/* True if enough is lost to have held at least half of what did not come: the frames that the
 * ACKs tell of, or else about as many as came. */
static bool loss_explains_silence(const struct facts *facts)
{
    uint64_t silent =
        facts->unseen.frames > 0 ? facts->unseen.frames : facts->numbers - facts->lost;
    return facts->loss && facts->lost * 2 >= silent;
}

bool facts_other_end_is_nowhere(const struct facts *facts)
{
    const struct flow_totals *flows = &facts->session->flows;
    return is_share(flows->one_sided_talks - flows->talks_elsewhere, flows->talking_flows, 50);
}

bool rule_one_direction(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    const struct flow_totals *flows = &session->flows;
    if (!facts->one_sided || loss_explains_silence(facts) || !facts_other_end_is_nowhere(facts))
        return false;
    verdict_summarize(verdict, "only one direction of %s of %s was captured",
                      quantity_count(flows->one_sided_talks).text,
                      quantity_of(flows->talking_flows, "connection", "connections").text);
    if (facts->unseen.bytes > flows->flows)
        verdict_say(verdict, "%s of payload were acknowledged but not seen in any session",
                    quantity_bytes(facts->unseen.bytes).text);
    if (facts->has_sequence)
        verdict_say(verdict, "%s of %s are missing: loss on the way does not explain that",
                    quantity_count(facts->lost).text,
                    quantity_of(facts->numbers, "copy", "copies").text);
    if (session->counts.ingress + session->counts.egress > 0 &&
        (session->counts.ingress == 0 || session->counts.egress == 0))
        verdict_say(verdict, "all copies say that the frame was seen at %s (D)",
                    session->counts.egress == 0 ? "ingress" : "egress");
    verdict_say_visibility(verdict, facts);
    return true;
}

bool rule_loop(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    bool sure = session->counts.looped >= LOOP_LEAST;
    uint64_t looped = session->counts.looped + session->counts.looped_perhaps;
    if (looped < LOOP_LEAST || !is_share(looped, session->counts.copies, LOOP_PERCENT_LEAST))
        return false;
    verdict_summarize(verdict,
                      sure ? "the session mirrors its own copies: %s inside another, up to %u deep"
                           : "%s inside another of the session, up to %u deep: it mirrors its own "
                             "copies, or copies that someone sent again",
                      quantity_of(looped, "copy was", "copies were").text,
                      session->extremes.depth_max);
    verdict_say(verdict, "%s came, with %s inside them",
                quantity_of(session->counts.copies, "copy", "copies").text,
                quantity_of(session->counts.nested, "copy", "copies").text);
    verdict_say_loss(verdict, facts);
    return true;
}
