/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Late copies of a run that a restart ended. Part of core/sequence/sequence.h; nobody else
 * needs it.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_PAST_H
#define CORE_SEQUENCE_SEQUENCE_PAST_H

#include "core/sequence/sequence-run.h"

/** No copy came nearly as late as this so far. */
bool sequence_is_unusual(const struct sequence_counter *counter, uint32_t extent);

/** The copy fills a gap, and others came as late. */
bool sequence_is_as_late_as_others(const struct sequence_counter *counter,
                                   const struct sequence_finding *late);

/** The run that a restart ended and of which a copy with this number is likeliest, with the number
 * as @p extended there; or NULL: the one that waits longest, unless too long; else the latest. */
struct sequence_run *sequence_past_run(struct sequence_counter *counter, uint32_t number,
                                       uint64_t *extended);

/** Sets the finding of a copy that is late in an earlier run; false if it is not. Changes no count.
 */
bool sequence_past_is_late(struct sequence_counter *counter, const struct sequence_arrival *copy,
                           struct sequence_finding *finding);

/** It is one: its number is no longer missing. */
void sequence_past_receive(struct sequence_counter *counter, uint32_t number);

/** True if an earlier run received the number: the copy can be a duplicate. */
bool sequence_past_received(struct sequence_counter *counter, uint32_t number);

#endif
