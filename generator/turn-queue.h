/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Whose turn is next: of those at the same time, the one with the lowest number. A heap, so that a
 * turn among thousands of players costs no more than a few comparisons.
 */
#ifndef GENERATOR_TURN_QUEUE_H
#define GENERATOR_TURN_QUEUE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct turn {
    int64_t time_ns;
    guint number; /* of the player; each has one turn at most */
};

struct turn_queue {
    struct turn *turns;
    guint count;
};

/** @param players  how many there can be. */
void turn_queue_init(struct turn_queue *queue, guint players);
void turn_queue_clear(struct turn_queue *queue);

void turn_queue_put(struct turn_queue *queue, struct turn turn);

/** NULL: no one has a turn. */
static inline const struct turn *turn_queue_first(const struct turn_queue *queue)
{
    return queue->count > 0 ? queue->turns : NULL;
}

/** The player whose turn was first has the next one then. */
void turn_queue_delay_first(struct turn_queue *queue, int64_t time_ns);

/** ... or none any more. */
void turn_queue_drop_first(struct turn_queue *queue);

#endif
