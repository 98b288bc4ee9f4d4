/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The copies that a trial keeps, so that they can be read again as those of several counters. Part
 * of core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_TRIAL_COPIES_H
#define CORE_SEQUENCE_SEQUENCE_TRIAL_COPIES_H

#include "core/sequence/sequence-internal.h"

/** `group` of a copy that belongs to no counter. */
enum { SEQUENCE_TRIAL_NO_GROUP = UINT8_MAX };

struct sequence_trial_copy {
    struct sequence_copy copy; /* without its label */
    struct sequence_label label;
    uint8_t group; /* 0: that of the copies before the trial */
};

/** All zero: none is kept. */
struct sequence_trial_copies {
    struct sequence_trial_copy *items;
    uint32_t count;
    uint32_t capacity;
};

/** Keeps a copy, in group 0. */
struct sequence_trial_copy *sequence_trial_copies_keep(struct sequence_trial_copies *copies,
                                                       const struct sequence_copy *copy);

/** Gives @p copies memory of their own. */
void sequence_trial_copies_clone(struct sequence_trial_copies *copies);

void sequence_trial_copies_clear(struct sequence_trial_copies *copies);

/** Bytes beyond the struct. */
size_t sequence_trial_copies_memory(const struct sequence_trial_copies *copies);

#endif
