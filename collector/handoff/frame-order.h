/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Puts mirrored frames back into the order in which their source made them.
 *
 * A frame waits only where a copy before it is missing: from the gap on, all frames of that counter
 * wait until the missing copies came, or until the first of them has waited for as long as was
 * asked. Where nothing is missing, frames pass at once, and cost no memory.
 *
 * Frames without a number that counts pass at once, and so do those with a number of no run; when
 * the counter starts anew, the frames before that go on. A frame whose number is below those that
 * were handed on already came after the wait: it passes at once, too, and is counted.
 */
#ifndef COLLECTOR_HANDOFF_FRAME_ORDER_H
#define COLLECTOR_HANDOFF_FRAME_ORDER_H

#include "collector/source/packet.h"
#include "core/sequence/sequence-finding.h"

/** How a frame stands to those before it. */
struct frame_number {
    const void *counter; /* that numbered its copy; NULL: none, and the rest means nothing */
    uint32_t number;
    const struct sequence_finding *finding;
};

struct frame_order_counts {
    uint64_t waited;    /* frames that waited */
    uint64_t reordered; /* of these, before which a frame was handed on that came behind it */
    uint64_t too_late;  /* frames that came after the wait */
    uint64_t crowded;   /* times frames were handed on before the wait was over, for want of room */
};

struct frame_order;

/**
 * @param wait_ns  how long a frame waits at most, by the times of the packets
 * @param room     bytes of all frames that wait
 * @param sink     takes the frames
 */
struct frame_order *frame_order_new(int64_t wait_ns, size_t room, const struct packet_sink *sink);

/** Hands on what waits, and frees. */
void frame_order_free(struct frame_order *order);

/** Takes a frame; it goes to the sink now or later. Its bytes are copied if it waits. */
void frame_order_take(struct frame_order *order, const struct packet *packet,
                      const struct frame_number *number);

/** The same for a frame that is not handed on: where it fills a gap, or reveals one, the others of
 * its counter go on, or wait. */
void frame_order_skip(struct frame_order *order, int64_t now_ns, const struct frame_number *number);

/** Hands on what has waited until @p now_ns. To be called when no packet comes. */
void frame_order_pass_time(struct frame_order *order, int64_t now_ns);

struct frame_order_counts frame_order_counts(const struct frame_order *order);

#endif
