/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Batches are numbers in an array; the thread must take each once, in order, before its place is
 * used again. */
#include "collector/meter/batch-thread.h"

#include <glib.h>

enum { PLACES = 4 };

struct numbers {
    unsigned batches[PLACES];
    unsigned next; /* the number that the thread must take */
    unsigned pause_us;
};

static void take(void *context, size_t place)
{
    struct numbers *numbers = context;
    g_assert_cmpuint(numbers->batches[place], ==, numbers->next);
    numbers->batches[place] = 0;
    numbers->next++;
    if (numbers->pause_us > 0)
        g_usleep(numbers->pause_us);
}

static size_t put(struct batch_thread *thread, struct numbers *numbers, size_t place,
                  unsigned count)
{
    g_assert_cmpuint(numbers->batches[place], ==, 0); /* free */
    numbers->batches[place] = count;
    return batch_thread_put(thread);
}

/* However many there are: a multiple of the places, fewer than half of them, or more than all. */
static void test_wait(void)
{
    struct numbers numbers = {.next = 1};
    struct batch_thread *thread = batch_thread_new(PLACES, take, &numbers);
    size_t place = 0;
    unsigned count = 0;
    g_assert_nonnull(thread);
    batch_thread_wait(thread); /* for nothing */
    for (unsigned more = 1; more < 3 * PLACES; more++) {
        for (unsigned i = 0; i < more; i++)
            place = put(thread, &numbers, place, ++count);
        batch_thread_wait(thread);
        g_assert_cmpuint(numbers.next, ==, count + 1);
        batch_thread_wait(thread);
    }
    batch_thread_free(thread);
}

/* Who fills is faster, or slower, than the thread. */
static void test_pace(void)
{
    for (unsigned slow = 0; slow < 2; slow++) {
        struct numbers numbers = {.next = 1, .pause_us = slow == 0 ? 20 : 0};
        struct batch_thread *thread = batch_thread_new(PLACES, take, &numbers);
        size_t place = 0;
        for (unsigned count = 1; count <= 300; count++) {
            if (slow == 1 && count % PLACES == 0)
                g_usleep(20);
            place = put(thread, &numbers, place, count);
        }
        batch_thread_wait(thread);
        g_assert_cmpuint(numbers.next, ==, 301);
        batch_thread_free(thread);
    }
}

/* What was put is taken before the end. */
static void test_end(void)
{
    for (unsigned count = 0; count <= PLACES; count++) {
        struct numbers numbers = {.next = 1};
        struct batch_thread *thread = batch_thread_new(PLACES, take, &numbers);
        size_t place = 0;
        for (unsigned i = 1; i <= count; i++)
            place = put(thread, &numbers, place, i);
        batch_thread_free(thread);
        g_assert_cmpuint(numbers.next, ==, count + 1);
    }
    batch_thread_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/batch-thread/wait", test_wait);
    g_test_add_func("/batch-thread/pace", test_pace);
    g_test_add_func("/batch-thread/end", test_end);
    return g_test_run();
}
