/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/loss.h"
#include "core/verdict/verdict-rules.h"

enum {
    ONE_SIDED_PERCENT = 90 /* of connections; some are always caught at their end, or unanswered */
};

static uint64_t beyond(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static void find_loss(const struct report *report, struct facts *facts)
{
    const struct report_session *session = facts->session;
    const struct sequence_counts *counts = &session->sequence;
    if (session->domain == DOMAIN_SOURCE && session->domain_row != REPORT_NO_ROW) {
        counts = &report_domain(report, session->domain_row)->sequence;
        facts->shared = counts->copies > session->sequence.copies;
    }
    facts->has_sequence = counts->copies > 0 && !session->constant_sequence;
    facts->lost = counts->lost;
    facts->numbers = expected_numbers(counts);
    facts->loss = facts->lost >= LOST_LEAST && facts->lost >= facts->numbers / LOST_ONE_IN_MOST;
}

static struct shortfall find_shortfall(const struct flow_totals *flows, uint64_t came)
{
    struct shortfall shortfall = {.bytes = beyond(flows->delivered, came)};
    if (flows->delivered == 0)
        return shortfall;
    double share = (double)shortfall.bytes / (double)flows->delivered;
    shortfall.frames = (uint64_t)((double)flows->implied_frames * share);
    shortfall.mostly = flows->delivered >= DELIVERED_LEAST && share > 0.5;
    return shortfall;
}

/* ACKs tell how much payload was delivered, and the frames it must have been in. */
static void find_flows(struct facts *facts)
{
    const struct flow_totals *flows = &facts->session->flows;
    facts->visibility =
        flows->delivered != 0 ? (double)flows->captured / (double)flows->delivered : -1;
    facts->missed = find_shortfall(flows, flows->captured);
    facts->unseen = find_shortfall(flows, flows->captured + flows->elsewhere);
    facts->segment_frame = flows->implied_max;
    if (facts->segment_frame == 0 && flows->implied_frames > 0)
        facts->segment_frame = flows->implied_bytes / flows->implied_frames;
    facts->one_sided =
        flows->flows > 0 && is_share(flows->one_sided_flows, flows->flows, ONE_SIDED_PERCENT);
}

/* Both in the same time, so that they can be compared. */
static void find_rates(struct facts *facts)
{
    const struct report_session *session = facts->session;
    if (session->busy_ns <= 0 || session->flows.delivered < DELIVERED_LEAST)
        return;
    double per_second = 8e9 / (double)session->busy_ns;
    facts->came_bps = (double)session->inner_bytes * per_second;
    facts->implied_bps = (double)(session->flows.implied_bytes + session->other_bytes) * per_second;
}

void facts_find(const struct report *report, const struct report_session *session,
                struct facts *facts)
{
    *facts = (struct facts){.report = report, .session = session};
    find_loss(report, facts);
    find_flows(facts);
    find_rates(facts);
}
