/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ICMP errors tell of an MTU. Those that quote missing copies state it. Anyone can send one
 * (RFC 5927), so sizes must bear them out, and where nothing confirms them the verdict says so. A
 * source that learned an MTU from an ICMP error sends no longer copies from then on.
 */
#include "core/verdict/verdict-rules.h"

enum {
    AFTER_ICMP_LEAST = 16, /* copies since an ICMP error, of which not one is above its MTU */
};

/* True if TCP tells that frames are missing which are no longer than others that came: at least
 * half of the missing copies, or, without numbers, whatever is missing. An ICMP error that quotes a
 * longer one does not explain that, and may be forged. */
static bool are_shorter_ones_missing(const struct facts *facts)
{
    size_t longest = facts->session->flows.implied_max;
    return longest != 0 && longest <= facts->session->extremes.mirrored_max &&
           (!facts->has_sequence || facts->missed.frames * 2 >= facts->lost);
}

/* True if more of the quoted numbers are missing than came. A sender that guesses numbers quotes
 * some that came. */
static bool quotes_are_missing(const struct facts *facts, const struct report_mtu *one)
{
    if (!facts->has_sequence)
        return facts->session->sequence.copies == 0;
    return one->missing > one->came;
}

/* True if TCP tells of frames that are missing and too long for that MTU, or if the errors quote so
 * many missing copies that their sender cannot have guessed the numbers. */
static bool is_confirmed(const struct facts *facts, const struct report_mtu *proof)
{
    size_t longest = facts->segment_frame + facts->session->extremes.overhead;
    return (facts->missed.bytes > 0 && longest > proof->mtu &&
            facts->segment_frame > facts->session->extremes.mirrored_max) ||
           (facts->has_sequence && proof->missing >= LOST_LEAST);
}

/* What is confirmed, else what states an MTU, else what states the smallest: two ways can have two.
 */
static bool is_better(const struct facts *facts, const struct report_mtu *one,
                      const struct report_mtu *than)
{
    bool confirmed = is_confirmed(facts, one);
    if (confirmed != is_confirmed(facts, than))
        return confirmed;
    return one->mtu != 0 && (than->mtu == 0 || one->mtu < than->mtu);
}

/* The ICMP errors that prove an MTU: they quote packets that never came, and none that long, or
 * longer than the MTU, ever came. NULL: none does. */
static const struct report_mtu *find_proof(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    const struct report_mtu *proof = NULL;
    if (session->counts.icmp_too_big == 0 || are_shorter_ones_missing(facts))
        return NULL;
    size_t largest = facts_largest_packet(facts);
    for (size_t i = 0; i < REPORT_MTUS_MAX; i++) {
        const struct report_mtu *one = &session->state.icmp_mtus[i];
        bool borne_out = one->plausible > 0 && one->quoted_least > largest &&
                         (one->mtu == 0 || one->mtu >= largest);
        if (borne_out && quotes_are_missing(facts, one) &&
            (proof == NULL || is_better(facts, one, proof)))
            proof = one;
    }
    return proof;
}

/* An ICMP error after which the source sent no copy above the stated MTU, although it did before
 * (the quoted ones among them), while copies are missing. NULL: none. */
static const struct report_mtu *find_obeyed(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    size_t before = session->extremes.inner_max + session->extremes.overhead;
    if (session->counts.icmp_too_big == 0 || !facts->loss || facts->shared ||
        (facts->sizes != SIZES_LARGE && facts->sizes != SIZES_UNKNOWN))
        return NULL;
    for (size_t i = 0; i < REPORT_MTUS_MAX; i++) {
        const struct report_mtu *one = &session->state.icmp_mtus[i];
        if (one->plausible > 0 && one->mtu != 0 && before > one->mtu &&
            one->quoted_least <= before && one->copies_after >= AFTER_ICMP_LEAST &&
            one->largest_after <= one->mtu)
            return one;
    }
    return NULL;
}

static void say_icmp(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    if (session->counts.icmp_too_big == 0)
        return;
    struct quantity errors =
        quantity_of(session->counts.icmp_too_big, "ICMP error says", "ICMP errors say");
    struct quantity missing = quantity_count(session->counts.icmp_too_big_missing);
    if (session->state.icmp_mtu != 0)
        verdict_say(verdict, "%s that a copy is too big (MTU %s); missing numbers quoted: %s",
                    errors.text, quantity_count(session->state.icmp_mtu).text, missing.text);
    else
        verdict_say(verdict, "%s that a copy is too big; missing numbers quoted: %s", errors.text,
                    missing.text);
}

/* Nothing but the ICMP error tells of an MTU. */
static void conclude_by_icmp_alone(const struct facts *facts, const struct report_mtu *proof,
                                   struct verdict *verdict)
{
    struct quantity quoted = quantity_count(proof->quoted_least);
    verdict->cliff = proof->mtu != 0 ? facts_fitting_frame(facts, proof->mtu)
                                     : facts->session->extremes.inner_max;
    if (proof->mtu != 0)
        verdict_summarize(verdict,
                          "ICMP says that a copy of %s bytes exceeds an MTU of %s bytes on the "
                          "way, which drops copies of mirrored frames above %s bytes; nothing else "
                          "that came tells of it, and anyone can send such an error",
                          quoted.text, quantity_count(proof->mtu).text,
                          quantity_count(verdict->cliff).text);
    else
        verdict_summarize(verdict,
                          "ICMP says that a copy of %s bytes exceeds an MTU on the way; nothing "
                          "else that came tells of it, and anyone can send such an error",
                          quoted.text);
}

/* ICMP errors state the MTU, or say that there is one. */
static void conclude_by_icmp(const struct facts *facts, const struct report_mtu *proof,
                             struct verdict *verdict)
{
    if (!is_confirmed(facts, proof)) {
        conclude_by_icmp_alone(facts, proof, verdict);
    } else if (proof->mtu != 0) {
        verdict->cliff = facts_fitting_frame(facts, proof->mtu);
        verdict_summarize(verdict,
                          "copies of mirrored frames above %s bytes exceed an MTU of %s bytes on "
                          "the way and are dropped",
                          quantity_count(verdict->cliff).text, quantity_count(proof->mtu).text);
    } else {
        verdict->cliff = facts->session->extremes.inner_max;
        verdict_summarize(verdict,
                          "copies of large frames exceed an MTU on the way and are dropped: frames "
                          "of %s bytes came, a copy of %s bytes did not",
                          quantity_count(verdict->cliff).text,
                          quantity_count(proof->quoted_least).text);
    }
    verdict_say_loss(verdict, facts);
    say_icmp(facts, verdict);
    verdict_say_missing_frames(verdict, facts);
}

static void conclude_obeyed(const struct facts *facts, const struct report_mtu *obeyed,
                            struct verdict *verdict)
{
    verdict->cliff = facts_fitting_frame(facts, obeyed->mtu);
    verdict_summarize(
        verdict,
        "the source learned an MTU of %s bytes from an ICMP error: it drops copies of "
        "mirrored frames above %s bytes",
        quantity_count(obeyed->mtu).text, quantity_count(verdict->cliff).text);
    verdict_say_loss(verdict, facts);
    verdict_say(
        verdict,
        "before the ICMP error packets of up to %s bytes came, since then %s of up to %s "
        "bytes",
        quantity_count(facts->session->extremes.inner_max + facts->session->extremes.overhead).text,
        quantity_of(obeyed->copies_after, "copy", "copies").text,
        quantity_count(obeyed->largest_after).text);
    say_icmp(facts, verdict);
}

bool verdict_find_icmp_mtu(const struct facts *facts, struct verdict *verdict)
{
    const struct report_mtu *proof = find_proof(facts);
    if (proof == NULL)
        return false;
    conclude_by_icmp(facts, proof, verdict);
    return true;
}

bool verdict_find_learned_mtu(const struct facts *facts, struct verdict *verdict)
{
    const struct report_mtu *obeyed = find_obeyed(facts);
    if (obeyed == NULL)
        return false;
    conclude_obeyed(facts, obeyed, verdict);
    return true;
}
