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

struct event {
    int64_t at;
    uint64_t order; /* no two have the same */
    void *item;     /* the user's */
};

/** All 0 is empty. */
struct event_heap {
    struct event *places;
    size_t count;
    size_t room;
};

/** Frees the places, not the items. The heap is empty then. */
void event_heap_clear(struct event_heap *heap);

void event_heap_put(struct event_heap *heap, struct event due);

/** NULL: nothing is due. */
static inline const struct event *event_heap_first(const struct event_heap *heap)
{
    return heap->count > 0 ? heap->places : NULL;
}

/** What was first is due again then; there is one. */
void event_heap_delay_first(struct event_heap *heap, int64_t at);

/** ... or no more. */
void event_heap_drop_first(struct event_heap *heap);

#endif
