/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When frames are due at a rate, how lateness is summed up, and the ring in which they wait.
 */
#include <glib.h>

#include "generator/send/latency-histogram.h"
#include "generator/send/monotonic.h"
#include "generator/send/pace.h"
#include "generator/send/tx-ring.h"
#include "generator/simulation/simulated-session.h"

static struct ramp steady(int64_t rate, bool frames)
{
    return (struct ramp){.from = rate, .to = rate, .frames = frames};
}

/* At a steady rate frame n is due when n frames' amounts are over, rounded down to a nanosecond. */
static void test_steady(void)
{
    static const struct {
        int64_t rate;
        bool frames;
        size_t length; /* without FCS */
        uint64_t n;
        int64_t due_ns;
    } cases[] = {
        {1000, true, 60, 1, 1000000},
        {3, true, 60, 3, 1000000000},
        {3, true, 60, 1, 333333333},
        {7000000, true, 1514, 7000000, 1000000000},
        {1000000000, false, 60, 1, 512},       /* 64 bytes with FCS */
        {10000000000, false, 1514, 10, 12144}, /* 1518 bytes: 1214.4 ns each */
        {400000000000, false, 60, 1000, 1280}, /* 1.28 ns each */
        {1, false, 65531, 2, 1048560 * INT64_C(1000000000)},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct ramp ramp = steady(cases[i].rate, cases[i].frames);
        struct pace pace;
        pace_begin(&pace, &ramp, 5);
        for (uint64_t n = 0; n < cases[i].n; n++)
            pace_take(&pace, cases[i].length);
        g_assert_cmpint(pace_take(&pace, cases[i].length), ==, 5 + cases[i].due_ns);
    }
}

static void test_ramp(void)
{
    const struct ramp up = {.from = 1000, .to = 3000, .time_ns = NS_PER_SECOND, .frames = true};
    g_assert_cmpint(ramp_rate(&up, 0), ==, 1000);
    g_assert_cmpint(ramp_rate(&up, NS_PER_SECOND / 2), ==, 2000);
    g_assert_cmpint(ramp_rate(&up, NS_PER_SECOND), ==, 3000);
    g_assert_cmpint(ramp_rate(&up, INT64_MAX), ==, 3000);
    const struct ramp down = {.from = INT64_MAX, .to = 1, .time_ns = INT64_MAX};
    g_assert_cmpint(ramp_rate(&down, 0), ==, INT64_MAX);
    g_assert_cmpint(ramp_rate(&down, INT64_MAX), ==, 1);

    /* The area under 1000 to 3000 in a second is 2000 frames; then 3000 a second. */
    struct pace pace;
    pace_begin(&pace, &up, 0);
    int frames = 0;
    while (pace_take(&pace, 60) < NS_PER_SECOND)
        frames++;
    g_assert_cmpint(frames, >=, 1998);
    g_assert_cmpint(frames, <=, 2002);
}

static void test_lateness(void)
{
    struct latency_histogram *lateness = g_new0(struct latency_histogram, 1);
    g_assert_cmpint(latency_histogram_percentile(lateness, 50), ==, 0);
    for (int64_t ns = -10; ns < 1000; ns++) /* of 1010, 11 are not late */
        latency_histogram_add(lateness, ns);
    g_assert_cmpint(latency_histogram_percentile(lateness, 1), ==, 0);
    g_assert_cmpint(latency_histogram_percentile(lateness, 5), ==, 40); /* the 51st of them */
    g_assert_cmpint(latency_histogram_percentile(lateness, 100), ==, 999);
    g_assert_cmpint(latency_histogram_percentile(lateness, 50), >=, 494);
    g_assert_cmpint(latency_histogram_percentile(lateness, 50), <=, 494 + 494 / 32);
    for (unsigned bit = 0; bit < 63; bit++) { /* whatever comes has a bucket, and a near one */
        *lateness = (struct latency_histogram){0};
        int64_t ns = (INT64_C(1) << bit) + (INT64_C(1) << bit) / 3;
        latency_histogram_add(lateness, ns);
        latency_histogram_add(lateness, INT64_MAX);
        g_assert_cmpint(latency_histogram_percentile(lateness, 50), >=, ns);
        g_assert_cmpint(latency_histogram_percentile(lateness, 50), <=, ns + ns / 32);
        g_assert_cmpint(latency_histogram_percentile(lateness, 100), ==, INT64_MAX);
    }
    g_free(lateness);
}

enum { FRAMES = 20000, SLOTS = 16 };

/* The length and the bytes of frame n; some are of the longest. */
static size_t length_of(unsigned n)
{
    return n % 1000 == 7 ? FRAME_MAX_LENGTH : n * 37 % 3000;
}

static uint8_t byte_of(unsigned n, size_t at)
{
    return (uint8_t)(n + at / 100);
}

/* Takes frames by threes, checks them, and numbers their outcomes. */
static gpointer take_all(gpointer data)
{
    struct tx_ring *tx_ring = data;
    unsigned taken = 0;
    while (!tx_ring_is_over(tx_ring)) {
        size_t n = 0;
        struct tx_frame *tx_frame;
        while (n < 3 && (tx_frame = tx_ring_waiting(tx_ring, n)) != NULL) {
            g_assert_cmpuint(tx_frame->bytes.len, ==, length_of(taken));
            g_assert_cmpint(tx_frame->due, ==, taken + 1);
            for (size_t at = 0; at < tx_frame->bytes.len; at++)
                g_assert_cmpuint(tx_frame->bytes.data[at], ==, byte_of(taken, at));
            tx_frame->outcome = (int)taken++;
            n++;
        }
        tx_ring_sent(tx_ring, n);
    }
    g_assert_cmpuint(taken, ==, FRAMES);
    return NULL;
}

static unsigned release_sent(struct tx_ring *tx_ring, unsigned released)
{
    int outcome;
    while (tx_ring_first_sent(tx_ring, &outcome) != NULL) {
        g_assert_cmpint(outcome, ==, released++);
        tx_ring_release(tx_ring);
    }
    return released;
}

/* Every frame comes out once, whole and in order, and its outcome goes back. */
static void test_tx_ring(void)
{
    static uint8_t bytes[FRAME_MAX_LENGTH];
    struct tx_ring *tx_ring = tx_ring_new(SLOTS);
    GThread *taker = g_thread_new("taker", take_all, tx_ring);
    unsigned released = 0;
    for (unsigned n = 0; n < FRAMES; n++) {
        for (size_t at = 0; at < length_of(n); at++)
            bytes[at] = byte_of(n, at);
        const struct frame frame = {.bytes = {bytes, length_of(n)}};
        while (!tx_ring_put(tx_ring, &frame, n + 1))
            released = release_sent(tx_ring, released);
    }
    tx_ring_close(tx_ring);
    g_thread_join(taker);
    g_assert_cmpuint(release_sent(tx_ring, released), ==, FRAMES);
    tx_ring_free(tx_ring);
}

/* No more frames wait than there are slots, nor than there are bytes. */
static void test_tx_ring_is_bounded(void)
{
    static uint8_t bytes[FRAME_MAX_LENGTH];
    struct tx_ring *tx_ring = tx_ring_new(SLOTS);
    const struct frame small = {.bytes = {bytes, 1}};
    const struct frame large = {.bytes = {bytes, sizeof bytes}};
    unsigned count = 0;
    while (tx_ring_put(tx_ring, &small, 0))
        count++;
    g_assert_cmpuint(count, ==, SLOTS);
    tx_ring_free(tx_ring);
    tx_ring = tx_ring_new(SLOTS);
    for (count = 0; tx_ring_put(tx_ring, &large, 0);)
        count++;
    g_assert_cmpuint(count, <, SLOTS);
    g_assert_cmpuint(count, >, 1);
    tx_ring_free(tx_ring);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/send/steady", test_steady);
    g_test_add_func("/send/ramp", test_ramp);
    g_test_add_func("/send/lateness", test_lateness);
    g_test_add_func("/send/tx-ring", test_tx_ring);
    g_test_add_func("/send/tx-ring-is-bounded", test_tx_ring_is_bounded);
    return g_test_run();
}
