/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/idle-queue.h"

/* New entries keep at least one in so many places, so that a new session lives long enough to be
 * used again. */
enum { FRESH_SHARE = 8 };

static void append(struct idle_list *list, struct idle_link *link)
{
    link->next = NULL;
    link->before = list->last;
    if (list->last != NULL)
        list->last->next = link;
    else
        list->first = link;
    list->last = link;
    list->count++;
}

static void take_out(struct idle_list *list, struct idle_link *link)
{
    if (link->before != NULL)
        link->before->next = link->next;
    else
        list->first = link->next;
    if (link->next != NULL)
        link->next->before = link->before;
    else
        list->last = link->before;
    list->count--;
}

void idle_queue_add(struct idle_queue *queue, struct idle_link *link)
{
    link->seen = 0;
    link->lasting = false;
    append(&queue->fresh, link);
}

void idle_queue_remove(struct idle_queue *queue, struct idle_link *link)
{
    take_out(link->lasting ? &queue->lasting : &queue->fresh, link);
}

static bool fresh_are_many(const struct idle_queue *queue)
{
    return queue->fresh.count > (queue->fresh.count + queue->lasting.count) / FRESH_SHARE ||
           queue->lasting.count == 0;
}

struct idle_link *idle_queue_evict(struct idle_queue *queue,
                                   uint64_t (*uses)(const struct idle_link *link))
{
    for (;;) {
        bool fresh = fresh_are_many(queue);
        struct idle_list *list = fresh ? &queue->fresh : &queue->lasting;
        struct idle_link *link = list->first;
        if (link == NULL)
            return NULL;
        uint64_t now = uses(link);
        take_out(list, link);
        if (now - link->seen <= 1)
            return link;
        if (link->lasting)
            link->seen = now - (now - link->seen) / 2;
        link->lasting = true;
        append(&queue->lasting, link);
    }
}
