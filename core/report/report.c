/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. While copies are added nobody knows yet which counter a source has, so each
 * session keeps its sums under every candidate that is still followed, and each gap waits in the
 * list of its candidate. report_sum() asks what leads by then and takes that.
 */
#include "core/report/report.h"

#include <glib.h>

#include "core/report/report-gaps.h"
#include "core/report/report-session.h"

/* How the memory is shared: flows get what the others leave. */
enum { SESSIONS_SHARE = 2, GAPS_SHARE = 8 /* one byte in so many */ };

enum { NEST_MAX = 64 /* sessions around a copy that are told apart */ };

/* The number of a copy that an ICMP error for its size quotes. */
struct quote {
    struct session_entry *entry;
    uint32_t number;
    uint8_t hardware_id;
    bool asked; /* by one report_sum() that knew nothing of it */
};

struct report {
    struct report_totals totals;
    GPtrArray *streams; /* struct session_entry, by stream; NULL where none was added */
    GArray *sources;    /* struct tally of each source, by sequence_domain_source.index */
    struct gap_list gaps;
    GArray *quotes; /* of struct quote, such as are not settled */
    struct flow_table *flows;
    size_t sessions_memory; /* of streams, entries and sources */
    size_t sessions_limit;
    uint64_t given_up;
    /* the copy that may hold the next: its frame, and the sessions around that */
    uint64_t nest_frame;
    size_t nest_count;
    const struct session *nest[NEST_MAX];
    /* by report_sum() */
    GPtrArray *sessions; /* the entries of streams without the holes */
    GArray *domains;     /* of struct report_domain */
    GArray *gap_rows;    /* of struct report_gap */
    uint64_t gaps_dropped;
    uint64_t analysis_given_up;
};

static void free_entry(gpointer entry)
{
    if (entry != NULL)
        session_entry_free(entry);
}

struct report *report_new(size_t memory_limit)
{
    struct report *report = g_new0(struct report, 1);
    size_t gaps = memory_limit / GAPS_SHARE;
    report->sessions_limit = memory_limit / SESSIONS_SHARE;
    report->streams = g_ptr_array_new_with_free_func(free_entry);
    report->sources = g_array_new(FALSE, TRUE, sizeof(struct tally));
    gap_list_begin(&report->gaps, gaps);
    report->quotes = g_array_new(FALSE, FALSE, sizeof(struct quote));
    report->flows = flow_table_new(memory_limit - report->sessions_limit - gaps);
    report->sessions = g_ptr_array_new();
    report->domains = g_array_new(FALSE, FALSE, sizeof(struct report_domain));
    report->gap_rows = g_array_new(FALSE, FALSE, sizeof(struct report_gap));
    return report;
}

void report_free(struct report *report)
{
    if (report == NULL)
        return;
    g_ptr_array_free(report->streams, TRUE);
    g_array_free(report->sources, TRUE);
    gap_list_clear(&report->gaps);
    g_array_free(report->quotes, TRUE);
    flow_table_free(report->flows);
    g_ptr_array_free(report->sessions, TRUE);
    g_array_free(report->domains, TRUE);
    g_array_free(report->gap_rows, TRUE);
    g_free(report);
}

struct report_totals *report_totals(struct report *report)
{
    return &report->totals;
}

const struct report_totals *report_totals_so_far(const struct report *report)
{
    return &report->totals;
}

/* True if @p bytes more fit; they then count as taken. */
static bool take_memory(struct report *report, size_t bytes)
{
    if (bytes > report->sessions_limit - report->sessions_memory)
        return false;
    report->sessions_memory += bytes;
    return true;
}

/* The session's entry, made when it is not there; NULL without room. */
static struct session_entry *entry_of(struct report *report, const struct session *session)
{
    uint32_t stream = session->stream;
    if (stream >= report->streams->len) {
        size_t more = (size_t)stream + 1 - report->streams->len;
        if (!take_memory(report, more * sizeof(void *)))
            return NULL;
        g_ptr_array_set_size(report->streams, (gint)(stream + 1));
    }
    gpointer *slot = &g_ptr_array_index(report->streams, stream);
    if (*slot == NULL && take_memory(report, sizeof(struct session_entry) + sizeof(struct engine)))
        *slot = session_entry_new(session);
    return *slot;
}

/* The tally of the whole source; NULL without room. */
static struct tally *source_tally(struct report *report,
                                  const struct sequence_domain_source *source)
{
    if (source->index >= report->sources->len) {
        size_t more = (size_t)source->index + 1 - report->sources->len;
        if (!take_memory(report, more * sizeof(struct tally)))
            return NULL;
        g_array_set_size(report->sources, source->index + 1);
    }
    return &g_array_index(report->sources, struct tally, source->index);
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
static void add_finding(const struct numbered *numbered, enum sequence_domain_kind kind,
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

/* The same with its gaps: @p tally is that of the whole counter. */
static void add_counter(struct report *report, const struct numbered *numbered,
                        enum sequence_domain_kind kind, struct tally *tally)
{
    const struct sequence_finding *finding = &numbered->domain->finding[kind];
    if (finding->kind == SEQUENCE_GAP)
        add_gap(report, numbered, kind, &tally->edge);
    if (finding->found)
        gap_list_came_late(&report->gaps, kind, finding->frame);
    add_finding(numbered, kind, tally);
}

static void add_sequence(struct report *report, const struct numbered *numbered)
{
    struct session_entry *entry = numbered->entry;
    const struct sequence_domain_finding *domain = numbered->domain;
    entry->source = domain->source;
    if (domain->followed[DOMAIN_SOURCE]) {
        struct tally *source = source_tally(report, domain->source);
        if (source != NULL)
            add_counter(report, numbered, DOMAIN_SOURCE, source);
        add_finding(numbered, DOMAIN_SOURCE, &entry->by_source);
    }
    if (domain->followed[DOMAIN_SESSION])
        add_counter(report, numbered, DOMAIN_SESSION, &entry->by_session);
    if (domain->followed[DOMAIN_HARDWARE_ID])
        add_counter(report, numbered, DOMAIN_HARDWARE_ID,
                    &session_entry_engine(entry, numbered->copy->header.hardware_id)->tally);
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
    entry->session.nested++;
    entry->session.looped += inside_itself ? 1 : 0;
    entry->session.depth_max = MAX(entry->session.depth_max, place->depth);
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
    if (segment != NULL)
        flow_take(report->flows, session->stream, segment, place->arrival_ns);
    const struct numbered numbered = {entry, place, copy, &finding->domain};
    if (finding->has_sequence)
        add_sequence(report, &numbered);
}

void report_add_icmp(struct report *report, const struct copy *copy, bool too_big, uint32_t mtu)
{
    if (copy->session == NULL || copy->session->stream == SESSION_NO_STREAM)
        return;
    /* Before its first copy a session is not known for sure, on a second visit of the capture it
     * is: both must come to the same. */
    struct session_entry *entry = entry_of(report, copy->session);
    if (entry == NULL || entry->session.copies == 0)
        return;
    struct report_session *session = &entry->session;
    session->quoted++;
    if (!too_big) {
        session->icmp_other++;
        return;
    }
    session->icmp_too_big++;
    if (mtu != 0 && (session->icmp_mtu == 0 || mtu < session->icmp_mtu))
        session->icmp_mtu = mtu;
    const struct quote quote = {entry, copy->sequence, copy->header.hardware_id, false};
    if (copy->has_sequence && report->quotes->len < REPORT_QUOTES_MAX)
        g_array_append_val(report->quotes, quote);
}

/* Appends the row of a counter; returns its index. */
static size_t append_row(struct report *report, const struct session_entry *entry,
                         uint8_t hardware_id, const struct tally *tally)
{
    const struct report_session *session = &entry->session;
    struct report_domain row = {
        .source = session->key.source,
        .destination = session->key.destination,
        .kind = session->domain,
        .id = session->domain == DOMAIN_SOURCE ? SESSION_NO_ID : session->key.id,
        .hardware_id = hardware_id,
    };
    if (tally != NULL)
        row.sequence = tally->counts;
    g_array_append_val(report->domains, row);
    return report->domains->len - 1;
}

/* The row of the whole source, made with the first of its sessions. */
static size_t source_row(struct report *report, GHashTable *rows, const struct session_entry *entry)
{
    gpointer row;
    if (g_hash_table_lookup_extended(rows, entry->source, NULL, &row))
        return GPOINTER_TO_SIZE(row);
    size_t made = append_row(report, entry, 0, source_tally(report, entry->source));
    g_hash_table_insert(rows, (gpointer)entry->source, GSIZE_TO_POINTER(made));
    return made;
}

static size_t engine_rows(struct report *report, const struct session_entry *entry)
{
    size_t first = report->domains->len;
    for (guint i = 0; entry->engines != NULL && i < entry->engines->len; i++) {
        const struct engine *engine = &g_array_index(entry->engines, struct engine, i);
        append_row(report, entry, engine->hardware_id, &engine->tally);
    }
    return first;
}

/* Appends the counters of the session, unless they are there; returns the row of the first. */
static size_t domain_rows(struct report *report, GHashTable *rows,
                          const struct session_entry *entry)
{
    if (entry->source == NULL)
        return REPORT_NO_ROW;
    switch (entry->session.domain) {
    case DOMAIN_SOURCE:
        return source_row(report, rows, entry);
    case DOMAIN_HARDWARE_ID:
        return engine_rows(report, entry);
    default:
        return append_row(report, entry, 0, &entry->by_session);
    }
}

static void sum_sessions(struct report *report, const struct analysis *analysis)
{
    GHashTable *rows = g_hash_table_new(NULL, NULL);
    g_ptr_array_set_size(report->sessions, 0);
    g_array_set_size(report->domains, 0);
    for (guint i = 0; i < report->streams->len; i++) {
        struct session_entry *entry = g_ptr_array_index(report->streams, i);
        if (entry == NULL)
            continue;
        session_entry_sum(entry, analysis_domain(analysis, &entry->session.key));
        entry->session.left_out = entry->origin->copies - entry->session.copies;
        entry->session.flows = flow_totals(report->flows, entry->session.stream);
        entry->session.domain_row = domain_rows(report, rows, entry);
        g_ptr_array_add(report->sessions, entry);
    }
    g_hash_table_destroy(rows);
}

static void sum_lost(struct report *report)
{
    report->totals.lost = 0;
    for (size_t i = 0; i < report_domain_count(report); i++)
        report->totals.lost += report_domain(report, i)->sequence.lost;
}

/* How far @p number is above @p reference. Under quirk Q4 only 30 bits of both mean something. */
static uint32_t above(uint32_t number, uint64_t reference)
{
    return (number - (uint32_t)reference) & 0x3fffffff;
}

static bool is_gap_of(const struct report_gap *gap, const struct report_session *session,
                      uint8_t hardware_id)
{
    return gap->kind == session->domain && address_equal(&gap->source, &session->key.source) &&
           address_equal(&gap->destination, &session->key.destination) &&
           (gap->kind == DOMAIN_SOURCE || gap->id == session->key.id) &&
           (gap->kind != DOMAIN_HARDWARE_ID || gap->hardware_id == hardware_id);
}

/* True if the quoted copy never came: its number is missing, or above all that came. */
static bool never_came(struct report *report, const struct quote *quote)
{
    const struct session_entry *entry = quote->entry;
    const struct tally *tally = entry->session.domain == DOMAIN_SOURCE && entry->source != NULL
                                    ? source_tally(report, entry->source)
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

/* An error may come before the copy that shows that the quoted one is missing: each is asked about
 * twice, so that those about copies that came do not stay. */
static void sum_quotes(struct report *report)
{
    guint keep = 0;
    for (guint i = 0; i < report->quotes->len; i++) {
        struct quote quote = g_array_index(report->quotes, struct quote, i);
        if (never_came(report, &quote)) {
            quote.entry->session.icmp_too_big_missing++;
        } else if (!quote.asked) {
            quote.asked = true;
            g_array_index(report->quotes, struct quote, keep++) = quote;
        }
    }
    g_array_set_size(report->quotes, keep);
}

void report_begin_interval(struct report *report)
{
    for (guint i = 0; i < report->streams->len; i++) {
        struct session_entry *entry = g_ptr_array_index(report->streams, i);
        if (entry == NULL)
            continue;
        window_begin_interval(&entry->window_1ms);
        window_begin_interval(&entry->window_100us);
    }
}

void report_sum(struct report *report, const struct analysis *analysis)
{
    sum_sessions(report, analysis);
    sum_lost(report);
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

uint64_t report_given_up(const struct report *report)
{
    return report->given_up + flow_table_given_up(report->flows) + report->analysis_given_up;
}
