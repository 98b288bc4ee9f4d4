/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of a report's sessions: finds, adds and evicts them. */
#include "core/report/report-entries.h"

#include "core/report/loss.h"
#include "core/report/report-counts.h"

/* A session with one Hw ID and the counter of its source, and its part of the tables. */
enum {
    ENTRY_COST = sizeof(struct session_entry) + sizeof(struct hw_id_tally) +
                 sizeof(struct source_tally) + 8 * sizeof(void *)
};

static void free_source(gpointer pointer)
{
    struct source_tally *of_source = pointer;
    sequence_domain_source_release(of_source->source);
    g_free(of_source);
}

void report_entries_begin(struct report_entries *entries, size_t memory_limit)
{
    *entries = (struct report_entries){.slot_count = 1, .limit = memory_limit / ENTRY_COST};
    while (entries->slot_count < entries->limit)
        entries->slot_count *= 2;
    entries->slots = g_new0(struct session_entry *, entries->slot_count);
    entries->sources = g_hash_table_new_full(NULL, NULL, NULL, free_source);
}

void report_entries_clear(struct report_entries *entries)
{
    for (size_t slot = 0; slot < entries->slot_count; slot++) {
        struct session_entry *next;
        for (struct session_entry *entry = entries->slots[slot]; entry != NULL; entry = next) {
            next = entry->next;
            session_entry_free(entry);
        }
    }
    g_free(entries->slots);
    g_hash_table_destroy(entries->sources);
}

static struct session_entry **slot_of(const struct report_entries *entries, uint32_t stream)
{
    return &entries->slots[stream & (entries->slot_count - 1)];
}

struct session_entry *report_entries_find(const struct report_entries *entries, uint32_t stream)
{
    struct session_entry *entry = *slot_of(entries, stream);
    while (entry != NULL && entry->session.state.stream != stream)
        entry = entry->next;
    return entry;
}

struct session_entry *report_entries_add(struct report_entries *entries,
                                         const struct session *session)
{
    if (entries->count >= entries->limit)
        return NULL;
    struct session_entry *entry = session_entry_new(session);
    struct session_entry **slot = slot_of(entries, session->stream);
    entry->may_return = entries->merged.sessions > 0;
    entry->next = *slot;
    *slot = entry;
    entries->count++;
    idle_queue_add(&entries->idle, &entry->idle);
    return entry;
}

static void leave_source(struct report_entries *entries, struct session_entry *entry)
{
    struct source_tally *of_source = entry->of_source;
    entry->of_source = NULL;
    if (of_source != NULL && --of_source->sessions == 0)
        g_hash_table_remove(entries->sources, of_source->source);
}

struct source_tally *report_entries_source(struct report_entries *entries,
                                           struct session_entry *entry)
{
    if (entry->of_source != NULL && entry->of_source->source == entry->source)
        return entry->of_source;
    struct source_tally *of_source = g_hash_table_lookup(entries->sources, entry->source);
    if (of_source == NULL) {
        of_source = g_new0(struct source_tally, 1);
        of_source->source = sequence_domain_source_hold(entry->source);
        g_hash_table_insert(entries->sources, (gpointer)entry->source, of_source);
    }
    /* The source was evicted and came again: keeps the counts from before. */
    if (entry->of_source != NULL && entry->of_source->sessions == 1)
        sequence_counts_join(&of_source->tally.counts, &entry->of_source->tally.counts);
    leave_source(entries, entry);
    of_source->sessions++;
    entry->of_source = of_source;
    return of_source;
}

struct sequence_counts report_entries_counts(const struct source_tally *of_source)
{
    struct sequence_counts counts = of_source->tally.counts;
    uint64_t constants = MIN(of_source->foreign.constants, counts.constants);
    uint64_t copies = MIN(of_source->foreign.copies, counts.copies) - constants;
    uint64_t strays = MIN(copies, counts.strays);
    counts.copies -= constants + copies;
    counts.constants -= constants;
    counts.strays -= strays;
    counts.duplicates -= MIN(copies - strays, counts.duplicates);
    return counts;
}

void report_entries_leave_source(struct report_entries *entries, struct session_entry *entry)
{
    if (entry->of_source == NULL)
        return;
    sequence_counts_join(&entry->of_source->foreign, &entry->by_source.counts);
    leave_source(entries, entry);
    entry->by_source = (struct tally){0};
}

static struct session_entry *entry_of_link(const struct idle_link *link)
{
    return (struct session_entry *)((char *)link - offsetof(struct session_entry, idle));
}

static uint64_t copies_of(const struct idle_link *link)
{
    const struct session_entry *entry = entry_of_link(link);
    return entry->session.counts.copies + entry->session.counts.nested;
}

/* The counter of a whole source is merged with the last of its sessions. */
static void merge_sequence(struct report_session *sum, struct session_entry *entry)
{
    const struct report_session *session = &entry->session;
    struct sequence_counts counts = session->sequence;
    bool known = session->state.loss_known;
    if (session->state.domain == DOMAIN_SOURCE) {
        if (entry->of_source == NULL || entry->of_source->sessions > 1)
            return;
        counts = report_entries_counts(entry->of_source);
        known = loss_is_known(&counts, session->counts.unfollowed);
    }
    if (known || loss_is_open(&counts))
        sequence_counts_join(&sum->sequence, &counts);
    sum->state.loss_known |= known;
}

static void merge(struct report_entries *entries, struct session_entry *entry)
{
    struct report_merged *merged = &entries->merged;
    session_entry_sum(entry, entry->source != NULL ? entry->source->kind : DOMAIN_SESSION);
    /* flow_table still holds its connections, or has added them to its own sums. */
    entry->session.flows = (struct flow_totals){0};
    merge_sequence(&merged->sum, entry);
    counts_add(&merged->sum, &entry->session);
    merged->sessions++;
}

/* Takes it out of all but the queue. */
static void take_out(struct report_entries *entries, struct session_entry *entry)
{
    merge(entries, entry);
    leave_source(entries, entry);
    struct session_entry **slot = slot_of(entries, entry->session.state.stream);
    while (*slot != entry)
        slot = &(*slot)->next;
    *slot = entry->next;
    entries->count--;
}

void report_entries_merge(struct report_entries *entries, struct session_entry *entry)
{
    idle_queue_remove(&entries->idle, &entry->idle);
    take_out(entries, entry);
}

struct session_entry *report_entries_make_room(struct report_entries *entries)
{
    if (entries->count < entries->limit || entries->count == 0)
        return NULL;
    struct idle_link *link = idle_queue_evict(&entries->idle, copies_of);
    struct session_entry *entry = entry_of_link(link);
    take_out(entries, entry);
    return entry;
}
