/* settled-findings.c
 * What copies turned out to mean
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/revisit/settled-findings.h"

struct settled_findings {
    GHashTable *candidates[DOMAIN_KINDS]; /* of struct settled, by its copy */
    GHashTable *restarts[DOMAIN_KINDS];   /* frames of copies with which a run began */
};

struct settled {
    uint64_t copy; /* frame << 32 | sequence number: first, for g_int64_hash() */
    uint64_t missing;
    uint32_t frame;
    uint32_t lost;
    uint32_t extent;
    uint8_t kind;
    uint8_t taken_for;
    bool found;
};

static uint64_t copy_key(uint64_t frame, uint32_t number)
{
    return frame << 32 | number;
}

struct settled_findings *settled_findings_new(void)
{
    struct settled_findings *memory = g_new(struct settled_findings, 1);
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        memory->restarts[kind] = g_hash_table_new(g_direct_hash, g_direct_equal);
        memory->candidates[kind] = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    }
    return memory;
}

void settled_findings_free(struct settled_findings *memory)
{
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        g_hash_table_destroy(memory->candidates[kind]);
        g_hash_table_destroy(memory->restarts[kind]);
    }
    g_free(memory);
}

static void keep_restart(GHashTable *restarts, const struct sequence_revision *revision)
{
    gpointer frame = GUINT_TO_POINTER((guint)revision->frame);
    if (revision->finding.kind == SEQUENCE_RESTART)
        g_hash_table_add(restarts, frame);
    else
        g_hash_table_remove(restarts, frame);
}

static void keep(GHashTable *copies, const struct sequence_revision *revision)
{
    const struct sequence_finding *finding = &revision->finding;
    struct settled *settled = g_new(struct settled, 1);
    *settled = (struct settled){
        .copy = copy_key(revision->frame, revision->number),
        .missing = finding->missing,
        .frame = (uint32_t)finding->frame,
        .lost = finding->lost,
        .extent = finding->extent,
        .kind = (uint8_t)finding->kind,
        .taken_for = (uint8_t)finding->taken_for,
        .found = finding->found,
    };
    g_hash_table_replace(copies, settled, settled);
}

void settled_findings_keep(struct settled_findings *memory,
                           const struct sequence_domain_finding *domain)
{
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        if (!domain->followed[kind] || !domain->finding[kind].revises)
            continue;
        for (unsigned i = 0; i < domain->revisions[kind].count; i++) {
            keep(memory->candidates[kind], &domain->revisions[kind].items[i]);
            keep_restart(memory->restarts[kind], &domain->revisions[kind].items[i]);
        }
    }
}

/* The finding without what it says of other copies: those say it themselves by now. */
static struct sequence_finding of_itself(const struct sequence_finding *finding)
{
    struct sequence_finding itself = *finding;
    itself.change = (struct sequence_change){0};
    itself.pending_was_stray = false;
    return itself;
}

void settled_findings_restore(const struct settled_findings *memory, uint64_t frame,
                              uint32_t number, struct sequence_domain_finding *domain)
{
    const uint64_t copy = copy_key(frame, number);
    domain->revisited = true;
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        struct sequence_finding *finding = &domain->settled[kind];
        const struct settled *settled = g_hash_table_lookup(memory->candidates[kind], &copy);
        *finding = of_itself(&domain->finding[kind]);
        if (settled == NULL)
            continue;
        finding->kind = (enum sequence_kind)settled->kind;
        finding->taken_for = (enum sequence_kind)settled->taken_for;
        finding->lost = settled->lost;
        finding->extent = settled->extent;
        finding->found = settled->found;
        finding->missing = settled->missing;
        finding->frame = settled->frame;
    }
}

uint64_t settled_findings_restart(const struct settled_findings *memory, uint64_t frame,
                                  const struct sequence_domain_finding *domain)
{
    const struct sequence_finding *finding = &domain->finding[domain->kind];
    const struct sequence_finding *meaning = &domain->settled[domain->kind];
    if (meaning->kind == SEQUENCE_RESTART && meaning->frame == 0)
        return frame;
    bool proves = finding->kind == SEQUENCE_RESTART &&
                  g_hash_table_contains(memory->restarts[domain->kind],
                                        GUINT_TO_POINTER((guint)finding->frame));
    return proves ? finding->frame : 0;
}
