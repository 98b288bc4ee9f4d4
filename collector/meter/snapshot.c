/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/snapshot.h"

void snapshot_init(struct snapshot *snapshot)
{
    *snapshot = (struct snapshot){0};
    snapshot->entries = g_array_new(FALSE, FALSE, sizeof(struct snapshot_entry));
    snapshot->parts = g_array_new(FALSE, FALSE, sizeof(struct snapshot_part));
}

void snapshot_clear(struct snapshot *snapshot)
{
    if (snapshot->entries != NULL)
        g_array_free(snapshot->entries, TRUE);
    if (snapshot->parts != NULL)
        g_array_free(snapshot->parts, TRUE);
    path_report_release(snapshot->paths);
    *snapshot = (struct snapshot){0};
}

static void add_totals(struct report_totals *sum, const struct report_totals *one)
{
    bool first = sum->frames == 0;
    if (one->frames == 0)
        return;
    sum->first_ns = first ? one->first_ns : MIN(sum->first_ns, one->first_ns);
    sum->last_ns = first ? one->last_ns : MAX(sum->last_ns, one->last_ns);
    sum->frames += one->frames;
    sum->bytes += one->bytes;
    sum->not_erspan += one->not_erspan;
    sum->later_fragments += one->later_fragments;
    sum->first_fragments += one->first_fragments;
    sum->markers += one->markers;
    sum->broken += one->broken;
    sum->icmp_errors += one->icmp_errors;
    sum->lost += one->lost;
    sum->loss_known |= one->loss_known;
}

void snapshot_begin_part(struct snapshot *snapshot, const struct report *report)
{
    const struct snapshot_part part = {report, snapshot->entries->len};
    g_array_append_val(snapshot->parts, part);
}

void snapshot_put_session(struct snapshot *snapshot, const struct report_session *session,
                          const struct report *report)
{
    const struct snapshot_entry entry = {*session, report};
    g_array_append_val(snapshot->entries, entry);
    counts_add(&snapshot->all, session);
}

void snapshot_put_counter(struct snapshot *snapshot, const struct sequence_counts *counts,
                          bool loss_known)
{
    if (loss_known || loss_is_open(counts))
        sequence_counts_join(&snapshot->all.sequence, counts);
    snapshot->all.state.loss_known |= loss_known;
}

/* A sum holds only what snapshot_put_counter() would take. */
static void put_sum(struct snapshot *snapshot, const struct report_session *sum)
{
    sequence_counts_join(&snapshot->all.sequence, &sum->sequence);
    snapshot->all.state.loss_known |= sum->state.loss_known;
}

void snapshot_put_drops(const struct snapshot *snapshot, struct report_totals *totals)
{
    totals->dropped_kernel = snapshot->source.dropped + snapshot->drops.backlog;
    totals->dropped_interface = drops_by_interface(&snapshot->drops, snapshot->source.in_interface);
    totals->dropped_program = snapshot->unfollowed;
}

/* A connection that several sessions saw counts once, not in each of them. */
static void put_flows(struct snapshot *snapshot, const struct flow_union *flows)
{
    snapshot->totals.flows = *flows;
    snapshot->all.flows = (struct flow_totals){
        .flows = flows->flows, .delivered = flows->delivered, .captured = flows->captured};
}

void snapshot_join_flows(struct snapshot *snapshot)
{
    GPtrArray *reports = g_ptr_array_new();
    for (guint i = 0; i < snapshot->parts->len; i++)
        if (snapshot_part(snapshot, i)->report != NULL)
            g_ptr_array_add(reports, (gpointer)snapshot_part(snapshot, i)->report);
    const struct flow_union flows =
        report_flows((const struct report *const *)reports->pdata, reports->len);
    put_flows(snapshot, &flows);
    g_ptr_array_free(reports, TRUE);
}

void snapshot_take(struct snapshot *snapshot, struct report *report,
                   const struct analysis *analysis)
{
    report_sum(report, analysis);
    snapshot_begin_part(snapshot, report);
    for (size_t i = 0; i < report_session_count(report); i++)
        snapshot_put_session(snapshot, report_session(report, i), report);
    for (size_t i = 0; i < report_domain_count(report); i++)
        snapshot_put_counter(snapshot, &report_domain(report, i)->sequence,
                             report_domain(report, i)->loss_known);
    const struct report_merged *merged = report_merged(report);
    counts_add(&snapshot->all, &merged->sum);
    put_sum(snapshot, &merged->sum);
    snapshot->merged = *merged;
    snapshot->totals = *report_totals_so_far(report);
    put_flows(snapshot, &snapshot->totals.flows);
    snapshot->given_up = report_given_up(report);
}

void snapshot_add(struct snapshot *snapshot, const struct snapshot *part)
{
    snapshot_begin_part(snapshot, snapshot_part(part, 0)->report);
    for (guint i = 0; i < part->entries->len; i++)
        snapshot_put_session(snapshot, snapshot_session(part, i), snapshot_entry(part, i)->report);
    put_sum(snapshot, &part->all);
    add_totals(&snapshot->totals, &part->totals);
    const struct flow_union flows = {
        .flows = snapshot->totals.flows.flows + part->totals.flows.flows,
        .delivered = snapshot->totals.flows.delivered + part->totals.flows.delivered,
        .captured = snapshot->totals.flows.captured + part->totals.flows.captured,
    };
    put_flows(snapshot, &flows);
    counts_add(&snapshot->all, &part->merged.sum);
    report_merged_join(&snapshot->merged, &part->merged);
    if (snapshot->paths == NULL) /* one thread alone follows frames */
        snapshot->paths = path_report_hold(part->paths);
    snapshot->given_up += part->given_up;
    snapshot->unfollowed += part->unfollowed;
    snapshot->source.received += part->source.received;
    snapshot->source.dropped += part->source.dropped;
    snapshot->source.in_interface += part->source.in_interface;
    snapshot->source.unread += part->source.unread;
    snapshot->source.unread_by = part->source.unread_by;
    snapshot_put_drops(snapshot, &snapshot->totals);
    other_traffic_join(&snapshot->others, &part->others);
    counts_raise_peaks(&snapshot->all, &part->all);
}

static guint entries_of(const struct snapshot *snapshot, guint part)
{
    guint next = part + 1 < snapshot->parts->len ? snapshot_part(snapshot, part + 1)->first
                                                 : snapshot->entries->len;
    return next - snapshot_part(snapshot, part)->first;
}

/* Of one report, whose sessions stand in order of stream. Some may have made room for others,
 * and some of these may have come again: they start over. */
static void part_between(const struct snapshot *before, const struct snapshot *now, guint part,
                         struct snapshot *difference)
{
    static const struct report_session none;
    guint old = part < before->parts->len ? snapshot_part(before, part)->first : 0;
    guint old_end = old + (part < before->parts->len ? entries_of(before, part) : 0);
    guint first = snapshot_part(now, part)->first;
    for (guint i = 0; i < entries_of(now, part); i++) {
        const struct snapshot_entry *entry = snapshot_entry(now, first + i);
        while (old < old_end &&
               snapshot_session(before, old)->state.stream < entry->session.state.stream)
            old++;
        const struct report_session *then = old < old_end ? snapshot_session(before, old) : &none;
        bool same = then->state.stream == entry->session.state.stream &&
                    then->counts.copies <= entry->session.counts.copies && old < old_end;
        const struct report_session session = counts_subtract(same ? then : &none, &entry->session);
        snapshot_put_session(difference, &session, entry->report);
    }
}

static struct report_totals totals_between(const struct report_totals *before,
                                           const struct report_totals *now)
{
    return (struct report_totals){
        .frames = now->frames - before->frames,
        .bytes = now->bytes - before->bytes,
        .not_erspan = now->not_erspan > before->not_erspan
                          ? now->not_erspan - before->not_erspan
                          : 0, /* some turned out to be a mirror's */
        .later_fragments = now->later_fragments - before->later_fragments,
        .first_fragments = now->first_fragments - before->first_fragments,
        .markers = now->markers - before->markers,
        .broken = now->broken - before->broken,
        .icmp_errors = now->icmp_errors - before->icmp_errors,
        .first_ns = before->last_ns,
        .last_ns = now->last_ns,
    };
}

void snapshot_between(const struct snapshot *before, const struct snapshot *now,
                      struct snapshot *difference)
{
    snapshot_init(difference);
    difference->live = now->live;
    difference->times_exact = now->times_exact;
    difference->seconds = now->seconds - before->seconds;
    difference->totals = totals_between(&before->totals, &now->totals);
    difference->drops = drop_counters_between(&before->drops, &now->drops);
    difference->source.received = now->source.received - before->source.received;
    difference->source.dropped = now->source.dropped - before->source.dropped;
    difference->source.unread_by = now->source.unread_by;
    difference->source.unread = now->source.unread - before->source.unread;
    difference->source.in_interface = now->source.in_interface - before->source.in_interface;
    difference->given_up = now->given_up - before->given_up;
    difference->unfollowed = now->unfollowed - before->unfollowed;
    for (guint part = 0; part < now->parts->len; part++)
        part_between(before, now, part, difference);
    difference->merged.sessions = now->merged.sessions - before->merged.sessions;
    difference->merged.sum = counts_subtract(&before->merged.sum, &now->merged.sum);
    /* Not the sum of the sessions: evicted sessions are not listed, but their copies count. */
    const struct report_session sum = difference->all;
    difference->all = counts_subtract(&before->all, &now->all);
    difference->all.extremes.first_ns = sum.extremes.first_ns;
    difference->all.extremes.last_ns = sum.extremes.last_ns;
}

struct losses snapshot_losses(const struct snapshot *snapshot)
{
    int64_t lost = loss_signed(snapshot->all.sequence.lost);
    const struct own_drops own = {snapshot->source.dropped, snapshot->source.in_interface,
                                  snapshot->unfollowed};
    return losses_attribute(lost > 0 ? (uint64_t)lost : 0, &snapshot->drops, &own);
}

static gint compare_busy(gconstpointer a, gconstpointer b, gpointer data)
{
    const struct snapshot *snapshot = data;
    uint64_t bytes_a = snapshot_session(snapshot, *(const guint *)a)->counts.outer_bytes;
    uint64_t bytes_b = snapshot_session(snapshot, *(const guint *)b)->counts.outer_bytes;
    return bytes_a < bytes_b ? 1 : bytes_a > bytes_b ? -1 : 0;
}

GArray *snapshot_busiest(const struct snapshot *snapshot)
{
    GArray *order = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < snapshot->entries->len; i++)
        if (snapshot_session(snapshot, i)->counts.copies > 0 ||
            snapshot_session(snapshot, i)->counts.quoted > 0)
            g_array_append_val(order, i);
    g_array_sort_with_data(order, compare_busy, (gpointer)snapshot);
    return order;
}

struct report_others snapshot_others(const struct snapshot *snapshot, const GArray *order,
                                     size_t first)
{
    struct report_others others = {0};
    for (size_t i = first; i < order->len; i++)
        report_others_add(&others, snapshot_session(snapshot, g_array_index(order, guint, i)));
    report_others_add_merged(&others, &snapshot->merged);
    return others;
}
