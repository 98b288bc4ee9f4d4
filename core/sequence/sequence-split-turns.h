/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Counters that take turns (quirk Q28, several counters): each sends many copies in a row. Where
 * one begins, another seems to restart. But one that restarted does not go on with its old numbers.
 * Part of core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_SPLIT_TURNS_H
#define CORE_SEQUENCE_SEQUENCE_SPLIT_TURNS_H

#include "core/sequence/sequence-split-tracks.h"

/** True if @p copy, the next one, has exactly the next number of a run that ended some copies ago.
 */
bool sequence_turns_are_due(const struct sequence_counter *counter,
                            const struct sequence_copy *copy);

/**
 * A split with a track for each run of @p counter; a run that went on at the next number of another
 * is of the same track. What @p counter made of the copies holds until counters are proved.
 *
 * @param counter  is moved into split->single, and empty afterwards.
 */
struct sequence_split *sequence_turns_new(struct sequence_counter *counter,
                                          enum sequence_recording recording);

/** True if no track has been resumed for so long that the runs were those of one counter. */
bool sequence_turns_ended(const struct sequence_split *split);

/** True if the track is a counter that takes turns with others. */
bool sequence_turns_prove(const struct sequence_split *split, const struct sequence_track *track);

#endif
