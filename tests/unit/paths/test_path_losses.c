/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-losses.h"

#include <glib.h>

static void test_by_chance(void)
{
    for (guint32 seed = 1; seed <= 200; seed++) {
        struct path_losses losses = {.count = 0};
        GRand *rand = g_rand_new_with_seed(seed);
        for (uint64_t place = 0; place < 40000; place++)
            if (g_rand_double(rand) < 0.001)
                path_losses_add(&losses, place);
        g_assert_cmpuint(path_losses_burst(&losses), ==, 0);
        g_rand_free(rand);
    }
}

/* Each tenth frame is lost where a burst is, also when they are told in another order. */
static void test_bursts(void)
{
    struct path_losses losses = {.count = 0};
    for (uint64_t lost = 0; lost < 6; lost++)
        for (uint64_t burst = 0; burst < 10; burst++)
            if (burst == 7 || lost < 4)
                path_losses_add(&losses, burst * 5000 + lost * 10);
    g_assert_cmpuint(path_losses_burst(&losses), ==, 6);
}

static void test_one_burst(void)
{
    struct path_losses losses = {.count = 0};
    for (uint64_t place = 0; place < 30; place++)
        path_losses_add(&losses, 1000 + place);
    g_assert_cmpuint(path_losses_burst(&losses), ==, 0); /* on average they are as close */
    path_losses_add(&losses, 100000);
    g_assert_cmpuint(path_losses_burst(&losses), ==, 30);
    path_losses_remove(&losses, 100000);
    g_assert_cmpuint(path_losses_burst(&losses), ==, 0);
}

static void test_too_few(void)
{
    struct path_losses losses = {.count = 0};
    path_losses_add(&losses, 0);
    for (uint64_t place = 0; place < 14; place++)
        path_losses_add(&losses, 100000 + place);
    g_assert_cmpuint(path_losses_burst(&losses), ==, 0);
}

static void test_more_than_have_room(void)
{
    struct path_losses losses = {.count = 0};
    for (uint64_t place = 0; place < 10 * PATH_LOSSES_MAX; place++)
        path_losses_add(&losses, 100 * place);
    g_assert_cmpuint(losses.count, ==, PATH_LOSSES_MAX);
    g_assert_cmpuint(path_losses_burst(&losses), ==, 0);
}

static void test_long_ones(void)
{
    struct path_losses losses = {.count = 0};
    g_assert_false(path_losses_are_long(&losses, 0, 0));
    for (unsigned i = 0; i < 7000; i++)
        path_losses_add_passed(&losses, 60);
    for (unsigned i = 0; i < 3000; i++)
        path_losses_add_passed(&losses, 1514);
    /* Of three frames in ten: 0.3 ** 8 is 7e-5. */
    g_assert_false(path_losses_are_long(&losses, 7, 1514));
    g_assert_true(path_losses_are_long(&losses, 8, 1514));
    g_assert_false(path_losses_are_long(&losses, 1000, 60));
    g_assert_true(path_losses_are_long(&losses, 1000, 100));
    path_losses_add_passed(&losses, UINT32_MAX);
    g_assert_true(path_losses_are_long(&losses, 3, UINT32_MAX));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/path-losses/by-chance", test_by_chance);
    g_test_add_func("/path-losses/bursts", test_bursts);
    g_test_add_func("/path-losses/one-burst", test_one_burst);
    g_test_add_func("/path-losses/too-few", test_too_few);
    g_test_add_func("/path-losses/more-than-have-room", test_more_than_have_room);
    g_test_add_func("/path-losses/long-ones", test_long_ones);
    return g_test_run();
}
