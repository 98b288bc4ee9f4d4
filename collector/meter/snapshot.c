/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/snapshot.h"

void look_init(struct look *look)
{
    *look = (struct look){0};
    look->entries = g_array_new(FALSE, FALSE, sizeof(struct look_entry));
    look->parts = g_array_new(FALSE, FALSE, sizeof(struct look_part));
}

void look_clear(struct look *look)
{
    if (look->entries != NULL)
        g_array_free(look->entries, TRUE);
    if (look->parts != NULL)
        g_array_free(look->parts, TRUE);
    *look = (struct look){0};
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
}

void look_begin_part(struct look *look, const struct report *report)
{
    const struct look_part part = {report, look->entries->len};
    g_array_append_val(look->parts, part);
}

void look_put_session(struct look *look, const struct report_session *session,
                      const struct report *report)
{
    const struct look_entry entry = {*session, report};
    g_array_append_val(look->entries, entry);
    figures_add(&look->all, session);
}

void look_put_counter(struct look *look, const struct sequence_counts *counts)
{
    sequence_counts_join(&look->all.sequence, counts);
}

void look_put_drops(const struct look *look, struct report_totals *totals)
{
    totals->dropped_kernel = look->source.dropped + look->drops.backlog;
    totals->dropped_interface = drops_by_interface(&look->drops, look->source.in_interface);
    totals->dropped_program = look->unfollowed;
}

void look_at_report(struct look *look, struct report *report, const struct analysis *analysis)
{
    report_sum(report, analysis);
    look_begin_part(look, report);
    for (size_t i = 0; i < report_session_count(report); i++)
        look_put_session(look, report_session(report, i), report);
    for (size_t i = 0; i < report_domain_count(report); i++)
        look_put_counter(look, &report_domain(report, i)->sequence);
    look->totals = *report_totals(report);
    look->given_up = report_given_up(report);
}

void look_add(struct look *look, const struct look *part)
{
    look_begin_part(look, look_part(part, 0)->report);
    for (guint i = 0; i < part->entries->len; i++)
        look_put_session(look, look_session(part, i), look_entry(part, i)->report);
    look_put_counter(look, &part->all.sequence);
    add_totals(&look->totals, &part->totals);
    look->given_up += part->given_up;
    look->unfollowed += part->unfollowed;
    look->source.received += part->source.received;
    look->source.dropped += part->source.dropped;
    look->source.in_interface += part->source.in_interface;
    look_put_drops(look, &look->totals);
    figures_raise_peaks(&look->all, &part->all);
}

static guint entries_of(const struct look *look, guint part)
{
    guint next =
        part + 1 < look->parts->len ? look_part(look, part + 1)->first : look->entries->len;
    return next - look_part(look, part)->first;
}

/* Of one report: it never forgets a session and never changes their order. */
static void part_between(const struct look *before, const struct look *now, guint part,
                         struct look *difference)
{
    static const struct report_session none;
    guint known = part < before->parts->len ? entries_of(before, part) : 0;
    guint first_before = known > 0 ? look_part(before, part)->first : 0;
    guint first = look_part(now, part)->first;
    for (guint i = 0; i < entries_of(now, part); i++) {
        const struct look_entry *entry = look_entry(now, first + i);
        const struct report_session session = figures_between(
            i < known ? look_session(before, first_before + i) : &none, &entry->session);
        look_put_session(difference, &session, entry->report);
    }
}

static struct report_totals totals_between(const struct report_totals *before,
                                           const struct report_totals *now)
{
    return (struct report_totals){
        .frames = now->frames - before->frames,
        .bytes = now->bytes - before->bytes,
        .not_erspan = now->not_erspan - before->not_erspan,
        .later_fragments = now->later_fragments - before->later_fragments,
        .first_fragments = now->first_fragments - before->first_fragments,
        .markers = now->markers - before->markers,
        .broken = now->broken - before->broken,
        .icmp_errors = now->icmp_errors - before->icmp_errors,
        .first_ns = before->last_ns,
        .last_ns = now->last_ns,
    };
}

void look_between(const struct look *before, const struct look *now, struct look *difference)
{
    look_init(difference);
    difference->live = now->live;
    difference->times_exact = now->times_exact;
    difference->seconds = now->seconds - before->seconds;
    difference->totals = totals_between(&before->totals, &now->totals);
    difference->drops = drop_counters_between(&before->drops, &now->drops);
    difference->source.received = now->source.received - before->source.received;
    difference->source.dropped = now->source.dropped - before->source.dropped;
    difference->source.in_interface = now->source.in_interface - before->source.in_interface;
    difference->given_up = now->given_up - before->given_up;
    difference->unfollowed = now->unfollowed - before->unfollowed;
    for (guint part = 0; part < now->parts->len; part++)
        part_between(before, now, part, difference);
    const struct report_session all = figures_between(&before->all, &now->all);
    difference->all.sequence = all.sequence;
    figures_raise_peaks(&difference->all, &all);
}

struct losses look_losses(const struct look *look)
{
    int64_t lost = figures_signed(look->all.sequence.lost);
    const struct own_drops own = {look->source.dropped, look->source.in_interface,
                                  look->unfollowed};
    return losses_attribute(lost > 0 ? (uint64_t)lost : 0, &look->drops, &own);
}

static gint compare_busy(gconstpointer a, gconstpointer b, gpointer data)
{
    const struct look *look = data;
    uint64_t bytes_a = look_session(look, *(const guint *)a)->outer_bytes;
    uint64_t bytes_b = look_session(look, *(const guint *)b)->outer_bytes;
    return bytes_a < bytes_b ? 1 : bytes_a > bytes_b ? -1 : 0;
}

GArray *look_busiest(const struct look *look)
{
    GArray *order = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < look->entries->len; i++)
        if (look_session(look, i)->copies > 0 || look_session(look, i)->quoted > 0)
            g_array_append_val(order, i);
    g_array_sort_with_data(order, compare_busy, (gpointer)look);
    return order;
}
