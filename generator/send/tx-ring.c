/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/tx-ring.h"

#include <stdlib.h>

#include "generator/simulation/simulated-session.h"

/* Bytes for several of the longest frames, and for one average frame per slot. */
enum { BYTES_PER_SLOT = 2048, BYTES_MIN = 8 * FRAME_MAX_LENGTH };

struct tx_ring *tx_ring_new(size_t slots)
{
    struct tx_ring *tx_ring = aligned_alloc(_Alignof(struct tx_ring), sizeof *tx_ring);
    if (tx_ring == NULL)
        abort(); /* as GLib does */
    memset(tx_ring, 0, sizeof *tx_ring);
    tx_ring->slot_count = slots;
    tx_ring->tx_thread = g_new0(struct tx_frame, slots);
    tx_ring->receipts = g_new0(struct tx_record, slots);
    tx_ring->byte_count = MAX((size_t)BYTES_MIN, slots * BYTES_PER_SLOT);
    tx_ring->bytes = g_malloc(tx_ring->byte_count);
    return tx_ring;
}

void tx_ring_free(struct tx_ring *tx_ring)
{
    g_free(tx_ring->tx_thread);
    g_free(tx_ring->receipts);
    g_free(tx_ring->bytes);
    free(tx_ring);
}

/* Reserves this many contiguous bytes. Returns NULL if they are not free. */
static uint8_t *take_bytes(struct tx_ring *tx_ring, size_t len)
{
    uint64_t begin = tx_ring->bytes_put;
    size_t at = begin % tx_ring->byte_count;
    if (at + len > tx_ring->byte_count) { /* the rest at the end of the buffer is skipped */
        begin += tx_ring->byte_count - at;
        at = 0;
    }
    if (begin + len - tx_ring->bytes_free > tx_ring->byte_count)
        return NULL;
    tx_ring->bytes_put = begin + len;
    return tx_ring->bytes + at;
}

bool tx_ring_put(struct tx_ring *tx_ring, const struct frame *frame, int64_t due)
{
    uint64_t put = atomic_load_explicit(&tx_ring->put, memory_order_relaxed);
    uint8_t *bytes = put - tx_ring->released < tx_ring->slot_count
                         ? take_bytes(tx_ring, frame->bytes.len)
                         : NULL;
    if (bytes == NULL)
        return false;
    memcpy(bytes, frame->bytes.data, frame->bytes.len);
    size_t slot = put & (tx_ring->slot_count - 1);
    struct tx_record *tx_record = &tx_ring->receipts[slot];
    tx_record->frame = *frame;
    tx_record->frame.bytes.data = bytes;
    tx_record->frame.comment = NULL;
    if (frame->copy != NULL) {
        tx_record->copy = *frame->copy;
        tx_record->frame.copy = &tx_record->copy;
    }
    tx_record->bytes_end = tx_ring->bytes_put;
    tx_ring->tx_thread[slot] = (struct tx_frame){.bytes = tx_record->frame.bytes, .due = due};
    atomic_store_explicit(&tx_ring->put, put + 1, memory_order_release);
    return true;
}

const struct frame *tx_ring_first_sent(const struct tx_ring *tx_ring, int *outcome)
{
    if (tx_ring->released == atomic_load_explicit(&tx_ring->sent, memory_order_acquire))
        return NULL;
    size_t slot = tx_ring->released & (tx_ring->slot_count - 1);
    *outcome = tx_ring->tx_thread[slot].outcome;
    return &tx_ring->receipts[slot].frame;
}

void tx_ring_release(struct tx_ring *tx_ring)
{
    tx_ring->bytes_free =
        tx_ring->receipts[tx_ring->released & (tx_ring->slot_count - 1)].bytes_end;
    tx_ring->released++;
}

void tx_ring_close(struct tx_ring *tx_ring)
{
    atomic_store_explicit(&tx_ring->closed, true, memory_order_release);
}

bool tx_ring_is_over(struct tx_ring *tx_ring)
{
    return atomic_load_explicit(&tx_ring->closed, memory_order_acquire) &&
           tx_ring_waiting(tx_ring, 0) == NULL;
}
