/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Frames that wait for their time: between the thread that makes them and the one that sends them.
 *
 * A ring of bounded size, in order: the maker puts a frame, the sender notes what became of it, the
 * maker settles it, which frees its place. Each end is one thread's; neither locks.
 */
#ifndef GENERATOR_SEND_TX_RING_H
#define GENERATOR_SEND_TX_RING_H

#include <glib.h>
#include <stdatomic.h>

#include "generator/impairment/sent-copy.h"
#include "generator/output/frame.h"

/** What both threads touch of a frame, and no more: each cache line that goes between them costs.
 */
struct tx_frame {
    struct bytes bytes; /* the outbox's own */
    int64_t due;        /* moment at which it is to leave; 0: at once */
    int outcome;        /* the sender's: 0 or an errno */
};

/** What the maker keeps of it until it is settled. */
struct tx_record {
    struct frame frame; /* its bytes and copy are the outbox's own */
    struct sent_copy copy;
    uint64_t bytes_end; /* where its bytes end, counted as in the outbox */
};

struct tx_ring {
    struct tx_frame *tx_thread;
    struct tx_record *receipts;
    size_t slot_count; /* a power of 2 */
    uint8_t *bytes;
    size_t byte_count;
    uint64_t bytes_put;  /* counted on from the start, without end, as the next */
    uint64_t bytes_free; /* up to there they are */
    uint64_t settled;
    atomic_bool closed;
    _Alignas(64) atomic_uint_fast64_t put;
    _Alignas(64) atomic_uint_fast64_t sent;
    uint64_t put_seen; /* by the sender, which need not look again before that */
};

/** @param slots  how many frames may wait: a power of 2. */
struct tx_ring *tx_ring_new(size_t slots);
void tx_ring_free(struct tx_ring *tx_ring);

/* For the maker. */

/** Puts a copy of the frame. False if there is no room before others are settled. */
bool tx_ring_put(struct tx_ring *tx_ring, const struct frame *frame, int64_t due);
/** The first that was sent and is not settled, or NULL; sets @p outcome. */
const struct frame *tx_ring_to_settle(const struct tx_ring *tx_ring, int *outcome);
/** Frees its place. */
void tx_ring_settle(struct tx_ring *tx_ring);
/** No more will be put. */
void tx_ring_close(struct tx_ring *tx_ring);

/* For the sender. */

/** The frame that is @p n behind the first which waits; NULL if there is none yet. */
static inline struct tx_frame *tx_ring_waiting(struct tx_ring *tx_ring, size_t n)
{
    uint64_t at = atomic_load_explicit(&tx_ring->sent, memory_order_relaxed) + n;
    if (at >= tx_ring->put_seen)
        tx_ring->put_seen = atomic_load_explicit(&tx_ring->put, memory_order_acquire);
    if (at >= tx_ring->put_seen)
        return NULL;
    return &tx_ring->tx_thread[at & (tx_ring->slot_count - 1)];
}
/** The outcomes of the first @p n that wait are noted. */
static inline void tx_ring_sent(struct tx_ring *tx_ring, size_t n)
{
    atomic_fetch_add_explicit(&tx_ring->sent, n, memory_order_release);
}
/** True when none waits and none will. */
bool tx_ring_is_over(struct tx_ring *tx_ring);

#endif
