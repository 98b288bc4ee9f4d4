/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/departure-queue.h"

#include "tool/errors.h"

/* What a parcel takes beside itself, at most: its place here and in the arrivals, in arrays that
 * double, and malloc's own. */
enum { PARCEL_PLACES = 96 };

static const size_t bytes_max = (size_t)1 << 30;

static size_t weight(const struct parcel *parcel)
{
    return sizeof *parcel + parcel->len + PARCEL_PLACES;
}

void departure_queue_init(struct departure_queue *queue)
{
    *queue = (struct departure_queue){.heap = g_ptr_array_new_with_free_func(g_free)};
}

void departure_queue_clear(struct departure_queue *queue)
{
    g_clear_pointer(&queue->heap, g_ptr_array_unref);
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

static bool before(const struct parcel *a, const struct parcel *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void rise(gpointer *heap, guint at)
{
    gpointer parcel = heap[at];
    for (; at > 0 && before(parcel, heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = parcel;
}

static void sink(gpointer *heap, guint count, guint at)
{
    gpointer parcel = heap[at];
    for (guint child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && before(heap[child + 1], heap[child]))
            child++;
        if (!before(heap[child], parcel))
            break;
        heap[at] = heap[child];
    }
    heap[at] = parcel;
}

gboolean departure_queue_put(struct departure_queue *queue, struct parcel *parcel, int64_t due,
                             GError **error)
{
    if (queue->bytes + weight(parcel) > bytes_max) {
        g_free(parcel);
        return fail(error, STATUS_FAILED,
                    "more copies are late at the same time than 1 GiB of memory holds");
    }
    parcel->due = due;
    parcel->order = queue->order++;
    queue->bytes += weight(parcel);
    g_ptr_array_add(queue->heap, parcel);
    rise(queue->heap->pdata, queue->heap->len - 1);
    return TRUE;
}

struct parcel *departure_queue_take(struct departure_queue *queue)
{
    struct parcel *first = g_ptr_array_steal_index_fast(queue->heap, 0);
    if (queue->heap->len > 0)
        sink(queue->heap->pdata, queue->heap->len, 0);
    queue->bytes -= weight(first);
    return first;
}
