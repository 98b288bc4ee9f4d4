/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. The sequence domain of a source is decided late. So each session keeps
 * counts for every candidate that is still followed, and each gap is stored in the list of its
 * candidate. report_sum() uses the leading candidate.
 */
#include "core/report/report.h"

#include <glib.h>

#include "core/report/report-session.h"
#include "core/report/report-state.h"

/* How the memory is shared: flows get what the others leave. */
enum { SESSIONS_SHARE = 2, GAPS_SHARE = 8, ODD_SHARE = 64 /* one byte in so many */ };

/* A loop mirrors a copy again after at most so many others, or so long. */
enum { LOOP_NUMBERS = 16, LOOP_NS = 100 * NS_PER_MS };

struct report *report_new(size_t memory_limit)
{
    struct report *report = g_new0(struct report, 1);
    size_t gaps = memory_limit / GAPS_SHARE;
    size_t sessions = memory_limit / SESSIONS_SHARE;
    report_entries_begin(&report->entries, sessions);
    gap_list_begin(&report->gaps, gaps);
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
        odd_copies_begin(&report->odd[kind], memory_limit / ODD_SHARE / DOMAIN_KINDS);
    report->quotes = g_array_new(FALSE, FALSE, sizeof(struct quote));
    report->flows = flow_table_new(memory_limit - sessions - gaps - memory_limit / ODD_SHARE);
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
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
        odd_copies_clear(&report->odd[kind]);
    g_array_free(report->quotes, TRUE);
    flow_table_free(report->flows);
    fragment_table_free(report->fragments);
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

void report_count_as_mirror(struct report *report)
{
    report->totals.not_erspan--;
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

/* What the copy means now: on a later visit by all that came after it. */
static const struct sequence_finding *meaning_of(const struct numbered *numbered,
                                                 enum sequence_domain_kind kind)
{
    const struct sequence_domain_finding *domain = numbered->domain;
    return domain->revisited ? &domain->settled[kind] : &domain->finding[kind];
}

static struct odd_copy odd_copy_of(const struct numbered *numbered,
                                   const struct sequence_finding *finding,
                                   const struct edge *before)
{
    return (struct odd_copy){
        .frame = numbered->place->frame,
        .late_of = finding->found ? finding->frame : 0,
        .arrival_ns = numbered->place->arrival_ns,
        .size = numbered->copy->mirrored_length,
        .number = numbered->copy->sequence,
        .lost = finding->lost,
        .stream = numbered->copy->session->stream,
        .id = numbered->copy->session->key.id,
        .hardware_id = numbered->copy->header.hardware_id,
        .before = *before,
    };
}

/* The gap before @p after, a copy of the same counter as @p numbered; its `lost` is 0 if there is
 * none. */
static struct kept_gap gap_before(const struct odd_copy *after, const struct numbered *numbered,
                                  enum sequence_domain_kind kind,
                                  const struct sequence_finding *finding)
{
    const struct session_key *key = &numbered->copy->session->key;
    struct kept_gap kept = {
        .gap = {.source = key->source,
                .destination = key->destination,
                .kind = kind,
                .id = after->id,
                .hardware_id = after->hardware_id,
                .first = finding->missing,
                .lost = finding->kind == SEQUENCE_GAP ? finding->lost : 0,
                .frame_before = finding->frame,
                .frame_after = after->frame,
                .before_ns = after->arrival_ns,
                .after_ns = after->arrival_ns,
                .size_after = after->size},
        .owner = numbered->domain->source,
        .stream = after->stream,
    };
    /* A report that saw only some copies may not have seen the one before. */
    if (finding->frame != 0 && after->before.frame == finding->frame) {
        kept.gap.before_ns = after->before.arrival_ns;
        kept.gap.size_before = after->before.size;
    }
    return kept;
}

static void add_run(struct tally *tally, uint32_t lost)
{
    if (lost == 0)
        return;
    tally->gaps++;
    tally->revealed += lost;
    tally->gap_max = MAX(tally->gap_max, lost);
}

/* Adds what the copy meant under one candidate, but for missing numbers. */
static inline void add_finding(const struct numbered *numbered, enum sequence_domain_kind kind,
                               struct tally *tally)
{
    const struct sequence_finding *finding = &numbered->domain->finding[kind];
    sequence_counts_add(&tally->counts, finding);
    if (is_highest(finding->kind))
        tally->edge = (struct edge){numbered->place->frame, numbered->place->arrival_ns,
                                    numbered->copy->mirrored_length, numbered->copy->sequence};
}

static uint64_t less(uint64_t count, uint64_t by)
{
    return count > by ? count - by : 0;
}

/* A copy revealed other missing numbers than was thought. */
static void revise_run(struct report *report, const struct kept_gap *like, uint32_t was,
                       uint32_t now, struct tally *tally)
{
    if (was == now)
        return;
    if (was > 0) {
        tally->gaps = less(tally->gaps, 1);
        tally->revealed = less(tally->revealed, was);
        if (was == tally->gap_max)
            tally->gap_max = gap_list_longest(&report->gaps, like);
    }
    add_run(tally, now);
}

/* An earlier copy of the counter, or this one, turned out to mean something else. */
static void revise(struct report *report, const struct numbered *numbered,
                   enum sequence_domain_kind kind, const struct sequence_revision *revision,
                   struct tally *tally)
{
    const struct sequence_finding *now = &revision->finding;
    struct odd_copy *odd = odd_copies_find(&report->odd[kind], revision->frame, revision->number);
    if (odd == NULL)
        return; /* it came too long ago */
    const struct kept_gap gap = gap_before(odd, numbered, kind, now);
    gap_list_revise(&report->gaps, &gap);
    if (odd->late_of != 0)
        gap_list_came_not_late(&report->gaps, kind, odd->late_of);
    if (now->found)
        gap_list_came_late(&report->gaps, kind, now->frame);
    odd->late_of = now->found ? now->frame : 0;
    revise_run(report, &gap, odd->lost, now->lost, tally);
    odd->lost = now->lost;
}

/* Adds a copy that is not the exact next one, and its gaps, under one candidate. */
static G_GNUC_NO_INLINE void add_odd(struct report *report, const struct numbered *numbered,
                                     enum sequence_domain_kind kind, struct tally *tally)
{
    const struct sequence_domain_finding *domain = numbered->domain;
    const struct sequence_finding *finding = meaning_of(numbered, kind);
    const struct odd_copy odd = odd_copy_of(numbered, finding, &tally->edge);
    if (finding->kind == SEQUENCE_GAP) {
        const struct kept_gap gap = gap_before(&odd, numbered, kind, finding);
        gap_list_add(&report->gaps, &gap);
    }
    if (finding->found)
        gap_list_came_late(&report->gaps, kind, finding->frame);
    add_run(tally, finding->lost);
    add_finding(numbered, kind, tally);
    if (domain->revisited || finding->kind == SEQUENCE_FIRST)
        return;
    odd_copies_add(&report->odd[kind], &odd);
    for (unsigned i = 0; finding->revises && i < domain->revisions[kind].count; i++)
        revise(report, numbered, kind, &domain->revisions[kind].items[i], tally);
}

/* Adds a copy under one candidate. @p tally: the tally of the whole counter. */
static inline void add_counter(struct report *report, const struct numbered *numbered,
                               enum sequence_domain_kind kind, struct tally *tally)
{
    if (meaning_of(numbered, kind)->plain)
        add_finding(numbered, kind, tally);
    else
        add_odd(report, numbered, kind, tally);
}

/* A late copy of @p entry can bring a number that a copy of another session, in frame @p
 * revealed_by, revealed as missing: then that session has lost one less, and not this one. */
static void move_loss(struct report *report, struct session_entry *entry, uint64_t revealed_by)
{
    const struct kept_gap *gap = gap_list_find(&report->gaps, DOMAIN_SOURCE, revealed_by);
    if (gap == NULL || gap->stream == entry->session.state.stream)
        return;
    struct session_entry *other = report_entries_find(&report->entries, gap->stream);
    if (other == NULL || other->by_source.counts.lost == 0)
        return;
    other->by_source.counts.lost--;
    entry->by_source.counts.lost++; /* add_finding() subtracts it again */
}

static void add_sequence(struct report *report, const struct numbered *numbered)
{
    struct session_entry *entry = numbered->entry;
    const struct sequence_domain_finding *domain = numbered->domain;
    if (domain->source->apart != NULL && entry->source != domain->source)
        report_entries_leave_source(&report->entries, entry);
    session_entry_set_source(entry, domain->source);
    if (domain->followed[DOMAIN_SOURCE]) {
        struct source_tally *of_source = report_entries_source(&report->entries, entry);
        add_counter(report, numbered, DOMAIN_SOURCE, &of_source->tally);
        if (domain->finding[DOMAIN_SOURCE].found)
            move_loss(report, entry, domain->finding[DOMAIN_SOURCE].frame);
        add_run(&entry->by_source, domain->finding[DOMAIN_SOURCE].lost);
        add_finding(numbered, DOMAIN_SOURCE, &entry->by_source);
    }
    if (domain->followed[DOMAIN_SESSION])
        add_counter(report, numbered, DOMAIN_SESSION, &entry->by_session);
    if (domain->followed[DOMAIN_HARDWARE_ID])
        add_counter(report, numbered, DOMAIN_HARDWARE_ID,
                    &session_entry_hw_id_tally(entry, numbered->copy->header.hardware_id)->tally);
    entry->session.counts.unfollowed += !domain->followed[domain->kind];
    if (domain->finding[domain->kind].lost > 0)
        window_set_lossy(&entry->window_1ms);
}

/* The copy of the same session around this one; NULL: none is. */
static struct nest *nest_around(struct report *report, const struct session *session)
{
    for (size_t i = 0; i < report->nest_count; i++)
        if (report->nest[i].session == session)
            return &report->nest[i];
    return NULL;
}

/* How long ago the source sent the copy @p back numbers ago, at the rate of those that came. */
static double age_ns(const struct report_session *session, uint32_t back)
{
    return (double)session->state.busy_ns / (double)MAX(session->counts.copies, 1) * back;
}

/* A loop mirrors a copy moments after it was sent, and that copy again. Numbers of long ago, or of
 * another run, are those of copies that someone sent again. */
static void count_inside_itself(struct report_session *session, const struct nest *around,
                                const struct copy *copy)
{
    bool numbered = around->numbered && copy->has_sequence;
    uint32_t back = numbered ? around->number - copy->sequence : 0;
    if (numbered && (back > INT32_MAX || (back > LOOP_NUMBERS && age_ns(session, back) > LOOP_NS)))
        return;
    if (around->deep || (back > 0 && back <= LOOP_NUMBERS))
        session->counts.looped++;
    else
        session->counts.looped_perhaps++;
}

/* Remembers the copy for those inside, if it is the frame's own or counts as one inside another. */
static void enter_nest(struct report *report, struct session_entry *entry,
                       const struct analysis_place *place, const struct copy *copy)
{
    if (place->frame != report->nest_frame || place->depth <= 1)
        report->nest_count = 0;
    report->nest_frame = place->frame;
    struct nest *around = nest_around(report, copy->session);
    if (around != NULL)
        count_inside_itself(&entry->session, around, copy);
    const struct nest nest = {copy->session, copy->sequence, copy->has_sequence, around != NULL};
    if (around != NULL)
        *around = nest;
    else if (report->nest_count < NEST_MAX)
        report->nest[report->nest_count++] = nest;
}

static void add_nested(struct session_entry *entry, const struct analysis_place *place)
{
    entry->session.counts.nested++;
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
    enter_nest(report, entry, place, copy);
    if (place->depth > 1) {
        add_nested(entry, place);
        return;
    }
    session_entry_add(entry, place, copy, finding);
    session_entry_add_segment(entry, copy, segment);
    /* What was dropped was delivered by no one, or again: it is no part of what is to be seen. */
    if (segment != NULL && !segment->cut && !session->drops_only)
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
    /* On a second visit the session exists before its first copy. To give the same result on
     * both visits, errors before the first copy are ignored. */
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
    const struct quote quote = {
        .entry = entry,
        .number = copy->sequence,
        .hardware_id = copy->header.hardware_id,
        .mtu = session_entry_note_mtu(entry, copy, icmp),
    };
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
