/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A queue for each counter that has a gap open, in order of numbers, and one list of these queues
 * in order of time: the one that opened its gap first comes first, as all wait equally long.
 */
#include "collector/handoff/frame-order.h"

#include <glib.h>
#include <string.h>

struct waiting_frame {
    struct packet packet; /* its bytes stand behind */
    uint32_t number;
    uint64_t arrival; /* counts the frames that were taken */
    uint8_t bytes[];
};

/* The frames of one counter that wait. */
struct counter_queue {
    const void *counter;
    GSequence *frames; /* struct waiting_frame, by number */
    GList link;        /* in frame_order.queues */
    int64_t until_ns;
    uint64_t missing; /* numbers before its frames */
};

struct frame_order {
    int64_t wait_ns;
    size_t room;
    size_t used;
    struct packet_sink sink;
    GHashTable *by_counter; /* struct counter_queue */
    GQueue queues;          /* the first is due first */
    uint64_t arrivals;
    struct frame_order_counts counts;
};

struct frame_order *frame_order_new(int64_t wait_ns, size_t room, const struct packet_sink *sink)
{
    struct frame_order *order = g_new0(struct frame_order, 1);
    order->wait_ns = wait_ns;
    order->room = room;
    order->sink = *sink;
    order->by_counter = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_queue_init(&order->queues);
    return order;
}

static size_t cost_of(const struct waiting_frame *frame)
{
    return sizeof *frame + frame->packet.bytes.len;
}

/* Hands on all frames of the queue and closes it. */
static void release(struct frame_order *order, struct counter_queue *queue)
{
    uint64_t latest = 0;
    for (GSequenceIter *at = g_sequence_get_begin_iter(queue->frames); !g_sequence_iter_is_end(at);
         at = g_sequence_iter_next(at)) {
        const struct waiting_frame *frame = g_sequence_get(at);
        order->counts.reordered += frame->arrival < latest;
        latest = MAX(latest, frame->arrival);
        packet_put(&order->sink, &frame->packet);
        order->used -= cost_of(frame);
    }
    g_sequence_free(queue->frames);
    g_queue_unlink(&order->queues, &queue->link);
    g_hash_table_remove(order->by_counter, queue->counter);
    g_free(queue);
}

static struct counter_queue *first_due(const struct frame_order *order)
{
    return order->queues.head != NULL ? order->queues.head->data : NULL;
}

void frame_order_free(struct frame_order *order)
{
    if (order == NULL)
        return;
    struct counter_queue *queue;
    while ((queue = first_due(order)) != NULL)
        release(order, queue);
    g_hash_table_destroy(order->by_counter);
    g_free(order);
}

void frame_order_pass_time(struct frame_order *order, int64_t now_ns)
{
    struct counter_queue *queue;
    while ((queue = first_due(order)) != NULL && queue->until_ns <= now_ns)
        release(order, queue);
}

/* Numbers that wait lie close together. Therefore 30 bits compare them, over a wrap at 32 bits and
 * at 30 (quirk Q4, 30-bit sequence). Of equal numbers the first to arrive comes first. */
static gint compare(gconstpointer first, gconstpointer second, gpointer unused)
{
    (void)unused;
    const struct waiting_frame *one = first;
    const struct waiting_frame *other = second;
    enum { WIDTH = 30 };
    uint32_t distance = (other->number - one->number) << (32 - WIDTH);
    if (distance == 0)
        return one->arrival < other->arrival ? -1 : 1;
    return distance < UINT32_C(1) << 31 ? -1 : 1;
}

static struct waiting_frame *copy_frame(struct frame_order *order, const struct packet *packet,
                                        uint32_t number)
{
    struct waiting_frame *frame = g_malloc(sizeof *frame + packet->bytes.len);
    frame->packet = *packet;
    if (packet->bytes.len > 0)
        memcpy(frame->bytes, packet->bytes.data, packet->bytes.len);
    frame->packet.bytes.data = frame->bytes;
    frame->number = number;
    frame->arrival = ++order->arrivals;
    return frame;
}

static struct counter_queue *open_queue(struct frame_order *order,
                                        const struct frame_number *number, int64_t now_ns)
{
    struct counter_queue *queue = g_new0(struct counter_queue, 1);
    queue->counter = number->counter;
    queue->until_ns = now_ns + order->wait_ns;
    queue->link.data = queue;
    queue->frames = g_sequence_new(g_free);
    g_queue_push_tail_link(&order->queues, &queue->link);
    g_hash_table_insert(order->by_counter, (void *)number->counter, queue);
    return queue;
}

static void make_room(struct frame_order *order)
{
    while (order->used > order->room && order->queues.head != NULL) {
        order->counts.crowded++;
        release(order, first_due(order));
    }
}

/* Its number says nothing of its place among those that wait. */
static bool is_of_no_run(const struct sequence_finding *finding)
{
    return finding->kind == SEQUENCE_RESTART ||
           (finding->kind == SEQUENCE_PENDING && finding->taken_for == SEQUENCE_PENDING);
}

/* The one in which the frame waits; NULL: it passes at once. */
static struct counter_queue *queue_of(struct frame_order *order, const struct frame_number *number,
                                      int64_t now_ns)
{
    if (number->counter == NULL)
        return NULL;
    struct counter_queue *queue = g_hash_table_lookup(order->by_counter, number->counter);
    if (queue == NULL && number->finding->kind == SEQUENCE_GAP && order->wait_ns > 0)
        return open_queue(order, number, now_ns);
    if (queue == NULL || !is_of_no_run(number->finding))
        return queue;
    if (number->finding->kind == SEQUENCE_RESTART)
        release(order, queue);
    return NULL;
}

/* What the frame says of those that are missing. */
static void follow(struct frame_order *order, struct counter_queue *queue,
                   const struct sequence_finding *finding)
{
    if (finding->kind == SEQUENCE_GAP)
        queue->missing += finding->lost;
    else if (finding->kind == SEQUENCE_LATE && finding->found && queue->missing > 0)
        queue->missing--;
    if (queue->missing == 0)
        release(order, queue);
}

void frame_order_skip(struct frame_order *order, int64_t now_ns, const struct frame_number *number)
{
    frame_order_pass_time(order, now_ns);
    struct counter_queue *queue = queue_of(order, number, now_ns);
    if (queue != NULL)
        follow(order, queue, number->finding);
}

void frame_order_take(struct frame_order *order, const struct packet *packet,
                      const struct frame_number *number)
{
    if (!packet->no_time)
        frame_order_pass_time(order, packet->time_ns);
    struct counter_queue *queue = queue_of(order, number, packet->time_ns);
    if (queue == NULL) {
        if (number->counter != NULL && number->finding->kind == SEQUENCE_LATE)
            order->counts.too_late++;
        packet_put(&order->sink, packet);
        return;
    }
    struct waiting_frame *frame = copy_frame(order, packet, number->number);
    g_sequence_insert_sorted(queue->frames, frame, compare, NULL);
    order->used += cost_of(frame);
    order->counts.waited++;
    follow(order, queue, number->finding);
    make_room(order);
}

struct frame_order_counts frame_order_counts(const struct frame_order *order)
{
    return order->counts;
}
