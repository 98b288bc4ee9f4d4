/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of sources and sessions, and the memory of their counters. */
#include "core/sequence/sequence-domain-internal.h"
#include "core/sequence/sequence-internal.h"

/* ---- keys ---- */

static guint source_hash(gconstpointer pointer)
{
    const struct sequence_domain_node *node = pointer;
    uint64_t hash = address_mix(hash_seed(), &node->shared.source);
    return (guint)(address_mix(hash, &node->shared.destination) >> 32) ^
           g_direct_hash(node->shared.apart);
}

static gboolean source_equal(gconstpointer a_pointer, gconstpointer b_pointer)
{
    const struct sequence_domain_node *a = a_pointer;
    const struct sequence_domain_node *b = b_pointer;
    return a->shared.apart == b->shared.apart &&
           address_equal(&a->shared.source, &b->shared.source) &&
           address_equal(&a->shared.destination, &b->shared.destination);
}

static guint member_hash(gconstpointer pointer)
{
    const struct sequence_domain_member *member = pointer;
    return session_key_hash(&member->key);
}

static gboolean member_equal(gconstpointer a_pointer, gconstpointer b_pointer)
{
    const struct sequence_domain_member *a = a_pointer;
    const struct sequence_domain_member *b = b_pointer;
    return session_key_equal(&a->key, &b->key);
}

/* ---- counters ---- */

static bool has_room(const struct sequence_domain_table *table, size_t bytes)
{
    return table->memory + bytes <= table->memory_limit;
}

struct sequence *sequence_domain_counter_new(struct sequence_domain_table *table)
{
    struct sequence *counter = sequence_new();
    if (table->revisits)
        sequence_set_recorded(counter);
    table->memory += sequence_memory(counter);
    return counter;
}

static struct sequence *clone_counter(struct sequence_domain_table *table,
                                      const struct sequence *counter)
{
    struct sequence *clone = sequence_clone(counter);
    table->memory += sequence_memory(clone);
    return clone;
}

void sequence_domain_counter_free(struct sequence_domain_table *table, struct sequence **counter)
{
    if (*counter == NULL)
        return;
    table->memory -= sequence_memory(*counter);
    g_clear_pointer(counter, sequence_free);
}

size_t sequence_domain_clone_cost(const struct sequence *counter)
{
    return counter != NULL ? sequence_memory(counter) : 0;
}

struct sequence *sequence_domain_counter_inherit(struct sequence_domain_table *table,
                                                 struct sequence **common, bool keeps)
{
    if (keeps)
        return clone_counter(table, *common);
    struct sequence *counter = *common;
    *common = NULL;
    return counter;
}

void sequence_domain_hardware_ids_free(struct sequence_domain_table *table,
                                       struct sequence_domain_member *member)
{
    if (member->hardware_ids == NULL)
        return;
    for (size_t i = 0; i < DOMAIN_HARDWARE_IDS; i++)
        sequence_domain_counter_free(table, &member->hardware_ids->counters[i]);
    table->memory -= sizeof *member->hardware_ids;
    g_clear_pointer(&member->hardware_ids, g_free);
}

/* ---- room ---- */

static struct sequence_domain_node *node_of_source(const struct sequence_domain_source *source)
{
    return (struct sequence_domain_node *)((char *)source -
                                           offsetof(struct sequence_domain_node, shared));
}

const struct sequence_domain_source *
sequence_domain_source_hold(const struct sequence_domain_source *source)
{
    node_of_source(source)->shared.holders++;
    return source;
}

void sequence_domain_source_release(const struct sequence_domain_source *source)
{
    struct sequence_domain_node *node = node_of_source(source);
    if (--node->shared.holders == 0)
        g_free(node);
}

static void release_node(gpointer node)
{
    sequence_domain_source_release(&((struct sequence_domain_node *)node)->shared);
}

static struct sequence_domain_node *node_of_link(const struct idle_link *link)
{
    return (struct sequence_domain_node *)((char *)link -
                                           offsetof(struct sequence_domain_node, idle));
}

static uint64_t copies_of(const struct idle_link *link)
{
    return node_of_link(link)->copies;
}

void sequence_domain_leave(struct sequence_domain_member *member)
{
    struct sequence_domain_member **place = &member->node->members;
    while (*place != member)
        place = &(*place)->next;
    *place = member->next;
    member->node->member_count--;
}

static void free_members(struct sequence_domain_table *table, struct sequence_domain_node *node)
{
    struct sequence_domain_member *next;
    for (struct sequence_domain_member *member = node->members; member != NULL; member = next) {
        next = member->next;
        *member->known = NULL;
        g_hash_table_remove(table->members, member);
    }
    node->members = NULL;
}

void sequence_domain_forget_source(struct sequence_domain_table *table,
                                   struct sequence_domain_node *node)
{
    for (struct sequence_domain_member *member = node->members; member != NULL;
         member = member->next) {
        sequence_domain_hardware_ids_free(table, member);
        sequence_domain_counter_free(table, &member->counter);
    }
    sequence_domain_counter_free(table, &node->counter);
    table->memory -= SEQUENCE_DOMAIN_SOURCE_COST + node->member_count * SEQUENCE_DOMAIN_MEMBER_COST;
    if (table->revisits) {
        node->forgotten = true;
        node->lost = true;
        node->copies = 0;
        return;
    }
    free_members(table, node);
    g_hash_table_remove(table->sources, node);
}

struct sequence_domain_node *sequence_domain_node_new(struct sequence_domain_table *table,
                                                      const struct session_key *key,
                                                      const struct sequence_domain_member *apart)
{
    struct sequence_domain_node *node = g_new0(struct sequence_domain_node, 1);
    struct sequence_domain_source *shared = &node->shared;
    shared->source = key->source;
    shared->destination = key->destination;
    shared->holders = 1;
    shared->kind = DOMAIN_SESSION;
    shared->decided = apart != NULL;
    if (table->policy != DOMAIN_AUTO) {
        shared->kind = (enum sequence_domain_kind)(table->policy - DOMAIN_AS_SOURCE);
        shared->decided = true;
    }
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
        shared->followed[kind] = !shared->decided || kind == shared->kind;
    shared->apart = apart;
    table->memory += SEQUENCE_DOMAIN_SOURCE_COST;
    g_hash_table_add(table->sources, node);
    idle_queue_add(&table->idle, &node->idle);
    return node;
}

bool sequence_domain_make_room(struct sequence_domain_table *table, size_t bytes,
                               struct sequence_domain_node *kept)
{
    bool kept_is_out = false;
    while (!has_room(table, bytes)) {
        struct idle_link *link = idle_queue_evict(&table->idle, copies_of);
        if (link == NULL)
            break;
        if (node_of_link(link) == kept)
            kept_is_out = true;
        else
            sequence_domain_forget_source(table, node_of_link(link));
    }
    if (kept_is_out)
        idle_queue_add(&table->idle, &kept->idle);
    return has_room(table, bytes);
}

bool sequence_domain_revive(struct sequence_domain_table *table, struct sequence_domain_node *node)
{
    size_t cost = SEQUENCE_DOMAIN_SOURCE_COST + node->member_count * SEQUENCE_DOMAIN_MEMBER_COST;
    if (!sequence_domain_make_room(table, cost + sizeof(struct sequence), NULL))
        return false;
    node->forgotten = false;
    table->memory += cost;
    if (!node->several || node->shared.followed[DOMAIN_SOURCE])
        node->counter = sequence_domain_counter_new(table);
    idle_queue_add(&table->idle, &node->idle);
    return true;
}

/* ---- the table ---- */

struct sequence_domain_table *sequence_domain_table_new(enum sequence_domain_policy policy,
                                                        size_t memory_limit, bool revisits)
{
    struct sequence_domain_table *table = g_new0(struct sequence_domain_table, 1);
    table->sources = g_hash_table_new_full(source_hash, source_equal, release_node, NULL);
    table->members = g_hash_table_new_full(member_hash, member_equal, g_free, NULL);
    table->policy = policy;
    table->memory_limit = memory_limit;
    table->revisits = revisits;
    return table;
}

void sequence_domain_table_free(struct sequence_domain_table *table)
{
    if (table == NULL)
        return;
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, table->members);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        struct sequence_domain_member *member = key;
        sequence_domain_hardware_ids_free(table, member);
        sequence_domain_counter_free(table, &member->counter);
    }
    g_hash_table_iter_init(&iter, table->sources);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        sequence_domain_counter_free(table, &((struct sequence_domain_node *)key)->counter);
    g_hash_table_destroy(table->members);
    g_hash_table_destroy(table->sources);
    g_free(table);
}

size_t sequence_domain_table_memory(const struct sequence_domain_table *table)
{
    return table->memory;
}

uint64_t sequence_domain_table_given_up(const struct sequence_domain_table *table)
{
    return table->given_up;
}
