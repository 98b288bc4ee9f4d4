/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sums up a report: by the candidates that lead now. */
#include "core/report/loss.h"
#include "core/report/report-session.h"
#include "core/report/report-state.h"

/* Appends the row of a counter; returns its index. */
static size_t append_row(struct report *report, const struct session_entry *entry,
                         uint8_t hardware_id, const struct sequence_counts *counts)
{
    const struct report_session *session = &entry->session;
    struct report_domain row = {
        .source = session->state.key.source,
        .destination = session->state.key.destination,
        .kind = session->state.domain,
        .id = session->state.domain == DOMAIN_SOURCE ? SESSION_NO_ID : session->state.key.id,
        .hardware_id = hardware_id,
        .sequence = *counts,
    };
    row.loss_known = loss_is_known(&row.sequence, session->counts.unfollowed);
    g_array_append_val(report->domains, row);
    return report->domains->len - 1;
}

static const struct tally *source_tally(const struct session_entry *entry)
{
    return entry->of_source != NULL ? &entry->of_source->tally : NULL;
}

/* The row of the whole source, made with the first of its sessions. */
static size_t source_row(struct report *report, GHashTable *rows, const struct session_entry *entry)
{
    gpointer row;
    if (g_hash_table_lookup_extended(rows, entry->source, NULL, &row))
        return GPOINTER_TO_SIZE(row);
    const struct sequence_counts counts = entry->of_source != NULL
                                              ? report_entries_counts(entry->of_source)
                                              : (struct sequence_counts){0};
    size_t made = append_row(report, entry, 0, &counts);
    g_hash_table_insert(rows, (gpointer)entry->source, GSIZE_TO_POINTER(made));
    return made;
}

static size_t hw_id_rows(struct report *report, const struct session_entry *entry)
{
    size_t first = report->domains->len;
    for (guint i = 0; entry->hw_id_tallies != NULL && i < entry->hw_id_tallies->len; i++) {
        const struct hw_id_tally *found =
            &g_array_index(entry->hw_id_tallies, struct hw_id_tally, i);
        append_row(report, entry, found->hardware_id, &found->tally.counts);
    }
    return first;
}

/* Appends the counters of the session, unless they are there; returns the row of the first. */
static size_t domain_rows(struct report *report, GHashTable *rows,
                          const struct session_entry *entry)
{
    if (entry->source == NULL)
        return REPORT_NO_ROW;
    switch (entry->session.state.domain) {
    case DOMAIN_SOURCE:
        return source_row(report, rows, entry);
    case DOMAIN_HARDWARE_ID:
        return hw_id_rows(report, entry);
    default:
        return append_row(report, entry, 0, &entry->by_session.counts);
    }
}

/* With a counter for each Hw ID, those of all. */
static void sum_counters(struct session_entry *entry, const struct analysis *analysis)
{
    struct report_session *session = &entry->session;
    session->state.counters =
        analysis_counters(analysis, &session->state.key, 0, &session->state.counters_apart);
    if (session->state.domain != DOMAIN_HARDWARE_ID || entry->hw_id_tallies == NULL)
        return;
    session->state.counters = entry->hw_id_tallies->len;
    session->state.counters_apart =
        entry->hw_id_tallies->len > 1 ? 1u << SEQUENCE_LABEL_HARDWARE_ID : 0;
}

static gint compare_streams(gconstpointer a_pointer, gconstpointer b_pointer)
{
    const struct session_entry *a = *(struct session_entry *const *)a_pointer;
    const struct session_entry *b = *(struct session_entry *const *)b_pointer;
    return (a->session.state.stream > b->session.state.stream) -
           (a->session.state.stream < b->session.state.stream);
}

static void sort_sessions(struct report *report)
{
    g_ptr_array_set_size(report->sessions, 0);
    for (size_t slot = 0; slot < report->entries.slot_count; slot++)
        for (struct session_entry *entry = report->entries.slots[slot]; entry != NULL;
             entry = entry->next)
            g_ptr_array_add(report->sessions, entry);
    g_ptr_array_sort(report->sessions, compare_streams);
}

static bool shares_counter(const struct session_entry *entry)
{
    return entry->session.state.domain == DOMAIN_SOURCE &&
           entry->session.state.domain_row != REPORT_NO_ROW;
}

/* One copy of a session shows no loss, but other sessions' copies show that its counter moves. */
static void sum_shared_counter(const struct report *report, struct session_entry *entry)
{
    if (shares_counter(entry))
        entry->session.state.loss_known =
            report_domain(report, entry->session.state.domain_row)->loss_known;
}

/* Copies of the session that the report was not shown: of those that are counted. */
static uint64_t copies_left_out(const struct session_entry *entry)
{
    uint64_t all = entry->may_return ? 0 : entry->origin->copies;
    return all > entry->session.counts.copies ? all - entry->session.counts.copies : 0;
}

static void sum_sessions(struct report *report, const struct analysis *analysis)
{
    GHashTable *rows = g_hash_table_new(NULL, NULL);
    sort_sessions(report);
    g_array_set_size(report->domains, 0);
    for (guint i = 0; i < report->sessions->len; i++) {
        struct session_entry *entry = g_ptr_array_index(report->sessions, i);
        session_entry_sum(entry, entry->source != NULL
                                     ? entry->source->kind
                                     : analysis_domain(analysis, &entry->session.state.key));
        sum_counters(entry, analysis);
        entry->session.counts.left_out = copies_left_out(entry);
        entry->session.flows = flow_totals(report->flows, entry->session.state.stream);
        entry->session.state.domain_row = domain_rows(report, rows, entry);
        sum_shared_counter(report, entry);
    }
    g_hash_table_destroy(rows);
}

/* The key of the source's counter: the session's addresses without its ID. */
static struct session_key source_key(const struct report_session *session)
{
    return (struct session_key){
        .source = session->state.key.source,
        .destination = session->state.key.destination,
        .id = SESSION_NO_ID,
    };
}

static guint hash_key(gconstpointer key)
{
    return session_key_hash(key);
}

static gboolean equal_keys(gconstpointer a, gconstpointer b)
{
    return session_key_equal(a, b);
}

/* The sources with copies that no counter followed. Numbers that seem missing there may have
 * arrived. The caller frees. */
static GHashTable *unfollowed_sources(const struct report *report)
{
    GHashTable *sources = g_hash_table_new_full(hash_key, equal_keys, g_free, NULL);
    for (size_t i = 0; i < report_session_count(report); i++) {
        const struct report_session *session = report_session(report, i);
        if (session->counts.unfollowed == 0)
            continue;
        struct session_key *key = g_new(struct session_key, 1);
        *key = source_key(session);
        g_hash_table_add(sources, key);
    }
    return sources;
}

/* Of a counter that sessions share, each must have been followed. */
static void sum_loss_known(struct report *report)
{
    GHashTable *unfollowed = unfollowed_sources(report);
    for (guint i = 0; i < report->sessions->len; i++) {
        struct session_entry *entry = g_ptr_array_index(report->sessions, i);
        const struct session_key key = source_key(&entry->session);
        if (entry->session.state.domain_row == REPORT_NO_ROW ||
            entry->session.state.domain != DOMAIN_SOURCE ||
            !g_hash_table_contains(unfollowed, &key))
            continue;
        entry->session.state.loss_known = false;
        g_array_index(report->domains, struct report_domain, entry->session.state.domain_row)
            .loss_known = false;
    }
    g_hash_table_destroy(unfollowed);
}

/* What a session's copies revealed, copies of others may have filled: sessions lose together what
 * their counter lost, each by its part of what they revealed. */
static void share_losses(struct report *report)
{
    uint64_t *revealed = g_new0(uint64_t, report->domains->len);
    uint64_t *so_far = g_new0(uint64_t, report->domains->len);
    for (guint i = 0; i < report->sessions->len; i++) {
        const struct session_entry *entry = g_ptr_array_index(report->sessions, i);
        if (shares_counter(entry))
            revealed[entry->session.state.domain_row] += entry->session.sequence.lost;
    }
    for (guint i = 0; i < report->sessions->len; i++) {
        struct session_entry *entry = g_ptr_array_index(report->sessions, i);
        if (!shares_counter(entry))
            continue;
        size_t row = entry->session.state.domain_row;
        uint64_t lost = report_domain(report, row)->sequence.lost;
        if (revealed[row] <= lost)
            continue;
        double part = (double)lost / (double)revealed[row];
        uint64_t before = so_far[row];
        so_far[row] += entry->session.sequence.lost;
        entry->session.sequence.lost =
            (uint64_t)((double)so_far[row] * part) - (uint64_t)((double)before * part);
    }
    g_free(so_far);
    g_free(revealed);
}

static void sum_lost(struct report *report)
{
    const struct report_session *merged = &report->entries.merged.sum;
    report->totals.lost = merged->state.loss_known ? merged->sequence.lost : 0;
    report->totals.loss_known = merged->state.loss_known;
    for (size_t i = 0; i < report_domain_count(report); i++) {
        const struct report_domain *domain = report_domain(report, i);
        report->totals.lost += domain->loss_known ? domain->sequence.lost : 0;
        report->totals.loss_known |= domain->loss_known;
    }
}

/* How far @p number is above @p reference. Under quirk Q4 (30-bit sequence) only 30 bits of both
 * mean something. */
static uint32_t above(uint32_t number, uint64_t reference)
{
    return (number - (uint32_t)reference) & 0x3fffffff;
}

static bool is_gap_of(const struct report_gap *gap, const struct report_session *session,
                      uint8_t hardware_id)
{
    return gap->kind == session->state.domain &&
           address_equal(&gap->source, &session->state.key.source) &&
           address_equal(&gap->destination, &session->state.key.destination) &&
           (gap->kind == DOMAIN_SOURCE || gap->id == session->state.key.id) &&
           (gap->kind != DOMAIN_HARDWARE_ID || gap->hardware_id == hardware_id);
}

/* True if the quoted copy never came: its number is missing, or above all that came. */
static bool never_came(struct report *report, const struct quote *quote)
{
    const struct session_entry *entry = quote->entry;
    const struct tally *tally =
        entry->session.state.domain == DOMAIN_SOURCE && entry->source != NULL
            ? source_tally(entry)
            : session_entry_tally(entry, quote->hardware_id);
    if (tally == NULL || tally->edge.frame == 0)
        return false;
    uint32_t beyond = above(quote->number, tally->edge.number);
    if (beyond > 0 && beyond <= SEQUENCE_LATE_MAX)
        return true;
    for (size_t i = 0; i < report_gap_count(report); i++) {
        const struct report_gap *gap = report_gap(report, i);
        if (gap->came_late < gap->lost && above(quote->number, gap->first) < gap->lost &&
            is_gap_of(gap, &entry->session, quote->hardware_id))
            return true;
    }
    return false;
}

/* Counts the quote. Returns false if the next report_sum() may know more of it. */
static bool judge_quote(struct report *report, struct quote *quote)
{
    struct report_session *session = &quote->entry->session;
    bool missing = never_came(report, quote);
    if (missing)
        session->counts.icmp_too_big_missing++;
    if (quote->mtu < REPORT_MTUS_MAX) {
        struct report_mtu *mtu = &session->state.icmp_mtus[quote->mtu];
        mtu->missing += missing;
        mtu->came -= quote->came;
        /* Where gaps were dropped from their list, nothing tells what is missing. */
        quote->came = !missing && report->gaps_dropped == 0;
        mtu->came += quote->came;
    }
    bool decided = missing || quote->asked;
    quote->asked = true;
    return decided;
}

/* An ICMP error may arrive before the copy that reveals the gap. So each quote is checked in two
 * report_sum() calls and then dropped. */
static void sum_quotes(struct report *report)
{
    guint keep = 0;
    for (guint i = 0; i < report->quotes->len; i++) {
        struct quote quote = g_array_index(report->quotes, struct quote, i);
        if (!judge_quote(report, &quote))
            g_array_index(report->quotes, struct quote, keep++) = quote;
    }
    g_array_set_size(report->quotes, keep);
}

struct flow_union report_flows(const struct report *const *reports, size_t count)
{
    struct flow_table **tables = g_new(struct flow_table *, count);
    for (size_t i = 0; i < count; i++)
        tables[i] = reports[i]->flows;
    struct flow_union sum = flow_union_sum(tables, count);
    g_free(tables);
    return sum;
}

void report_sum(struct report *report, const struct analysis *analysis)
{
    sum_sessions(report, analysis);
    sum_loss_known(report);
    share_losses(report);
    sum_lost(report);
    report->totals.flows = flow_union_sum(&report->flows, 1);
    g_array_set_size(report->gap_rows, 0);
    report->gaps_dropped = gap_list_sum(&report->gaps, report->gap_rows);
    sum_quotes(report);
    report->analysis_given_up = analysis_given_up(analysis);
}

size_t report_session_count(const struct report *report)
{
    return report->sessions->len;
}

const struct report_session *report_session(const struct report *report, size_t index)
{
    const struct session_entry *entry = g_ptr_array_index(report->sessions, index);
    return &entry->session;
}

size_t report_domain_count(const struct report *report)
{
    return report->domains->len;
}

const struct report_domain *report_domain(const struct report *report, size_t index)
{
    return &g_array_index(report->domains, struct report_domain, index);
}

size_t report_gap_count(const struct report *report)
{
    return report->gap_rows->len;
}

const struct report_gap *report_gap(const struct report *report, size_t index)
{
    return &g_array_index(report->gap_rows, struct report_gap, index);
}

uint64_t report_gaps_dropped(const struct report *report)
{
    return report->gaps_dropped;
}
