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

#include "generator/output/frame.h"
#include "generator/impairment/sent-copy.h"

/** What both threads touch of a frame, and no more: each cache line that goes between them costs.
 */
struct departure {
    struct bytes bytes; /* the outbox's own */
    int64_t due;        /* moment at which it is to leave; 0: at once */
    int outcome;        /* the sender's: 0 or an errno */
};

/** What the maker keeps of it until it is settled. */
struct receipt {
    struct frame frame; /* its bytes and copy are the outbox's own */
    struct sent_copy copy;
    uint64_t bytes_end; /* where its bytes end, counted as in the outbox */
};

struct outbox {
    struct departure *departures;
    struct receipt *receipts;
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
struct outbox *outbox_new(size_t slots);
void outbox_free(struct outbox *outbox);

/* For the maker. */

/** Puts a copy of the frame. False if there is no room before others are settled. */
bool outbox_put(struct outbox *outbox, const struct frame *frame, int64_t due);
/** The first that was sent and is not settled, or NULL; sets @p outcome. */
const struct frame *outbox_to_settle(const struct outbox *outbox, int *outcome);
/** Frees its place. */
void outbox_settle(struct outbox *outbox);
/** No more will be put. */
void outbox_close(struct outbox *outbox);

/* For the sender. */

/** The frame that is @p n behind the first which waits; NULL if there is none yet. */
static inline struct departure *outbox_waiting(struct outbox *outbox, size_t n)
{
    uint64_t at = atomic_load_explicit(&outbox->sent, memory_order_relaxed) + n;
    if (at >= outbox->put_seen)
        outbox->put_seen = atomic_load_explicit(&outbox->put, memory_order_acquire);
    if (at >= outbox->put_seen)
        return NULL;
    return &outbox->departures[at & (outbox->slot_count - 1)];
}
/** The outcomes of the first @p n that wait are noted. */
static inline void outbox_sent(struct outbox *outbox, size_t n)
{
    atomic_fetch_add_explicit(&outbox->sent, n, memory_order_release);
}
/** True when none waits and none will. */
bool outbox_is_over(struct outbox *outbox);

#endif
