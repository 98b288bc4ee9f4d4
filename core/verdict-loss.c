/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of loss that does not ask for the size of a frame. */
#include "core/verdict-rules.h"

enum {
    COLLECTOR_LEAST = 4,    /* drops */
    COLLECTOR_PERCENT = 50, /* of the loss that the collector's own drops must explain */
    POLICER_RUNS_LEAST = 2, /* one gap alone may be anything */
    FULL_SIZE_LEAST = 1280, /* bytes: of a frame whose copy needs about the usual MTU */
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

/* Numbers that copies inside other copies took are missing, too: a loop, not a loss. */
static bool loop_explains(const struct facts *facts)
{
    return facts->session->looped > 0 && facts->lost <= facts->session->nested;
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

/* Whoever shares a counter knows only that copies are missing, not whose. */
static bool loss_is_its_own(const struct facts *facts)
{
    return !facts->shared || any_size_came(facts);
}

bool rule_policer(const struct facts *facts, struct verdict *verdict)
{
    const struct report_session *session = facts->session;
    if (!facts->loss || session->runs < POLICER_RUNS_LEAST || !loss_is_its_own(facts) ||
        collector_explains(facts) || loop_explains(facts) || mtu_explains(facts))
        return false;
    verdict_summarize(verdict, "%s of the copies are missing%s: a policer, QoS or oversubscription",
                      quantity_share(facts->lost, facts->numbers).text,
                      any_size_came(facts) ? " whatever their size" : "");
    verdict_say_loss(verdict, facts);
    say_runs(facts, verdict);
    verdict_say(verdict,
                any_size_came(facts)
                    ? "frames of any size came, up to %s bytes"
                    : "frames of up to %s bytes came; if there were larger ones, an MTU on the way "
                      "may be the cause instead",
                quantity_count(session->mirrored_max).text);
    say_rates(facts, verdict);
    verdict_say_visibility(verdict, facts);
    return true;
}
