/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/base/event-heap.h"

enum { ROOM_LEAST = 16 };

void event_heap_clear(struct event_heap *heap)
{
    g_free(heap->places);
    *heap = (struct event_heap){0};
}

static bool before(const struct event *a, const struct event *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void event_heap_put(struct event_heap *heap, struct event due)
{
    if (heap->count == heap->room) {
        heap->room = MAX(2 * heap->room, ROOM_LEAST);
        heap->places = g_renew(struct event, heap->places, heap->room);
    }
    size_t at = heap->count++;
    for (; at > 0 && before(&due, &heap->places[(at - 1) / 2]); at = (at - 1) / 2)
        heap->places[at] = heap->places[(at - 1) / 2];
    heap->places[at] = due;
}

/* From the top down to its place. */
static void sink(struct event_heap *heap, struct event due)
{
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < heap->count; at = child) {
        if (child + 1 < heap->count && before(&heap->places[child + 1], &heap->places[child]))
            child++;
        if (!before(&heap->places[child], &due))
            break;
        heap->places[at] = heap->places[child];
    }
    heap->places[at] = due;
}

void event_heap_delay_first(struct event_heap *heap, int64_t at)
{
    struct event first = heap->places[0];
    first.at = at;
    sink(heap, first);
}

void event_heap_drop_first(struct event_heap *heap)
{
    if (--heap->count > 0)
        sink(heap, heap->places[heap->count]);
}
