/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Finds copies that are late in a run that a restart ended. Only sequence-*.c files include this
 * header.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_PAST_H
#define CORE_SEQUENCE_SEQUENCE_PAST_H

#include "core/sequence/sequence-run.h"

/** True if the extent is much larger than any before. */
bool sequence_is_unusual(const struct sequence_counter *counter, uint32_t extent);

/** The copy fills a gap, and others came as late. */
bool sequence_is_as_late_as_others(const struct sequence_counter *counter,
                                   const struct sequence_finding *late);

/**
 * Finds the ended run that a copy with @p number fits best, and sets @p extended to its number
 * there. A run in which the copy fills a gap, no later than other late copies did, comes first, the
 * oldest of them. Then comes a run in which it fills a gap, then one just beyond whose ends it
 * lies. NULL: it fits none.
 */
struct sequence_run *sequence_past_run(struct sequence_counter *counter, uint32_t number,
                                       uint64_t *extended);

/** Sets the finding of a copy that is late in an earlier run; false if it is not. Changes no count.
 */
bool sequence_past_is_late(struct sequence_counter *counter, const struct sequence_arrival *copy,
                           struct sequence_finding *finding);

/** Records a late copy in an earlier run. Its number is no longer missing. */
void sequence_past_receive(struct sequence_counter *counter, uint32_t number);

/** True if an earlier run received the number: the copy can be a duplicate. */
bool sequence_past_received(struct sequence_counter *counter, uint32_t number);

/** True if @p number is one of the next numbers of an earlier run, which was no short one. */
bool sequence_past_goes_on(struct sequence_counter *counter, uint32_t number);

#endif
