/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/base/event-heap.h"

enum { ITEMS = 37, TURNS = 5000 };

/* The plain way: look at all of them. G_MAXINT64: not due any more. */
static guint first_of(const int64_t *times)
{
    guint first = 0;
    for (guint i = 1; i < ITEMS; i++)
        if (times[i] < times[first])
            first = i;
    return first;
}

static void test_order(void)
{
    GRand *random = g_rand_new_with_seed(1);
    int64_t times[ITEMS];
    struct event_heap heap = {0};
    for (guint i = ITEMS; i-- > 0;) {
        times[i] = g_rand_int_range(random, 0, 5);
        event_heap_put(&heap, (struct event){times[i], i, NULL});
    }
    unsigned events = 0;
    for (const struct event *first; (first = event_heap_first(&heap)) != NULL; events++) {
        guint number = first_of(times);
        g_assert_cmpuint(first->order, ==, number);
        g_assert_cmpint(first->at, ==, times[number]);
        if (events < TURNS) {
            times[number] += g_rand_int_range(random, 0, 5); /* often none, and often together */
            event_heap_delay_first(&heap, times[number]);
        } else {
            times[number] = G_MAXINT64;
            event_heap_drop_first(&heap);
        }
    }
    g_assert_cmpuint(events, ==, TURNS + ITEMS);
    event_heap_clear(&heap);
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/due-heap/order", test_order);
    return g_test_run();
}
