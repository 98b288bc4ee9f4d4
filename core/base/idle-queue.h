/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Chooses the entry to evict when memory is full: first entries that were used once and never
 * again, the oldest first; then those that were used least recently and least often. So a flood of
 * spoofed sessions evicts its own entries, and sessions in use stay.
 *
 * The owner counts the uses; the queue reads the counts only when it must evict. Each time an entry
 * is examined its count is halved, so the cost is bounded by the number of uses.
 */
#ifndef CORE_BASE_IDLE_QUEUE_H
#define CORE_BASE_IDLE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A member of each thing in the queue. */
struct idle_link {
    struct idle_link *next;
    struct idle_link *before;
    uint64_t seen; /* uses that are already discounted */
    bool lasting;  /* used more than once */
};

struct idle_list {
    struct idle_link *first;
    struct idle_link *last;
    size_t count;
};

/** All zero to begin with. */
struct idle_queue {
    struct idle_list fresh;   /* in order of insertion */
    struct idle_list lasting; /* in order of the last look at them */
};

/** Adds a thing that is new. */
void idle_queue_add(struct idle_queue *queue, struct idle_link *link);

void idle_queue_remove(struct idle_queue *queue, struct idle_link *link);

/**
 * Removes the thing to forget.
 *
 * @param uses  returns how often a thing was used, its begin included. It never falls.
 * @return NULL if the queue is empty.
 */
struct idle_link *idle_queue_evict(struct idle_queue *queue,
                                   uint64_t (*uses)(const struct idle_link *link));

#endif
