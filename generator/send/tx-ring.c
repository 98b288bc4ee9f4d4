/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/tx-ring.h"

#include <stdlib.h>

#include "generator/simulation/session-stream.h"

/* Room for several of the longest frames, and for as many usual ones as there are slots. */
enum { BYTES_PER_SLOT = 2048, BYTES_MIN = 8 * FRAME_MAX_LENGTH };

struct outbox *outbox_new(size_t slots)
{
    struct outbox *outbox = aligned_alloc(_Alignof(struct outbox), sizeof *outbox);
    if (outbox == NULL)
        abort(); /* as GLib does */
    memset(outbox, 0, sizeof *outbox);
    outbox->slot_count = slots;
    outbox->departures = g_new0(struct departure, slots);
    outbox->receipts = g_new0(struct receipt, slots);
    outbox->byte_count = MAX((size_t)BYTES_MIN, slots * BYTES_PER_SLOT);
    outbox->bytes = g_malloc(outbox->byte_count);
    return outbox;
}

void outbox_free(struct outbox *outbox)
{
    g_free(outbox->departures);
    g_free(outbox->receipts);
    g_free(outbox->bytes);
    free(outbox);
}

/* Takes that many bytes in one piece; NULL if they are not free. */
static uint8_t *take_bytes(struct outbox *outbox, size_t len)
{
    uint64_t begin = outbox->bytes_put;
    size_t at = begin % outbox->byte_count;
    if (at + len > outbox->byte_count) { /* what is left at the end is passed over */
        begin += outbox->byte_count - at;
        at = 0;
    }
    if (begin + len - outbox->bytes_free > outbox->byte_count)
        return NULL;
    outbox->bytes_put = begin + len;
    return outbox->bytes + at;
}

bool outbox_put(struct outbox *outbox, const struct frame *frame, int64_t due)
{
    uint64_t put = atomic_load_explicit(&outbox->put, memory_order_relaxed);
    uint8_t *bytes =
        put - outbox->settled < outbox->slot_count ? take_bytes(outbox, frame->bytes.len) : NULL;
    if (bytes == NULL)
        return false;
    memcpy(bytes, frame->bytes.data, frame->bytes.len);
    size_t slot = put & (outbox->slot_count - 1);
    struct receipt *receipt = &outbox->receipts[slot];
    receipt->frame = *frame;
    receipt->frame.bytes.data = bytes;
    receipt->frame.comment = NULL;
    if (frame->copy != NULL) {
        receipt->copy = *frame->copy;
        receipt->frame.copy = &receipt->copy;
    }
    receipt->bytes_end = outbox->bytes_put;
    outbox->departures[slot] = (struct departure){.bytes = receipt->frame.bytes, .due = due};
    atomic_store_explicit(&outbox->put, put + 1, memory_order_release);
    return true;
}

const struct frame *outbox_to_settle(const struct outbox *outbox, int *outcome)
{
    if (outbox->settled == atomic_load_explicit(&outbox->sent, memory_order_acquire))
        return NULL;
    size_t slot = outbox->settled & (outbox->slot_count - 1);
    *outcome = outbox->departures[slot].outcome;
    return &outbox->receipts[slot].frame;
}

void outbox_settle(struct outbox *outbox)
{
    outbox->bytes_free = outbox->receipts[outbox->settled & (outbox->slot_count - 1)].bytes_end;
    outbox->settled++;
}

void outbox_close(struct outbox *outbox)
{
    atomic_store_explicit(&outbox->closed, true, memory_order_release);
}

bool outbox_is_over(struct outbox *outbox)
{
    return atomic_load_explicit(&outbox->closed, memory_order_acquire) &&
           outbox_waiting(outbox, 0) == NULL;
}
