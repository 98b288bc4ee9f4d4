/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. `put` and `taken` count batches; only one thread writes each, so that the
 * difference tells both what there is to do. A thread that finds nothing to do sleeps until half of
 * the places are filled, or free: to wake a thread costs as much as some twenty copies, and happens
 * once for many batches. The owner wakes the thread at once when it waits for all batches
 * (batch_thread_wait()).
 *
 * A thread that goes to sleep first writes what it waits for, then reads the other's count; the
 * other first writes its count, then reads what is waited for. So one of them sees the other.
 */
#include "collector/meter/batch-thread.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/signals.h"

/* What each thread writes often has a cache line of its own. */
struct batch_thread {
    size_t places;
    batch_taker take;
    void *context;
    GThread *thread;
    GMutex lock;
    GCond filled;
    GCond freed;
    _Atomic bool end;
    _Atomic size_t wanted_put;         /* the taker sleeps until so many; NOTHING: it is awake */
    _Atomic size_t wanted_taken;       /* likewise, of the other */
    _Alignas(64) _Atomic size_t put;   /* by the owner */
    _Alignas(64) _Atomic size_t taken; /* by the thread */
};

static const size_t NOTHING = SIZE_MAX;

/* ---- the thread ---- */

/* With the lock. */
static bool has_to_go_on(const struct batch_thread *thread, size_t taken)
{
    size_t put = atomic_load(&thread->put);
    bool is_waited_for = atomic_load(&thread->wanted_taken) != NOTHING;
    return atomic_load(&thread->end) || put >= atomic_load(&thread->wanted_put) ||
           (is_waited_for && put > taken);
}

/* Sleeps until there is enough to do. False at the end. */
static bool wait_for_batches(struct batch_thread *thread, size_t taken)
{
    g_mutex_lock(&thread->lock);
    atomic_store(&thread->wanted_put, taken + thread->places / 2);
    while (!has_to_go_on(thread, taken))
        g_cond_wait(&thread->filled, &thread->lock);
    atomic_store(&thread->wanted_put, NOTHING);
    bool goes_on = atomic_load(&thread->put) > taken;
    g_mutex_unlock(&thread->lock);
    return goes_on;
}

static void tell_taken(struct batch_thread *thread, size_t taken)
{
    atomic_store(&thread->taken, taken);
    if (taken < atomic_load(&thread->wanted_taken))
        return;
    g_mutex_lock(&thread->lock);
    g_cond_signal(&thread->freed);
    g_mutex_unlock(&thread->lock);
}

static gpointer take_batches(gpointer data)
{
    struct batch_thread *thread = data;
    size_t taken = 0;
    do {
        while (atomic_load_explicit(&thread->put, memory_order_acquire) > taken) {
            thread->take(thread->context, taken % thread->places);
            tell_taken(thread, ++taken);
        }
    } while (wait_for_batches(thread, taken));
    return NULL;
}

/* ---- the owner ---- */

static void release(struct batch_thread *thread)
{
    g_mutex_clear(&thread->lock);
    g_cond_clear(&thread->filled);
    g_cond_clear(&thread->freed);
    free(thread);
}

struct batch_thread *batch_thread_new(size_t places, batch_taker take, void *context)
{
    struct batch_thread *thread = aligned_alloc(_Alignof(struct batch_thread), sizeof *thread);
    if (thread == NULL)
        return NULL;
    *thread = (struct batch_thread){.places = places, .take = take, .context = context};
    atomic_init(&thread->wanted_put, NOTHING);
    atomic_init(&thread->wanted_taken, NOTHING);
    g_mutex_init(&thread->lock);
    g_cond_init(&thread->filled);
    g_cond_init(&thread->freed);
    thread->thread = signals_block_thread_or_fail("analyse", take_batches, thread, NULL);
    if (thread->thread != NULL)
        return thread;
    release(thread);
    return NULL;
}

/* Sleeps until so many batches are taken. */
static void wait_until_taken(struct batch_thread *thread, size_t count)
{
    if (atomic_load(&thread->taken) >= count)
        return;
    g_mutex_lock(&thread->lock);
    atomic_store(&thread->wanted_taken, count);
    g_cond_signal(&thread->filled);
    while (atomic_load(&thread->taken) < count)
        g_cond_wait(&thread->freed, &thread->lock);
    atomic_store(&thread->wanted_taken, NOTHING);
    g_mutex_unlock(&thread->lock);
}

size_t batch_thread_put(struct batch_thread *thread)
{
    size_t put = atomic_load_explicit(&thread->put, memory_order_relaxed) + 1;
    atomic_store(&thread->put, put);
    if (put >= atomic_load(&thread->wanted_put)) {
        g_mutex_lock(&thread->lock);
        g_cond_signal(&thread->filled);
        g_mutex_unlock(&thread->lock);
    }
    if (put - atomic_load_explicit(&thread->taken, memory_order_acquire) == thread->places)
        wait_until_taken(thread, put - thread->places / 2);
    return put % thread->places;
}

void batch_thread_wait(struct batch_thread *thread)
{
    wait_until_taken(thread, atomic_load_explicit(&thread->put, memory_order_relaxed));
}

void batch_thread_free(struct batch_thread *thread)
{
    if (thread == NULL)
        return;
    batch_thread_wait(thread);
    g_mutex_lock(&thread->lock);
    atomic_store(&thread->end, true);
    g_cond_signal(&thread->filled);
    g_mutex_unlock(&thread->lock);
    g_thread_join(thread->thread);
    release(thread);
}
