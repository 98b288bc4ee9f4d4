/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the sequence-domain*.c files share; no other file includes it.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_DOMAIN_INTERNAL_H
#define CORE_SEQUENCE_SEQUENCE_DOMAIN_INTERNAL_H

#include <glib.h>

#include "core/base/idle-queue.h"
#include "core/sequence/sequence-domain.h"

/*
 * Counters form a tree: source, sessions, Hw IDs. A node without a counter of its own is the only
 * child of its parent and uses the parent's.
 */
struct sequence_domain_hardware_ids {
    struct sequence *counters[DOMAIN_HARDWARE_IDS];
};

struct sequence_domain_member {
    struct sequence_domain_node *node;
    struct sequence_domain_member **known;             /* where the session keeps this one */
    struct sequence *counter;                          /* NULL: the source's */
    struct sequence_domain_hardware_ids *hardware_ids; /* NULL while there is one Hw ID */
    uint8_t first_hardware_id;
    bool moves;          /* a copy had another number than the first */
    uint8_t still;       /* copies with that number, and other content; no more than matter */
    uint8_t still_alike; /* ... and the same content */
    uint32_t first_number;
    uint64_t first_frame;
    struct sequence_label first_label;
    struct session_key key;
    struct sequence_domain_member *next; /* of the source */
};

struct sequence_domain_node {
    struct sequence *counter;
    struct sequence_domain_source shared;
    struct sequence_domain_member *members;
    bool several;   /* the source has had more than one session */
    bool lost;      /* some counters were freed once; sessions may lack theirs */
    bool forgotten; /* its counters made room for others; with table.revisits alone */
    size_t member_count;
    struct idle_link idle;
    uint64_t copies;
};

struct sequence_domain_table {
    GHashTable *sources; /* struct sequence_domain_node, keyed by its addresses */
    GHashTable *members; /* struct sequence_domain_member, keyed by its key */
    enum sequence_domain_policy policy;
    bool revisits;
    struct idle_queue idle; /* the sources that are not forgotten */
    size_t memory_limit;
    size_t memory; /* of these */
    uint64_t given_up;
};

enum {
    SEQUENCE_DOMAIN_ENTRY_COST = 64, /* what a hash table and the allocator add, at most */
    SEQUENCE_DOMAIN_MEMBER_COST =
        sizeof(struct sequence_domain_member) + SEQUENCE_DOMAIN_ENTRY_COST,
    SEQUENCE_DOMAIN_SOURCE_COST = sizeof(struct sequence_domain_node) + SEQUENCE_DOMAIN_ENTRY_COST
};

/** True if the session has a counter for each Hw ID. */
static inline bool sequence_domain_has_hardware_ids(const struct sequence_domain_member *member)
{
    return member->hardware_ids != NULL;
}

/** True if the session's number has not moved so far, though several copies came: they are kept
 * from the counter of the source, until the number moves. */
static inline bool sequence_domain_repeats(const struct sequence_domain_member *member)
{
    return !member->moves && member->still > 1;
}

/* ---- sequence-domain-memory.c ---- */

/** A new counter; its memory is that of the table. */
struct sequence *sequence_domain_counter_new(struct sequence_domain_table *table);

/** Frees the counter and sets it to NULL. NULL: does nothing. */
void sequence_domain_counter_free(struct sequence_domain_table *table, struct sequence **counter);

/** A counter for a child that is no longer the only one: the counter it had in common with its
 * parent, or a clone of that if the parent @p keeps it. */
struct sequence *sequence_domain_counter_inherit(struct sequence_domain_table *table,
                                                 struct sequence **common, bool keeps);

/** Bytes of a clone; 0 of NULL. */
size_t sequence_domain_clone_cost(const struct sequence *counter);

/** Takes the session out of its source; it belongs to the caller. */
void sequence_domain_leave(struct sequence_domain_member *member);

void sequence_domain_hardware_ids_free(struct sequence_domain_table *table,
                                       struct sequence_domain_member *member);

/** Frees the counters of idle sources, but never those of @p kept, until @p bytes fit.
 * @return false if they do not fit even so. */
bool sequence_domain_make_room(struct sequence_domain_table *table, size_t bytes,
                               struct sequence_domain_node *kept);

/** Frees the counters of the source. With table.revisits its sessions stay, so that a later call
 * can tell that there were some. */
void sequence_domain_forget_source(struct sequence_domain_table *table,
                                   struct sequence_domain_node *node);

/** A source that was evicted comes again: its counters start over. False if memory is short. */
bool sequence_domain_revive(struct sequence_domain_table *table, struct sequence_domain_node *node);

/** A node without sessions; its memory is that of the table. Room for it was made.
 * @param apart  as in struct sequence_domain_source. */
struct sequence_domain_node *sequence_domain_node_new(struct sequence_domain_table *table,
                                                      const struct session_key *key,
                                                      const struct sequence_domain_member *apart);

/* ---- sequence-domain-still.c ---- */

/**
 * Notes whether the number of the session moves. One that has not moved for several copies (quirk
 * Q3, constant sequence) is none of a counter that sessions share: the session is set apart from
 * the others of its source, as if it were the only one of a source of its own. Where memory is
 * short it stays.
 */
void sequence_domain_watch(struct sequence_domain_table *table,
                           struct sequence_domain_member *member, const struct sequence_copy *copy);

/** True if the session's copies are kept from the counter that its source's sessions may share: its
 * number has not moved so far, and several copies have it, or the only one has none that @p shared
 * needs. What that one is the next one tells. */
bool sequence_domain_is_left_out(const struct sequence_domain_member *member,
                                 const struct sequence *shared);

/** The source gets another session: sets its only one apart if that one's number does not move.
 * @return true if it did; then the source is one that was never seen. */
bool sequence_domain_set_only_apart(struct sequence_domain_table *table,
                                    struct sequence_domain_node *node);

/* ---- sequence-domain-vote.c ---- */

/** Adds the votes of one copy, and gives up candidates that are DOMAIN_DECISIVE behind.
 * @param is_duplicate  as in struct sequence_copy. */
void sequence_domain_vote(struct sequence_domain_table *table, struct sequence_domain_node *node,
                          bool is_duplicate, const struct sequence_domain_finding *finding);

#endif
