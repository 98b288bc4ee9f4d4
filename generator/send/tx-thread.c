/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/tx-thread.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "generator/send/monotonic.h"
#include "common/signals.h"

/* A thread that sleeps is woken late: by tens of microseconds, on a machine whose processors sleep
 * deeply or are shared by hundreds. How late is learned, and unlearned over some hundred waits. */
static const int64_t awake_least_ns = 100 * NS_PER_US;
static const int64_t awake_most_ns = 2 * NS_PER_MS;
enum { WAITS_REMEMBERED = 256 };

/* What makes frames has time, and what sends them at theirs has none. Where there is a processor
 * for each, the kernel may still have both take turns on one. */
enum { NICENESS = -10 };

/* If it may. On Linux a priority is a thread's own. */
static void go_first(void)
{
    if (g_get_num_processors() > 1)
        setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS);
}

struct sleeper {
    int64_t awake_before_ns; /* it is to be woken so long before */
};

/* So much earlier than due a frame may leave with those before it. */
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
    if (wake > moment_now()) {
        moment_sleep_until(wake);
        late_ns = moment_now() - wake;
    }
    learn(sleeper, late_ns);
    while (moment_now() < due)
        ;
}

/* The frames of a batch, and which of them the wire can carry at all. */
struct batch {
    size_t count;
    size_t sent_count;
    struct departure *all[BATCH_MAX];
    struct departure *sent[BATCH_MAX];
    struct bytes frames[BATCH_MAX];
    int outcomes[BATCH_MAX];
};

static void add_to_batch(const struct departures *departures, struct batch *batch,
                         struct departure *departure)
{
    batch->all[batch->count++] = departure;
    departure->outcome = wire_refuses(departures->wire, departure->bytes);
    if (departure->outcome != 0)
        return;
    batch->frames[batch->sent_count] = departure->bytes;
    batch->sent[batch->sent_count++] = departure;
}

static void gather(struct departures *departures, struct batch *batch, int64_t moment)
{
    batch->count = 0;
    batch->sent_count = 0;
    struct departure *departure;
    while (batch->count < BATCH_MAX &&
           (departure = outbox_waiting(departures->outbox, batch->count)) != NULL &&
           departure->due <= moment + together_ns)
        add_to_batch(departures, batch, departure);
}

static void note(struct departures *departures, const struct departure *departure, int64_t moment)
{
    if (departure->outcome == 0)
        totals_add(&departures->totals, departure->bytes.len, moment, departure->due);
    else
        totals_fail(&departures->totals, departure->bytes.len, departure->outcome);
    if (departure->outcome == ENXIO || departure->outcome == ENODEV)
        atomic_store(&departures->cut_off, true);
}

static void send_batch(struct departures *departures, struct batch *batch, int64_t moment)
{
    if (batch->sent_count > 0)
        departures->backend->send(departures->opened, batch->frames, batch->sent_count,
                                  batch->outcomes);
    for (size_t i = 0; i < batch->sent_count; i++)
        batch->sent[i]->outcome = batch->outcomes[i];
    /* They left one after the other. */
    int64_t lasted = moment_now() - moment;
    for (size_t i = 0; i < batch->count; i++)
        note(departures, batch->all[i], moment + lasted * (int64_t)i / (int64_t)batch->count);
    outbox_sent(departures->outbox, batch->count);
}

static gpointer run(gpointer data)
{
    struct departures *departures = data;
    struct patience patience = {0};
    struct sleeper sleeper = {.awake_before_ns = awake_least_ns};
    struct batch batch;
    prctl(PR_SET_TIMERSLACK, 1UL);
    if (departures->timed)
        go_first();
    while (!outbox_is_over(departures->outbox)) {
        const struct departure *first = outbox_waiting(departures->outbox, 0);
        if (first == NULL) {
            patience_wait(&patience);
            continue;
        }
        patience = (struct patience){0};
        wait_until(&sleeper, first->due);
        int64_t moment = moment_now();
        gather(departures, &batch, moment);
        send_batch(departures, &batch, moment);
    }
    return NULL;
}

struct departures *departures_new(const struct wire *wire, const struct backend *backend,
                                  void *opened, struct outbox *outbox, bool timed)
{
    struct departures *departures = g_new0(struct departures, 1);
    departures->wire = wire;
    departures->backend = backend;
    departures->opened = opened;
    departures->outbox = outbox;
    departures->timed = timed;
    departures->thread = interruption_spared_thread("departures", run, departures);
    return departures;
}

void departures_end(struct departures *departures)
{
    g_thread_join(departures->thread);
}

void departures_free(struct departures *departures)
{
    departures->backend->close(departures->opened);
    g_free(departures);
}
