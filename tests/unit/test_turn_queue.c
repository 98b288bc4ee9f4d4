/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/turn-queue.h"

enum { PLAYERS = 37, TURNS = 5000 };

/* The plain way: look at all of them. G_MAXINT64: has no turn any more. */
static guint first_of(const int64_t *times)
{
    guint first = 0;
    for (guint i = 1; i < PLAYERS; i++)
        if (times[i] < times[first])
            first = i;
    return first;
}

static void test_order(void)
{
    GRand *random = g_rand_new_with_seed(1);
    int64_t times[PLAYERS];
    struct turn_queue queue;
    turn_queue_init(&queue, PLAYERS);
    for (guint i = PLAYERS; i-- > 0;) {
        times[i] = g_rand_int_range(random, 0, 5);
        turn_queue_put(&queue, (struct turn){times[i], i});
    }
    unsigned turns = 0;
    for (const struct turn *turn; (turn = turn_queue_first(&queue)) != NULL; turns++) {
        guint number = first_of(times);
        g_assert_cmpuint(turn->number, ==, number);
        g_assert_cmpint(turn->time_ns, ==, times[number]);
        if (turns < TURNS) {
            times[number] += g_rand_int_range(random, 0, 5); /* often none, and often together */
            turn_queue_delay_first(&queue, times[number]);
        } else {
            times[number] = G_MAXINT64;
            turn_queue_drop_first(&queue);
        }
    }
    g_assert_cmpuint(turns, ==, TURNS + PLAYERS);
    turn_queue_clear(&queue);
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/turn-queue/order", test_order);
    return g_test_run();
}
