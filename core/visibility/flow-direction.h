/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * One direction of a TCP connection (RFC 9293): what an end sent, known from its own segments and
 * from the ACKs that the other end sent back. Private to core/visibility.
 *
 * Positions are sequence numbers extended to 64 bits: each number means the position nearest to the
 * front, the highest one so far. A single number far ahead does not move the front, for it may be
 * wrong.
 */
#ifndef CORE_VISIBILITY_FLOW_DIRECTION_H
#define CORE_VISIBILITY_FLOW_DIRECTION_H

#include "core/visibility/delivered.h"
#include "core/visibility/flow.h"
#include "core/visibility/interval-set.h"

enum { FLOW_APART_MOST = 1000 };

struct flow_direction {
    struct interval_set captured;
    struct delivered delivered;
    uint64_t first;         /* the number that came first */
    uint64_t front;         /* both meaningless before begun */
    uint64_t payload_first; /* where the payload began that came first */
    int64_t front_ns;       /* when the last number came that could be placed */
    uint64_t fin;           /* behind the last byte of all; 0: not known */
    uint32_t unconfirmed;   /* a number far from `front`, kept until a second one confirms it; valid
                        with has_unconfirmed */
    uint32_t payload_max;   /* of one segment */
    uint16_t mss;           /* that this end's SYN announced; 0 without */
    uint16_t headers;       /* the least of its segments but SYNs, in bytes; 0 without any */
    uint8_t options;        /* of these */
    uint32_t joined;        /* segments with payload that began where the one before ended */
    uint32_t parted;        /* ... and those that began behind a gap */
    struct frame_count frames;
    int16_t apart;  /* segments that began behind a gap, less those that did not, within
                       FLOW_APART_MOST: above 0, only parts of the stream come */
    bool sends : 1; /* for the owner to set */
    bool begun : 1;
    bool unconfirmed_is_ack : 1;
    bool has_unconfirmed : 1;
};

/** Forgets everything, and frees what it took. */
void flow_direction_clear(struct flow_direction *direction);

/**
 * Takes what the segment says of its sender's own direction.
 * @return false if it must belong to another connection than those before: clear, and take again.
 */
bool flow_direction_take(struct flow_direction *direction, const struct tcp_segment *segment,
                         int64_t time_ns, bool may_grow);

/** Takes the ACK that the other end sent; the same result. @p moved: more payload than before is
 * known to be delivered. */
bool flow_direction_take_ack(struct flow_direction *direction, uint32_t acknowledgement,
                             int64_t time_ns, bool *moved);

/** Payload bytes acknowledged, and of these the bytes that came. */
uint64_t flow_direction_delivered(const struct flow_direction *direction);
uint64_t flow_direction_captured(const struct flow_direction *direction);

/** Bytes acknowledged in @p direction that came only in @p other, as another session saw it. */
uint64_t flow_direction_captured_by(const struct flow_direction *direction,
                                    const struct flow_direction *other);

/** What is to be added to positions of @p other so that they mean the same in @p direction: both
 * have begun, and extended the same numbers, perhaps from different ones. */
uint64_t flow_direction_shift(const struct flow_direction *direction,
                              const struct flow_direction *other);

/** False if both, as seen in different sessions, cannot be of one connection. */
bool flow_direction_may_be(const struct flow_direction *direction,
                           const struct flow_direction *other);

/** Bytes of payload from the first copy of the direction to the highest; 0 before the first. */
uint64_t flow_direction_progress(const struct flow_direction *direction);

/** Bytes of payload that the end sent, as far as its own copies or the other end's ACKs tell: also
 * where none of it came. */
uint64_t flow_direction_payload(const struct flow_direction *direction);

#endif
