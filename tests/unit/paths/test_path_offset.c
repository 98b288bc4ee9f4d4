/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two clocks that know nothing of each other, and frames both ways between them. */
#include "core/paths/path-offset.h"

#include <glib.h>

#define US      NS_PER_US
#define TICK_NS 100

/* What the bound leaves beside the ticks: half a width, a nanosecond, and 3/2 of both ticks and 1.
 */
#define SPARE_NS (5 * TICK_NS + 10)

struct world {
    int64_t b_ahead_ns;  /* B's clock shows so much more than A's at time 0, */
    int64_t b_drift_ppm; /* and runs so much faster */
    struct path_offset there;
    struct path_offset back;
};

static int64_t shown_by_b(const struct world *world, int64_t time_ns)
{
    return time_ns + world->b_ahead_ns + time_ns / 1000000 * world->b_drift_ppm;
}

static struct path_sighting at_a(int64_t time_ns)
{
    return (struct path_sighting){.clock = 7,
                                  .method = CLOCK_COUNTER_32,
                                  .time_ns = time_ns / TICK_NS * TICK_NS,
                                  .tick_ps = TICK_NS * 1000};
}

static struct path_sighting at_b(const struct world *world, int64_t time_ns)
{
    return (struct path_sighting){.clock = 5,
                                  .method = CLOCK_COUNTER_32,
                                  .time_ns = shown_by_b(world, time_ns) / TICK_NS * TICK_NS,
                                  .tick_ps = TICK_NS * 1000};
}

static bool send(struct world *world, bool to_b, int64_t time_ns, int64_t took_ns,
                 struct path_delay *delay)
{
    const struct path_sighting a = at_a(to_b ? time_ns : time_ns + took_ns);
    const struct path_sighting b = at_b(world, to_b ? time_ns + took_ns : time_ns);
    return to_b ? path_offset_take(&world->there, &world->back, &a, &b, delay)
                : path_offset_take(&world->back, &world->there, &b, &a, delay);
}

static void assert_right(const struct path_delay *delay, int64_t took_ns, int64_t within_ns)
{
    int64_t uncertainty_ns = (int64_t)delay->uncertainty_ps / 1000;
    g_assert_cmpint(delay->basis, ==, PATH_FREE_CLOCKS);
    g_assert_cmpint(ABS(delay->ns - took_ns), <=, uncertainty_ns);
    g_assert_cmpint(uncertainty_ns, <=, within_ns);
}

static void test_nothing_came_back(void)
{
    struct world world = {.b_ahead_ns = 123456789};
    struct path_delay delay;
    for (int i = 0; i < 10; i++)
        g_assert_false(send(&world, true, i * 100 * US, 50 * US, &delay));
}

/* 50 us there and 30 us back: each delay is known to 40 us. */
static void test_half_of_there_and_back(void)
{
    static const int64_t ahead_ns[] = {0, 123456789, -987654321};
    for (size_t i = 0; i < G_N_ELEMENTS(ahead_ns); i++) {
        struct world world = {.b_ahead_ns = ahead_ns[i]};
        struct path_delay delay;
        send(&world, true, 0, 50 * US, &delay);
        g_assert_true(send(&world, false, 10 * US, 30 * US, &delay));
        assert_right(&delay, 30 * US, 40 * US + SPARE_NS);
        /* One that waits is known as well, and to be so much longer. */
        int64_t before_ns = delay.ns;
        g_assert_true(send(&world, false, 20 * US, 530 * US, &delay));
        assert_right(&delay, 530 * US, 40 * US + SPARE_NS + US);
        g_assert_cmpint(ABS(delay.ns - before_ns - 500 * US), <=, 2 * TICK_NS);
    }
}

/* A fast frame narrows the bound for all behind it. */
static void test_the_fastest_counts(void)
{
    struct world world = {.b_ahead_ns = 5000 * US};
    struct path_delay delay;
    send(&world, true, 0, 400 * US, &delay);
    g_assert_true(send(&world, false, 10 * US, 300 * US, &delay));
    assert_right(&delay, 300 * US, 350 * US + SPARE_NS);
    g_assert_true(send(&world, true, 20 * US, 20 * US, &delay));
    assert_right(&delay, 20 * US, 160 * US + SPARE_NS);
    g_assert_true(send(&world, false, 30 * US, 10 * US, &delay));
    assert_right(&delay, 10 * US, 15 * US + SPARE_NS);
}

/* Clocks that drift apart, with long pauses: never wrong, and soon as well known as before. */
static void test_drift(void)
{
    for (int64_t drift_ppm = -190; drift_ppm <= 190; drift_ppm += 95) {
        struct world world = {.b_ahead_ns = -777 * US, .b_drift_ppm = drift_ppm};
        struct path_delay delay;
        int64_t time_ns = 0;
        for (int64_t i = 0; i < 2000; i++) {
            time_ns += i % 100 == 0 ? NS_PER_SECOND : 100 * US;
            int64_t took_ns = (20 + i * 7 % 40) * US;
            bool to_b = i % 2 == 0;
            bool known = send(&world, to_b, time_ns, took_ns, &delay);
            g_assert_cmpint(known, ==, i > 0);
            if (known)
                assert_right(&delay, took_ns, (i % 100 < 50 ? 1000 : 60) * US);
        }
    }
}

/* A clock that is set anew contradicts what was known: it begins anew. */
static void test_jump(void)
{
    static const int64_t jumps_ns[] = {1000 * US, -1000 * US, INT64_C(3600) * NS_PER_SECOND};
    for (size_t i = 0; i < G_N_ELEMENTS(jumps_ns); i++) {
        struct world world = {.b_ahead_ns = 0};
        struct path_delay delay;
        for (int64_t k = 0; k < 10; k++)
            send(&world, k % 2 == 0, k * 100 * US, 50 * US, &delay);
        world.b_ahead_ns = jumps_ns[i];
        for (int64_t k = 10; k < 20; k++) {
            bool known = send(&world, k % 2 == 0, k * 100 * US, 50 * US, &delay);
            if (k >= 12) {
                g_assert_true(known);
                assert_right(&delay, 50 * US, 60 * US);
            }
        }
    }
}

/* One clock, two that tell the time of day, or none: another way knows better. */
static void test_other_clocks(void)
{
    struct world world = {.b_ahead_ns = 0};
    struct path_delay delay;
    struct path_sighting a = at_a(1000 * US);
    struct path_sighting b = at_b(&world, 1050 * US);
    path_offset_take(&world.there, &world.back, &a, &b, &delay);
    g_assert_true(path_offset_take(&world.back, &world.there, &b, &a, &delay));
    struct path_sighting same = b;
    same.clock = a.clock;
    g_assert_false(path_offset_take(&world.back, &world.there, &same, &a, &delay));
    struct path_sighting early = b;
    early.method = CLOCK_UNKNOWN;
    g_assert_false(path_offset_take(&world.back, &world.there, &early, &a, &delay));
    struct path_sighting other = b;
    other.clock = 6; /* nothing is known of this one */
    g_assert_false(path_offset_take(&world.back, &world.there, &other, &a, &delay));
}

/* Whatever a header says, nothing overflows, and nothing is told that is not bounded. */
static void test_far_times(void)
{
    static const int64_t times_ns[] = {
        0, 1, -1, INT64_MAX, INT64_MIN, TIME_END_NS - 1, 1 - TIME_END_NS, 1000 * NS_PER_SECOND};
    struct world world = {.b_ahead_ns = 0};
    for (size_t i = 0; i < G_N_ELEMENTS(times_ns); i++)
        for (size_t k = 0; k < G_N_ELEMENTS(times_ns); k++)
            for (size_t way = 0; way < 2; way++) {
                struct path_sighting a = at_a(0);
                struct path_sighting b = at_b(&world, 0);
                struct path_delay delay = {.ns = 0};
                a.time_ns = times_ns[i];
                b.time_ns = times_ns[k];
                a.tick_ps = i % 2 == 0 ? UINT64_MAX : 100000;
                if (way == 0 ? path_offset_take(&world.there, &world.back, &a, &b, &delay)
                             : path_offset_take(&world.back, &world.there, &b, &a, &delay))
                    g_assert_cmpint(ABS(delay.ns), <=, 100 * NS_PER_SECOND);
            }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/path-offset/nothing-came-back", test_nothing_came_back);
    g_test_add_func("/path-offset/half-of-there-and-back", test_half_of_there_and_back);
    g_test_add_func("/path-offset/the-fastest-counts", test_the_fastest_counts);
    g_test_add_func("/path-offset/drift", test_drift);
    g_test_add_func("/path-offset/jump", test_jump);
    g_test_add_func("/path-offset/other-clocks", test_other_clocks);
    g_test_add_func("/path-offset/far-times", test_far_times);
    return g_test_run();
}
