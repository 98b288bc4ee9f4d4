/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/turn-queue.h"

void turn_queue_init(struct turn_queue *queue, guint players)
{
    *queue = (struct turn_queue){g_new(struct turn, players), 0};
}

void turn_queue_clear(struct turn_queue *queue)
{
    g_free(queue->turns);
    *queue = (struct turn_queue){0};
}

static bool before(const struct turn *a, const struct turn *b)
{
    return a->time_ns != b->time_ns ? a->time_ns < b->time_ns : a->number < b->number;
}

void turn_queue_put(struct turn_queue *queue, struct turn turn)
{
    guint at = queue->count++;
    for (; at > 0 && before(&turn, &queue->turns[(at - 1) / 2]); at = (at - 1) / 2)
        queue->turns[at] = queue->turns[(at - 1) / 2];
    queue->turns[at] = turn;
}

/* From the top down to its place. */
static void sink(struct turn_queue *queue, struct turn turn)
{
    guint at = 0;
    for (guint child; (child = 2 * at + 1) < queue->count; at = child) {
        if (child + 1 < queue->count && before(&queue->turns[child + 1], &queue->turns[child]))
            child++;
        if (!before(&queue->turns[child], &turn))
            break;
        queue->turns[at] = queue->turns[child];
    }
    queue->turns[at] = turn;
}

void turn_queue_delay_first(struct turn_queue *queue, int64_t time_ns)
{
    sink(queue, (struct turn){time_ns, queue->turns[0].number});
}

void turn_queue_drop_first(struct turn_queue *queue)
{
    if (--queue->count > 0)
        sink(queue, queue->turns[queue->count]);
}
