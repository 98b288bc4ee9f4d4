/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where copies were lost, given what the machine counted. */
#include <glib.h>

#include "collector/drops/drops.h"
#include "core/base/wide-counter.h"

static const struct {
    uint64_t lost;
    struct drop_counters drops;
    struct own_drops own;
    struct losses want; /* without lost */
} cases[] = {
    /* nothing dropped here */
    {10, {0}, {0}, {.on_the_way = 10}},
    {0, {.missed = 5}, {.ring = 7}, {0}},
    /* each place alone */
    {10, {.missed = 3, .fifo = 2, .errors = 1}, {0}, {.interface = 6, .on_the_way = 4}},
    {10, {0}, {.ring = 4}, {.kernel = 4, .on_the_way = 6}},
    {10, {.backlog = 4}, {0}, {.kernel = 4, .on_the_way = 6}},
    {10, {0}, {.unfollowed = 2}, {.program = 2, .on_the_way = 8}},
    /* drops of other packets explain no more than is lost */
    {10, {.missed = 100}, {.ring = 4}, {.kernel = 4, .interface = 6}},
    {10, {.missed = 100}, {.ring = 100}, {.kernel = 10}},
    /* one drop that two counters have: the backlog's, and those of an AF_XDP socket */
    {10, {.dropped = 4, .backlog = 4}, {0}, {.kernel = 4, .on_the_way = 6}},
    {10, {.dropped = 5}, {.ring = 5, .in_interface = 5}, {.kernel = 5, .on_the_way = 5}},
    {10,
     {.dropped = 8},
     {.ring = 5, .in_interface = 5},
     {.kernel = 5, .interface = 3, .on_the_way = 2}},
};

static void test_attribution(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct losses losses = losses_attribute(cases[i].lost, &cases[i].drops, &cases[i].own);
        g_test_message("case %zu", i);
        g_assert_cmpuint(losses.lost, ==, cases[i].lost);
        g_assert_cmpuint(losses.on_the_way, ==, cases[i].want.on_the_way);
        g_assert_cmpuint(losses.interface, ==, cases[i].want.interface);
        g_assert_cmpuint(losses.kernel, ==, cases[i].want.kernel);
        g_assert_cmpuint(losses.program, ==, cases[i].want.program);
    }
}

/* The kernel's counters of 32 bits wrap; what is told of them does not. */
static void test_wrap(void)
{
    uint64_t counter = 0;
    static const struct {
        uint32_t told;
        uint64_t want;
    } steps[] = {
        {UINT32_MAX - 1, UINT32_MAX - UINT64_C(1)},
        {UINT32_MAX - 1, UINT32_MAX - UINT64_C(1)},
        {2, UINT32_MAX + UINT64_C(3)},
        {1, 2 * (UINT64_C(1) << 32) + 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        wide_counter_follow(&counter, steps[i].told);
        g_assert_cmpuint(counter, ==, steps[i].want);
    }
}

static void test_interface_that_is_gone(void)
{
    struct drop_counters counters = {.received = 5, .missed = 3, .queues.dropped[1] = 2};
    drop_counters_follow("no such one", &counters);
    g_assert_cmpuint(counters.received, ==, 5);
    g_assert_cmpuint(counters.missed, ==, 3);
    g_assert_cmpuint(counters.queues.dropped[1], ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drops/attribution", test_attribution);
    g_test_add_func("/drops/wrap", test_wrap);
    g_test_add_func("/drops/interface-that-is-gone", test_interface_that_is_gone);
    return g_test_run();
}
