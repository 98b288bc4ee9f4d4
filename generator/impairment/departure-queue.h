/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Copies that leave later than they were made, in the order in which they are due: a heap.
 *
 * What "due" counts is up to the user of the queue: time, or copies. Of those due together, the
 * first that was put in leaves first.
 */
#ifndef GENERATOR_IMPAIRMENT_DEPARTURE_QUEUE_H
#define GENERATOR_IMPAIRMENT_DEPARTURE_QUEUE_H

#include "generator/base/event-heap.h"
#include "generator/impairment/sent-copy.h"

/** A copy on its way, with its bytes. */
struct parcel {
    void *owner; /* the session it is of */
    struct sent_copy copy;
    size_t len;
    uint8_t data[];
};

struct departure_queue {
    struct event_heap heap; /* of struct parcel */
    uint64_t order;         /* of the next */
    size_t bytes;           /* of memory, all in all */
};

void departure_queue_init(struct departure_queue *queue);
void departure_queue_clear(struct departure_queue *queue);

/** A parcel with a copy of @p packet; free with g_free(). */
struct parcel *parcel_new(void *owner, const struct sent_copy *copy, struct bytes packet);

/** Takes the parcel. FALSE if those under way would then take more memory than a program should. */
gboolean departure_queue_put(struct departure_queue *queue, struct parcel *parcel, int64_t due,
                             GError **error);

static inline bool departure_queue_is_empty(const struct departure_queue *queue)
{
    return event_heap_first(&queue->heap) == NULL;
}

/** When the first is due; INT64_MAX for none. */
static inline int64_t departure_queue_due(const struct departure_queue *queue)
{
    const struct event *first = event_heap_first(&queue->heap);
    return first != NULL ? first->at : INT64_MAX;
}

/** Hands out the first; there is one. */
struct parcel *departure_queue_take(struct departure_queue *queue);

#endif
