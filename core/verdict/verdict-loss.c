/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of loss that does not ask for the size of a frame. */
#include "core/verdict/verdict-rules.h"

enum {
    COLLECTOR_LEAST = 4,       /* drops */
    COLLECTOR_PERCENT = 50,    /* of the loss that the collector's own drops must explain */
    POLICER_RUNS_LEAST = 4,    /* a few gaps, however long, are interruptions */
    POLICER_PERCENT_LEAST = 2, /* of the copies; on any path some get lost, each by chance ... */
    POLICER_IN_A_ROW = 2,      /* ... but hardly several in a row, as out of a full queue */
    FULL_SIZE_LEAST = 1280,    /* bytes: of a frame whose copy needs about the usual MTU */
};

static uint64_t collector_drops(const struct facts *facts)
{
    const struct report_totals *totals = report_totals_so_far(facts->report);
    return totals->dropped_kernel + totals->dropped_interface + totals->dropped_program;
}

static bool collector_explains(const struct facts *facts)
{
    uint64_t drops = collector_drops(facts);
    uint64_t lost = report_totals_so_far(facts->report)->lost;
    return drops >= COLLECTOR_LEAST && facts->loss && is_share(drops, lost, COLLECTOR_PERCENT);
}

bool rule_collector(const struct facts *facts, struct verdict *verdict)
{
    if (!collector_explains(facts))
        return false;
    const struct report_totals *totals = report_totals_so_far(facts->report);
    verdict_summarize(verdict, "the collector dropped %s itself; %s are missing in all sessions",
                      quantity_of(collector_drops(facts), "packet", "packets").text,
                      quantity_of(totals->lost, "copy", "copies").text);
    verdict_say(
        verdict, "drops by the kernel's buffers %s, by the interface %s, by this program %s",
        quantity_count(totals->dropped_kernel).text, quantity_count(totals->dropped_interface).text,
        quantity_count(totals->dropped_program).text);
    verdict_say_loss(verdict, facts);
    verdict_say_visibility(verdict, facts);
    return true;
}

/* Numbers that copies inside other copies took are missing, too: a loop, not a loss. Not all of
 * these were found if they go as deep as anybody looks. */
static bool loop_explains(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    return session->looped > 0 &&
           (facts->lost <= session->nested || session->depth_max >= REPORT_DEPTH_LEAST);
}

static bool mtu_explains(const struct facts *facts)
{
    struct verdict ignored = {.cause = CAUSE_MTU};
    return rule_mtu(facts, &ignored);
}

/* True if large frames came, or the ACKs show that there were none. */
static bool any_size_came(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    return session->mirrored_max >= FULL_SIZE_LEAST ||
           (facts->segment_frame > 0 && facts->segment_frame <= session->mirrored_max);
}

static void say_rates(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    if (session->lossy_windows == 0)
        return;
    verdict_say(verdict, "in the milliseconds with loss %s came on average; the busiest had %s",
                quantity_rate(session->lossy_1ms_bps).text,
                quantity_rate(session->peak_1ms_bps).text);
}

static void say_runs(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    uint64_t tenths = session->revealed * 10 / session->runs;
    verdict_say(verdict, "missing in %s, of %s.%u on average and %s at most%s",
                quantity_of(session->runs, "run", "runs").text, quantity_count(tenths / 10).text,
                (unsigned)(tenths % 10), quantity_count(session->run_max).text,
                session->sequence.late > 0 ? ", before some came late" : "");
}

/* Whoever shares a counter knows only that copies are missing, not whose: unless the ACKs show
 * that all of its own came, or about as little as of the others. */
static bool loss_is_its_own(const struct facts *facts)
{
    uint64_t delivered = facts->session->flows.delivered;
    if (!facts->shared)
        return true;
    if (delivered >= DELIVERED_LEAST)
        return (double)facts->missed.bytes / (double)delivered * 2 >=
               (double)facts->lost / (double)facts->numbers;
    return any_size_came(facts);
}

/* Too much, or too many at a time, to be chance. */
static bool loss_has_a_cause(const struct facts *facts)
{
    const struct report_session *session = facts->session;
    uint64_t late = session->sequence.late;
    uint64_t in_runs = session->revealed > late ? session->revealed - late : 0;
    return session->runs >= POLICER_RUNS_LEAST &&
           (is_share(facts->lost, facts->numbers, POLICER_PERCENT_LEAST) ||
            in_runs >= session->runs * POLICER_IN_A_ROW);
}

static void summarize_policer(const struct facts *facts, struct verdict *verdict)
{
    struct quantity share = quantity_share(facts->lost, facts->numbers);
    if (any_size_came(facts))
        verdict_summarize(verdict,
                          "%s of the copies are missing whatever their size: a policer, QoS or "
                          "oversubscription",
                          share.text);
    else
        verdict_summarize(
            verdict,
            "%s of the copies are missing: a policer, QoS or oversubscription; or, if "
            "there were frames above %s bytes, an MTU on the way",
            share.text, quantity_count(facts->session->mirrored_max).text);
}

bool rule_policer(const struct facts *facts, struct verdict *verdict)
{
    if (!facts->loss || !loss_has_a_cause(facts) || !loss_is_its_own(facts) ||
        collector_explains(facts) || loop_explains(facts) || mtu_explains(facts))
        return false;
    summarize_policer(facts, verdict);
    verdict_say_loss(verdict, facts);
    say_runs(facts, verdict);
    verdict_say(verdict, "frames of %sup to %s bytes came", any_size_came(facts) ? "any size " : "",
                quantity_count(facts->session->mirrored_max).text);
    say_rates(facts, verdict);
    verdict_say_visibility(verdict, facts);
    return true;
}
