/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Copies that leave later than they were made, in the order in which they are due: a heap.
 *
 * What "due" counts is up to the user of the queue: time, or copies. Of those due together, the
 * first that was put in leaves first.
 */
#ifndef GENERATOR_DEPARTURE_QUEUE_H
#define GENERATOR_DEPARTURE_QUEUE_H

#include "generator/sent-copy.h"

/** A copy on its way, with its bytes. */
struct parcel {
    int64_t due;
    uint64_t order; /* among those due together */
    void *owner;    /* the session it is of */
    struct sent_copy copy;
    size_t len;
    uint8_t data[];
};

struct departure_queue {
    GPtrArray *heap; /* struct parcel */
    uint64_t order;
    size_t bytes; /* of memory, all in all */
};

void departure_queue_init(struct departure_queue *queue);
void departure_queue_clear(struct departure_queue *queue);

/** A parcel with a copy of @p packet; free with g_free(). */
struct parcel *parcel_new(void *owner, const struct sent_copy *copy, struct bytes packet);

/** Takes the parcel. FALSE if those under way would then take more memory than a program should. */
gboolean departure_queue_put(struct departure_queue *queue, struct parcel *parcel, int64_t due,
                             GError **error);

/** When the first is due; INT64_MAX for none. */
static inline int64_t departure_queue_due(const struct departure_queue *queue)
{
    if (queue->heap->len == 0)
        return INT64_MAX;
    return ((const struct parcel *)g_ptr_array_index(queue->heap, 0))->due;
}

/** Hands out the first; there is one. */
struct parcel *departure_queue_take(struct departure_queue *queue);

#endif
