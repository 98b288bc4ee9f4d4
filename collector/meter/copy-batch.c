/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/copy-batch.h"

#include <glib.h>

#include "core/report/report-windows.h"

enum { BATCH = 32 /* copies: more of them would not stay in the first cache */ };

/* A copy that waits, with all that is wanted of its bytes. */
struct waiting {
    struct copy copy;
    struct analysis_place place;
    uint64_t content;
    bool is_tcp;
    struct flow_segment segment;
};

struct ledger {
    struct analysis *analysis;
    struct report *report;
    struct window window_1ms; /* of all sessions; an interval ends with a look */
    struct window window_100us;
    size_t count;
    struct waiting batch[BATCH];
};

struct ledger *ledger_new(const struct analysis_policy *policy)
{
    struct ledger *ledger = g_new0(struct ledger, 1);
    ledger->analysis = analysis_new(policy);
    ledger->report = report_new(policy->memory_limit);
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    report_free(ledger->report);
    analysis_free(ledger->analysis);
    g_free(ledger);
}

struct report_totals *ledger_totals(struct ledger *ledger)
{
    return report_totals(ledger->report);
}

static void take(struct ledger *ledger, const struct waiting *one)
{
    struct analysis_finding finding;
    analysis_take(ledger->analysis, &one->place, &one->copy, one->content, &finding);
    report_add(ledger->report, &one->place, &one->copy, one->is_tcp ? &one->segment : NULL,
               &finding);
    if (!finding.counts)
        return;
    window_take(&ledger->window_1ms, WINDOW_1MS_NS, one->place.arrival_ns, one->place.outer_length);
    window_take(&ledger->window_100us, WINDOW_100US_NS, one->place.arrival_ns,
                one->place.outer_length);
}

static void take_all(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->count; i++)
        take(ledger, &ledger->batch[i]);
    ledger->count = 0;
}

struct copy *ledger_room(struct ledger *ledger)
{
    return &ledger->batch[ledger->count].copy;
}

bool ledger_put_copy(struct ledger *ledger, const struct analysis_place *place,
                     struct bytes payload)
{
    struct waiting *one = &ledger->batch[ledger->count];
    struct bytes frame = copy_frame(&one->copy, payload);
    struct inner_packet packet = inner_find_packet(frame, one->copy.inner.kind);
    one->place = *place;
    one->content = content_fingerprint(frame, packet);
    one->is_tcp = flow_segment_find(frame, packet, one->copy.mirrored_length, &one->segment);
    analysis_prefetch(ledger->analysis, &one->copy, one->content);
    if (++ledger->count == BATCH)
        take_all(ledger);
    return one->is_tcp;
}

void ledger_put_icmp(struct ledger *ledger, bool too_big, uint32_t mtu)
{
    const struct copy *copy = ledger_room(ledger);
    take_all(ledger);
    report_add_icmp(ledger->report, copy, too_big, mtu);
}

void ledger_put_marker(struct ledger *ledger, const struct address *source,
                       const struct marker *marker, int64_t arrival_ns, uint64_t frame)
{
    take_all(ledger);
    analysis_take_marker(ledger->analysis, source, marker, arrival_ns, frame);
}

static void put_peaks(const struct ledger *ledger, struct report_session *all)
{
    all->peak_1ms_bps = window_rate(window_peak(&ledger->window_1ms), 1, WINDOW_1MS_NS);
    all->peak_100us_bps = window_rate(window_peak(&ledger->window_100us), 1, WINDOW_100US_NS);
    all->interval_1ms_bps = window_rate(ledger->window_1ms.peak, 1, WINDOW_1MS_NS);
    all->interval_100us_bps = window_rate(ledger->window_100us.peak, 1, WINDOW_100US_NS);
}

void ledger_look(struct ledger *ledger, struct look *look)
{
    take_all(ledger);
    look->unfollowed = analysis_unfollowed(ledger->analysis);
    look_put_drops(look, report_totals(ledger->report));
    look_at_report(look, ledger->report, ledger->analysis);
    put_peaks(ledger, &look->all);
    report_begin_interval(ledger->report);
    window_begin_interval(&ledger->window_1ms);
    window_begin_interval(&ledger->window_100us);
}
