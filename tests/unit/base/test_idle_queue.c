/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/idle-queue.h"

#include <glib.h>

enum { THINGS = 64 };

struct thing {
    struct idle_link link;
    uint64_t uses;
};

static uint64_t uses(const struct idle_link *link)
{
    return ((const struct thing *)link)->uses;
}

static struct thing *victim(struct idle_queue *queue)
{
    return (struct thing *)idle_queue_evict(queue, uses);
}

static void begin(struct idle_queue *queue, struct thing *thing)
{
    thing->uses = 1;
    idle_queue_add(queue, &thing->link);
}

static void test_an_empty_one(void)
{
    struct idle_queue queue = {0};
    g_assert_null(victim(&queue));
}

/* Those used once go in the order in which they began, those in use stay. */
static void test_used_once(void)
{
    struct idle_queue queue = {0};
    struct thing things[THINGS];
    for (size_t i = 0; i < THINGS; i++)
        begin(&queue, &things[i]);
    for (size_t i = 0; i < THINGS; i += 2)
        things[i].uses = 2 + i;
    for (size_t i = 1; i < THINGS * 3 / 4; i += 2)
        g_assert_true(victim(&queue) == &things[i]);
}

/* Where all were used more than once, one that is silent since the last look goes. */
static void test_the_longest_silent(void)
{
    struct idle_queue queue = {0};
    struct thing things[3];
    for (size_t i = 0; i < 3; i++) {
        begin(&queue, &things[i]);
        things[i].uses = 10;
    }
    g_assert_true(victim(&queue) == &things[0]);
    things[1].uses++;
    g_assert_true(victim(&queue) == &things[2]);
    g_assert_true(victim(&queue) == &things[1]);
    g_assert_null(victim(&queue));
}

/* In a flood of things used once, one in use stays, and one that begins amid it comes to stay. */
static void test_a_flood(void)
{
    enum { FLOOD = 100000 };
    struct idle_queue queue = {0};
    struct thing *flood = g_new0(struct thing, FLOOD);
    struct thing old;
    struct thing late;
    begin(&queue, &old);
    for (size_t i = 0; i < FLOOD; i++) {
        if (queue.fresh.count + queue.lasting.count >= THINGS) {
            const struct thing *gone = victim(&queue);
            g_assert_true(gone != &old && gone != &late);
        }
        begin(&queue, &flood[i]);
        old.uses++;
        if (i == FLOOD / 2)
            begin(&queue, &late);
        if (i > FLOOD / 2 && i % 16 == 0)
            late.uses++;
    }
    g_free(flood);
}

/* Things used several times in a row and then never again do not push out one that is in use. */
static void test_a_flood_of_several(void)
{
    enum { FLOOD = 20000 };
    struct idle_queue queue = {0};
    struct thing *flood = g_new0(struct thing, FLOOD);
    struct thing old;
    begin(&queue, &old);
    for (size_t i = 0; i < FLOOD; i++) {
        if (queue.fresh.count + queue.lasting.count >= THINGS)
            g_assert_true(victim(&queue) != &old);
        begin(&queue, &flood[i]);
        flood[i].uses = 3;
        old.uses++;
    }
    g_free(flood);
}

static void test_removal(void)
{
    struct idle_queue queue = {0};
    struct thing things[4];
    for (size_t i = 0; i < 4; i++)
        begin(&queue, &things[i]);
    idle_queue_remove(&queue, &things[0].link);
    idle_queue_remove(&queue, &things[2].link);
    g_assert_true(victim(&queue) == &things[1]);
    idle_queue_remove(&queue, &things[3].link);
    g_assert_null(victim(&queue));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/idle-queue/empty", test_an_empty_one);
    g_test_add_func("/idle-queue/used-once", test_used_once);
    g_test_add_func("/idle-queue/longest-silent", test_the_longest_silent);
    g_test_add_func("/idle-queue/flood", test_a_flood);
    g_test_add_func("/idle-queue/flood-of-several", test_a_flood_of_several);
    g_test_add_func("/idle-queue/removal", test_removal);
    return g_test_run();
}
