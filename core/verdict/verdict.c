/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/verdict/verdict.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/verdict/verdict-rules.h"

static const struct {
    const char *name;
    bool (*holds)(const struct facts *facts, struct verdict *verdict);
} causes[CAUSES] = {
    [CAUSE_MTU] = {"mtu", rule_mtu},
    [CAUSE_SUPER_FRAMES] = {"super-frames", rule_super_frames},
    [CAUSE_CUT] = {"cut", rule_cut},
    [CAUSE_POLICER] = {"policer", rule_policer},
    [CAUSE_COLLECTOR] = {"collector", rule_collector},
    [CAUSE_ONE_DIRECTION] = {"one-direction", rule_one_direction},
    [CAUSE_LOOP] = {"loop", rule_loop},
    [CAUSE_SAMPLING] = {"sampling", rule_sampling},
    [CAUSE_UNDETERMINED] = {"undetermined", rule_undetermined},
};

/* The order of evaluation and of output. A cause that explains others comes first, the least
 * harmful one last. A rule sees which causes were found before it (facts.found). */
static const enum cause order[] = {
    CAUSE_LOOP,     CAUSE_MTU,     CAUSE_COLLECTOR,    CAUSE_ONE_DIRECTION, CAUSE_SUPER_FRAMES,
    CAUSE_SAMPLING, CAUSE_POLICER, CAUSE_UNDETERMINED, CAUSE_CUT,
};
G_STATIC_ASSERT(G_N_ELEMENTS(order) == CAUSES);

/* Of a session that mirrors dropped packets alone neither what came nor what is missing tells how
 * much of the traffic is visible. */
static bool may_hold(const struct report_session *session, enum cause cause)
{
    return !session->state.drops_only || cause == CAUSE_LOOP || cause == CAUSE_CUT;
}

size_t verdict_find(const struct report *report, const struct report_session *session,
                    struct verdict *verdicts)
{
    if (session->counts.left_out > 0)
        return 0;
    struct facts facts;
    facts_find(report, session, &facts);
    size_t found = 0;
    for (size_t i = 0; i < CAUSES; i++) {
        struct verdict *verdict = &verdicts[found];
        *verdict = (struct verdict){
            .cause = order[i], .visibility = facts.visibility, .implied_bps = facts.implied_bps};
        if (may_hold(session, order[i]) && causes[order[i]].holds(&facts, verdict)) {
            facts.found |= 1u << order[i];
            found++;
        }
    }
    return found;
}

const char *cause_name(enum cause cause)
{
    return causes[cause].name;
}

void verdict_summarize(struct verdict *verdict, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(verdict->summary, sizeof verdict->summary, format, arguments);
    va_end(arguments);
}

void verdict_say(struct verdict *verdict, const char *format, ...)
{
    g_return_if_fail(verdict->evidence_count < VERDICT_EVIDENCE_MAX);
    char *line = verdict->evidence[verdict->evidence_count++];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, VERDICT_TEXT_MAX, format, arguments);
    va_end(arguments);
}

void verdict_say_loss(struct verdict *verdict, const struct facts *facts)
{
    if (facts->lost == 0)
        return;
    verdict_say(verdict, "%s of %s are missing (%s)%s", quantity_count(facts->lost).text,
                quantity_of(facts->numbers, "copy", "copies").text,
                quantity_share(facts->lost, facts->numbers).text,
                facts->shared ? ", of all sessions that share the sequence counter" : "");
}

void verdict_say_gaps(struct verdict *verdict, const struct facts *facts)
{
    const struct report_session *session = facts->session;
    if (session->counts.gaps == 0)
        return;
    uint64_t tenths = session->counts.revealed * 10 / session->counts.gaps;
    verdict_say(verdict, "missing in %s, of %s.%u on average and %s at most%s",
                quantity_of(session->counts.gaps, "gap", "gaps").text,
                quantity_count(tenths / 10).text, (unsigned)(tenths % 10),
                quantity_count(session->extremes.gap_max).text,
                session->sequence.late > 0 ? ", before some came late" : "");
}

void verdict_say_sizes(struct verdict *verdict, const struct facts *facts)
{
    struct quantity largest = quantity_count(facts->session->extremes.mirrored_max);
    if (facts->sizes == SIZES_UNKNOWN)
        verdict_say(verdict,
                    "frames of up to %s bytes came; nothing tells how long those were "
                    "whose copies are missing",
                    largest.text);
    else
        verdict_say(verdict, "frames of up to %s bytes came; %s of the TCP payload is missing",
                    largest.text,
                    quantity_share(facts->missed.bytes, facts->session->flows.delivered).text);
}

void verdict_say_visibility(struct verdict *verdict, const struct facts *facts)
{
    const struct flow_totals *flows = &facts->session->flows;
    if (flows->delivered < DELIVERED_LEAST)
        return;
    verdict_say(verdict, "visibility %s: %s of %s that were acknowledged came",
                quantity_share(flows->captured, flows->delivered).text,
                quantity_bytes(flows->captured).text, quantity_bytes(flows->delivered).text);
    if (facts->implied_bps > 0 && facts->missed.bytes > 0)
        verdict_say(verdict, "by the ACKs the traffic was about %s; %s of that came in copies",
                    quantity_rate((uint64_t)facts->implied_bps).text,
                    quantity_rate((uint64_t)facts->came_bps).text);
}
