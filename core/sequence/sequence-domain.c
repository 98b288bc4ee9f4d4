/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the counters of a copy's source, session and Hw ID, passes the copy to each that is
 * followed, and evicts idle sources. */
#include "core/sequence/sequence-domain.h"

#include "core/sequence/sequence-domain-internal.h"
#include "core/sequence/sequence-internal.h"
#include "core/sequence/sequence-run.h"

/* Bytes that are freed at a time when counters grow to the limit. */
enum { ROOM_FOR_GAPS = 4096 };

/* ---- sources, sessions and Hw IDs ---- */

static struct sequence_domain_node *get_source(struct sequence_domain_table *table,
                                               const struct session_key *key)
{
    struct sequence_domain_node sought = {
        .shared = {.source = key->source, .destination = key->destination}};
    struct sequence_domain_node *node = g_hash_table_lookup(table->sources, &sought);
    if (node != NULL ||
        !sequence_domain_make_room(table,
                                   SEQUENCE_DOMAIN_SOURCE_COST + SEQUENCE_DOMAIN_MEMBER_COST +
                                       sizeof(struct sequence),
                                   NULL))
        return node;
    node = sequence_domain_node_new(table, key, NULL);
    node->counter = sequence_domain_counter_new(table);
    return node;
}

/* True if the one copy of the session may be of a counter that @p copy, of another one, has, too.
 * If not, its number is that of a counter of its own, or does not move (quirk Q3, constant
 * sequence). */
static bool may_share(const struct sequence_domain_member *only, const struct sequence_copy *copy)
{
    return only->moves || (!sequence_domain_repeats(only) &&
                           sequence_apart(copy->number, only->first_number) <= SEQUENCE_CLOSE);
}

/* A source gets its second session, with @p copy: the first can no longer use the source's counter.
 */
static void separate_sessions(struct sequence_domain_table *table,
                              struct sequence_domain_node *node, const struct sequence_copy *copy)
{
    const bool *followed = node->shared.followed;
    struct sequence_domain_member *only = node->members;
    node->several = true;
    if (followed[DOMAIN_SESSION] ||
        (followed[DOMAIN_HARDWARE_ID] && !sequence_domain_has_hardware_ids(only)))
        only->counter = sequence_domain_counter_inherit(
            table, &node->counter, followed[DOMAIN_SOURCE] && may_share(only, copy));
    if (followed[DOMAIN_SOURCE] && node->counter == NULL)
        node->counter = sequence_domain_counter_new(table);
}

/* Sessions of a source whose own counter alone is followed need none. */
static bool sessions_count(const struct sequence_domain_node *node)
{
    return node->shared.followed[DOMAIN_SESSION] || node->shared.followed[DOMAIN_HARDWARE_ID];
}

static struct sequence_domain_member *add_member(struct sequence_domain_table *table,
                                                 const struct session_key *key,
                                                 struct sequence_domain_member **known,
                                                 const struct sequence_copy *copy,
                                                 uint8_t hardware_id)
{
    struct sequence_domain_node *node = get_source(table, key);
    if (node == NULL || (node->forgotten && !sequence_domain_revive(table, node)))
        return NULL;
    if (sequence_domain_set_only_apart(table, node) && (node = get_source(table, key)) == NULL)
        return NULL;
    bool second = node->members != NULL && !node->several;
    bool own = node->members != NULL && sessions_count(node);
    if (!sequence_domain_make_room(table,
                                   SEQUENCE_DOMAIN_MEMBER_COST +
                                       (own ? sizeof(struct sequence) : 0) +
                                       (second ? sequence_domain_clone_cost(node->counter) : 0),
                                   node))
        return NULL;
    if (second)
        separate_sessions(table, node, copy);
    struct sequence_domain_member *member = g_new0(struct sequence_domain_member, 1);
    member->key = *key;
    member->known = known;
    member->first_hardware_id = hardware_id;
    member->first_number = copy->number;
    member->first_frame = copy->frame;
    member->first_label = *copy->label;
    member->node = node;
    member->next = node->members;
    if (own)
        member->counter = sequence_domain_counter_new(table);
    node->members = member;
    node->member_count++;
    table->memory += SEQUENCE_DOMAIN_MEMBER_COST;
    g_hash_table_add(table->members, member);
    return member;
}

static struct sequence_domain_member *get_member(struct sequence_domain_table *table,
                                                 const struct session_key *key,
                                                 struct sequence_domain_member **known,
                                                 const struct sequence_copy *copy,
                                                 uint8_t hardware_id)
{
    const struct sequence_domain_member sought = {.key = *key};
    struct sequence_domain_member *member = g_hash_table_lookup(table->members, &sought);
    return member != NULL ? member : add_member(table, key, known, copy, hardware_id);
}

/* The counter of the session, its own or the source's. */
static struct sequence **session_counter(struct sequence_domain_member *member)
{
    return member->counter != NULL ? &member->counter : &member->node->counter;
}

/* Makes sure that the session's counter is there, which went when its source was forgotten. */
static bool ensure_session_counter(struct sequence_domain_table *table,
                                   struct sequence_domain_member *member)
{
    struct sequence_domain_node *node = member->node;
    const bool *followed = node->shared.followed;
    if (node->forgotten && !sequence_domain_revive(table, node))
        return false;
    if (member->counter == NULL && node->several &&
        (followed[DOMAIN_SESSION] ||
         (followed[DOMAIN_HARDWARE_ID] && !sequence_domain_has_hardware_ids(member))))
        member->counter = sequence_domain_counter_new(table);
    return true;
}

/* Makes sure that the Hw ID has a counter. */
static bool ensure_hardware_id_counter(struct sequence_domain_table *table,
                                       struct sequence_domain_member *member, uint8_t hardware_id)
{
    if (member->hardware_ids == NULL && hardware_id == member->first_hardware_id)
        return true;
    if (member->hardware_ids != NULL && member->hardware_ids->counters[hardware_id] != NULL)
        return true;
    struct sequence **common = session_counter(member);
    bool first = member->hardware_ids == NULL;
    if (!sequence_domain_make_room(
            table,
            sizeof(struct sequence) +
                (first ? sizeof *member->hardware_ids + sequence_domain_clone_cost(*common) : 0),
            member->node))
        return false;
    if (first) {
        const bool *followed = member->node->shared.followed;
        bool goes_on = followed[DOMAIN_SESSION] ||
                       (followed[DOMAIN_SOURCE] && common == &member->node->counter);
        member->hardware_ids = g_new0(struct sequence_domain_hardware_ids, 1);
        table->memory += sizeof *member->hardware_ids;
        member->hardware_ids->counters[member->first_hardware_id] =
            sequence_domain_counter_inherit(table, common, goes_on);
    }
    member->hardware_ids->counters[hardware_id] = sequence_domain_counter_new(table);
    return true;
}

/* ---- one copy ---- */

static void find_counters(struct sequence_domain_member *member, uint8_t hardware_id,
                          struct sequence *counters[DOMAIN_KINDS])
{
    const bool *followed = member->node->shared.followed;
    struct sequence *session = *session_counter(member);
    struct sequence *hw_id_counter =
        member->hardware_ids != NULL ? member->hardware_ids->counters[hardware_id] : session;
    counters[DOMAIN_SOURCE] = followed[DOMAIN_SOURCE] ? member->node->counter : NULL;
    counters[DOMAIN_SESSION] = followed[DOMAIN_SESSION] ? session : NULL;
    counters[DOMAIN_HARDWARE_ID] = followed[DOMAIN_HARDWARE_ID] ? hw_id_counter : NULL;
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
    sequence_set_low_memory(counter, table->memory >= table->memory_limit);
    *finding = sequence_take(counter, copy);
    table->memory += sequence_memory(counter) - before;
}

static void take_all(struct sequence_domain_table *table,
                     struct sequence *const counters[DOMAIN_KINDS],
                     const struct sequence_copy *copy, bool left_out,
                     struct sequence_domain_finding *finding)
{
    static const struct sequence_finding none_of_it = {.kind = SEQUENCE_CONSTANT};
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        struct sequence *counter = counters[kind];
        finding->followed[kind] = counter != NULL;
        finding->sequence[kind] = counter;
        if (counter == NULL)
            continue;
        if (kind == DOMAIN_SOURCE && left_out)
            finding->finding[kind] = none_of_it;
        else if (kind > 0 && counter == counters[kind - 1])
            finding->finding[kind] = finding->finding[kind - 1];
        else if (kind == DOMAIN_HARDWARE_ID && counter == counters[DOMAIN_SOURCE])
            finding->finding[kind] = finding->finding[DOMAIN_SOURCE];
        else
            take(table, counter, copy, &finding->finding[kind]);
    }
}

/* True if every candidate finds nothing but the next number: then all votes stay as they are. */
static bool all_plain(const struct sequence_domain_finding *finding)
{
    bool plain = true;
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
        plain &= !finding->followed[kind] || finding->finding[kind].plain;
    return plain;
}

/* Where to read what the copy revised. */
static void find_revisions(struct sequence_domain_finding *finding)
{
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        struct sequence_domain_revisions *revisions = &finding->revisions[kind];
        if (finding->followed[kind] && finding->finding[kind].revises)
            revisions->items = sequence_revisions(finding->sequence[kind], &revisions->count);
    }
}

static void drop_excluded(const struct sequence_domain_node *node,
                          struct sequence_domain_finding *finding)
{
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        if (node->shared.followed[kind])
            continue;
        finding->followed[kind] = false;
        finding->sequence[kind] = NULL;
    }
}

bool sequence_domain_take(struct sequence_domain_table *table, const struct session_key *session,
                          struct sequence_domain_member **known, const struct sequence_copy *copy,
                          struct sequence_domain_finding *finding)
{
    uint8_t hardware_id = copy->label->hardware_id % DOMAIN_HARDWARE_IDS;
    if (*known == NULL)
        *known = get_member(table, session, known, copy, hardware_id);
    struct sequence_domain_member *member = *known;
    if (member != NULL && !member->moves)
        sequence_domain_watch(table, member, copy);
    if (member == NULL || !ensure_session_counter(table, member) ||
        (member->node->shared.followed[DOMAIN_HARDWARE_ID] &&
         !ensure_hardware_id_counter(table, member, hardware_id))) {
        table->given_up++;
        return false;
    }
    struct sequence_domain_node *node = member->node;
    node->copies++;
    if (table->memory >= table->memory_limit)
        sequence_domain_make_room(table, ROOM_FOR_GAPS, node);
    struct sequence *counters[DOMAIN_KINDS];
    find_counters(member, hardware_id, counters);
    bool differ = !node->shared.decided && may_differ(counters);
    finding->source = &node->shared;
    const bool left_out = node->several && counters[DOMAIN_SOURCE] != counters[DOMAIN_SESSION] &&
                          sequence_domain_is_left_out(member, counters[DOMAIN_SOURCE]);
    take_all(table, counters, copy, left_out, finding);
    if (differ && !all_plain(finding)) {
        sequence_domain_vote(table, node, copy->is_duplicate, finding);
        drop_excluded(node, finding);
    }
    finding->kind = node->shared.kind;
    finding->revisited = false;
    find_revisions(finding);
    return true;
}

void sequence_domain_forget(struct sequence_domain_table *table,
                            struct sequence_domain_member **known)
{
    struct sequence_domain_member *member = *known;
    if (member == NULL)
        return;
    struct sequence_domain_node *node = member->node;
    if (node->member_count == 1) {
        idle_queue_remove(&table->idle, &node->idle);
        sequence_domain_forget_source(table, node);
        return;
    }
    sequence_domain_hardware_ids_free(table, member);
    sequence_domain_counter_free(table, &member->counter);
    sequence_domain_leave(member);
    table->memory -= SEQUENCE_DOMAIN_MEMBER_COST;
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
    const struct sequence_domain_node sought_source = {
        .shared = {.source = session->source, .destination = session->destination}};
    const struct sequence_domain_node *node = g_hash_table_lookup(table->sources, &sought_source);
    return node != NULL && !sessions_count(node) ? node->members : NULL;
}

bool sequence_domain_find(const struct sequence_domain_table *table,
                          const struct session_key *session, uint8_t hardware_id,
                          struct sequence_domain_finding *finding)
{
    struct sequence_domain_member *member = find_member(table, session);
    if (member == NULL)
        return false;
    *finding = (struct sequence_domain_finding){.source = &member->node->shared,
                                                .kind = member->node->shared.kind};
    struct sequence *counters[DOMAIN_KINDS];
    find_counters(member, hardware_id % DOMAIN_HARDWARE_IDS, counters);
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        finding->sequence[kind] = counters[kind];
        finding->followed[kind] =
            counters[kind] != NULL || (member->node->lost && member->node->shared.followed[kind]);
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
    const struct sequence_domain_node sought = {
        .shared = {.source = *source, .destination = *destination}};
    const struct sequence_domain_node *node = g_hash_table_lookup(table->sources, &sought);
    if (node != NULL)
        return node->shared.kind;
    return table->policy == DOMAIN_AUTO
               ? DOMAIN_SESSION
               : (enum sequence_domain_kind)(table->policy - DOMAIN_AS_SOURCE);
}
