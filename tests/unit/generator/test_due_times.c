/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When frames are due, and when the sender thread hands them to the kernel, on a clock that the
 * test drives: clock_gettime() and clock_nanosleep() are replaced when this program is linked. No
 * processor that is busy otherwise changes a result.
 */
#include <errno.h>
#include <glib.h>
#include <string.h>
#include <time.h>

#include "core/base/time-units.h"
#include "generator/load/scenario-file.h"
#include "generator/send/tx-thread.h"
#include "generator/simulation/simulation.h"

int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                           struct timespec *rest);

/* The driven clock. Only the sender thread uses it, while the test waits for that thread to end. */
enum { LOOK_NS = 50, WAKE_LATE_NS = 30000 };
static int64_t now_ns;

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    now_ns += LOOK_NS; /* so that a loop that waits for a time ends */
    *time = (struct timespec){now_ns / NS_PER_SECOND, now_ns % NS_PER_SECOND};
    return 0;
}

int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                           struct timespec *rest)
{
    (void)clock;
    (void)rest;
    g_assert_cmpint(flags, ==, TIMER_ABSTIME);
    int64_t until_ns = time->tv_sec * NS_PER_SECOND + time->tv_nsec;
    now_ns = MAX(now_ns, until_ns) + WAKE_LATE_NS;
    return 0;
}

/* Due times, since the start of the scenario. */
enum { DUE_MAX = 256 };

struct due_times {
    int64_t start_ns;
    size_t count;
    int64_t ns[DUE_MAX];
};

static gboolean take(void *context, const struct frame *frame, GError **error)
{
    struct due_times *due = context;
    (void)error;
    g_assert_cmpuint(due->count, <, DUE_MAX);
    due->ns[due->count++] = frame->time_ns - due->start_ns;
    return TRUE;
}

static bool in_time(void *context, int64_t *time_ns)
{
    (void)context;
    (void)time_ns;
    return true;
}

static void play(const char *text, int64_t count, bool loops, struct due_times *due)
{
    GError *error = NULL;
    struct scenario *scenario = scenario_parse(text, "test", NULL, 0, &error);
    g_assert_no_error(error);
    struct truth *truth = truth_new(scenario);
    const struct frame_sink sink = {.context = due, .put = take};
    const struct real_time real_time = {.time = in_time, .count = count, .loops = loops};
    *due = (struct due_times){.start_ns = scenario->capture.start_ns};
    g_assert_true(simulate(scenario, truth, &sink, &real_time, &error));
    g_assert_no_error(error);
    truth_free(truth);
    scenario_free(scenario);
}

/* Two sessions with times of their own: a frame every 10 ms, and one every 70 ms from 33 ms on. */
static void test_own_times(void)
{
    static struct due_times due;
    play("[session a]\ncount = 8\ninterval = 10ms\n"
         "[session b]\ncount = 2\ninterval = 70ms\ndelay = 33ms\n",
         INT64_MAX, false, &due);
    static const int64_t expected_ms[] = {0, 10, 20, 30, 33, 40, 50, 60, 70, 103};
    g_assert_cmpuint(due.count, ==, G_N_ELEMENTS(expected_ms));
    for (size_t i = 0; i < due.count; i++)
        g_assert_cmpint(due.ns[i], ==, expected_ms[i] * NS_PER_MS);
}

/* What is played again begins where its next burst would have come: 10 frames every 20 ms, each
 * frame 84 bytes of a line of 10 Gbit/s behind the one before. */
static void test_repeated_bursts(gconstpointer end)
{
    static struct due_times due;
    char *text = g_strdup_printf("[traffic port]\nkind = microburst\nburst = 10\nevery = 20ms\n"
                                 "inner-size = 60\nline-rate = 10Gbit\n%s\n"
                                 "[session a]\nmirror = port\n",
                                 (const char *)end);
    play(text, 200, true, &due);
    g_free(text);
    g_assert_cmpuint(due.count, ==, 200);
    for (int64_t i = 0; i < 200; i++) {
        int64_t on_the_line_ps = i % 10 * 84 * 8 * 100;
        int64_t expected_ns = i / 10 * 20 * NS_PER_MS + on_the_line_ps / PS_PER_NS;
        g_assert_cmpint(due.ns[i], >=, expected_ns);
        g_assert_cmpint(due.ns[i], <=, expected_ns + 1);
    }
}

/* A back-end that notes when it is handed what. */
enum { FRAMES_MAX = 64, FRAME_LENGTH = 100 };

struct handed {
    size_t count, calls;
    struct {
        int64_t time_ns;
        uint8_t number;
        size_t call;
    } frames[FRAMES_MAX];
};

static void note_frames(void *state, const struct bytes *frames, size_t count, int *outcomes)
{
    struct handed *handed = state;
    for (size_t i = 0; i < count; i++) {
        g_assert_cmpuint(handed->count, <, FRAMES_MAX);
        handed->frames[handed->count].time_ns = now_ns;
        handed->frames[handed->count].call = handed->calls;
        handed->frames[handed->count++].number = frames[i].data[0];
        outcomes[i] = 0;
    }
    handed->calls++;
}

/* Sends frames with these due times, the number of each in its first byte. */
static void send_all(const int64_t *due_ns, size_t count, size_t length, struct handed *handed,
                     struct tx_totals *totals)
{
    static uint8_t bytes[4 * FRAME_LENGTH];
    const struct egress egress = {.name = "test", .mtu = FRAME_LENGTH};
    const struct backend backend = {.name = "test", .send = note_frames};
    struct tx_ring *tx_ring = tx_ring_new(FRAMES_MAX);
    for (size_t i = 0; i < count; i++) {
        bytes[0] = (uint8_t)i;
        const struct frame frame = {.bytes = {bytes, length}};
        g_assert_true(tx_ring_put(tx_ring, &frame, due_ns[i]));
    }
    tx_ring_close(tx_ring);
    *handed = (struct handed){0};
    now_ns = NS_PER_SECOND;
    struct tx_thread *tx_thread = tx_thread_new(&egress, &backend, handed, tx_ring);
    tx_thread_end(tx_thread);
    *totals = tx_thread->totals;
    tx_thread_free(tx_thread);
    tx_ring_free(tx_ring);
}

/* Each frame goes when it is due, within a few looks at the clock; frames that are due within 5 us
 * go together, and one that is overdue goes at once. The thread wakes 30 us late each time. */
static void test_sender_thread(void)
{
    static const int64_t due_us[] = {1010000, 1020000, 1020004, 1020011, 1500000, 1500000, 1400000};
    static const size_t calls[] = {0, 1, 1, 2, 3, 3, 3};
    int64_t due_ns[G_N_ELEMENTS(due_us)];
    for (size_t i = 0; i < G_N_ELEMENTS(due_us); i++)
        due_ns[i] = due_us[i] * NS_PER_US;
    static struct handed handed;
    static struct tx_totals totals;
    send_all(due_ns, G_N_ELEMENTS(due_ns), FRAME_LENGTH, &handed, &totals);
    g_assert_cmpuint(handed.count, ==, G_N_ELEMENTS(due_us));
    for (size_t i = 0; i < handed.count; i++) {
        g_assert_cmpuint(handed.frames[i].number, ==, i);
        g_assert_cmpuint(handed.frames[i].call, ==, calls[i]);
        size_t first = i;
        while (first > 0 && calls[first - 1] == calls[i])
            first--;
        g_assert_cmpint(handed.frames[i].time_ns, >=, due_ns[first]);
        g_assert_cmpint(handed.frames[i].time_ns, <, due_ns[first] + NS_PER_US);
    }
    g_assert_cmpuint(totals.frames, ==, G_N_ELEMENTS(due_us));
    g_assert_cmpuint(totals.failed, ==, 0);
    g_assert_cmpint(latency_histogram_percentile(&totals.lateness, 50), <, NS_PER_US);
    g_assert_cmpint(latency_histogram_percentile(&totals.lateness, 100), >=, 100 * NS_PER_MS);
}

/* A frame above the MTU never reaches the back-end, and counts as failed with EMSGSIZE. */
static void test_too_long(void)
{
    static const int64_t due_ns[] = {0, 0, 0};
    static struct handed handed;
    static struct tx_totals totals;
    send_all(due_ns, G_N_ELEMENTS(due_ns), FRAME_LENGTH + 15, &handed, &totals);
    g_assert_cmpuint(handed.count, ==, 0);
    g_assert_cmpuint(totals.frames, ==, 0);
    g_assert_cmpuint(totals.failures[EMSGSIZE], ==, 3);
    send_all(due_ns, G_N_ELEMENTS(due_ns), FRAME_LENGTH + 14, &handed, &totals);
    g_assert_cmpuint(handed.count, ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/due-times/own", test_own_times);
    g_test_add_data_func("/due-times/repeated-bursts/duration", "duration = 60ms",
                         test_repeated_bursts);
    g_test_add_data_func("/due-times/repeated-bursts/count", "count = 30", test_repeated_bursts);
    g_test_add_func("/due-times/sender-thread", test_sender_thread);
    g_test_add_func("/due-times/too-long", test_too_long);
    return g_test_run();
}
