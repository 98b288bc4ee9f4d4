/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of loss that do not depend on the size of a frame, and loss without a proven cause. */
#include <math.h>

#include "core/verdict/verdict-rules.h"

enum {
    COLLECTOR_LEAST = 4,       /* drops */
    COLLECTOR_PERCENT = 50,    /* of the loss that the collector's own drops must explain */
    POLICER_PERCENT_LEAST = 2, /* of the copies, where they are missing singly: on any path some
                                  get lost */
    /* Payload that is missing without a number that is: less is what was on its way when the
     * capture began. */
    UNSEEN_PERCENT_LEAST = 5,
    UNSEEN_FRAMES_LEAST = 8,
};

static uint64_t collector_drops(const struct facts *facts)
{
    const struct report_totals *totals = report_totals_so_far(facts->report);
    return totals->dropped_kernel + totals->dropped_interface + totals->dropped_program;
}

/* Of all drops those that were copies of this counter: the same part of what was dropped as of what
 * arrived. Other packets, however many the collector dropped, explain no missing copy. */
static double own_drops(const struct facts *facts)
{
    double came = (double)(facts->numbers - facts->lost);
    double arrived = fmax((double)report_totals_so_far(facts->report)->frames, came);
    return arrived > 0 ? (double)collector_drops(facts) * came / arrived : 0;
}

bool rule_collector(const struct facts *facts, struct verdict *verdict)
{
    const struct report_totals *totals = report_totals_so_far(facts->report);
    uint64_t drops = collector_drops(facts);
    if (!facts->loss || drops < COLLECTOR_LEAST ||
        own_drops(facts) * 100 < (double)facts->lost * COLLECTOR_PERCENT)
        return false;
    verdict_summarize(verdict, "the collector dropped %s itself; %s are missing in all sessions",
                      quantity_of(drops, "packet", "packets").text,
                      quantity_of(totals->lost, "copy", "copies").text);
    verdict_say(
        verdict, "drops by the kernel's buffers %s, by the interface %s, by this program %s",
        quantity_count(totals->dropped_kernel).text, quantity_count(totals->dropped_interface).text,
        quantity_count(totals->dropped_program).text);
    verdict_say_loss(verdict, facts);
    verdict_say_visibility(verdict, facts);
    return true;
}

/* Numbers that copies inside other copies took are missing, too: a loop, not a loss. Copies
 * nested deeper than the programs search are not counted. */
static bool loop_explains(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    return facts_name(facts, CAUSE_LOOP) && (facts->lost <= session->counts.nested ||
                                             session->extremes.depth_max >= REPORT_DEPTH_LEAST);
}

static bool is_explained(const struct facts *facts)
{
    return facts_name(facts, CAUSE_MTU) || facts_name(facts, CAUSE_COLLECTOR) ||
           loop_explains(facts);
}

static void say_rates(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    if (session->counts.lossy_windows == 0)
        return;
    verdict_say(verdict, "in the milliseconds with loss %s came on average; the busiest had %s",
                quantity_rate(session->state.lossy_1ms_bps).text,
                quantity_rate(session->extremes.peak_1ms_bps).text);
}

static void summarize_policer(const struct facts *facts, struct verdict *verdict)
{
    struct quantity share = quantity_share(facts->lost, facts->numbers);
    bool gaps = facts->pattern == PATTERN_LONG_GAPS;
    const char *how = gaps ? "in longer gaps" : "more evenly";
    /* What no count of copies tells from these. */
    const char *others = gaps ? "interruptions" : "copies that go to another collector";
    if (facts->sizes == SIZES_ALIKE)
        verdict_summarize(verdict,
                          "%s of the copies are missing, regardless of frame size, %s than by "
                          "chance: a policer, QoS or oversubscription, or %s",
                          share.text, how, others);
    else
        verdict_summarize(verdict,
                          "%s of the copies are missing, %s than by chance: a policer, QoS or "
                          "oversubscription, or %s; or, if there were frames above %s bytes, an "
                          "MTU on the way",
                          share.text, how, others,
                          quantity_count(facts->session->extremes.mirrored_max).text);
}

bool rule_policer(const struct facts *facts, struct verdict *verdict)
{
    bool enough = facts->pattern == PATTERN_LONG_GAPS ||
                  is_share(facts->lost, facts->numbers, POLICER_PERCENT_LEAST);
    if (!facts->loss || facts->pattern == PATTERN_UNKNOWN || !enough || !facts_own_loss(facts) ||
        is_explained(facts))
        return false;
    summarize_policer(facts, verdict);
    verdict_say_loss(verdict, facts);
    verdict_say_gaps(verdict, facts);
    verdict_say_sizes(verdict, facts);
    say_rates(facts, verdict);
    verdict_say_visibility(verdict, facts);
    return true;
}

static void conclude_loss(const struct facts *facts, struct verdict *verdict)
{
    static const char *const sizes[] = {
        [SIZES_UNKNOWN] = "",
        [SIZES_ALIKE] = ", regardless of frame size",
        [SIZES_LARGE] = ", large ones rather than small ones",
        [SIZES_SMALL] = ", small ones rather than large ones",
    };
    /* Payload that was never mirrored tells nothing of the copies that are missing. */
    bool unmirrored = facts_name(facts, CAUSE_SAMPLING) || facts_name(facts, CAUSE_SUPER_FRAMES) ||
                      facts_name(facts, CAUSE_ONE_DIRECTION) || facts_look_sampled(facts);
    verdict_summarize(verdict, "%s of %s are missing (%s)%s: the cause is not determined",
                      quantity_count(facts->lost).text,
                      quantity_of(facts->numbers, "copy", "copies").text,
                      quantity_share(facts->lost, facts->numbers).text,
                      sizes[unmirrored ? SIZES_UNKNOWN : facts->sizes]);
    if (facts->shared)
        verdict_say(verdict, "these are of all sessions that share the sequence counter");
    verdict_say_gaps(verdict, facts);
    verdict_say_sizes(verdict, facts);
    verdict_say_visibility(verdict, facts);
    verdict_say(verdict, "what would tell: the drop counters of the source's mirror session and of "
                         "each interface on the way");
}

/* True if payload is missing although no numbers are missing. */
static bool is_unseen(const struct facts *facts)
{
    uint64_t delivered = facts->session->flows.delivered;
    bool named = facts_name(facts, CAUSE_SUPER_FRAMES) || facts_name(facts, CAUSE_SAMPLING) ||
                 facts_name(facts, CAUSE_ONE_DIRECTION) || facts_name(facts, CAUSE_MTU) ||
                 facts_name(facts, CAUSE_LOOP);
    return !named && delivered >= DELIVERED_LEAST && !facts->one_sided &&
           facts->unseen.frames >= UNSEEN_FRAMES_LEAST &&
           is_share(facts->unseen.bytes, delivered, UNSEEN_PERCENT_LEAST) &&
           (!facts->has_sequence || facts->lost < LOST_LEAST);
}

static void conclude_unseen(const struct facts *facts, struct verdict *verdict)
{
    struct quantity share = quantity_share(facts->unseen.bytes, facts->session->flows.delivered);
    if (facts->has_sequence)
        verdict_summarize(verdict,
                          "%s of the payload that TCP acknowledges came in no copy, though no "
                          "numbers are missing for it: it was not mirrored, or was on its way when "
                          "the capture began",
                          share.text);
    else
        verdict_summarize(verdict,
                          "%s of the payload that TCP acknowledges came in no copy, and no numbers "
                          "tell whether copies are lost: the cause is not determined",
                          share.text);
    verdict_say_loss(verdict, facts);
    verdict_say_visibility(verdict, facts);
    if (!facts->has_sequence)
        verdict_say_one_in(verdict, facts);
    if (!facts->has_sequence)
        verdict_say(verdict, "what would tell: copies with sequence numbers (Type II or III); the "
                             "drop counters of the source and of each interface on the way");
}

bool rule_undetermined(const struct facts *facts, struct verdict *verdict)
{
    if (is_unseen(facts)) {
        conclude_unseen(facts, verdict);
        return true;
    }
    if (facts->lost < LOST_LEAST || facts_name(facts, CAUSE_POLICER) || is_explained(facts) ||
        !facts_own_loss(facts))
        return false;
    conclude_loss(facts, verdict);
    return true;
}
