/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One direction of a connection: which payload bytes came, how many frames they must have been,
 * and what its ACKs imply for the other one. */
#include "core/visibility/flow-direction.h"

#include <glib.h>
#include <stdlib.h>

#include "core/base/time-units.h"

/* Where positions begin: so far from 0 that no arithmetic on them falls below it. */
#define FIRST_POSITION (UINT64_C(1) << 62)

/* A keep-alive comes a second or more after what it repeats, a copy that others overtook sooner. */
#define KEEP_ALIVE_LEAST_NS (500 * NS_PER_MS)

enum {
    WINDOW_MAX = 1 << 27,   /* bytes that may be in flight, or reordered, at any time ... */
    BYTES_PER_NS = 16,      /* ... and these at 128 Gbit/s */
    JUMP_MAX = 1 << 30,     /* above it even a jump that time explains waits for a second one */
    NEAR = 1 << 24,         /* of two such numbers */
    SYN_LATE_MAX = 1 << 20, /* bytes that may have come before the copy of the SYN */
};

enum placement { PLACED, UNCONFIRMED, OTHER_CONNECTION };

void flow_direction_clear(struct flow_direction *direction)
{
    interval_set_clear(&direction->captured);
    *direction = (struct flow_direction){0};
}

static int32_t distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

/* Since the last number came; 0 if the times of the capture go back. */
static uint64_t silence_ns(const struct flow_direction *direction, int64_t time_ns)
{
    if (!direction->begun || time_ns <= direction->front_ns)
        return 0;
    return (uint64_t)time_ns - (uint64_t)direction->front_ns;
}

/* How far the connection can have come since the last number, in either direction. */
static int64_t reach(const struct flow_direction *direction, int64_t time_ns)
{
    uint64_t elapsed = silence_ns(direction, time_ns);
    return MIN(WINDOW_MAX + BYTES_PER_NS * (int64_t)MIN(elapsed, INT32_MAX), INT32_MAX);
}

static void keep_unconfirmed(struct flow_direction *direction, uint32_t number)
{
    direction->has_unconfirmed = true;
    direction->unconfirmed_is_ack = false;
    direction->unconfirmed = number;
}

/* For a number that may be out of reach. Sets direction->has_unconfirmed unless it is placed for
 * sure. */
static G_GNUC_NO_INLINE enum placement place_far(struct flow_direction *direction, uint32_t number,
                                                 int64_t ahead, int64_t time_ns)
{
    int64_t limit = reach(direction, time_ns);
    int64_t from_unconfirmed = distance(direction->unconfirmed, number);
    bool confirms =
        direction->has_unconfirmed && from_unconfirmed != 0 && llabs(from_unconfirmed) <= NEAR;
    bool far = llabs(ahead) > MIN(limit, JUMP_MAX);
    direction->has_unconfirmed = false;
    if (ahead <= NEAR && llabs(ahead) <= limit)
        return PLACED;
    if (confirms)
        return far && (ahead < 0 || ahead > limit) ? OTHER_CONNECTION : PLACED;
    keep_unconfirmed(direction, number);
    return far ? UNCONFIRMED : PLACED;
}

static inline enum placement place(struct flow_direction *direction, uint32_t number,
                                   int64_t time_ns, uint64_t *position)
{
    if (!direction->begun) {
        direction->begun = true;
        direction->first = direction->front = FIRST_POSITION + number;
    }
    int64_t ahead = distance((uint32_t)direction->front, number);
    *position = direction->front + (uint64_t)ahead;
    if (ahead > NEAR || ahead < -WINDOW_MAX) {
        enum placement placement = place_far(direction, number, ahead, time_ns);
        if (placement != PLACED || direction->has_unconfirmed)
            return placement;
    }
    direction->has_unconfirmed = false;
    direction->front_ns = time_ns;
    direction->front = MAX(direction->front, *position);
    return PLACED;
}

/* The SYN's copy may come again, or shortly after those of the segments behind it. */
static bool syn_fits(const struct flow_direction *direction, uint32_t first)
{
    if (!direction->begun)
        return true;
    const struct delivered *delivered = &direction->delivered;
    if (delivered->has_syn)
        return (uint32_t)delivered->base == first;
    uint32_t known = (uint32_t)(delivered->known ? delivered->base : direction->front);
    int32_t late = distance(first, known);
    return late >= 0 && late <= SYN_LATE_MAX;
}

static bool take_syn(struct flow_direction *direction, const struct tcp_segment *segment,
                     int64_t time_ns)
{
    uint32_t first = segment->sequence + 1;
    uint64_t position;
    if (!syn_fits(direction, first))
        return false;
    if (!direction->delivered.has_syn && place(direction, first, time_ns, &position) == PLACED) {
        delivered_set_first(&direction->delivered, position);
        interval_set_start_at(&direction->captured, position);
    }
    if (segment->mss != 0)
        direction->mss = segment->mss;
    return true;
}

static void learn_headers(struct flow_direction *direction, const struct tcp_segment *segment)
{
    if (direction->headers == 0 || segment->headers < direction->headers) {
        direction->headers = (uint16_t)MIN(segment->headers, UINT16_MAX);
        direction->options = segment->options;
    }
}

static void note_gap(struct flow_direction *direction, struct interval payload)
{
    uint64_t end = direction->captured.top.end;
    int step = payload.start > end ? 1 : -1;
    if (direction->joined + direction->parted == 0)
        direction->payload_first = payload.start;
    direction->parted += payload.start > end ? 1 : 0;
    direction->joined += payload.start == end ? 1 : 0;
    direction->apart = (int16_t)CLAMP(direction->apart + step, -FLOW_APART_MOST, FLOW_APART_MOST);
}

/* A keep-alive repeats the last byte, or one that never was (RFC 9293, section 3.8.4), after a
 * silence. @p idle_ns: since the last number came; only of a segment of one byte. */
static bool is_keep_alive(const struct flow_direction *direction, struct interval payload,
                          uint64_t idle_ns)
{
    return idle_ns >= KEEP_ALIVE_LEAST_NS && payload.end - payload.start == 1 &&
           direction->delivered.known && payload.end == delivered_end(&direction->delivered);
}

bool flow_direction_take(struct flow_direction *direction, const struct tcp_segment *segment,
                         int64_t time_ns, bool may_grow)
{
    if (segment->rst)
        return true;
    if (segment->syn && !take_syn(direction, segment, time_ns))
        return false;
    if (!segment->syn)
        learn_headers(direction, segment);

    struct interval payload;
    uint64_t idle_ns = segment->payload == 1 ? silence_ns(direction, time_ns) : 0;
    switch (place(direction, segment->sequence + (segment->syn ? 1 : 0), time_ns, &payload.start)) {
    case UNCONFIRMED:
        return true;
    case OTHER_CONNECTION:
        return false;
    case PLACED:
        break;
    }
    payload.end = payload.start + segment->payload;
    if (!direction->has_unconfirmed)
        direction->front = MAX(direction->front, payload.end);
    direction->payload_max = MAX(direction->payload_max, segment->payload);
    if (segment->fin)
        direction->fin = payload.end;
    if (segment->payload > 0)
        note_gap(direction, payload);
    if (!is_keep_alive(direction, payload, idle_ns))
        interval_set_add(&direction->captured, payload, may_grow);
    return true;
}

/* True if captured data confirms an ACK of @p position. In a sampled stream the byte before an
 * ACK is rarely captured, so data on both sides is enough. */
static inline bool data_bears_out(const struct flow_direction *direction, uint64_t position)
{
    return direction->apart > 0 ? interval_set_surrounds(&direction->captured, position)
                                : interval_set_reaches(&direction->captured, position);
}

/* A FIN takes a number, too. */
static void take_placed_ack(struct flow_direction *direction, uint64_t position)
{
    struct delivered *delivered = &direction->delivered;
    if (delivered->known && !delivered->sure && data_bears_out(direction, delivered->base + 1))
        delivered_trust_base(delivered);
    uint64_t jump = delivered_jump(delivered);
    if (jump != 0 && data_bears_out(direction, jump))
        delivered_take(delivered, jump, true);
    bool has_data = data_bears_out(direction, position) ||
                    (direction->fin != 0 && position == direction->fin + 1);
    delivered_take(delivered, position, has_data);
}

bool flow_direction_take_ack(struct flow_direction *direction, uint32_t acknowledgement,
                             int64_t time_ns, bool *moved)
{
    uint64_t position;
    int32_t from_unconfirmed = distance(direction->unconfirmed, acknowledgement);
    bool confirms = direction->has_unconfirmed && direction->unconfirmed_is_ack &&
                    llabs(from_unconfirmed) <= NEAR;
    *moved = false;
    switch (place(direction, acknowledgement, time_ns, &position)) {
    case UNCONFIRMED:
        direction->unconfirmed_is_ack = true;
        return true;
    case OTHER_CONNECTION:
        return false;
    case PLACED:
        break;
    }
    if (delivered_knows(&direction->delivered, position))
        return true;
    uint64_t before = flow_direction_delivered(direction);
    if (confirms)
        take_placed_ack(direction, position - (uint64_t)(int64_t)from_unconfirmed);
    take_placed_ack(direction, position);
    *moved = flow_direction_delivered(direction) > before;
    return true;
}

/* A single acknowledged byte without payload is a FIN that was not captured. */
static bool fin_is_acked(const struct flow_direction *direction)
{
    uint64_t end = delivered_end(&direction->delivered);
    if (direction->fin != 0)
        return end == direction->fin + 1;
    return end == delivered_base(&direction->delivered) + 1 && direction->payload_max == 0;
}

uint64_t flow_direction_delivered(const struct flow_direction *direction)
{
    const struct delivered *delivered = &direction->delivered;
    if (!delivered->known)
        return 0;
    uint64_t end = delivered_end(delivered) - (fin_is_acked(direction) ? 1 : 0);
    return end > delivered_base(delivered) ? end - delivered_base(delivered) : 0;
}

static struct interval acknowledged(const struct flow_direction *direction)
{
    const struct delivered *delivered = &direction->delivered;
    return (struct interval){delivered_base(delivered), delivered_end(delivered)};
}

uint64_t flow_direction_captured(const struct flow_direction *direction)
{
    if (!direction->delivered.known)
        return 0;
    return interval_set_sum(&direction->captured, acknowledged(direction));
}

/* A multiple of 2^32. */
uint64_t flow_direction_shift(const struct flow_direction *direction,
                              const struct flow_direction *other)
{
    uint64_t apart = direction->front - other->front;
    return (apart + (UINT64_C(1) << 31)) & ~(uint64_t)UINT32_MAX;
}

bool flow_direction_may_be(const struct flow_direction *direction,
                           const struct flow_direction *other)
{
    if (!direction->begun || !other->begun)
        return true;
    if (direction->delivered.has_syn && other->delivered.has_syn)
        return (uint32_t)direction->delivered.base == (uint32_t)other->delivered.base;
    int64_t apart = distance((uint32_t)direction->front, (uint32_t)other->front);
    return llabs(apart) <= (direction->front_ns < other->front_ns
                                ? reach(direction, other->front_ns)
                                : reach(other, direction->front_ns));
}

uint64_t flow_direction_captured_by(const struct flow_direction *direction,
                                    const struct flow_direction *other)
{
    if (!direction->delivered.known || !other->begun)
        return 0;
    uint64_t shift = flow_direction_shift(direction, other);
    struct interval range = acknowledged(direction);
    range.start -= shift;
    range.end -= shift;
    return interval_set_sum_without(&other->captured, range, &direction->captured, shift);
}

uint64_t flow_direction_progress(const struct flow_direction *direction)
{
    return direction->begun ? direction->front - direction->first : 0;
}

uint64_t flow_direction_payload(const struct flow_direction *direction)
{
    return MAX(flow_direction_progress(direction), flow_direction_delivered(direction));
}
