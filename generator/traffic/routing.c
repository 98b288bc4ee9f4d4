/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/routing.h"

#include <string.h>

#include "core/base/bytes.h"
#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"
#include "generator/traffic/frame-ip.h"

static void count_down(uint8_t *ttl, unsigned hops)
{
    *ttl = (uint8_t)(*ttl > hops ? *ttl - hops : 0);
}

/* RFC 1624: the checksum changes by what the word that holds the TTL changes. */
static void pass_ipv4(uint8_t *packet, unsigned hops)
{
    struct bytes view = {packet, IPV4_MIN_LENGTH};
    uint32_t before = bytes_u16(view, IPV4_AT_TTL);
    count_down(packet + IPV4_AT_TTL, hops);
    uint32_t sum = (uint16_t)~bytes_u16(view, IPV4_AT_CHECKSUM);
    sum += (uint16_t)~before + (uint32_t)bytes_u16(view, IPV4_AT_TTL);
    struct buffer out = {packet, IPV4_MIN_LENGTH, IPV4_MIN_LENGTH, false};
    buffer_patch16(&out, IPV4_AT_CHECKSUM, internet_checksum_end(sum));
}

bool routing_age(uint8_t *frame, size_t len, bool mac, unsigned hops)
{
    struct frame_ip ip;
    if (!frame_ip_find((struct bytes){frame, len}, mac, &ip))
        return false;
    if (ip.version == 4)
        pass_ipv4(frame + ip.at, hops);
    else
        count_down(frame + ip.at + IPV6_AT_HOP_LIMIT, hops);
    return true;
}

void routing_set_macs(uint8_t *frame, unsigned router, bool reverse)
{
    const uint8_t port[MAC_ADDRESS_LENGTH] = {0x02, 0x52, 0, 0, (uint8_t)router, 0x01};
    const uint8_t next_hop[MAC_ADDRESS_LENGTH] = {0x02, 0x52, 0, 0, (uint8_t)router, 0x02};
    memcpy(frame, reverse ? port : next_hop, MAC_ADDRESS_LENGTH);
    memcpy(frame + MAC_ADDRESS_LENGTH, reverse ? next_hop : port, MAC_ADDRESS_LENGTH);
}

bool routing_pass(uint8_t *frame, size_t len, bool mac)
{
    if (!routing_age(frame, len, mac, 1))
        return false;
    if (mac)
        routing_set_macs(frame, 0, false);
    return true;
}
