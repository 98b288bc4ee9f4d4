/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What is due first: a heap, so that finding it among thousands takes no more than a few
 * comparisons. Of those due together, it is the one with the lowest order.
 */
#ifndef GENERATOR_BASE_EVENT_HEAP_H
#define GENERATOR_BASE_EVENT_HEAP_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct due {
    int64_t at;
    uint64_t order; /* no two have the same */
    void *item;     /* the user's */
};

/** All 0 is empty. */
struct due_heap {
    struct due *places;
    size_t count;
    size_t room;
};

/** Frees the places, not the items. The heap is empty then. */
void due_heap_clear(struct due_heap *heap);

void due_heap_put(struct due_heap *heap, struct due due);

/** NULL: nothing is due. */
static inline const struct due *due_heap_first(const struct due_heap *heap)
{
    return heap->count > 0 ? heap->places : NULL;
}

/** What was first is due again then; there is one. */
void due_heap_delay_first(struct due_heap *heap, int64_t at);

/** ... or no more. */
void due_heap_drop_first(struct due_heap *heap);

#endif
