/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames without IP: ARP (RFC 826), spanning tree (IEEE 802.1D) in 802.3 and LLC, LLDP
 * (IEEE 802.1AB), random bytes, nothing.
 */
#include "core/wire/protocol.h"
#include "generator/base/random.h"
#include "generator/traffic/inner-kinds.h"

/* Even frames ask for the server, odd ones answer. */
void inner_write_arp(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    static const struct mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    static const struct mac unknown = {{0}};
    struct inner_plan v4 = *plan;
    v4.ip_version = 4;
    struct inner_turn event;
    inner_turn_init(&event, &v4, n);
    bool answers = event.step % 2 == 1;
    const struct host *from = &event.ends[answers];
    const struct host *to = &event.ends[!answers];

    inner_put_ethernet(plan, answers ? to->mac : broadcast, from->mac, ETHER_TYPE_ARP, out);
    buffer_put16(out, 1); /* Ethernet */
    buffer_put16(out, ETHER_TYPE_IPV4);
    buffer_put8(out, 6);
    buffer_put8(out, 4);
    buffer_put16(out, answers ? 2 : 1);
    buffer_put(out, from->mac.bytes, 6);
    buffer_put(out, from->ip.bytes, 4);
    buffer_put(out, answers ? to->mac.bytes : unknown.bytes, 6);
    buffer_put(out, to->ip.bytes, 4);
}

/* The root bridge's configuration BPDU: 3 bytes of LLC and 35 of its own. */
void inner_write_stp(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    static const struct mac all_bridges = {{0x01, 0x80, 0xc2, 0, 0, 0}};
    struct mac bridge = inner_server(plan).mac;
    (void)n; /* a root says the same every two seconds */

    inner_put_ethernet(plan, all_bridges, bridge, 38, out);
    buffer_put8(out, 0x42);
    buffer_put8(out, 0x42);
    buffer_put8(out, 0x03);
    buffer_put16(out, 0);      /* protocol */
    buffer_put16(out, 0);      /* version, configuration */
    buffer_put8(out, 0);       /* flags */
    buffer_put16(out, 0x8000); /* root: priority, address */
    buffer_put(out, bridge.bytes, 6);
    buffer_put32(out, 0);      /* cost of the way to it */
    buffer_put16(out, 0x8000); /* this bridge */
    buffer_put(out, bridge.bytes, 6);
    buffer_put16(out, 0x8001);   /* port */
    buffer_put16(out, 0);        /* message age, in 1/256 s, as the next three */
    buffer_put16(out, 20 * 256); /* max age */
    buffer_put16(out, 2 * 256);  /* hello */
    buffer_put16(out, 15 * 256); /* forward delay */
}

/* Head of a type-length-value of LLDP: 7 bits, 9 bits. */
static void put_tlv(unsigned type, unsigned len, struct buffer *out)
{
    buffer_put16(out, (uint16_t)(type << 9 | len));
}

void inner_write_lldp(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    static const struct mac nearest_bridge = {{0x01, 0x80, 0xc2, 0, 0, 0x0e}};
    static const char port[] = "Ethernet1/1";
    struct mac chassis = inner_server(plan).mac;
    (void)n;

    inner_put_ethernet(plan, nearest_bridge, chassis, ETHER_TYPE_LLDP, out);
    put_tlv(1, 7, out);
    buffer_put8(out, 4); /* MAC address */
    buffer_put(out, chassis.bytes, 6);
    put_tlv(2, sizeof port, out);
    buffer_put8(out, 5); /* interface name */
    buffer_put(out, port, sizeof port - 1);
    put_tlv(3, 2, out);
    buffer_put16(out, 120); /* seconds to live */
    put_tlv(0, 0, out);
}

void inner_write_random(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    struct random random = {plan->seed};
    random.state = random_next(&random) + n;
    random.state = random_next(&random);
    uint64_t word = 0;
    for (size_t i = 0; i < inner_data_length(plan); i++, word >>= 8) {
        if (i % sizeof word == 0)
            word = random_next(&random);
        buffer_put8(out, (uint8_t)word);
    }
}

void inner_write_none(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    (void)plan;
    (void)n;
    (void)out;
}
