/* shown-loss.c
 * The missing copies that frames show, and their sum
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/revisit/shown-loss.h"

/* Of one source. */
struct source_loss {
    int64_t shown;              /* by its frames so far */
    int64_t lost[DOMAIN_KINDS]; /* under each candidate for its counter */
};

struct shown_loss {
    GHashTable *sources; /* of struct source_loss, by struct sequence_domain_source */
};

struct shown_loss *shown_loss_new(void)
{
    struct shown_loss *memory = g_new(struct shown_loss, 1);
    memory->sources = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    return memory;
}

void shown_loss_free(struct shown_loss *memory)
{
    g_hash_table_destroy(memory->sources);
    g_free(memory);
}

static struct source_loss *loss_of(struct shown_loss *memory, struct sequence_domain_source *source)
{
    struct source_loss *loss = g_hash_table_lookup(memory->sources, source);
    if (loss != NULL)
        return loss;
    loss = g_new0(struct source_loss, 1);
    g_hash_table_insert(memory->sources, source, loss);
    return loss;
}

uint32_t shown_loss_of(const struct sequence_finding *finding)
{
    return finding->kind == SEQUENCE_PENDING ? 0 : finding->lost;
}

int32_t shown_loss_change(struct shown_loss *memory, const struct sequence_domain_finding *domain)
{
    struct source_loss *loss = loss_of(memory, domain->source);
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        const struct sequence_finding *finding = &domain->finding[kind];
        if (domain->followed[kind])
            loss->lost[kind] += (int64_t)finding->lost - finding->found + finding->change.lost;
    }
    int64_t shown = loss->shown + shown_loss_of(&domain->finding[domain->kind]);
    loss->shown = loss->lost[domain->kind];
    return (int32_t)(loss->shown - shown);
}

int32_t shown_loss_settled_change(const struct sequence_finding *finding)
{
    int32_t not_shown_yet = finding->kind == SEQUENCE_PENDING ? (int32_t)finding->lost : 0;
    return not_shown_yet - finding->found;
}
