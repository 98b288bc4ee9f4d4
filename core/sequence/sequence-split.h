/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Copies that may be those of several counters (quirk Q28, several counters), each given to the
 * counter that it continues. Part of core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_SPLIT_H
#define CORE_SEQUENCE_SEQUENCE_SPLIT_H

#include "core/sequence/sequence-internal.h"

/**
 * Splits @p sequence if the next copy, @p copy, may come from another counter. @p sequence is not
 * split yet. Returns true if it was split.
 */
bool sequence_split_begin(struct sequence *sequence, const struct sequence_copy *copy);

/** Takes the next copy; @p sequence is split, and may not be any more afterwards. */
struct sequence_finding sequence_split_take(struct sequence *sequence,
                                            const struct sequence_copy *copy);

/** Counters that go on side by side, 1 or more; @p apart: as sequence_counters() has it. */
unsigned sequence_split_counters(const struct sequence_split *split, unsigned *apart);

const struct sequence_counts *sequence_split_counts(const struct sequence_split *split);
size_t sequence_split_memory(const struct sequence_split *split);
struct sequence_split *sequence_split_clone(const struct sequence_split *split);
void sequence_split_set_low_memory(struct sequence_split *split, bool low_memory);
void sequence_split_free(struct sequence_split *split);

#endif
