/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP conversations in miniature (RFC 9293), each with three frames of handshake and then, over and
 * over: a request, the answer that acknowledges it, the acknowledgement of the answer. The flows
 * take turns: frame n belongs to flow n mod flows and is step n / flows of it.
 */
#include "core/wire/protocol.h"
#include "generator/traffic/inner-kinds.h"

enum { MSS = 1460, WINDOW = 65535, HANDSHAKE_STEPS = 3, ROUND_STEPS = 3 };

struct tcp_step {
    bool from_client;
    uint8_t flags;
    uint32_t sequence;
    uint32_t acknowledgement;
    size_t data_length;
};

/* What step @p step of @p flow sends. */
static struct tcp_step segment_of(uint64_t flow, uint64_t step, size_t data_length)
{
    uint32_t client_start = (uint32_t)(1000 + flow * 100003);
    uint32_t server_start = client_start + 0x40000000;
    switch (step) {
    case 0:
        return (struct tcp_step){true, TCP_SYN, client_start, 0, 0};
    case 1:
        return (struct tcp_step){false, TCP_SYN | TCP_ACK, server_start, client_start + 1, 0};
    case 2:
        return (struct tcp_step){true, TCP_ACK, client_start + 1, server_start + 1, 0};
    default:
        break;
    }
    uint64_t round = (step - HANDSHAKE_STEPS) / ROUND_STEPS;
    uint32_t client = client_start + 1 + (uint32_t)(round * data_length);
    uint32_t server = server_start + 1 + (uint32_t)(round * data_length);
    uint32_t client_next = client + (uint32_t)data_length;
    uint32_t server_next = server + (uint32_t)data_length;
    switch ((step - HANDSHAKE_STEPS) % ROUND_STEPS) {
    case 0:
        return (struct tcp_step){true, TCP_PSH | TCP_ACK, client, server, data_length};
    case 1:
        return (struct tcp_step){false, TCP_PSH | TCP_ACK, server, client_next, data_length};
    default:
        return (struct tcp_step){true, TCP_ACK, client_next, server_next, 0};
    }
}

void inner_write_tcp(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    struct inner_turn event;
    inner_turn_init(&event, plan, n);
    struct tcp_step segment = segment_of(event.flow, event.step, inner_data_length(plan));
    bool answers = !segment.from_client;
    bool has_option = segment.flags & TCP_SYN;
    size_t header_length = TCP_MIN_LENGTH + (has_option ? TCP_OPTION_MSS_LENGTH : 0);

    struct packet_builder packet =
        inner_put_ip(plan, &event.ends[answers], &event.ends[!answers], IP_PROTOCOL_TCP,
                     header_length + segment.data_length, (uint16_t)(event.step + 1), out);
    inner_put_ports(event.flow, answers, out);
    buffer_put32(out, segment.sequence);
    buffer_put32(out, segment.acknowledgement);
    buffer_put8(out, (uint8_t)(header_length / 4 << 4));
    buffer_put8(out, segment.flags);
    buffer_put16(out, WINDOW);
    buffer_put16(out, 0);
    buffer_put16(out, 0);
    if (has_option) {
        buffer_put16(out, TCP_OPTION_MSS << 8 | TCP_OPTION_MSS_LENGTH);
        buffer_put16(out, MSS);
    }
    inner_put_data(segment.data_length, out);
    inner_set_transport_checksum(plan, &packet, TCP_AT_CHECKSUM, out);
}
