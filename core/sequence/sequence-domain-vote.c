/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The candidates for the sequence domain of a source (quirk Q1, shared counter): their votes,
 * and which are excluded. */
#include "core/sequence/sequence-domain-internal.h"

enum {
    COST_OUT_OF_PLACE = 8, /* of a copy that is neither ahead nor late: see cost_of() */
    COST_SEVERAL = 1,      /* of an exact successor to one of several counters */
    VOTES_MAX = 1 << 30
};

/* ---- giving up ---- */

/* Frees the counters that no candidate needs any more. */
static void free_unneeded_counters(struct sequence_domain_table *table,
                                   struct sequence_domain_node *node)
{
    const bool *followed = node->shared.followed;
    bool source_needed = followed[DOMAIN_SOURCE];
    for (struct sequence_domain_member *member = node->members; member != NULL;
         member = member->next) {
        if (!followed[DOMAIN_HARDWARE_ID])
            sequence_domain_hardware_ids_free(table, member);
        bool needed = followed[DOMAIN_SESSION] ||
                      (followed[DOMAIN_HARDWARE_ID] && !sequence_domain_has_hardware_ids(member));
        if (!needed)
            sequence_domain_counter_free(table, &member->counter);
        source_needed |= needed && member->counter == NULL;
    }
    if (!source_needed)
        sequence_domain_counter_free(table, &node->counter);
}

static void exclude_candidates(struct sequence_domain_table *table,
                               struct sequence_domain_node *node)
{
    struct sequence_domain_source *source = &node->shared;
    unsigned others = 0;
    bool any = false;
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        if (kind == source->kind || !source->followed[kind])
            continue;
        if (source->votes[source->kind] - source->votes[kind] < DOMAIN_DECISIVE) {
            others++;
            continue;
        }
        source->followed[kind] = false;
        any = true;
    }
    source->decided = others == 0;
    if (any)
        free_unneeded_counters(table, node);
}

/* ---- votes ---- */

/* How unlikely the copy is if the candidate is right, in bits. */
static int cost_of(const struct sequence_finding *finding, bool is_duplicate)
{
    if (finding->several && finding->kind == SEQUENCE_NEXT)
        return COST_SEVERAL;
    enum sequence_kind as = finding->kind == SEQUENCE_PENDING ? finding->taken_for : finding->kind;
    switch (as) {
    case SEQUENCE_GAP:
        return 1 + (int)g_bit_storage(finding->lost);
    case SEQUENCE_FIRST:
    case SEQUENCE_LATE:
    case SEQUENCE_CONSTANT:
        return 2;
    case SEQUENCE_DUPLICATE:
        return is_duplicate ? 0 : COST_OUT_OF_PLACE;
    case SEQUENCE_PENDING:
    case SEQUENCE_RESTART:
    case SEQUENCE_STRAY:
        return COST_OUT_OF_PLACE;
    case SEQUENCE_NEXT:
        break;
    }
    return 0;
}

/* Among equals the one that leads stays; else it is the session, if that is one of them. */
static enum sequence_domain_kind leading(const struct sequence_domain_source *source)
{
    static const enum sequence_domain_kind order[] = {DOMAIN_SESSION, DOMAIN_SOURCE,
                                                      DOMAIN_HARDWARE_ID};
    enum sequence_domain_kind best = source->kind;
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        if (source->followed[order[i]] && source->votes[order[i]] > source->votes[best])
            best = order[i];
    return best;
}

void sequence_domain_vote(struct sequence_domain_table *table, struct sequence_domain_node *node,
                          bool is_duplicate, const struct sequence_domain_finding *finding)
{
    struct sequence_domain_source *source = &node->shared;
    int costs[DOMAIN_KINDS];
    int worst = 0;
    /* A number that does not move counts nothing: it tells of no counter that sessions share. */
    if (source->followed[DOMAIN_SESSION] &&
        finding->finding[DOMAIN_SESSION].kind == SEQUENCE_CONSTANT)
        return;
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        if (!source->followed[kind])
            continue;
        costs[kind] = cost_of(&finding->finding[kind], is_duplicate);
        worst = MAX(worst, costs[kind]);
    }
    bool differ = false;
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        if (!source->followed[kind])
            continue;
        differ |= costs[kind] < worst;
        source->votes[kind] = MIN(source->votes[kind], VOTES_MAX) + worst - costs[kind];
    }
    if (!differ)
        return;
    source->kind = leading(source);
    exclude_candidates(table, node);
}
