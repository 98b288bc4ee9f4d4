/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two kinds of evidence. ICMP errors that quote missing copies prove the cause and state the MTU.
 * Without them the ACKs do: they tell that full-size frames were sent, and not one came, while
 * smaller ones did. The MTU is then the usual one that lies between what came and what did not.
 */
#include "core/verdict/verdict-rules.h"

enum {
    /* Loss that does not care for size would have let so many full-size frames through. */
    EXPECTED_LEAST = 8,
    /* Copies missing for each full-size frame missing: ACKs and other traffic get lost, too. Far
     * fewer, and most of the frames were never mirrored; far more, and the cause is another. */
    LOST_PER_FRAME_MOST = 4,
    FRAMES_PER_LOST_MOST = 2,
};

/* Of jumbo frames, of Ethernet, and IPv6's least (RFC 8200). Paths are made for the frames of their
 * hosts, without the overhead of copies: the largest that is too small for these is meant. */
static const size_t usual_mtus[] = {9000, 1500, 1280};

static bool proved_by_icmp(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    return facts->has_sequence ? session->icmp_too_big_missing > 0 : session->icmp_too_big > 0;
}

/* True if loss that does not care for size would have let some of the full-size frames through,
 * and as many copies are missing as there were such frames. */
static bool loss_is_theirs(const struct facts *facts)
{
    uint64_t frames = facts->missed.frames;
    double came = (double)(facts->numbers - facts->lost) / (double)facts->numbers;
    return facts->loss && (double)frames * came >= EXPECTED_LEAST &&
           frames <= facts->lost * FRAMES_PER_LOST_MOST &&
           (facts->shared || facts->lost <= frames * LOST_PER_FRAME_MOST);
}

static bool told_by_acks(const struct facts *facts)
{
    if (facts->segment_frame <= facts->session->mirrored_max)
        return false;
    if (facts->has_sequence)
        return facts->missed.mostly && loss_is_theirs(facts);
    return facts->unseen.mostly && !facts->one_sided;
}

/* The largest frame whose copy fits into the MTU. */
static size_t fitting(const struct facts *facts, size_t mtu)
{
    return mtu > facts->session->overhead ? mtu - facts->session->overhead : 0;
}

/* 0: none of them lies between. */
static size_t guess_mtu(const struct facts *facts)
{
    for (size_t i = 0; i < sizeof usual_mtus / sizeof usual_mtus[0]; i++) {
        size_t cliff = fitting(facts, usual_mtus[i]);
        if (cliff >= facts->session->inner_max && cliff < facts->segment_frame)
            return usual_mtus[i];
    }
    return 0;
}

static void summarize(const struct facts *facts, size_t mtu, bool stated, struct verdict *verdict)
{
    struct quantity cliff = quantity_count(verdict->cliff);
    if (stated)
        verdict_summarize(verdict,
                          "copies of mirrored frames above %s bytes exceed an MTU of %s bytes on "
                          "the way and are dropped",
                          cliff.text, quantity_count(mtu).text);
    else if (mtu != 0)
        verdict_summarize(
            verdict,
            "copies of full-size frames exceed an MTU on the way, of %s bytes or less, "
            "and are dropped: no mirrored frame above %s bytes gets through",
            quantity_count(mtu).text, cliff.text);
    else
        verdict_summarize(verdict,
                          "copies of full-size frames exceed an MTU on the way and are dropped: "
                          "frames of %s bytes came, none of %s bytes or more",
                          cliff.text, quantity_count(facts->segment_frame).text);
}

static void say_icmp(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    if (session->icmp_too_big == 0)
        return;
    struct quantity errors =
        quantity_of(session->icmp_too_big, "ICMP error says", "ICMP errors say");
    struct quantity missing = quantity_count(session->icmp_too_big_missing);
    if (session->icmp_mtu != 0)
        verdict_say(verdict, "%s that a copy is too big (MTU %s); missing numbers quoted: %s",
                    errors.text, quantity_count(session->icmp_mtu).text, missing.text);
    else
        verdict_say(verdict, "%s that a copy is too big; missing numbers quoted: %s", errors.text,
                    missing.text);
}

static void say_sizes(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    if (facts->segment_frame <= session->mirrored_max)
        return;
    const char *at_least = session->flows.implied_max != 0 ? "" : "at least ";
    verdict_say(verdict,
                "no mirrored frame above %s bytes came, although the ACKs show full-size segments, "
                "in frames of %s%s bytes",
                quantity_count(session->mirrored_max).text, at_least,
                quantity_count(facts->segment_frame).text);
    verdict_say(verdict,
                "a copy's IP packet is %s bytes longer than the mirrored frame: these need an MTU "
                "of %s%s bytes",
                quantity_count(session->overhead).text, at_least,
                quantity_count(facts->segment_frame + session->overhead).text);
}

bool rule_mtu(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    bool proved = proved_by_icmp(facts);
    if (!proved && !told_by_acks(facts))
        return false;
    bool stated = proved && session->icmp_mtu != 0;
    size_t mtu = stated ? session->icmp_mtu : guess_mtu(facts);
    verdict->cliff = mtu != 0 ? fitting(facts, mtu) : session->inner_max;
    summarize(facts, mtu, stated, verdict);
    verdict_say_loss(verdict, facts);
    say_icmp(facts, verdict);
    say_sizes(facts, verdict);
    verdict_say_visibility(verdict, facts);
    if (!proved && !facts->has_sequence)
        verdict_say(verdict, "the copies have no sequence numbers: super-frames that the source "
                             "does not mirror would look the same");
    return true;
}
