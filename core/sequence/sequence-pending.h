/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The copies whose meaning later copies decide. Only sequence-*.c files include this header.
 *
 * Until then each counts as its most likely meaning. sequence_pending_reassess() writes the change
 * of this estimate into the finding, so that no other code has to reverse counts.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_PENDING_H
#define CORE_SEQUENCE_SEQUENCE_PENDING_H

#include "core/sequence/sequence-run.h"

/** The meaning of a copy if no later copy is considered. */
struct sequence_alone {
    struct sequence_finding finding; /* its kind: SEQUENCE_LATE, _DUPLICATE, or _PENDING: a stray */
    enum sequence_evidence evidence; /* of a restart */
    bool in_past_run;                /* SEQUENCE_LATE in an earlier run */
};

/** The copy becomes pending. */
struct sequence_finding sequence_pending_add(struct sequence_counter *counter,
                                             const struct sequence_arrival *copy,
                                             const struct sequence_alone *alone);

bool sequence_pending_has(const struct sequence_counter *counter, uint32_t number);

/** How far such a copy may be from a pending one to begin a new run with it. */
uint32_t sequence_pending_reach(const struct sequence_counter *counter,
                                const struct sequence_finding *alone);

/** True if a copy with at least that evidence is pending within @p reach of @p number. */
bool sequence_pending_near(const struct sequence_counter *counter, uint32_t number, uint32_t reach,
                           enum sequence_evidence least);

/** True if the last @p count pending copies, and then @p number, ascend in small steps, most of
 * them of one, and none of them fills a gap. */
bool sequence_pending_in_order(const struct sequence_counter *counter, uint32_t number,
                               unsigned count);

/** Decides all pending copies as what they count as: adds that to @p finding. */
void sequence_pending_release(struct sequence_counter *counter, struct sequence_finding *finding);

/** Decides them between two copies, and brings the counts of @p counter up to date. */
void sequence_pending_decide(struct sequence_counter *counter);

/** Moves those within @p near of @p number into @p members and returns how many; the others are
 * decided as what they count as. */
unsigned sequence_pending_take(struct sequence_counter *counter, uint32_t number, uint32_t near,
                               struct sequence_arrival members[SEQUENCE_PENDING_MAX],
                               struct sequence_finding *finding);

/**
 * Adds to @p finding the difference between the new estimate of all pending copies and the last
 * one.
 */
void sequence_pending_reassess(struct sequence_counter *counter, struct sequence_finding *finding);

#endif
