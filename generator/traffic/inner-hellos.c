/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hellos that routers and bridges repeat without a change: VRRP (RFC 5798), HSRP (RFC 2281),
 * OSPF hellos (RFC 2328), LACP (IEEE 802.1AX).
 */
#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/traffic/inner-kinds.h"

enum { PROTOCOL_OSPF = 89, PROTOCOL_VRRP = 112, PORT_HSRP = 1985, ETHERTYPE_SLOW = 0x8809 };

/* A group of IPv4, and the MAC address that follows from it (RFC 1112). */
static struct host group_of(uint8_t last)
{
    return (struct host){{{0x01, 0x00, 0x5e, 0, 0, last}}, {4, {224, 0, 0, last}}};
}

/* The address that the routers share: 172.16.NETWORK.254. */
static struct address shared_address(const struct inner_plan *plan)
{
    return (struct address){4, {172, 16, (uint8_t)plan->network, 254}};
}

static struct inner_plan over_ipv4(const struct inner_plan *plan)
{
    struct inner_plan v4 = *plan;
    v4.ip_version = 4;
    return v4;
}

/* The master's advertisement. */
void inner_write_vrrp(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    enum { LENGTH = 12, AT_CHECKSUM = 6, ROUTER = 1, PRIORITY = 100, INTERVAL_CS = 100 };
    const struct inner_plan v4 = over_ipv4(plan);
    struct host master = inner_server(&v4);
    const struct host group = group_of(18);
    const struct address shared = shared_address(plan);
    master.mac = (struct mac){{0x00, 0x00, 0x5e, 0x00, 0x01, ROUTER}};
    (void)n;

    struct packet_builder packet =
        inner_put_local_ip(&v4, &master, &group, PROTOCOL_VRRP, 255, LENGTH, out);
    buffer_put8(out, 0x31); /* version 3, advertisement */
    buffer_put8(out, ROUTER);
    buffer_put8(out, PRIORITY);
    buffer_put8(out, 1); /* address */
    buffer_put16(out, INTERVAL_CS);
    buffer_put16(out, 0);
    buffer_put(out, shared.bytes, 4);
    inner_set_checksum(&packet, AT_CHECKSUM, out);
}

/* The active router's hello. */
void inner_write_hsrp(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    enum { LENGTH = 20, ACTIVE = 16, HELLO_S = 3, HOLD_S = 10, PRIORITY = 100, GROUP = 1 };
    static const char password[8] = "cisco";
    const struct inner_plan v4 = over_ipv4(plan);
    struct host active = inner_server(&v4);
    const struct host group = group_of(2);
    const struct address shared = shared_address(plan);
    active.mac = (struct mac){{0x00, 0x00, 0x0c, 0x07, 0xac, GROUP}};
    (void)n;

    struct packet_builder packet =
        inner_put_local_ip(&v4, &active, &group, IP_PROTOCOL_UDP, 1, UDP_LENGTH + LENGTH, out);
    inner_put_udp(PORT_HSRP, PORT_HSRP, LENGTH, out);
    buffer_put16(out, 0); /* version 0, hello */
    buffer_put8(out, ACTIVE);
    buffer_put8(out, HELLO_S);
    buffer_put8(out, HOLD_S);
    buffer_put8(out, PRIORITY);
    buffer_put8(out, GROUP);
    buffer_put8(out, 0);
    buffer_put(out, password, sizeof password);
    buffer_put(out, shared.bytes, 4);
    inner_set_checksum(&packet, UDP_AT_CHECKSUM, out);
}

/* Two routers that know each other, in turn. */
void inner_write_ospf(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    enum { LENGTH = 48, AT_CHECKSUM = 12, HELLO_S = 10, DEAD_S = 40, ROUTING_OPTION = 2 };
    const struct inner_plan v4 = over_ipv4(plan);
    const struct host routers[] = {inner_server(&v4), inner_client(&v4, 0)};
    const struct host *from = &routers[n % 2];
    const struct host *neighbour = &routers[(n + 1) % 2];
    const struct host group = group_of(5);

    struct packet_builder packet =
        inner_put_local_ip(&v4, from, &group, PROTOCOL_OSPF, 1, LENGTH, out);
    buffer_put16(out, 0x0201); /* version 2, hello */
    buffer_put16(out, LENGTH);
    buffer_put(out, from->ip.bytes, 4); /* its name */
    buffer_put32(out, 0);               /* the backbone */
    buffer_put32(out, 0);               /* checksum, no authentication */
    buffer_put64(out, 0);
    buffer_put32(out, 0xffff0000); /* mask */
    buffer_put16(out, HELLO_S);
    buffer_put8(out, ROUTING_OPTION);
    buffer_put8(out, 1); /* priority */
    buffer_put32(out, DEAD_S);
    buffer_put(out, routers[0].ip.bytes, 4); /* designated router and its backup */
    buffer_put(out, routers[1].ip.bytes, 4);
    buffer_put(out, neighbour->ip.bytes, 4);
    if (out->overflow)
        return;
    /* Over all; the authentication, which it leaves out, is 0. */
    const struct bytes message = {out->data + packet.payload_at, out->len - packet.payload_at};
    buffer_patch16(out, packet.payload_at + AT_CHECKSUM,
                   internet_checksum_end(internet_checksum_add(0, message)));
}

/* One end of a link, as both ends describe it. */
static void put_end(uint8_t type, struct mac system, uint16_t port, struct buffer *out)
{
    enum { LENGTH = 20, PRIORITY = 0x8000, KEY = 1, STATE = 0x3d }; /* collects and distributes */
    buffer_put8(out, type);
    buffer_put8(out, LENGTH);
    buffer_put16(out, PRIORITY);
    buffer_put(out, system.bytes, sizeof system.bytes);
    buffer_put16(out, KEY);
    buffer_put16(out, PRIORITY);
    buffer_put16(out, port);
    buffer_put8(out, STATE);
    buffer_zero(out, 3);
}

/* Both ends of a link, in turn. */
void inner_write_lacp(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    static const struct mac slow_protocols = {{0x01, 0x80, 0xc2, 0, 0, 0x02}};
    const struct mac ends[] = {inner_server(plan).mac, inner_client(plan, 0).mac};
    size_t from = n % 2;

    inner_put_ethernet(plan, slow_protocols, ends[from], ETHERTYPE_SLOW, out);
    buffer_put16(out, 0x0101); /* LACP, version 1 */
    put_end(1, ends[from], (uint16_t)(1 + from), out);
    put_end(2, ends[1 - from], (uint16_t)(2 - from), out);
    buffer_put8(out, 3); /* collector */
    buffer_put8(out, 16);
    buffer_zero(out, 14);
    buffer_zero(out, 52); /* the end, and what is reserved */
}
