/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The sequence domain: which copies share one GRE sequence counter. By the draft it is the session;
 * in the field it can be the whole source (quirk Q1) or the session's copies of one Hw ID. It is
 * inferred here, per source, and never assumed.
 *
 * The candidates are followed side by side. Each copy is more or less likely under each: hardly at
 * all where it is out of place, less the more numbers it reveals as lost, most as the exact
 * successor. Where they differ, each gets as many votes as it is likelier, in bits, than under the
 * worst. Until the votes differ the session is the domain.
 * A candidate that DOMAIN_DECISIVE votes lead is given up and its memory is freed.
 *
 * Where candidates cannot differ, as in a source of one session with one Hw ID, they share one
 * counter, which is cloned when they come to differ: each was so followed from its first copy.
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
    DOMAIN_DECISIVE = 64, /* votes ahead */
    DOMAIN_HARDWARE_IDS = 64
};

/** Of a source: all that its sessions and their engines share. */
struct sequence_domain_source {
    enum sequence_domain_kind kind; /* the one that leads */
    bool decided;                   /* no other is followed */
    bool followed[DOMAIN_KINDS];    /* not given up */
    int32_t votes[DOMAIN_KINDS];
    struct address source;
    struct address destination;
    unsigned holders; /* see sequence_domain_source_hold() */
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
};

struct sequence_domain_table;

/**
 * @param memory_limit  bytes for counters and gaps, together. Beyond it those of an idle source
 * make room (core/base/idle-queue.h); where there is none, new ones are not followed, and those
 * that are forget old gaps.
 * @param revisits      sequence_domain_find() will be asked for each copy again: of a source that
 *                      made room, its sessions stay, beyond memory_limit.
 */
struct sequence_domain_table *sequence_domain_table_new(enum sequence_domain_policy policy,
                                                        size_t memory_limit, bool revisits);
void sequence_domain_table_free(struct sequence_domain_table *table);

/** A source is freed when it made room for another and nobody holds it. */
const struct sequence_domain_source *
sequence_domain_source_hold(const struct sequence_domain_source *source);
void sequence_domain_source_release(const struct sequence_domain_source *source);

/**
 * Takes a copy that has a number, of a session that has a key.
 *
 * @param known        the caller keeps it with the session, to save the look-up of its key: NULL
 *                     before the first copy. It stays where it is as long as the table, which
 *                     sets it to NULL again when the source makes room.
 * @param copy         with a label, of whose Hw ID the low 6 bits count.
 * @return false when memory is at its limit and nothing was followed; it is counted as given up.
 */
bool sequence_domain_take(struct sequence_domain_table *table, const struct session_key *session,
                          struct sequence_domain_member **known, const struct sequence_copy *copy,
                          struct sequence_domain_finding *finding);

/** The session is freed: forgets its counters, and its source with the last of its sessions.
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

/** How many counters the copies of the session and Hw ID have, under what leads now: 0 if none is
 * followed. @p apart: what tells them apart, as sequence_counters() has it. */
unsigned sequence_domain_counters(const struct sequence_domain_table *table,
                                  const struct session_key *session, uint8_t hardware_id,
                                  unsigned *apart);

/** What leads for this source now; DOMAIN_SESSION (or what is forced) for one never seen. */
enum sequence_domain_kind sequence_domain_kind_of(const struct sequence_domain_table *table,
                                                  const struct address *source,
                                                  const struct address *destination);

size_t sequence_domain_table_memory(const struct sequence_domain_table *table);
uint64_t sequence_domain_table_given_up(const struct sequence_domain_table *table);

#endif
