/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A thread that takes batches in the order in which another thread fills them. The batches are the
 * owner's: both name them by place, and the places are used in turn. No batch takes a lock; a lock
 * is taken only to sleep, and to wake the other thread.
 */
#ifndef COLLECTOR_METER_BATCH_THREAD_H
#define COLLECTOR_METER_BATCH_THREAD_H

#include <stddef.h>

struct batch_thread;

/** Takes the batch at that place; called in the thread. */
typedef void (*batch_taker)(void *context, size_t place);

/**
 * Starts the thread, which blocks the signals that end a run. The caller fills place 0 first.
 *
 * @param places  4 at least.
 * @return NULL when the system refuses a thread; the caller then takes its batches itself.
 */
struct batch_thread *batch_thread_new(size_t places, batch_taker take, void *context);

/** Waits until all batches are taken, and ends the thread. NULL is ignored. */
void batch_thread_free(struct batch_thread *thread);

/** The batch is filled. Waits until the next place is free, and returns it. */
size_t batch_thread_put(struct batch_thread *thread);

/** Waits until all batches that were put are taken: what the thread works on may then be touched,
 * until the next one is put. */
void batch_thread_wait(struct batch_thread *thread);

#endif
