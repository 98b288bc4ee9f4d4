/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The copies that wait until a later one tells what they are. Part of core/sequence/sequence.h;
 * nobody else needs it.
 *
 * What they look like by themselves is a guess that counts until then: sequence_pending_reassess()
 * puts into a finding how the guess changed, and so nobody else has to take anything back.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_PENDING_H
#define CORE_SEQUENCE_SEQUENCE_PENDING_H

#include "core/sequence/sequence-run.h"

/** What a copy out of place is by itself. */
struct sequence_alone {
    struct sequence_finding finding; /* its kind: SEQUENCE_LATE, _DUPLICATE, or _HELD: a stray */
    enum sequence_evidence evidence; /* of a restart */
    bool straggler;                  /* SEQUENCE_LATE in an earlier run */
};

/** Holds the copy. */
struct sequence_finding sequence_pending_add(struct sequence_counter *counter,
                                             const struct sequence_arrival *copy,
                                             const struct sequence_alone *alone);

bool sequence_pending_has(const struct sequence_counter *counter, uint32_t number);

/** How far from what is held such a copy may be to make a run with it. */
uint32_t sequence_pending_reach(const struct sequence_counter *counter,
                                const struct sequence_finding *alone);

/** Something of that evidence at least is held within @p reach of @p number. */
bool sequence_pending_near(const struct sequence_counter *counter, uint32_t number, uint32_t reach,
                           enum sequence_evidence least);

/** The last @p count held, and then @p number, go up in small steps, most of them of one; and not
 * one of those held fills a gap. */
bool sequence_pending_in_order(const struct sequence_counter *counter, uint32_t number,
                               unsigned count);

/** All that is held is what it looks like: adds that to @p finding. */
void sequence_pending_release(struct sequence_counter *counter, struct sequence_finding *finding);

/** Moves those within @p near of @p number into @p members and returns how many; the others are
 * what they look like. */
unsigned sequence_pending_take(struct sequence_counter *counter, uint32_t number, uint32_t near,
                               struct sequence_arrival members[SEQUENCE_PENDING_MAX],
                               struct sequence_finding *finding);

/** Adds to @p finding, that of the copy just taken, what is guessed otherwise than before. */
void sequence_pending_reassess(struct sequence_counter *counter, struct sequence_finding *finding);

#endif
