/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds sessions whose number does not move (quirk Q3, constant sequence), and sets them apart from
 * those that share a counter. */
#include "core/sequence/sequence-domain-internal.h"
#include "core/sequence/sequence-internal.h"
#include "core/sequence/sequence-run.h"

/* Copies with the first number and label, the first one included, that prove a number which does
 * not move: with different content, which up to eight counters that began alike have once, or with
 * the same content, which can be one copy that the network sent again. */
enum { STILL_DIFFERENT = 9, STILL_ALIKE = 16 };

static bool stands_still(const struct sequence_domain_member *member)
{
    return !member->moves &&
           (member->still >= STILL_DIFFERENT || member->still_alike >= STILL_ALIKE);
}

/* Makes the node of one session, which others leave alone, that session's. */
static void keep_for(struct sequence_domain_table *table, struct sequence_domain_node *node)
{
    g_hash_table_steal(table->sources, node);
    node->shared.apart = node->members;
    node->shared.kind = DOMAIN_SESSION;
    node->shared.decided = true;
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
        node->shared.followed[kind] = kind == DOMAIN_SESSION;
    sequence_domain_hardware_ids_free(table, node->members);
    if (node->counter == NULL)
        node->counter = sequence_domain_counter_new(table);
    g_hash_table_add(table->sources, node);
}

/* A counter that has seen the session's first copy. */
static struct sequence *begin_counter(struct sequence_domain_table *table,
                                      const struct sequence_domain_member *member)
{
    const struct sequence_copy first = {.number = member->first_number,
                                        .frame = member->first_frame,
                                        .label = &member->first_label};
    struct sequence *counter = sequence_domain_counter_new(table);
    sequence_take(counter, &first);
    return counter;
}

/* Gives the session a node of its own. */
static void move_out(struct sequence_domain_table *table, struct sequence_domain_member *member)
{
    if (!sequence_domain_make_room(table, SEQUENCE_DOMAIN_SOURCE_COST + sizeof(struct sequence),
                                   member->node))
        return;
    struct sequence_domain_node *own = sequence_domain_node_new(table, &member->key, member);
    sequence_domain_leave(member);
    sequence_domain_hardware_ids_free(table, member);
    own->counter = member->counter != NULL ? member->counter : begin_counter(table, member);
    own->members = member;
    own->member_count = 1;
    own->lost = member->node->lost;
    own->copies = member->still;
    member->counter = NULL;
    member->next = NULL;
    member->node = own;
}

void sequence_domain_watch(struct sequence_domain_table *table,
                           struct sequence_domain_member *member, const struct sequence_copy *copy)
{
    const struct sequence_domain_node *node = member->node;
    if (copy->number != member->first_number) {
        member->moves = true;
        return;
    }
    if (node->shared.apart != NULL || node->forgotten ||
        sequence_label_difference(&member->first_label, copy->label) != 0)
        return;
    if (copy->is_duplicate)
        member->still_alike = (uint8_t)MIN(member->still_alike + 1, STILL_ALIKE);
    else
        member->still = (uint8_t)MIN(member->still + 1, STILL_DIFFERENT);
    if (table->policy == DOMAIN_AUTO && node->member_count > 1 && stands_still(member))
        move_out(table, member);
}

/* True if the number is one that the counter lacks, or will soon have. */
static bool needs(const struct sequence_counter *counter, uint32_t number)
{
    if (sequence_counter_wraps_early(counter, number))
        return true;
    const uint64_t extended = sequence_extended_at(counter, counter->run.highest, number);
    switch (sequence_run_place(&counter->run, extended)) {
    case SEQUENCE_MISSING:
    case SEQUENCE_UNKNOWN:
        return true;
    case SEQUENCE_AHEAD:
        return extended - counter->run.highest <= SEQUENCE_JUMP_MAX;
    case SEQUENCE_BELOW: /* the first copies may have overtaken it */
        return counter->run.lowest - extended <= SEQUENCE_JUMP_MAX &&
               counter->arrivals - counter->run.first_arrival <=
                   counter->counts.extent_sure + SEQUENCE_ENDS;
    case SEQUENCE_RECEIVED:
        break;
    }
    return false;
}

bool sequence_domain_is_left_out(const struct sequence_domain_member *member,
                                 const struct sequence *shared)
{
    if (member->moves || shared == NULL)
        return false;
    return sequence_domain_repeats(member) ||
           (member->still_alike == 0 && shared->split == NULL &&
            !(shared->counter.begun && needs(&shared->counter, member->first_number)));
}

bool sequence_domain_set_only_apart(struct sequence_domain_table *table,
                                    struct sequence_domain_node *node)
{
    if (table->policy != DOMAIN_AUTO || node->several || node->member_count != 1 ||
        !stands_still(node->members))
        return false;
    keep_for(table, node);
    return true;
}
