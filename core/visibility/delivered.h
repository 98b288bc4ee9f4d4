/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How much of one direction of a connection was delivered, by the ACKs of its receiver. Part of
 * core/visibility/flow-direction.h.
 *
 * An ACK is a single number, which a spoofer or a flipped bit makes as large as it likes. So none
 * counts alone. One counts when something confirms it:
 * - data: the byte before it came, or, of a stream of which only parts come, as where the source
 *   samples, data on both sides of it did;
 * - another ACK at or above it, that is no farther off than DELIVERED_STEP_MAX;
 * - the window: the highest one of all counts, unless others went on below it, up to 64 KiB (RFC
 *   9293, section 3.1: without a scale a receiver offers no more) or as far as the ACKs before it
 *   went at once.
 * The first ACKs of a connection without SYN count once eight of them lie within windows of each
 * other, or once data comes where they are.
 *
 * An ACK below which others go on three times is not confirmed any more. Where no SYN came, the
 * lowest ACK is where counting begins; one out of order lowers it by the same rules.
 *
 * After a jump two rising ACKs near each other count, since capture itself may have gaps; they are
 * taken back when ACKs go on where the others ended.
 */
#ifndef CORE_VISIBILITY_DELIVERED_H
#define CORE_VISIBILITY_DELIVERED_H

#include <stdbool.h>
#include <stdint.h>

/** Bytes from one ACK to the next that are no jump. */
enum { DELIVERED_STEP_MAX = 1 << 20 };

/** Positions are 64 bits, above 0. All zero: nothing is known. */
struct delivered {
    uint64_t base;   /* the first byte that counts */
    uint64_t acked;  /* the position after the last confirmed byte */
    uint64_t top;    /* an ACK above that, which only the window confirms; 0: none */
    uint64_t bottom; /* an ACK below base that only the window confirms; 0: none */
    uint64_t jump;   /* the last ACK of some in a row far from acked; with jump_count */
    uint64_t jump_first;
    uint64_t before; /* value of `acked` before the last jump, updated by ACKs that continue there;
                        0: no jump */
    uint32_t step_max;    /* the most that one ACK was above those before */
    uint16_t steps;       /* ACKs that went on, or came again, since the base or the last jump */
    uint16_t steps_below; /* those that went on from before */
    uint8_t jump_count;
    uint8_t below;    /* ACKs since top that are below it */
    bool known;       /* base and acked are */
    bool has_syn;     /* base is behind the SYN */
    bool sure;        /* data, or a jump, bore an ACK out */
    bool bottom_open; /* since `bottom`, all ACKs were below base */
};

/** The SYN came, and @p first is the number behind it. */
void delivered_set_first(struct delivered *delivered, uint64_t first);

/** The byte at the base came, and so confirms the ACK that was there: with known. */
static inline void delivered_trust_base(struct delivered *delivered)
{
    delivered->sure = true;
}

/**
 * The position of an unconfirmed ACK far above the others; 0: none. If data that came since
 * confirms it, it is to be taken again.
 */
static inline uint64_t delivered_jump(const struct delivered *delivered)
{
    return delivered->jump_count > 0 ? delivered->jump : 0;
}

/** An ACK came. @p has_data: data bears it out. */
void delivered_take(struct delivered *delivered, uint64_t ack, bool has_data);

/** True if delivered_take() of @p ack, which is what most segments repeat, would change nothing. */
static inline bool delivered_knows(const struct delivered *delivered, uint64_t ack)
{
    return ack == delivered->acked && delivered->sure && delivered->top == 0 &&
           delivered->jump_count == 0 && !delivered->bottom_open && delivered->before == 0;
}

/** The first byte that counts, and the one behind the last byte delivered; only with known. */
uint64_t delivered_base(const struct delivered *delivered);
uint64_t delivered_end(const struct delivered *delivered);

#endif
