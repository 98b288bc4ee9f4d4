/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Sends the frames of a ring, each when it is due, in a thread of its own.
 *
 * The thread sleeps until shortly before a frame is due and then polls the clock. Frames that are
 * due within a few microseconds go to the kernel as one batch: up to 200 000 a second, each frame
 * goes alone.
 */
#ifndef GENERATOR_SEND_TX_THREAD_H
#define GENERATOR_SEND_TX_THREAD_H

#include "generator/send/backend.h"
#include "generator/send/tx-ring.h"
#include "generator/send/tx-totals.h"

struct tx_thread {
    const struct egress *egress;
    const struct backend *backend;
    void *opened;
    struct tx_ring *tx_ring;
    struct tx_totals totals;
    atomic_bool cut_off; /* the interface disappeared */
    GThread *thread;
};

/** Gives the calling thread the priority of the thread that tx_thread_new() makes, while root may
 * do so. @param timed  frames have a due time; without, nothing changes.
 * @return for tx_thread_go_back(), once the thread is made. */
int tx_thread_go_first(bool timed);
void tx_thread_go_back(int before);

/** Lets this process give threads that priority when it is root no more; where that cannot be, all
 * of this process has it from now on. Does nothing without root. */
void tx_thread_keep_priority(void);

/** Starts the thread. @p opened is the back-end's state, which stays the caller's and must live as
 * long. Free with tx_thread_free(). */
struct tx_thread *tx_thread_new(const struct egress *egress, const struct backend *backend,
                                void *opened, struct tx_ring *tx_ring);

/** Waits until all frames are sent. The ring must be closed. */
void tx_thread_end(struct tx_thread *tx_thread);
void tx_thread_free(struct tx_thread *tx_thread);

#endif
