/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/tx-thread.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/signals.h"
#include "generator/send/monotonic.h"

/* A sleeping thread wakes late: by tens of microseconds on machines with deep sleep states or many
 * guests. This learns how late, and forgets it over some hundred waits. */
static const int64_t awake_least_ns = 100 * NS_PER_US;
static const int64_t awake_most_ns = 2 * NS_PER_MS;
enum { WAITS_REMEMBERED = 256 };

/* The sender thread is time-critical, so it gets a higher priority than the maker. The kernel may
 * run both on one processor even where there are two. */
enum { NICENESS = -10 };

/* If permitted. On Linux a priority belongs to a thread, and those that it makes begin with it. */
int tx_thread_go_first(bool timed)
{
    int before = getpriority(PRIO_PROCESS, 0);
    if (timed && g_get_num_processors() > 1)
        setpriority(PRIO_PROCESS, 0, NICENESS);
    return before;
}

void tx_thread_keep_priority(void)
{
    enum { LOWEST = 20 }; /* as getrlimit(2) counts */
    const struct rlimit limit = {LOWEST - NICENESS, LOWEST - NICENESS};
    /* Root of a container may not always do that; but it may go first itself. */
    if (g_get_num_processors() > 1 && setrlimit(RLIMIT_NICE, &limit) != 0)
        setpriority(PRIO_PROCESS, 0, NICENESS);
}

void tx_thread_go_back(int before)
{
    setpriority(PRIO_PROCESS, 0, before);
}

struct sleeper {
    int64_t awake_before_ns; /* how early to ask for the wake-up */
};

/* A frame may be sent this much before it is due, together with earlier ones. */
static const int64_t together_ns = 5 * NS_PER_US;

static void learn(struct sleeper *sleeper, int64_t late_ns)
{
    int64_t wanted = CLAMP(2 * late_ns, awake_least_ns, awake_most_ns);
    int64_t unlearned = sleeper->awake_before_ns - sleeper->awake_before_ns / WAITS_REMEMBERED;
    sleeper->awake_before_ns = MAX(wanted, unlearned);
}

static void wait_until(struct sleeper *sleeper, int64_t due)
{
    int64_t wake = due - sleeper->awake_before_ns;
    int64_t late_ns = 0;
    if (wake > monotonic_now()) {
        monotonic_sleep_until(wake);
        late_ns = monotonic_now() - wake;
    }
    learn(sleeper, late_ns);
    while (monotonic_now() < due)
        ;
}

/* The frames of a batch, and those of them that the interface can send at all. */
struct batch {
    size_t count;
    size_t sent_count;
    struct tx_frame *all[BATCH_MAX];
    struct tx_frame *sent[BATCH_MAX];
    struct bytes frames[BATCH_MAX];
    int outcomes[BATCH_MAX];
};

static void add_to_batch(const struct tx_thread *tx_thread, struct batch *batch,
                         struct tx_frame *tx_frame)
{
    batch->all[batch->count++] = tx_frame;
    tx_frame->outcome = egress_refuses(tx_thread->egress, tx_frame->bytes);
    if (tx_frame->outcome != 0)
        return;
    batch->frames[batch->sent_count] = tx_frame->bytes;
    batch->sent[batch->sent_count++] = tx_frame;
}

static void gather(struct tx_thread *tx_thread, struct batch *batch, int64_t now_ns)
{
    batch->count = 0;
    batch->sent_count = 0;
    struct tx_frame *tx_frame;
    while (batch->count < BATCH_MAX &&
           (tx_frame = tx_ring_waiting(tx_thread->tx_ring, batch->count)) != NULL &&
           tx_frame->due <= now_ns + together_ns)
        add_to_batch(tx_thread, batch, tx_frame);
}

static void note(struct tx_thread *tx_thread, const struct tx_frame *tx_frame, int64_t now_ns)
{
    if (tx_frame->outcome == 0)
        tx_totals_add(&tx_thread->totals, tx_frame->bytes.len, now_ns, tx_frame->due);
    else
        tx_totals_fail(&tx_thread->totals, tx_frame->bytes.len, tx_frame->outcome);
    if (tx_frame->outcome == ENXIO || tx_frame->outcome == ENODEV)
        atomic_store(&tx_thread->cut_off, true);
}

static void send_batch(struct tx_thread *tx_thread, struct batch *batch, int64_t now_ns)
{
    if (batch->sent_count > 0)
        tx_thread->backend->send(tx_thread->opened, batch->frames, batch->sent_count,
                                 batch->outcomes);
    for (size_t i = 0; i < batch->sent_count; i++)
        batch->sent[i]->outcome = batch->outcomes[i];
    /* The frames were sent one after the other. */
    int64_t lasted = monotonic_now() - now_ns;
    for (size_t i = 0; i < batch->count; i++)
        note(tx_thread, batch->all[i], now_ns + lasted * (int64_t)i / (int64_t)batch->count);
    tx_ring_sent(tx_thread->tx_ring, batch->count);
}

static gpointer run(gpointer data)
{
    struct tx_thread *tx_thread = data;
    struct backoff backoff = {0};
    struct sleeper sleeper = {.awake_before_ns = awake_least_ns};
    struct batch batch;
    prctl(PR_SET_TIMERSLACK, 1UL);
    while (!tx_ring_is_over(tx_thread->tx_ring)) {
        const struct tx_frame *first = tx_ring_waiting(tx_thread->tx_ring, 0);
        if (first == NULL) {
            backoff_wait(&backoff);
            continue;
        }
        backoff = (struct backoff){0};
        wait_until(&sleeper, first->due);
        int64_t now_ns = monotonic_now();
        gather(tx_thread, &batch, now_ns);
        send_batch(tx_thread, &batch, now_ns);
    }
    return NULL;
}

struct tx_thread *tx_thread_new(const struct egress *egress, const struct backend *backend,
                                void *opened, struct tx_ring *tx_ring)
{
    struct tx_thread *tx_thread = g_new0(struct tx_thread, 1);
    tx_thread->egress = egress;
    tx_thread->backend = backend;
    tx_thread->opened = opened;
    tx_thread->tx_ring = tx_ring;
    tx_thread->thread = signals_block_thread("departures", run, tx_thread);
    return tx_thread;
}

void tx_thread_end(struct tx_thread *tx_thread)
{
    g_thread_join(tx_thread->thread);
}

void tx_thread_free(struct tx_thread *tx_thread)
{
    g_free(tx_thread);
}
