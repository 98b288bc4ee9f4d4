/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detects a source that mirrors one frame in N, by count or at random (quirk Q30, sampled mirror).
 * It numbers only the mirrored frames; only the ACKs show that there were others. N is the number
 * of implied frames divided by the number of frames that came. The standard error of a random
 * number of frames is its square root.
 */
#include <math.h>

#include "core/verdict/verdict-rules.h"

enum {
    PAYLOAD_PERCENT_MOST = 60, /* one frame in two, and chance */
    FRAMES_LEAST = 16,
    FRAMES_PER_LOST_LEAST = 10, /* of those that did not come; fewer, and loss explains them */
    SPREAD_PERCENT_MOST = 20,   /* that directions differ in what came of them */
    SPREAD_BY_CHANCE = 4,       /* ... beyond so many times what chance makes */
};

/* 95 % of a normal distribution lie within this many standard deviations. */
static const double deviations = 1.96;

/* N, and its 95 % confidence interval. */
struct one_in {
    double n;
    double least;
    double most;
};

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

bool facts_look_sampled(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    return session->flows.frames_came > 0 && is_even(&session->flows) &&
           is_share(session->counts.data_segments, session->counts.copies,
                    VERDICT_DATA_PERCENT_LEAST);
}

/* True if a part of the frames came, of all connections alike, for whatever reason. */
static bool is_part(const struct facts *facts)
{
    const struct flow_totals *flows = &facts->session->flows;
    return flows->delivered >= DELIVERED_LEAST && !facts->one_sided &&
           !is_share(flows->captured + flows->elsewhere, flows->delivered, PAYLOAD_PERCENT_MOST) &&
           flows->frames_came >= FRAMES_LEAST && facts_look_sampled(facts);
}

/* @p came: the share of the copies that arrived. Loss on the path is divided out, because the
 * source did mirror those frames. */
static struct one_in find_one_in(const struct facts *facts, double came)
{
    double part = facts->visibility;
    double error = deviations * sqrt((1 - part) / facts->session->flows.frames_came);
    double n = came / part;
    return (struct one_in){n, fmax(1, floor(n / (1 + error))), ceil(n / (1 - error))};
}

static struct quantity rounded(double n)
{
    return quantity_count((uint64_t)(n + 0.5));
}

void verdict_say_one_in(struct verdict *verdict, const struct facts *facts)
{
    if (!is_part(facts))
        return;
    struct one_in one_in = find_one_in(facts, 1);
    verdict_say(verdict,
                "about one frame in %s came (%s to %s), of all connections alike: a source that "
                "samples would look so, and loss regardless of frame size",
                rounded(one_in.n).text, rounded(one_in.least).text, rounded(one_in.most).text);
}

bool rule_sampling(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    const struct flow_totals *flows = &session->flows;
    if (!facts->has_sequence || facts_name(facts, CAUSE_SUPER_FRAMES) ||
        facts_name(facts, CAUSE_MTU) || !is_part(facts) ||
        facts->lost * FRAMES_PER_LOST_LEAST > facts->unseen.frames)
        return false;
    struct one_in one_in = find_one_in(facts, 1 - facts->share_lost);
    verdict->one_in = one_in.n;
    verdict->one_in_least = one_in.least;
    verdict->one_in_most = one_in.most;
    verdict_summarize(
        verdict,
        "about one frame in %s is mirrored (%s to %s), of all connections alike: the "
        "source samples, drops frames before it numbers their copies, or does not see all "
        "paths that frames take",
        rounded(one_in.n).text, rounded(one_in.least).text, rounded(one_in.most).text);
    verdict_say(verdict,
                "payload for about %s full-size frames came, of %s that the ACKs imply: N lies "
                "between %s and %s in 19 of 20 such cases",
                rounded(flows->frames_came).text, rounded(flows->frames_implied).text,
                rounded(one_in.least).text, rounded(one_in.most).text);
    verdict_say_visibility(verdict, facts);
    verdict_say(verdict, "%s of %s are missing: loss on the way does not explain that",
                quantity_count(facts->lost).text,
                quantity_of(facts->numbers, "copy", "copies").text);
    verdict_say(verdict, "%s of %s hold payload, in %s",
                quantity_count(session->counts.data_segments).text,
                quantity_of(session->counts.copies, "copy", "copies").text,
                quantity_of(flows->flows, "connection", "connections").text);
    return true;
}
