/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/tcp-flow.h"

#include "core/base/checksum.h"
#include "core/base/time-units.h"
#include "core/wire/protocol.h"
#include "generator/base/random.h"

enum {
    TIMESTAMPS_LENGTH = 12,
    SYN_WINDOW_MAX = 65535,
    IP_MAX_LENGTH = 65535,
    FIRST_CLIENT_PORT = 32768,
    CLIENT_PORTS = 28000, /* as Linux gives them out */
    INITIAL_WINDOW = 64256
};

static size_t ip_length(const struct inner_plan *inner)
{
    return inner->ip_version == 4 ? IPV4_MIN_LENGTH : IPV6_LENGTH;
}

static size_t link_length(const struct inner_plan *inner)
{
    return ETHERNET_LENGTH + (size_t)inner->tags.count * VLAN_TAG_LENGTH;
}

struct tcp_flow tcp_flow_new(const struct inner_plan *inner, struct payload_buffer *room,
                             struct host client, uint16_t server_port, uint16_t mtu,
                             uint64_t number)
{
    struct random random = {random_stream(inner->seed, "tcp", "start")};
    struct tcp_flow flow = {.inner = inner, .room = room, .window_scale = 7};
    random.state = random_at(random.state, number);
    flow.mss = (uint16_t)(mtu - ip_length(inner) - TCP_MIN_LENGTH);
    for (unsigned i = 0; i < G_N_ELEMENTS(flow.ends); i++) {
        uint64_t bits = random_next(&random);
        flow.ends[i] = (struct tcp_end){.host = i == 0 ? client : inner_server(inner),
                                        .port = server_port,
                                        .next = (uint32_t)bits,
                                        .clock = (uint32_t)(bits >> 32),
                                        .ip_id = (uint16_t)(bits >> 16),
                                        .window = INITIAL_WINDOW};
    }
    flow.ends[0].port = (uint16_t)(FIRST_CLIENT_PORT + number % CLIENT_PORTS);
    return flow;
}

uint32_t tcp_flow_clock(const struct tcp_flow *flow, bool reverse, int64_t time_ps)
{
    return flow->ends[reverse].clock + (uint32_t)(time_ps / PS_PER_MS);
}

size_t tcp_flow_full(const struct tcp_flow *flow)
{
    return flow->mss - (size_t)TIMESTAMPS_LENGTH;
}

size_t tcp_flow_header_length(const struct inner_plan *inner)
{
    return link_length(inner) + ip_length(inner) + TCP_FLOW_HEADER_LENGTH;
}

static void put_timestamps(const struct tcp_flow *flow, const struct segment *segment,
                           int64_t time_ps, struct buffer *out)
{
    buffer_put16(out, 0x080a);
    buffer_put32(out, tcp_flow_clock(flow, segment->reverse, time_ps));
    buffer_put32(out, segment->flags & TCP_ACK ? flow->ends[segment->reverse].echo : 0);
}

/* As Linux orders them. */
static void put_options(const struct tcp_flow *flow, const struct segment *segment, int64_t time_ps,
                        struct buffer *out)
{
    if (!(segment->flags & TCP_SYN)) {
        buffer_put16(out, 0x0101);
        put_timestamps(flow, segment, time_ps, out);
        return;
    }
    buffer_put16(out, 0x0204);
    buffer_put16(out, flow->mss);
    buffer_put16(out, 0x0402); /* selective acknowledgement permitted */
    put_timestamps(flow, segment, time_ps, out);
    buffer_put32(out, 0x01030300 | flow->window_scale);
}

/* A packet too long for the field says 0 (RFC 2675's jumbograms, and IPv4's super-frames). */
static size_t claimed_length(const struct inner_plan *inner, size_t payload_length)
{
    size_t header = inner->ip_version == 4 ? IPV4_MIN_LENGTH : 0;
    return header + payload_length > IP_MAX_LENGTH ? IP_MAX_LENGTH + 1 - header : payload_length;
}

static void set_checksum(const struct tcp_flow *flow, const struct segment *segment,
                         const struct packet_builder *packet, struct buffer *out)
{
    if (flow->ends[segment->reverse].partial_checksums) {
        uint16_t pseudo = (uint16_t)~internet_checksum_end(ip_pseudo_sum(&packet->ip));
        buffer_patch16(out, packet->payload_at + TCP_AT_CHECKSUM, pseudo);
        return;
    }
    uint32_t sum = segment->text.data == NULL ? payload_buffer_sum(flow->room, 0, segment->text.len)
                                              : internet_checksum_add(0, segment->text);
    payload_buffer_set_checksum(packet, TCP_AT_CHECKSUM, sum, out);
}

struct bytes tcp_flow_send(struct tcp_flow *flow, const struct segment *segment, int64_t time_ps)
{
    struct tcp_end *from = &flow->ends[segment->reverse];
    struct tcp_end *to = &flow->ends[!segment->reverse];
    size_t len = segment->text.len;
    bool syn = segment->flags & TCP_SYN;
    size_t tcp_length = syn ? TCP_FLOW_SYN_LENGTH : TCP_FLOW_HEADER_LENGTH;
    if (segment->text.data != NULL)
        memcpy(flow->room->data, segment->text.data, len);

    struct buffer out = payload_buffer_begin(flow->room, link_length(flow->inner) +
                                                             ip_length(flow->inner) + tcp_length);
    struct packet_builder packet =
        inner_put_ip(flow->inner, &from->host, &to->host, IP_PROTOCOL_TCP,
                     claimed_length(flow->inner, tcp_length + len), from->ip_id++, &out);
    packet.ip.payload_length = tcp_length + len;
    buffer_put16(&out, from->port);
    buffer_put16(&out, to->port);
    buffer_put32(&out, from->next);
    buffer_put32(&out, segment->flags & TCP_ACK ? from->acknowledged : 0);
    buffer_put16(&out, (uint16_t)(tcp_length / 4 << 12 | segment->flags));
    buffer_put16(&out, (uint16_t)(syn ? MIN(from->window, SYN_WINDOW_MAX)
                                      : from->window >> flow->window_scale));
    buffer_put32(&out, 0); /* checksum, urgent pointer */
    put_options(flow, segment, time_ps, &out);
    set_checksum(flow, segment, &packet, &out);

    from->next += (uint32_t)len + (segment->flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
    to->acknowledged = from->next;
    to->echo = tcp_flow_clock(flow, segment->reverse, time_ps);
    return (struct bytes){out.data, out.len + len};
}
