/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. While copies are added nobody knows yet which counter a source has, so each
 * session keeps its sums under every candidate that is still followed, and each gap waits in the
 * list of its candidate. report_sum() asks what leads by then and takes that.
 */
#include "core/report/report.h"

#include <glib.h>

#include "core/report/report-session.h"
#include "core/report/report-state.h"

/* How the memory is shared: flows get what the others leave. */
enum { SESSIONS_SHARE = 2, GAPS_SHARE = 8 /* one byte in so many */ };

struct report *report_new(size_t memory_limit)
{
    struct report *report = g_new0(struct report, 1);
    size_t gaps = memory_limit / GAPS_SHARE;
    size_t sessions = memory_limit / SESSIONS_SHARE;
    report_entries_begin(&report->entries, sessions);
    gap_list_begin(&report->gaps, gaps);
    report->quotes = g_array_new(FALSE, FALSE, sizeof(struct quote));
    report->flows = flow_table_new(memory_limit - sessions - gaps);
    report->sessions = g_ptr_array_new();
    report->domains = g_array_new(FALSE, FALSE, sizeof(struct report_domain));
    report->gap_rows = g_array_new(FALSE, FALSE, sizeof(struct report_gap));
    return report;
}

void report_free(struct report *report)
{
    if (report == NULL)
        return;
    report_entries_clear(&report->entries);
    gap_list_clear(&report->gaps);
    g_array_free(report->quotes, TRUE);
    flow_table_free(report->flows);
    g_ptr_array_free(report->sessions, TRUE);
    g_array_free(report->domains, TRUE);
    g_array_free(report->gap_rows, TRUE);
    g_free(report);
}

const struct report_totals *report_totals_so_far(const struct report *report)
{
    return &report->totals;
}

void report_count_frame(struct report *report, int64_t arrival_ns, size_t bytes)
{
    struct report_totals *totals = &report->totals;
    if (totals->frames++ == 0)
        totals->first_ns = arrival_ns;
    totals->last_ns = arrival_ns;
    totals->bytes += bytes;
}

void report_count(struct report *report, enum report_event event)
{
    struct report_totals *totals = &report->totals;
    uint64_t *const counts[] = {
        [REPORT_NOT_ERSPAN] = &totals->not_erspan,
        [REPORT_FIRST_FRAGMENT] = &totals->first_fragments,
        [REPORT_LATER_FRAGMENT] = &totals->later_fragments,
        [REPORT_MARKER] = &totals->markers,
        [REPORT_BROKEN] = &totals->broken,
        [REPORT_ICMP_ERROR] = &totals->icmp_errors,
    };
    ++*counts[event];
}

void report_set_drops(struct report *report, uint64_t kernel, uint64_t interface, uint64_t program)
{
    report->totals.dropped_kernel = kernel;
    report->totals.dropped_interface = interface;
    report->totals.dropped_program = program;
}

/* Forgets the ICMP errors that quote copies of the session. */
static void forget_quotes(struct report *report, const struct session_entry *entry)
{
    guint keep = 0;
    for (guint i = 0; i < report->quotes->len; i++) {
        struct quote quote = g_array_index(report->quotes, struct quote, i);
        if (quote.entry != entry)
            g_array_index(report->quotes, struct quote, keep++) = quote;
    }
    g_array_set_size(report->quotes, keep);
}

/* The session's entry, made when it is not there; NULL without room. */
static struct session_entry *entry_of(struct report *report, const struct session *session)
{
    struct session_entry *entry = report_entries_find(&report->entries, session->stream);
    if (entry != NULL)
        return entry;
    struct session_entry *merged;
    while ((merged = report_entries_make_room(&report->entries)) != NULL) {
        if (report->quotes->len > 0)
            forget_quotes(report, merged);
        session_entry_free(merged);
    }
    return report_entries_add(&report->entries, session);
}

static bool is_highest(enum sequence_kind kind)
{
    return kind == SEQUENCE_FIRST || kind == SEQUENCE_NEXT || kind == SEQUENCE_GAP ||
           kind == SEQUENCE_RESTART;
}

/* A copy with a number, as the functions below hand it on. */
struct numbered {
    struct session_entry *entry;
    const struct analysis_place *place;
    const struct copy *copy;
    const struct sequence_domain_finding *domain;
};

static void add_gap(struct report *report, const struct numbered *numbered,
                    enum sequence_domain_kind kind, const struct edge *before)
{
    const struct sequence_finding *finding = &numbered->domain->finding[kind];
    const struct session_key *key = &numbered->copy->session->key;
    struct kept_gap kept = {
        .gap = {.source = key->source,
                .destination = key->destination,
                .kind = kind,
                .id = key->id,
                .hardware_id = numbered->copy->header.hardware_id,
                .first = finding->missing,
                .lost = finding->lost,
                .frame_before = finding->frame,
                .frame_after = numbered->place->frame,
                .before_ns = numbered->place->arrival_ns,
                .after_ns = numbered->place->arrival_ns,
                .size_after = numbered->copy->mirrored_length},
        .owner = numbered->domain->source,
    };
    /* A report that saw only some copies may not have seen the one before. */
    if (finding->frame != 0 && before->frame == finding->frame) {
        kept.gap.before_ns = before->arrival_ns;
        kept.gap.size_before = before->size;
    }
    gap_list_add(&report->gaps, &kept);
}

/* Adds what the copy meant under one candidate; the gap that it revealed is in add_gap(). */
static inline void add_finding(const struct numbered *numbered, enum sequence_domain_kind kind,
                               struct tally *tally)
{
    const struct sequence_finding *finding = &numbered->domain->finding[kind];
    sequence_counts_add(&tally->counts, finding);
    if (finding->lost > 0) {
        tally->runs++;
        tally->revealed += finding->lost;
        tally->run_max = MAX(tally->run_max, finding->lost);
    }
    if (is_highest(finding->kind))
        tally->edge = (struct edge){numbered->place->frame, numbered->place->arrival_ns,
                                    numbered->copy->mirrored_length, numbered->copy->sequence};
}

static uint64_t less(uint64_t count, uint64_t by)
{
    return count > by ? count - by : 0;
}

/* Foreign copies had made gaps that are none. */
static void void_gaps(struct report *report, const struct numbered *numbered,
                      enum sequence_domain_kind kind, struct tally *tally)
{
    const struct kept_gap like = {
        .gap = {.kind = kind,
                .id = numbered->copy->session->key.id,
                .hardware_id = numbered->copy->header.hardware_id},
        .owner = numbered->domain->source,
    };
    const struct voided_gaps voided =
        gap_list_void(&report->gaps, &like, numbered->domain->finding[kind].void_from);
    if (voided.runs == 0)
        return;
    tally->runs = less(tally->runs, voided.runs);
    tally->revealed = less(tally->revealed, voided.lost);
    tally->run_max = voided.run_max;
}

static G_GNUC_NO_INLINE void add_gaps(struct report *report, const struct numbered *numbered,
                                      enum sequence_domain_kind kind, struct tally *tally)
{
    const struct sequence_finding *finding = &numbered->domain->finding[kind];
    if (finding->void_from != 0)
        void_gaps(report, numbered, kind, tally);
    if (finding->kind == SEQUENCE_GAP)
        add_gap(report, numbered, kind, &tally->edge);
    if (finding->found)
        gap_list_came_late(&report->gaps, kind, finding->frame);
}

/* The same with its gaps: @p tally is that of the whole counter. */
static inline void add_counter(struct report *report, const struct numbered *numbered,
                               enum sequence_domain_kind kind, struct tally *tally)
{
    if (!numbered->domain->finding[kind].plain)
        add_gaps(report, numbered, kind, tally);
    add_finding(numbered, kind, tally);
}

static void add_sequence(struct report *report, const struct numbered *numbered)
{
    struct session_entry *entry = numbered->entry;
    const struct sequence_domain_finding *domain = numbered->domain;
    session_entry_set_source(entry, domain->source);
    if (domain->followed[DOMAIN_SOURCE]) {
        struct source_tally *of_source = report_entries_source(&report->entries, entry);
        add_counter(report, numbered, DOMAIN_SOURCE, &of_source->tally);
        add_finding(numbered, DOMAIN_SOURCE, &entry->by_source);
    }
    if (domain->followed[DOMAIN_SESSION])
        add_counter(report, numbered, DOMAIN_SESSION, &entry->by_session);
    if (domain->followed[DOMAIN_HARDWARE_ID])
        add_counter(report, numbered, DOMAIN_HARDWARE_ID,
                    &session_entry_engine(entry, numbered->copy->header.hardware_id)->tally);
    entry->session.counts.unfollowed += !domain->followed[domain->kind];
    if (domain->finding[domain->kind].lost > 0)
        window_set_lossy(&entry->window_1ms);
}

/* True if a copy of the same session lies around this one. Remembers it for those inside. */
static bool enter_nest(struct report *report, const struct analysis_place *place,
                       const struct session *session)
{
    if (place->frame != report->nest_frame || place->depth <= 1)
        report->nest_count = 0;
    report->nest_frame = place->frame;
    bool inside_itself = false;
    for (size_t i = 0; i < report->nest_count && !inside_itself; i++)
        inside_itself = report->nest[i] == session;
    if (!inside_itself && report->nest_count < NEST_MAX)
        report->nest[report->nest_count++] = session;
    return inside_itself;
}

static void add_nested(struct session_entry *entry, const struct analysis_place *place,
                       bool inside_itself)
{
    entry->session.counts.nested++;
    entry->session.counts.looped += inside_itself ? 1 : 0;
    entry->session.extremes.depth_max = MAX(entry->session.extremes.depth_max, place->depth);
}

void report_add(struct report *report, const struct analysis_place *place, const struct copy *copy,
                const struct tcp_segment *segment, const struct analysis_finding *finding)
{
    if (copy->failure.kind != FAILURE_NONE || (copy->anomalies & anomaly_bit(ANOMALY_QUOTED)))
        return;
    const struct session *session = copy->session;
    if (session == NULL) { /* the table of sessions is full */
        report->given_up++;
        return;
    }
    if (session->stream == SESSION_NO_STREAM)
        return;
    struct session_entry *entry = entry_of(report, session);
    if (entry == NULL) {
        report->given_up++;
        return;
    }
    bool inside_itself = enter_nest(report, place, session);
    if (place->depth > 1) {
        add_nested(entry, place, inside_itself);
        return;
    }
    session_entry_add(entry, place, copy, finding);
    session_entry_add_segment(entry, copy, segment);
    if (segment != NULL && !segment->cut)
        flow_take(report->flows, session->stream, segment, place->arrival_ns);
    const struct numbered numbered = {entry, place, copy, &finding->domain};
    if (finding->has_sequence)
        add_sequence(report, &numbered);
    else if (copy->has_sequence)
        entry->session.counts.unfollowed++;
}

void report_forget(struct report *report, const struct session *session)
{
    struct session_entry *entry = report_entries_find(&report->entries, session->stream);
    if (entry == NULL)
        return;
    report_entries_merge(&report->entries, entry);
    forget_quotes(report, entry);
    session_entry_free(entry);
}

void report_add_icmp(struct report *report, const struct copy *copy, const struct report_icmp *icmp)
{
    uint32_t mtu = icmp->mtu;
    if (copy->session == NULL || copy->session->stream == SESSION_NO_STREAM)
        return;
    /* Before its first copy a session is not known for sure, on a second visit of the capture it
     * is: both must come to the same. */
    struct session_entry *entry = entry_of(report, copy->session);
    if (entry == NULL || entry->session.counts.copies == 0)
        return;
    struct report_session *session = &entry->session;
    session->counts.quoted++;
    if (!icmp->too_big) {
        session->counts.icmp_other++;
        return;
    }
    session->counts.icmp_too_big++;
    if (mtu != 0 && (session->state.icmp_mtu == 0 || mtu < session->state.icmp_mtu))
        session->state.icmp_mtu = mtu;
    const struct quote quote = {entry, copy->sequence, copy->header.hardware_id,
                                session_entry_note_mtu(entry, icmp), false};
    if (copy->has_sequence && report->quotes->len < REPORT_QUOTES_MAX)
        g_array_append_val(report->quotes, quote);
}

void report_begin_interval(struct report *report)
{
    for (size_t slot = 0; slot < report->entries.slot_count; slot++) {
        for (struct session_entry *entry = report->entries.slots[slot]; entry != NULL;
             entry = entry->next) {
            window_begin_interval(&entry->window_1ms);
            window_begin_interval(&entry->window_100us);
        }
    }
}

const struct report_merged *report_merged(const struct report *report)
{
    return &report->entries.merged;
}

uint64_t report_given_up(const struct report *report)
{
    return report->given_up + flow_table_given_up(report->flows) + report->analysis_given_up;
}
