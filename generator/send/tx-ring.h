/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Frames that wait until they are due, between the thread that makes them and the thread that
 * sends them.
 *
 * A ring of bounded size, in order. The maker puts a frame, the sender notes its outcome, the
 * maker releases its slot. One thread is at each end, and neither locks.
 */
#ifndef GENERATOR_SEND_TX_RING_H
#define GENERATOR_SEND_TX_RING_H

#include <glib.h>
#include <stdatomic.h>

#include "generator/impairment/sent-copy.h"
#include "generator/output/frame.h"

/** The part of a frame that both threads touch. It is small, because each shared cache line costs
 * time. */
struct tx_frame {
    struct bytes bytes; /* owned by the ring */
    int64_t due;        /* CLOCK_MONOTONIC when it is to be sent; 0: at once */
    int outcome;        /* set by the sender: 0 or an errno */
};

/** The part of a frame that the maker keeps until it releases the slot. */
struct tx_record {
    struct frame frame; /* its bytes and copy are owned by the ring */
    struct sent_copy copy;
    uint64_t bytes_end; /* where its bytes end, counted as bytes_put */
};

struct tx_ring {
    struct tx_frame *tx_thread;
    struct tx_record *receipts;
    size_t slot_count; /* a power of 2 */
    uint8_t *bytes;
    size_t byte_count;
    uint64_t bytes_put;  /* counts up without end, as the next two */
    uint64_t bytes_free; /* bytes before this are free */
    uint64_t released;
    atomic_bool closed;
    _Alignas(64) atomic_uint_fast64_t put;
    _Alignas(64) atomic_uint_fast64_t sent;
    uint64_t put_seen; /* value of put that the sender read last */
};

/** @param slots  frames that may wait: a power of 2. */
struct tx_ring *tx_ring_new(size_t slots);
void tx_ring_free(struct tx_ring *tx_ring);

/* For the maker. */

/** Puts a copy of the frame. Returns false if there is no room until slots are released. */
bool tx_ring_put(struct tx_ring *tx_ring, const struct frame *frame, int64_t due);
/** The first frame that was sent and whose slot is not released, or NULL. Sets @p outcome. */
const struct frame *tx_ring_first_sent(const struct tx_ring *tx_ring, int *outcome);
/** Releases the slot of the first frame. */
void tx_ring_release(struct tx_ring *tx_ring);
/** Declares that no more frames will be put. */
void tx_ring_close(struct tx_ring *tx_ring);

/* For the sender. */

/** The waiting frame @p n places behind the first. NULL if there is none yet. */
static inline struct tx_frame *tx_ring_waiting(struct tx_ring *tx_ring, size_t n)
{
    uint64_t at = atomic_load_explicit(&tx_ring->sent, memory_order_relaxed) + n;
    if (at >= tx_ring->put_seen)
        tx_ring->put_seen = atomic_load_explicit(&tx_ring->put, memory_order_acquire);
    if (at >= tx_ring->put_seen)
        return NULL;
    return &tx_ring->tx_thread[at & (tx_ring->slot_count - 1)];
}
/** Declares that the outcomes of the first @p n waiting frames are set. */
static inline void tx_ring_sent(struct tx_ring *tx_ring, size_t n)
{
    atomic_fetch_add_explicit(&tx_ring->sent, n, memory_order_release);
}
/** True when no frame waits and none will be put. */
bool tx_ring_is_over(struct tx_ring *tx_ring);

#endif
