/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UDP datagrams to and fro (RFC 768), ICMP echo requests and replies (RFC 792, RFC 4443), IPv6
 * neighbour solicitations and advertisements (RFC 4861). Even steps ask, odd ones answer.
 */
#include "core/wire/protocol.h"
#include "generator/traffic/inner-kinds.h"

enum icmp_type {
    ICMP_ECHO_REPLY = 0,
    ICMP_ECHO_REQUEST = 8,
    ICMPV6_ECHO_REQUEST = 128,
    ICMPV6_ECHO_REPLY = 129,
    ICMPV6_SOLICITATION = 135,
    ICMPV6_ADVERTISEMENT = 136
};

void inner_write_udp(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    struct inner_turn event;
    inner_turn_init(&event, plan, n);
    bool answers = event.step % 2 == 1;
    size_t len = UDP_LENGTH + inner_data_length(plan);

    struct packet_builder packet =
        inner_put_ip(plan, &event.ends[answers], &event.ends[!answers], IP_PROTOCOL_UDP, len,
                     (uint16_t)(event.step + 1), out);
    inner_put_ports(event.flow, answers, out);
    buffer_put16(out, (uint16_t)len);
    buffer_put16(out, 0);
    inner_put_data(len - UDP_LENGTH, out);
    inner_set_transport_checksum(plan, &packet, UDP_AT_CHECKSUM, out);
}

void inner_write_echo(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    static const uint8_t types[2][INNER_ENDS] = {{ICMP_ECHO_REQUEST, ICMP_ECHO_REPLY},
                                                 {ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY}};
    struct inner_turn event;
    inner_turn_init(&event, plan, n);
    bool answers = event.step % 2 == 1;
    bool v6 = plan->ip_version == 6;
    size_t data_length = inner_data_length(plan);

    struct packet_builder packet =
        inner_put_ip(plan, &event.ends[answers], &event.ends[!answers],
                     v6 ? IP_PROTOCOL_ICMPV6 : IP_PROTOCOL_ICMP, ICMP_LENGTH + data_length,
                     (uint16_t)(event.step + 1), out);
    buffer_put8(out, types[v6][answers]);
    buffer_put8(out, 0);
    buffer_put16(out, 0);
    buffer_put16(out, (uint16_t)(event.flow + 1));
    buffer_put16(out, (uint16_t)(event.step / 2 + 1));
    inner_put_data(data_length, out);
    inner_set_checksum(&packet, ICMP_AT_CHECKSUM, out);
}

/* The client asks for the server: to its solicited-node multicast address, with its own MAC address
 * in an option. The server answers with its own. */
void inner_write_nd(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    struct inner_plan v6 = *plan;
    v6.ip_version = 6;
    struct inner_turn event;
    inner_turn_init(&event, &v6, n);
    bool answers = event.step % 2 == 1;
    const struct host *from = &event.ends[answers];
    const struct host *server = &event.ends[true];
    const uint8_t *tail = server->ip.bytes + 13;
    const struct host group = {
        {{0x33, 0x33, 0xff, tail[0], tail[1], tail[2]}},
        {16, {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, tail[0], tail[1], tail[2]}}};

    struct packet_builder packet = inner_put_ip(&v6, from, answers ? &event.ends[false] : &group,
                                                IP_PROTOCOL_ICMPV6, 32, 0, out);
    buffer_put8(out, answers ? ICMPV6_ADVERTISEMENT : ICMPV6_SOLICITATION);
    buffer_put8(out, 0);
    buffer_put16(out, 0);
    buffer_put32(out, answers ? 0x60000000 : 0); /* solicited, override */
    buffer_put(out, server->ip.bytes, 16);
    buffer_put8(out, answers ? 2 : 1); /* target's, source's link-layer address */
    buffer_put8(out, 1);
    buffer_put(out, from->mac.bytes, 6);
    inner_set_checksum(&packet, ICMP_AT_CHECKSUM, out);
}
