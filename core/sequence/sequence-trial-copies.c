/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-trial-copies.h"

#include <glib.h>

enum { CAPACITY_LEAST = 16 };

struct sequence_trial_copy *sequence_trial_copies_keep(struct sequence_trial_copies *copies,
                                                       const struct sequence_copy *copy)
{
    if (copies->count == copies->capacity) {
        copies->capacity = MAX(CAPACITY_LEAST, copies->capacity * 2);
        copies->items = g_renew(struct sequence_trial_copy, copies->items, copies->capacity);
    }
    struct sequence_trial_copy *kept = &copies->items[copies->count++];
    *kept = (struct sequence_trial_copy){.copy = *copy};
    if (copy->label != NULL)
        kept->label = *copy->label;
    kept->copy.label = NULL; /* it belongs to the caller */
    return kept;
}

void sequence_trial_copies_clone(struct sequence_trial_copies *copies)
{
    copies->items = g_memdup2(copies->items, copies->capacity * sizeof *copies->items);
}

void sequence_trial_copies_clear(struct sequence_trial_copies *copies)
{
    g_free(copies->items);
    *copies = (struct sequence_trial_copies){0};
}

size_t sequence_trial_copies_memory(const struct sequence_trial_copies *copies)
{
    return copies->capacity * sizeof *copies->items;
}
