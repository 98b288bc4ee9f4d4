/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Loss by sequence numbers: the numbers that were expected, the part of them that did not arrive,
 * and whether loss can be known. All outputs of both programs use these functions.
 *
 * They take the sums of a whole capture as well as differences between two snapshots. A difference
 * is below 0 if copies that counted as lost arrived late; it is then a 64-bit number that wrapped.
 */
#ifndef CORE_REPORT_LOSS_H
#define CORE_REPORT_LOSS_H

#include <stdbool.h>

#include "core/sequence/sequence.h"

/** A difference of two counts, with its sign. */
static inline int64_t loss_signed(uint64_t difference)
{
    return (int64_t)difference;
}

/**
 * The number of distinct sequence numbers that were expected: received ones and lost ones.
 * Duplicates and strays are not counted.
 *
 * @return 0 if the difference of two snapshots is negative.
 */
uint64_t expected_numbers(const struct sequence_counts *counts);

/**
 * The part of expected_numbers() that is lost, 0 to 1.
 *
 * @return LOSS_UNKNOWN without any number, and where loss_is_constant(); 0 where a difference has
 *         fewer lost than none.
 */
double loss_ratio(const struct sequence_counts *counts);

#define LOSS_UNKNOWN (-1.0)

/**
 * True if the counts since the start determine the loss: the number moved, so that it is not the
 * one number of a single copy or of a constant counter, and the counter saw every copy.
 *
 * @param unfollowed  copies whose numbers never reached the counter, for want of memory.
 */
bool loss_is_known(const struct sequence_counts *counts, uint64_t unfollowed);

/** True if a count of late copies, duplicates or restarts can be told. Where loss is not known, the
 * same numbers tell these, so that 0 of them means nothing.
 *
 * @param known  what loss_is_known() said. */
static inline bool loss_order_is_known(bool known, uint64_t count)
{
    return known || count != 0;
}

/** True if one number came so far: the next one tells whether the number moves. Sums of counters
 * hold it, so that the difference of two sums counts a copy in the interval in which it came. */
bool loss_is_open(const struct sequence_counts *counts);

/** True if the number never moved (quirk Q3, constant sequence): it counts nothing. False
 * of a single copy, whose number may or may not move. */
bool loss_is_constant(const struct sequence_counts *counts);

#endif
