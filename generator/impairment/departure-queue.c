/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/impairment/departure-queue.h"

#include "common/errors.h"

/* What a parcel takes beside itself, at most: its place here and in the arrivals, in arrays that
 * double, and malloc's own. */
enum { PARCEL_PLACES = 112 };

static const size_t bytes_max = (size_t)1 << 30;

static size_t weight(const struct parcel *parcel)
{
    return sizeof *parcel + parcel->len + PARCEL_PLACES;
}

void departure_queue_init(struct departure_queue *queue)
{
    *queue = (struct departure_queue){0};
}

void departure_queue_clear(struct departure_queue *queue)
{
    for (size_t i = 0; i < queue->heap.count; i++)
        g_free(queue->heap.places[i].item);
    event_heap_clear(&queue->heap);
}

struct parcel *parcel_new(void *owner, const struct sent_copy *copy, struct bytes packet)
{
    struct parcel *parcel = g_malloc(sizeof *parcel + packet.len);
    parcel->owner = owner;
    parcel->copy = *copy;
    parcel->len = packet.len;
    memcpy(parcel->data, packet.data, packet.len);
    return parcel;
}

gboolean departure_queue_put(struct departure_queue *queue, struct parcel *parcel, int64_t due,
                             GError **error)
{
    if (queue->bytes + weight(parcel) > bytes_max) {
        g_free(parcel);
        return fail(error, STATUS_FAILED,
                    "more copies are late at the same time than 1 GiB of memory holds");
    }
    queue->bytes += weight(parcel);
    event_heap_put(&queue->heap, (struct event){due, queue->order++, parcel});
    return TRUE;
}

struct parcel *departure_queue_take(struct departure_queue *queue)
{
    struct parcel *first = event_heap_first(&queue->heap)->item;
    event_heap_drop_first(&queue->heap);
    queue->bytes -= weight(first);
    return first;
}
