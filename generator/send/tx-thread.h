/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Sends what waits in an outbox, each frame when it is due, in a thread of its own.
 *
 * It sleeps until shortly before a frame is due and is busy until then. Frames that are due
 * together, or within a few microseconds, go to the kernel as one batch: at up to 200 000 a second
 * each goes alone.
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
    bool timed; /* frames are due at a time */
    struct tx_totals totals;
    atomic_bool cut_off; /* the interface is gone */
    GThread *thread;
};

/** Begins to send. @p opened, the back-end's, is taken over. Free with tx_thread_free(). */
struct tx_thread *tx_thread_new(const struct egress *egress, const struct backend *backend,
                                void *opened, struct tx_ring *tx_ring, bool timed);

/** Waits until all has left; the outbox must be closed. */
void tx_thread_end(struct tx_thread *tx_thread);
void tx_thread_free(struct tx_thread *tx_thread);

#endif
