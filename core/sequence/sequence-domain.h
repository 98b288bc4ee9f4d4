/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The sequence domain: which copies share one GRE sequence counter. By the draft it is the session;
 * in the field it can be the whole source (quirk Q1, shared counter) or the session's copies of one
 * Hw ID. It is inferred here, per source, and never assumed.
 *
 * All candidates are evaluated for each copy. Each gives the copy a cost in bits: 0 for the exact
 * next number, 2 for a late copy, 8 for one that is out of place, 1 plus the bits of the number of
 * missing numbers for a gap. A candidate gets the highest cost less its own as votes.
 * The session is the domain until the votes differ. A candidate that is DOMAIN_DECISIVE votes
 * behind is excluded, and its memory is freed.
 *
 * A session whose number does not move (quirk Q3, constant sequence) shares no counter: it is set
 * apart, and what it has is a source of its own.
 *
 * Candidates that cannot differ, as in a source of one session with one Hw ID, share one counter.
 * It is cloned when they come to differ, so that each has followed its numbers from its first copy.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_DOMAIN_H
#define CORE_SEQUENCE_SEQUENCE_DOMAIN_H

#include "core/copy/session.h"
#include "core/sequence/sequence.h"

enum sequence_domain_kind {
    DOMAIN_SOURCE,      /* source and destination address */
    DOMAIN_SESSION,     /* ... and session ID */
    DOMAIN_HARDWARE_ID, /* ... and Hw ID; Type II has none, and is Hw ID 0 */
    DOMAIN_KINDS
};

enum sequence_domain_policy {
    DOMAIN_AUTO,
    DOMAIN_AS_SOURCE, /* forced: DOMAIN_AS_SOURCE + kind */
    DOMAIN_AS_SESSION,
    DOMAIN_AS_HARDWARE_ID
};

enum {
    DOMAIN_DECISIVE = 64, /* a candidate this many votes behind the leader is excluded */
    DOMAIN_HARDWARE_IDS = 64
};

/** What the sessions of a source and their Hw IDs share. */
struct sequence_domain_source {
    enum sequence_domain_kind kind; /* the one that leads */
    bool decided;                   /* all others are excluded */
    bool followed[DOMAIN_KINDS];    /* not excluded */
    int32_t votes[DOMAIN_KINDS];
    struct address source;
    struct address destination;
    unsigned holders; /* see sequence_domain_source_hold() */
    /* The one session that it is for, whose number does not move; NULL: it is for all others. */
    const struct sequence_domain_member *apart;
};

/** What a copy meant to each candidate that is followed, its own vote counted. */
struct sequence_domain_finding {
    struct sequence_domain_source *source;
    enum sequence_domain_kind kind; /* the leading one, this copy's vote included */
    bool followed[DOMAIN_KINDS];
    /* Its counter under each; NULL if not followed. Candidates may share one. Valid until the next
     * call. */
    struct sequence *sequence[DOMAIN_KINDS];
    struct sequence_finding finding[DOMAIN_KINDS];
    /* What the copy revised of those before it, where finding.revises; valid as long. */
    struct sequence_domain_revisions {
        const struct sequence_revision *items;
        unsigned count;
    } revisions[DOMAIN_KINDS];
    bool revisited; /* the copy was taken before, and `settled` is what it means by now */
    struct sequence_finding settled[DOMAIN_KINDS];
};

struct sequence_domain_table;

/**
 * @param memory_limit  bytes for all counters and gaps. At the limit the counters of an idle source
 *                      are freed (core/base/idle-queue.h). If no source is idle, new counters are
 *                      not followed, and the others forget old gaps.
 * @param revisits the caller will call sequence_domain_find() for each copy: the sessions of a
 *                      source whose counters were freed stay, beyond memory_limit.
 */
struct sequence_domain_table *sequence_domain_table_new(enum sequence_domain_policy policy,
                                                        size_t memory_limit, bool revisits);
void sequence_domain_table_free(struct sequence_domain_table *table);

/** Holds the source: it is freed when its counters made room for others and all holders have
 * released it. */
const struct sequence_domain_source *
sequence_domain_source_hold(const struct sequence_domain_source *source);
void sequence_domain_source_release(const struct sequence_domain_source *source);

/**
 * Takes a copy that has a number, of a session that has a key.
 *
 * @param known saves the look-up of the key. The caller keeps it with the session, at the same
 *               place for the life of the table; NULL before the first copy. The table sets it to
 *               NULL when the counters of the source are evicted.
 * @param copy   with a label; the low 6 bits of its Hw ID count.
 * @return false if memory is at its limit and nothing was followed; the copy is counted as given
 *         up.
 */
bool sequence_domain_take(struct sequence_domain_table *table, const struct session_key *session,
                          struct sequence_domain_member **known, const struct sequence_copy *copy,
                          struct sequence_domain_finding *finding);

/** Forgets the counters of a session that is freed; with the last session, the source.
 * @param known  as in sequence_domain_take(). */
void sequence_domain_forget(struct sequence_domain_table *table,
                            struct sequence_domain_member **known);

/**
 * Finds the counters of a copy that was taken before, as they are followed now, and leaves every
 * finding SEQUENCE_NEXT. Changes nothing.
 *
 * @return false if nothing is followed.
 */
bool sequence_domain_find(const struct sequence_domain_table *table,
                          const struct session_key *session, uint8_t hardware_id,
                          struct sequence_domain_finding *finding);

/**
 * How many counters number the copies of the session and Hw ID, if the leading candidate is right.
 *
 * @param apart  set as by sequence_counters().
 * @return 0 if no counter is followed.
 */
unsigned sequence_domain_counters(const struct sequence_domain_table *table,
                                  const struct session_key *session, uint8_t hardware_id,
                                  unsigned *apart);

/** The leading candidate of the source; of a source never seen, DOMAIN_SESSION or what the policy
 * forces. */
enum sequence_domain_kind sequence_domain_kind_of(const struct sequence_domain_table *table,
                                                  const struct address *source,
                                                  const struct address *destination);

/** Bytes in use. */
size_t sequence_domain_table_memory(const struct sequence_domain_table *table);

/** Copies that were not followed because memory was short. */
uint64_t sequence_domain_table_given_up(const struct sequence_domain_table *table);

#endif
