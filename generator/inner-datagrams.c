/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UDP datagrams to and fro (RFC 768), ICMP echo requests and replies (RFC 792, RFC 4443), IPv6
 * neighbour solicitations and advertisements (RFC 4861). Even steps ask, odd ones answer.
 */
#include "generator/inner-kinds.h"

enum {
    SERVER_PORT = 50505,
    FIRST_CLIENT_PORT = 49152, /* dynamic ports: no protocol lives there */
    CLIENT_PORTS = 16000,
    UDP_AT_CHECKSUM = 6,
    ICMP_AT_CHECKSUM = 2
};

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
    uint64_t flow = n % plan->flows;
    uint64_t step = n / plan->flows;
    bool answers = step % 2 == 1;
    struct host client = inner_client(plan, flow);
    struct host server = inner_server(plan);
    uint16_t client_port = (uint16_t)(FIRST_CLIENT_PORT + flow % CLIENT_PORTS);
    size_t len = 8 + inner_data_length(plan);

    struct inner_packet packet =
        inner_put_ip(plan, answers ? server : client, answers ? client : server, PROTOCOL_UDP, len,
                     (uint16_t)(step + 1), out);
    buffer_put16(out, answers ? SERVER_PORT : client_port);
    buffer_put16(out, answers ? client_port : SERVER_PORT);
    buffer_put16(out, (uint16_t)len);
    buffer_put16(out, 0);
    inner_put_data(len - 8, out);
    inner_set_checksum(&packet, UDP_AT_CHECKSUM, out);
}

void inner_write_echo(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    uint64_t flow = n % plan->flows;
    uint64_t step = n / plan->flows;
    bool replies = step % 2 == 1;
    bool v6 = plan->ip_version == 6;
    struct host client = inner_client(plan, flow);
    struct host server = inner_server(plan);
    size_t data_length = inner_data_length(plan);

    struct inner_packet packet = inner_put_ip(
        plan, replies ? server : client, replies ? client : server,
        v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP, 8 + data_length, (uint16_t)(step + 1), out);
    if (v6)
        buffer_put8(out, replies ? ICMPV6_ECHO_REPLY : ICMPV6_ECHO_REQUEST);
    else
        buffer_put8(out, replies ? ICMP_ECHO_REPLY : ICMP_ECHO_REQUEST);
    buffer_put8(out, 0);
    buffer_put16(out, 0);
    buffer_put16(out, (uint16_t)(flow + 1));
    buffer_put16(out, (uint16_t)(step / 2 + 1));
    inner_put_data(data_length, out);
    inner_set_checksum(&packet, ICMP_AT_CHECKSUM, out);
}

/* The client asks for the server: to its solicited-node multicast address, with its own MAC address
 * in an option. The server answers with its own. */
void inner_write_nd(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    struct inner_plan v6 = *plan;
    v6.ip_version = 6;
    bool answers = n / plan->flows % 2 == 1;
    struct host client = inner_client(&v6, n % plan->flows);
    struct host server = inner_server(&v6);
    const uint8_t *tail = server.ip.bytes + 13;
    struct host group = {
        {{0x33, 0x33, 0xff, tail[0], tail[1], tail[2]}},
        {16, {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, tail[0], tail[1], tail[2]}}};

    struct inner_packet packet = inner_put_ip(
        &v6, answers ? server : client, answers ? client : group, PROTOCOL_ICMPV6, 32, 0, out);
    buffer_put8(out, answers ? ICMPV6_ADVERTISEMENT : ICMPV6_SOLICITATION);
    buffer_put8(out, 0);
    buffer_put16(out, 0);
    buffer_put32(out, answers ? 0x60000000 : 0); /* solicited, override */
    buffer_put(out, server.ip.bytes, 16);
    buffer_put8(out, answers ? 2 : 1); /* target's, source's link-layer address */
    buffer_put8(out, 1);
    buffer_put(out, answers ? server.mac.bytes : client.mac.bytes, 6);
    inner_set_checksum(&packet, ICMP_AT_CHECKSUM, out);
}
