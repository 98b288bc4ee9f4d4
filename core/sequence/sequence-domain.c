/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-domain.h"

#include <glib.h>

#include "core/base/idle-queue.h"
#include "core/sequence/sequence-internal.h"

/*
 * Counters hang in a tree: source, sessions, Hw IDs. A node without a counter of its own is the
 * only child of its parent and uses the parent's.
 */
struct engines {
    struct sequence *counters[DOMAIN_HARDWARE_IDS];
};

struct sequence_domain_member {
    struct source_node *node;
    struct sequence_domain_member **known; /* where the session keeps this one */
    struct sequence *counter;              /* NULL: the source's */
    struct engines *engines;               /* NULL while there is one Hw ID */
    uint8_t first_hardware_id;
    struct session_key key;
    struct sequence_domain_member *next; /* of the source */
};

struct source_node {
    struct sequence *counter;
    struct sequence_domain_source public;
    struct sequence_domain_member *members;
    bool several;   /* members; it stays so */
    bool lost;      /* counters, once: those of some sessions may not be there again */
    bool forgotten; /* its counters made room for others; with table.revisits alone */
    size_t member_count;
    struct idle_link idle;
    uint64_t copies;
};

struct sequence_domain_table {
    GHashTable *sources; /* struct source_node, keyed by its addresses */
    GHashTable *members; /* struct sequence_domain_member, keyed by its key */
    enum sequence_domain_policy policy;
    bool revisits;
    struct idle_queue idle; /* the sources that are not forgotten */
    size_t memory_limit;
    size_t memory; /* of these */
    uint64_t given_up;
};

enum {
    ENTRY_COST = 64, /* what a hash table and the allocator add to an entry, at most */
    MEMBER_COST = sizeof(struct sequence_domain_member) + ENTRY_COST,
    SOURCE_COST = sizeof(struct source_node) + ENTRY_COST,
    ROOM_FOR_GAPS = 4096 /* bytes that are freed at a time when counters grow to the limit */
};

enum {
    COST_OUT_OF_PLACE = 8, /* of a copy that is neither ahead nor late: see cost_of() */
    COST_SEVERAL = 1,      /* of an exact successor to one of several counters */
    VOTES_MAX = 1 << 30
};

/* ---- keys ---- */

static guint source_hash(gconstpointer pointer)
{
    const struct source_node *node = pointer;
    uint64_t hash = address_mix(hash_seed(), &node->public.source);
    return (guint)(address_mix(hash, &node->public.destination) >> 32);
}

static gboolean source_equal(gconstpointer a_pointer, gconstpointer b_pointer)
{
    const struct source_node *a = a_pointer;
    const struct source_node *b = b_pointer;
    return address_equal(&a->public.source, &b->public.source) &&
           address_equal(&a->public.destination, &b->public.destination);
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

/* ---- counters and their memory ---- */

static bool has_room(const struct sequence_domain_table *table, size_t bytes)
{
    return table->memory + bytes <= table->memory_limit;
}

static struct sequence *new_counter(struct sequence_domain_table *table)
{
    struct sequence *counter = sequence_new();
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

static void free_counter(struct sequence_domain_table *table, struct sequence **counter)
{
    if (*counter == NULL)
        return;
    table->memory -= sequence_memory(*counter);
    g_clear_pointer(counter, sequence_free);
}

static size_t clone_cost(const struct sequence *counter)
{
    return counter != NULL ? sequence_memory(counter) : 0;
}

/* What a child needs that is no longer alone: the counter they had in common, or its clone if the
 * parent goes on. */
static struct sequence *inherit(struct sequence_domain_table *table, struct sequence **common,
                                bool goes_on)
{
    if (goes_on)
        return clone_counter(table, *common);
    struct sequence *counter = *common;
    *common = NULL;
    return counter;
}

static void free_engines(struct sequence_domain_table *table, struct sequence_domain_member *member)
{
    if (member->engines == NULL)
        return;
    for (size_t i = 0; i < DOMAIN_HARDWARE_IDS; i++)
        free_counter(table, &member->engines->counters[i]);
    table->memory -= sizeof *member->engines;
    g_clear_pointer(&member->engines, g_free);
}

/* ---- giving up ---- */

/* The Hw IDs of a session are told apart, or there is no more than one. */
static bool engines_differ(const struct sequence_domain_member *member)
{
    return member->engines != NULL;
}

/* Frees the counters that no candidate needs any more. */
static void prune(struct sequence_domain_table *table, struct source_node *node)
{
    const bool *followed = node->public.followed;
    bool source_needed = followed[DOMAIN_SOURCE];
    for (struct sequence_domain_member *member = node->members; member != NULL;
         member = member->next) {
        if (!followed[DOMAIN_HARDWARE_ID])
            free_engines(table, member);
        bool needed =
            followed[DOMAIN_SESSION] || (followed[DOMAIN_HARDWARE_ID] && !engines_differ(member));
        if (!needed)
            free_counter(table, &member->counter);
        source_needed |= needed && member->counter == NULL;
    }
    if (!source_needed)
        free_counter(table, &node->counter);
}

static void give_up_losers(struct sequence_domain_table *table, struct source_node *node)
{
    struct sequence_domain_source *source = &node->public;
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
        prune(table, node);
}

/* ---- room ---- */

static struct source_node *node_of_source(const struct sequence_domain_source *source)
{
    return (struct source_node *)((char *)source - offsetof(struct source_node, public));
}

const struct sequence_domain_source *
sequence_domain_source_hold(const struct sequence_domain_source *source)
{
    node_of_source(source)->public.holders++;
    return source;
}

void sequence_domain_source_release(const struct sequence_domain_source *source)
{
    struct source_node *node = node_of_source(source);
    if (--node->public.holders == 0)
        g_free(node);
}

static void release_node(gpointer node)
{
    sequence_domain_source_release(&((struct source_node *)node)->public);
}

static struct source_node *node_of_link(const struct idle_link *link)
{
    return (struct source_node *)((char *)link - offsetof(struct source_node, idle));
}

static uint64_t copies_of(const struct idle_link *link)
{
    return node_of_link(link)->copies;
}

static void free_members(struct sequence_domain_table *table, struct source_node *node)
{
    struct sequence_domain_member *next;
    for (struct sequence_domain_member *member = node->members; member != NULL; member = next) {
        next = member->next;
        *member->known = NULL;
        g_hash_table_remove(table->members, member);
    }
    node->members = NULL;
}

/* Frees the counters of the source. Who asks for copies again needs to know that there were some.
 */
static void forget(struct sequence_domain_table *table, struct source_node *node)
{
    for (struct sequence_domain_member *member = node->members; member != NULL;
         member = member->next) {
        free_engines(table, member);
        free_counter(table, &member->counter);
    }
    free_counter(table, &node->counter);
    table->memory -= SOURCE_COST + node->member_count * MEMBER_COST;
    if (table->revisits) {
        node->forgotten = true;
        node->lost = true;
        node->copies = 0;
        return;
    }
    free_members(table, node);
    g_hash_table_remove(table->sources, node);
}

/* Makes room by what is idle, @p kept never. False if that is not enough. */
static bool make_room(struct sequence_domain_table *table, size_t bytes, struct source_node *kept)
{
    bool kept_is_out = false;
    while (!has_room(table, bytes)) {
        struct idle_link *link = idle_queue_take_victim(&table->idle, copies_of);
        if (link == NULL)
            break;
        if (node_of_link(link) == kept)
            kept_is_out = true;
        else
            forget(table, node_of_link(link));
    }
    if (kept_is_out)
        idle_queue_add(&table->idle, &kept->idle);
    return has_room(table, bytes);
}

/* A source that was forgotten comes again: what its counters count begins anew. */
static bool revive(struct sequence_domain_table *table, struct source_node *node)
{
    size_t cost = SOURCE_COST + node->member_count * MEMBER_COST;
    if (!make_room(table, cost + sizeof(struct sequence), NULL))
        return false;
    node->forgotten = false;
    table->memory += cost;
    if (!node->several || node->public.followed[DOMAIN_SOURCE])
        node->counter = new_counter(table);
    idle_queue_add(&table->idle, &node->idle);
    return true;
}

/* ---- nodes ---- */

static struct source_node *get_source(struct sequence_domain_table *table,
                                      const struct session_key *key)
{
    struct source_node sought = {
        .public = {.source = key->source, .destination = key->destination}};
    struct source_node *node = g_hash_table_lookup(table->sources, &sought);
    if (node != NULL ||
        !make_room(table, SOURCE_COST + MEMBER_COST + sizeof(struct sequence), NULL))
        return node;
    node = g_new(struct source_node, 1);
    *node = sought;
    node->public.holders = 1;
    node->public.kind = DOMAIN_SESSION;
    if (table->policy != DOMAIN_AUTO) {
        node->public.kind = (enum sequence_domain_kind)(table->policy - DOMAIN_AS_SOURCE);
        node->public.decided = true;
    }
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
        node->public.followed[kind] = table->policy == DOMAIN_AUTO || kind == node->public.kind;
    node->counter = new_counter(table);
    table->memory += SOURCE_COST;
    g_hash_table_add(table->sources, node);
    idle_queue_add(&table->idle, &node->idle);
    return node;
}

/* A source gets its second session: the first can no longer use the source's counter. */
static void part_members(struct sequence_domain_table *table, struct source_node *node)
{
    const bool *followed = node->public.followed;
    struct sequence_domain_member *only = node->members;
    node->several = true;
    if (followed[DOMAIN_SESSION] || (followed[DOMAIN_HARDWARE_ID] && !engines_differ(only)))
        only->counter = inherit(table, &node->counter, followed[DOMAIN_SOURCE]);
}

/* Sessions of a source whose own counter alone is followed need none. */
static bool sessions_count(const struct source_node *node)
{
    return node->public.followed[DOMAIN_SESSION] || node->public.followed[DOMAIN_HARDWARE_ID];
}

static struct sequence_domain_member *add_member(struct sequence_domain_table *table,
                                                 const struct session_key *key,
                                                 struct sequence_domain_member **known,
                                                 uint8_t hardware_id)
{
    struct source_node *node = get_source(table, key);
    if (node == NULL || (node->forgotten && !revive(table, node)))
        return NULL;
    bool second = node->members != NULL && !node->several;
    bool own = node->members != NULL && sessions_count(node);
    if (!make_room(table,
                   MEMBER_COST + (own ? sizeof(struct sequence) : 0) +
                       (second ? clone_cost(node->counter) : 0),
                   node))
        return NULL;
    if (second)
        part_members(table, node);
    struct sequence_domain_member *member = g_new0(struct sequence_domain_member, 1);
    member->key = *key;
    member->known = known;
    member->first_hardware_id = hardware_id;
    member->node = node;
    member->next = node->members;
    if (own)
        member->counter = new_counter(table);
    node->members = member;
    node->member_count++;
    table->memory += MEMBER_COST;
    g_hash_table_add(table->members, member);
    return member;
}

static struct sequence_domain_member *get_member(struct sequence_domain_table *table,
                                                 const struct session_key *key,
                                                 struct sequence_domain_member **known,
                                                 uint8_t hardware_id)
{
    const struct sequence_domain_member sought = {.key = *key};
    struct sequence_domain_member *member = g_hash_table_lookup(table->members, &sought);
    return member != NULL ? member : add_member(table, key, known, hardware_id);
}

/* The counter of the session, its own or the source's. */
static struct sequence **session_counter(struct sequence_domain_member *member)
{
    return member->counter != NULL ? &member->counter : &member->node->counter;
}

/* Makes sure that the session's counter is there, which went when its source was forgotten. */
static bool part_session(struct sequence_domain_table *table, struct sequence_domain_member *member)
{
    struct source_node *node = member->node;
    const bool *followed = node->public.followed;
    if (node->forgotten && !revive(table, node))
        return false;
    if (member->counter == NULL && node->several &&
        (followed[DOMAIN_SESSION] || (followed[DOMAIN_HARDWARE_ID] && !engines_differ(member))))
        member->counter = new_counter(table);
    return true;
}

/* Makes sure that the Hw ID has a counter. */
static bool part_engines(struct sequence_domain_table *table, struct sequence_domain_member *member,
                         uint8_t hardware_id)
{
    if (member->engines == NULL && hardware_id == member->first_hardware_id)
        return true;
    if (member->engines != NULL && member->engines->counters[hardware_id] != NULL)
        return true;
    struct sequence **common = session_counter(member);
    bool first = member->engines == NULL;
    if (!make_room(table,
                   sizeof(struct sequence) +
                       (first ? sizeof *member->engines + clone_cost(*common) : 0),
                   member->node))
        return false;
    if (first) {
        const bool *followed = member->node->public.followed;
        bool goes_on = followed[DOMAIN_SESSION] ||
                       (followed[DOMAIN_SOURCE] && common == &member->node->counter);
        member->engines = g_new0(struct engines, 1);
        table->memory += sizeof *member->engines;
        member->engines->counters[member->first_hardware_id] = inherit(table, common, goes_on);
    }
    member->engines->counters[hardware_id] = new_counter(table);
    return true;
}

/* ---- one copy ---- */

static void find_counters(struct sequence_domain_member *member, uint8_t hardware_id,
                          struct sequence *counters[DOMAIN_KINDS])
{
    const bool *followed = member->node->public.followed;
    struct sequence *session = *session_counter(member);
    struct sequence *engine =
        member->engines != NULL ? member->engines->counters[hardware_id] : session;
    counters[DOMAIN_SOURCE] = followed[DOMAIN_SOURCE] ? member->node->counter : NULL;
    counters[DOMAIN_SESSION] = followed[DOMAIN_SESSION] ? session : NULL;
    counters[DOMAIN_HARDWARE_ID] = followed[DOMAIN_HARDWARE_ID] ? engine : NULL;
}

/* How unlikely the copy is if the candidate is right, in bits. */
static int cost_of(const struct sequence_finding *finding, bool repeats)
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
        return repeats ? 0 : COST_OUT_OF_PLACE;
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

static void vote(struct sequence_domain_table *table, struct source_node *node, bool repeats,
                 const struct sequence_domain_finding *finding)
{
    struct sequence_domain_source *source = &node->public;
    int costs[DOMAIN_KINDS];
    int worst = 0;
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        if (!source->followed[kind])
            continue;
        costs[kind] = cost_of(&finding->finding[kind], repeats);
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
    give_up_losers(table, node);
}

static bool may_differ(struct sequence *const counters[DOMAIN_KINDS])
{
    return counters[DOMAIN_SOURCE] != counters[DOMAIN_SESSION] ||
           counters[DOMAIN_SESSION] != counters[DOMAIN_HARDWARE_ID];
}

static void take(struct sequence_domain_table *table, struct sequence *counter,
                 const struct sequence_copy *copy, struct sequence_finding *finding)
{
    if (sequence_counter_take_plain(&counter->counter, copy)) {
        *finding = (struct sequence_finding){.kind = SEQUENCE_NEXT, .plain = true};
        return;
    }
    size_t before = sequence_memory(counter);
    sequence_set_frugal(counter, table->memory >= table->memory_limit);
    *finding = sequence_take(counter, copy);
    table->memory += sequence_memory(counter) - before;
}

static void take_all(struct sequence_domain_table *table,
                     struct sequence *const counters[DOMAIN_KINDS],
                     const struct sequence_copy *copy, struct sequence_domain_finding *finding)
{
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        struct sequence *counter = counters[kind];
        finding->followed[kind] = counter != NULL;
        finding->sequence[kind] = counter;
        if (counter == NULL)
            continue;
        if (kind > 0 && counter == counters[kind - 1])
            finding->finding[kind] = finding->finding[kind - 1];
        else if (kind == DOMAIN_HARDWARE_ID && counter == counters[DOMAIN_SOURCE])
            finding->finding[kind] = finding->finding[DOMAIN_SOURCE];
        else
            take(table, counter, copy, &finding->finding[kind]);
    }
}

static void forget_given_up(const struct source_node *node, struct sequence_domain_finding *finding)
{
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        if (node->public.followed[kind])
            continue;
        finding->followed[kind] = false;
        finding->sequence[kind] = NULL;
    }
}

bool sequence_domain_take(struct sequence_domain_table *table, const struct session_key *session,
                          struct sequence_domain_member **known, const struct sequence_copy *copy,
                          struct sequence_domain_finding *finding)
{
    uint8_t engine = copy->label->hardware_id % DOMAIN_HARDWARE_IDS;
    if (*known == NULL)
        *known = get_member(table, session, known, engine);
    struct sequence_domain_member *member = *known;
    if (member == NULL || !part_session(table, member) ||
        (member->node->public.followed[DOMAIN_HARDWARE_ID] &&
         !part_engines(table, member, engine))) {
        table->given_up++;
        return false;
    }
    struct source_node *node = member->node;
    node->copies++;
    if (table->memory >= table->memory_limit)
        make_room(table, ROOM_FOR_GAPS, node);
    struct sequence *counters[DOMAIN_KINDS];
    find_counters(member, engine, counters);
    bool differ = !node->public.decided && may_differ(counters);
    finding->source = &node->public;
    take_all(table, counters, copy, finding);
    if (differ) {
        vote(table, node, copy->repeats, finding);
        forget_given_up(node, finding);
    }
    finding->kind = node->public.kind;
    return true;
}

void sequence_domain_forget(struct sequence_domain_table *table,
                            struct sequence_domain_member **known)
{
    struct sequence_domain_member *member = *known;
    if (member == NULL)
        return;
    struct source_node *node = member->node;
    if (node->member_count == 1) {
        idle_queue_remove(&table->idle, &node->idle);
        forget(table, node);
        return;
    }
    free_engines(table, member);
    free_counter(table, &member->counter);
    struct sequence_domain_member **place = &node->members;
    while (*place != member)
        place = &(*place)->next;
    *place = member->next;
    node->member_count--;
    table->memory -= MEMBER_COST;
    *known = NULL;
    g_hash_table_remove(table->members, member);
}

/* The member that a copy of the session was counted in; NULL if none was. */
static struct sequence_domain_member *find_member(const struct sequence_domain_table *table,
                                                  const struct session_key *session)
{
    const struct sequence_domain_member sought = {.key = *session};
    struct sequence_domain_member *member = g_hash_table_lookup(table->members, &sought);
    if (member != NULL)
        return member;
    const struct source_node sought_source = {
        .public = {.source = session->source, .destination = session->destination}};
    const struct source_node *node = g_hash_table_lookup(table->sources, &sought_source);
    return node != NULL && !sessions_count(node) ? node->members : NULL;
}

bool sequence_domain_find(const struct sequence_domain_table *table,
                          const struct session_key *session, uint8_t hardware_id,
                          struct sequence_domain_finding *finding)
{
    struct sequence_domain_member *member = find_member(table, session);
    if (member == NULL)
        return false;
    *finding = (struct sequence_domain_finding){.source = &member->node->public,
                                                .kind = member->node->public.kind};
    struct sequence *counters[DOMAIN_KINDS];
    find_counters(member, hardware_id % DOMAIN_HARDWARE_IDS, counters);
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        finding->sequence[kind] = counters[kind];
        finding->followed[kind] =
            counters[kind] != NULL || (member->node->lost && member->node->public.followed[kind]);
        finding->finding[kind].kind = SEQUENCE_NEXT;
    }
    return finding->followed[finding->kind];
}

unsigned sequence_domain_counters(const struct sequence_domain_table *table,
                                  const struct session_key *session, uint8_t hardware_id,
                                  unsigned *apart)
{
    struct sequence_domain_finding finding;
    *apart = 0;
    if (!sequence_domain_find(table, session, hardware_id, &finding) ||
        finding.sequence[finding.kind] == NULL)
        return 0;
    return sequence_counters(finding.sequence[finding.kind], apart);
}

enum sequence_domain_kind sequence_domain_kind_of(const struct sequence_domain_table *table,
                                                  const struct address *source,
                                                  const struct address *destination)
{
    const struct source_node sought = {.public = {.source = *source, .destination = *destination}};
    const struct source_node *node = g_hash_table_lookup(table->sources, &sought);
    if (node != NULL)
        return node->public.kind;
    return table->policy == DOMAIN_AUTO
               ? DOMAIN_SESSION
               : (enum sequence_domain_kind)(table->policy - DOMAIN_AS_SOURCE);
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
        free_engines(table, member);
        free_counter(table, &member->counter);
    }
    g_hash_table_iter_init(&iter, table->sources);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        free_counter(table, &((struct source_node *)key)->counter);
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
