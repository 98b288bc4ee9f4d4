/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Copies that revealed a gap and may be foreign: those after them may go on before the gap. Part of
 * core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_RISE_H
#define CORE_SEQUENCE_SEQUENCE_RISE_H

#include "core/sequence/sequence-run.h"

/** The highest number rose from @p before to @p first, over a gap. */
void sequence_rises_add(struct sequence_counter *counter, uint64_t before, uint64_t first,
                        const struct sequence_arrival *copy);

/** A copy came late with that number and filled a gap. */
void sequence_rises_late(struct sequence_counter *counter, uint64_t number,
                         const struct sequence_arrival *copy, uint32_t extent);

/** A restart: what the numbers rose to before says nothing any more. */
void sequence_rises_forget(struct sequence_counter *counter);

/**
 * The rise whose gap was filled in order, from its front, by several copies; or wholly, if
 * @p copy, which comes next and repeats none, has the number that it rose to. Each is returned
 * once, and only while nothing is pending. NULL: none.
 */
struct sequence_rise *sequence_rise_doubtful(struct sequence_counter *counter,
                                             const struct sequence_copy *copy);

/** Parts @p lower, which has memory of its own, at @p rise, which is not in it: what came from
 * there on becomes @p upper, which is empty. */
void sequence_rise_part(struct sequence_counter *lower, const struct sequence_rise *rise,
                        struct sequence_counter *upper);

#endif
