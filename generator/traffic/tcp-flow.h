/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The two ends of a TCP connection (RFC 9293, RFC 7323) and the segments between them.
 */
#ifndef GENERATOR_TRAFFIC_TCP_FLOW_H
#define GENERATOR_TRAFFIC_TCP_FLOW_H

#include "generator/traffic/payload-buffer.h"

/** Bytes of the TCP header: every segment but SYN has the timestamps option, SYN has that and more.
 */
enum { TCP_FLOW_HEADER_LENGTH = 32, TCP_FLOW_SYN_LENGTH = 40 };

struct tcp_end {
    struct host host;
    uint16_t port;
    uint16_t ip_id;         /* of the next segment */
    uint32_t next;          /* sequence number of the next byte that it sends */
    uint32_t acknowledged;  /* the next that it expects */
    uint32_t clock;         /* its timestamp clock when the traffic began, in milliseconds */
    uint32_t echo;          /* the timestamp to echo */
    uint32_t window;        /* bytes that it can take */
    bool partial_checksums; /* its stack leaves the sum over the data to the hardware */
};

struct tcp_flow {
    const struct inner_plan *inner;
    struct payload_buffer *room;
    struct tcp_end ends[2]; /* client, server; index: struct segment's reverse */
    uint16_t mss;           /* as the option says: without options of segments */
    uint8_t window_scale;
};

struct segment {
    bool reverse;
    uint8_t flags;
    struct bytes text; /* its data; with NULL, so many bytes of the room's own */
};

/**
 * Connection @p number of a client, before its first segment. Ports, sequence numbers and clocks
 * are made of the number and the plan's seed.
 *
 * @param mtu  of both hosts: 576 or more.
 */
struct tcp_flow tcp_flow_new(const struct inner_plan *inner, struct payload_buffer *room,
                             struct host client, uint16_t server_port, uint16_t mtu,
                             uint64_t number);

/**
 * Writes the segment that its end sends at @p time_ps, counts that end on, and has the other expect
 * what follows: an end that acknowledges later sets `acknowledged` and `echo` itself, before it
 * sends. The bytes lie in the room until the next segment.
 */
struct bytes tcp_flow_send(struct tcp_flow *flow, const struct segment *segment, int64_t time_ps);

/** The timestamp of that end at that time. */
uint32_t tcp_flow_clock(const struct tcp_flow *flow, bool reverse, int64_t time_ps);

/** Data bytes of a full segment. */
size_t tcp_flow_full(const struct tcp_flow *flow);

/** Bytes before the data in a frame of such a flow, SYN excepted. */
size_t tcp_flow_header_length(const struct inner_plan *inner);

#endif
