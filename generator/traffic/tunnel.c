/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/tunnel.h"

#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/traffic/flow-hash.h"
#include "generator/traffic/inner-kinds.h"

enum { PORT_VXLAN = 4789, PORT_GENEVE = 6081, PORT_GTP_U = 2152, FIRST_ENTROPY_PORT = 0xc000 };
enum { PROTOCOL_IPV4_INSIDE = 4, PROTOCOL_IPV6_INSIDE = 41 };
enum { IP_MAX_LENGTH = 65535, HEADERS_MAX = 128 };

/* VXLAN's and Geneve's network, GTP's tunnel endpoint. */
enum { NETWORK_IDENTIFIER = 0x1234 };

struct tunnel {
    uint16_t port;        /* UDP destination; 0: no UDP */
    size_t header_length; /* of its own */
    bool carries_frames;  /* with their MAC header */
    uint8_t protocol;     /* IP's, without UDP; 0: that of the packet inside */
};

static const struct tunnel tunnels[] = {
    [TUNNEL_NONE] = {0},
    [TUNNEL_VXLAN] = {PORT_VXLAN, 8, true, 0},
    [TUNNEL_GENEVE] = {PORT_GENEVE, 8, true, 0},
    [TUNNEL_GTP_U] = {PORT_GTP_U, 8, false, 0},
    [TUNNEL_GRE] = {0, 4, false, IP_PROTOCOL_GRE},
    [TUNNEL_IP] = {0, 0, false, 0},
};

/* Behind IP. */
static size_t headers_length(const struct tunnel *tunnel)
{
    return (tunnel->port != 0 ? UDP_LENGTH : 0) + tunnel->header_length;
}

size_t tunnel_length(const struct inner_plan *plan)
{
    const struct tunnel *tunnel = &tunnels[plan->tunnel];
    if (plan->tunnel == TUNNEL_NONE)
        return 0;
    return inner_ip_at(plan) + (plan->tunnel_ip_version == 4 ? IPV4_MIN_LENGTH : IPV6_LENGTH) +
           headers_length(tunnel);
}

/* 10.255.N.1 and 2001:db8:N::ff:1 on the clients' side, 172.16.N.255 and 2001:db8:N:1::ff:2. */
static struct host endpoint(const struct inner_plan *plan, bool far)
{
    uint8_t network = (uint8_t)plan->network;
    struct host host = {.mac = {{0x02, 0x74, 0, network, 0, far ? 2 : 1}}};
    if (plan->tunnel_ip_version == 6)
        host.ip = (struct address){16,
                                   {0x20, 0x01, 0x0d, 0xb8, 0, network, 0, far ? 1 : 0, 0, 0, 0, 0,
                                    0, 0xff, 0, far ? 2 : 1}};
    else if (far)
        host.ip = (struct address){4, {172, 16, network, 255}};
    else
        host.ip = (struct address){4, {10, 255, network, 1}};
    return host;
}

/* The IP packet in the frame, without what pads it; empty if there is none. */
static struct bytes packet_in(struct bytes frame)
{
    uint16_t type = bytes_u16(frame, ETHERNET_AT_TYPE);
    struct bytes packet = bytes_from(frame, ETHERNET_LENGTH);
    size_t length = 0;
    if (type == ETHER_TYPE_IPV4)
        length = bytes_u16(packet, IPV4_AT_LENGTH);
    else if (type == ETHER_TYPE_IPV6)
        length = (size_t)IPV6_LENGTH + bytes_u16(packet, IPV6_AT_LENGTH);
    else
        return (struct bytes){NULL, 0};
    /* The length of a super-frame does not fit its field, which says 0 then. */
    return frame.len > IP_MAX_LENGTH ? packet : bytes_first(packet, length);
}

static bool is_ipv6(struct bytes packet)
{
    return bytes_u8(packet, 0) >> 4 == 6;
}

static uint8_t protocol_of(const struct tunnel *tunnel, struct bytes inside)
{
    if (tunnel->port != 0)
        return IP_PROTOCOL_UDP;
    if (tunnel->protocol != 0)
        return tunnel->protocol;
    return is_ipv6(inside) ? PROTOCOL_IPV6_INSIDE : PROTOCOL_IPV4_INSIDE;
}

static void put_own_header(enum tunnel_kind kind, struct bytes inside, struct buffer *out)
{
    switch (kind) {
    case TUNNEL_VXLAN:
        buffer_put32(out, 0x08000000); /* the identifier is there */
        buffer_put32(out, NETWORK_IDENTIFIER << 8);
        break;
    case TUNNEL_GENEVE:
        buffer_put16(out, 0); /* version 0, no options */
        buffer_put16(out, GRE_PROTOCOL_BRIDGING);
        buffer_put32(out, NETWORK_IDENTIFIER << 8);
        break;
    case TUNNEL_GTP_U:
        buffer_put16(out, 0x30ff); /* version 1, GTP; a packet of the user's */
        buffer_put16(out, (uint16_t)inside.len);
        buffer_put32(out, NETWORK_IDENTIFIER);
        break;
    case TUNNEL_GRE:
        buffer_put16(out, 0);
        buffer_put16(out, is_ipv6(inside) ? ETHER_TYPE_IPV6 : ETHER_TYPE_IPV4);
        break;
    case TUNNEL_IP:
    case TUNNEL_NONE:
        break;
    }
}

/* A length that does not fit the field says 0, as that of a super-frame does. */
static size_t claimed_length(const struct inner_plan *plan, size_t payload_length)
{
    size_t header = plan->tunnel_ip_version == 4 ? IPV4_MIN_LENGTH : 0;
    return header + payload_length > IP_MAX_LENGTH ? IP_MAX_LENGTH + 1 - header : payload_length;
}

/* UDP over IPv4 needs no checksum; over IPv6 it has one. */
static void set_udp_checksum(const struct packet_builder *packet, struct bytes inside,
                             struct buffer *headers)
{
    if (packet->ip.source->len == 4)
        return;
    const struct bytes own = {headers->data + packet->payload_at,
                              headers->len - packet->payload_at};
    uint32_t sum = internet_checksum_add(ip_pseudo_sum(&packet->ip), own);
    uint16_t checksum = internet_checksum_end(internet_checksum_add(sum, inside));
    buffer_patch16(headers, packet->payload_at + UDP_AT_CHECKSUM,
                   checksum == 0 ? 0xffff : checksum);
}

void tunnel_put(const struct inner_plan *plan, struct bytes frame, struct buffer *out)
{
    const struct tunnel *tunnel = &tunnels[plan->tunnel];
    const struct mac server = inner_server(plan).mac;
    bool reverse = bytes_equal(frame, ETHERNET_AT_SOURCE, server.bytes, sizeof server.bytes);
    const struct host from = endpoint(plan, reverse);
    const struct host to = endpoint(plan, !reverse);
    struct bytes inside = tunnel->carries_frames ? frame : packet_in(frame);
    uint8_t room[HEADERS_MAX];
    struct buffer headers = {room, sizeof room, 0, false};
    if (inside.len > 0) {
        size_t payload_length = headers_length(tunnel) + inside.len;
        struct packet_builder packet =
            inner_put_local_ip(plan, &from, &to, protocol_of(tunnel, inside), 64,
                               claimed_length(plan, payload_length), &headers);
        uint16_t source = plan->tunnel == TUNNEL_GTP_U
                              ? PORT_GTP_U
                              : (uint16_t)(FIRST_ENTROPY_PORT + flow_hash(frame) % 0x4000);
        if (tunnel->port != 0)
            inner_put_udp(source, tunnel->port, tunnel->header_length + inside.len, &headers);
        put_own_header(plan->tunnel, inside, &headers);
        if (tunnel->port != 0)
            set_udp_checksum(&packet, inside, &headers);
    } else {
        inside = frame;
    }
    /* The frame may stand in the same room, farther behind. */
    size_t length = inside.len;
    size_t end = out->len + headers.len;
    if (end + length > out->capacity) {
        out->overflow = true;
        return;
    }
    memmove(out->data + end, inside.data, length);
    memcpy(out->data + out->len, headers.data, headers.len);
    out->len = end + length;
}
