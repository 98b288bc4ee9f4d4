/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Conversations, segment by segment, with the sums that RFC 9293 and core/visibility/flow.h make of
 * them.
 */
#ifndef TESTS_UNIT_SUPPORT_FLOW_EVENTS_H
#define TESTS_UNIT_SUPPORT_FLOW_EVENTS_H

#include "core/visibility/flow.h"
#include "tests/unit/support/support.h"

enum { ACK = 1, SYN = 2, FIN = 4, RST = 8 };

enum { MS = 1000, SECOND = 1000 * MS, END = 0 };

/** A TCP segment of a conversation. */
struct event {
    char from; /* 'C'lient or 'S'erver; END: no more */
    unsigned flags;
    uint32_t sequence;
    uint32_t payload;
    uint32_t acknowledgement;
    int64_t time_us;
    uint32_t stream;
    uint16_t mss;
    uint8_t options;
};

/** What client and server send: flags, sequence number, payload, acknowledgement, time, others. */
#define C(...) SEGMENT('C', __VA_ARGS__)

#define S(...) SEGMENT('S', __VA_ARGS__)

#define SEGMENT(from_, flags_, sequence_, payload_, acknowledgement_, time_us_, ...)               \
    {                                                                                              \
        .from = (from_), .flags = (flags_), .sequence = (sequence_), .payload = (payload_),        \
        .acknowledgement = (acknowledgement_), .time_us = (time_us_), __VA_ARGS__                  \
    }

enum { HEADERS = 54, CI = 1000, SI = 5000 /* initial sequence numbers */ };

/* Client and server shake hands. */
#define HANDSHAKE C(SYN, CI, 0, 0, 1), S(SYN | ACK, SI, 0, CI + 1, 2), C(ACK, CI + 1, 0, SI + 1, 3)

/* Sums of one connection, of which so much was delivered in so many full frames. */
#define SUMS(delivered_, captured_, frames_)                                                       \
    .flows = 1, .delivered = (delivered_), .captured = (captured_), .implied_frames = (frames_),   \
    .implied_bytes = (delivered_) + (uint64_t)(frames_)*HEADERS

#define TIMES(first_us, last_us)                                                                   \
    .first_ns = INT64_C(1000) * (first_us), .last_ns = INT64_C(1000) * (last_us)

struct flow_case {
    const char *name;
    struct event events[16];
    struct flow_totals want; /* of stream 0 */
};

/** Gives the segment to @p table. */
void flow_events_take(struct flow_table *table, const struct event *event);

void flow_events_assert_totals(struct flow_table *table, uint32_t stream,
                               const struct flow_totals *want);

enum { MEMORY = 1 << 20 };

/** Takes the events of a struct flow_case; its sums must be as it says, also when asked twice. */
void flow_events_check(gconstpointer data);

#endif
