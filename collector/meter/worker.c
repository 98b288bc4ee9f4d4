/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/worker.h"

#include "collector/meter/memory-reserve.h"

enum { BATCH = 4096 /* packets between two questions */ };

struct worker {
    struct source *source;
    struct packet_processor *packet_processor;
    struct packet_sink counting; /* of the packet processor */
    GThread *thread;
    uint64_t left; /* packets until the limit */
    GError *error;
    GMutex lock;
    GCond changed;
    /* under the lock */
    bool asked;
    struct drop_counters drops; /* with asked */
    bool stop;
    bool done;
    struct snapshot snapshot; /* the answer, when not asked any more */
};

struct worker *worker_new(struct source *source, const struct packet_processor_policy *policy)
{
    struct worker *worker = g_new0(struct worker, 1);
    worker->source = source;
    worker->packet_processor = packet_processor_new(policy);
    worker->counting = packet_processor_sink(worker->packet_processor);
    g_mutex_init(&worker->lock);
    g_cond_init(&worker->changed);
    return worker;
}

static void take(void *context, const struct packet *packet)
{
    struct worker *worker = context;
    worker->left--;
    packet_put(&worker->counting, packet);
}

static void answer(struct worker *worker)
{
    snapshot_clear(&worker->snapshot);
    snapshot_init(&worker->snapshot);
    worker->snapshot.drops = worker->drops;
    source_statistics(worker->source, &worker->snapshot.source);
    packet_processor_snapshot(worker->packet_processor, &worker->snapshot);
    worker->asked = false;
    g_cond_broadcast(&worker->changed);
}

/* Answers what was asked; false when it is time to stop. */
static bool attend(struct worker *worker)
{
    g_mutex_lock(&worker->lock);
    if (worker->asked)
        answer(worker);
    bool go_on = !worker->stop;
    g_mutex_unlock(&worker->lock);
    return go_on;
}

static gpointer receive(gpointer data)
{
    struct worker *worker = data;
    const struct packet_sink sink = {.context = worker, .take = take};
    enum source_state state = SOURCE_MORE;
    struct memory_reserve reserve = {0};
    uint64_t limit = worker->left;
    while (state == SOURCE_MORE && worker->left > 0 && attend(worker)) {
        state = source_dispatch(worker->source, &sink, MIN(BATCH, worker->left), &worker->error);
        packet_processor_flush(worker->packet_processor);
        if (state == SOURCE_MORE &&
            !memory_reserve_check(&reserve, limit - worker->left, &worker->error))
            break;
    }
    packet_processor_end(worker->packet_processor);
    g_mutex_lock(&worker->lock);
    worker->done = true;
    if (worker->asked)
        answer(worker);
    g_mutex_unlock(&worker->lock);
    return NULL;
}

void worker_start(struct worker *worker, uint64_t limit)
{
    worker->left = limit;
    worker->thread = g_thread_new("receive", receive, worker);
}

bool worker_is_done(const struct worker *worker)
{
    struct worker *locked = (struct worker *)worker;
    g_mutex_lock(&locked->lock);
    bool done = locked->done;
    g_mutex_unlock(&locked->lock);
    return done;
}

void worker_ask(struct worker *worker, const struct drop_counters *drops)
{
    g_mutex_lock(&worker->lock);
    worker->drops = *drops;
    worker->asked = true;
    if (worker->done)
        answer(worker);
    g_mutex_unlock(&worker->lock);
}

void worker_add(struct worker *worker, struct snapshot *snapshot)
{
    g_mutex_lock(&worker->lock);
    while (worker->asked)
        g_cond_wait(&worker->changed, &worker->lock);
    snapshot_add(snapshot, &worker->snapshot);
    g_mutex_unlock(&worker->lock);
}

void worker_ask_to_stop(struct worker *worker)
{
    g_mutex_lock(&worker->lock);
    worker->stop = true;
    g_mutex_unlock(&worker->lock);
}

gboolean worker_stop(struct worker *worker, GError **error)
{
    worker_ask_to_stop(worker);
    g_thread_join(worker->thread);
    if (worker->error == NULL)
        return TRUE;
    g_propagate_error(error, worker->error);
    worker->error = NULL;
    return FALSE;
}

void worker_free(struct worker *worker)
{
    snapshot_clear(&worker->snapshot);
    packet_processor_free(worker->packet_processor);
    source_close(worker->source);
    g_mutex_clear(&worker->lock);
    g_cond_clear(&worker->changed);
    g_free(worker);
}
