/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/routing.h"

#include <string.h>

#include "core/base/bytes.h"
#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"

/* The port on the far side of the router, and the next hop behind it. */
static const uint8_t router_macs[2 * MAC_ADDRESS_LENGTH] = {0x02, 0x52, 0, 0, 0, 0x02,
                                                            0x02, 0x52, 0, 0, 0, 0x01};

/* The offset of the IP header behind MAC addresses and tags; 0: none. */
static size_t find_ip(struct bytes frame)
{
    size_t at = ETHERNET_AT_TYPE;
    uint16_t type = bytes_u16(frame, at);
    while (type == ETHER_TYPE_DOT1Q || type == ETHER_TYPE_DOT1AD)
        type = bytes_u16(frame, at += VLAN_TAG_LENGTH);
    return type == ETHER_TYPE_IPV4 || type == ETHER_TYPE_IPV6 ? at + 2 : 0;
}

static void count_down(uint8_t *ttl)
{
    if (*ttl > 0)
        (*ttl)--;
}

/* RFC 1624: the checksum changes by what the word that holds the TTL changes. */
static void pass_ipv4(uint8_t *packet)
{
    struct bytes view = {packet, IPV4_MIN_LENGTH};
    uint32_t before = bytes_u16(view, IPV4_AT_TTL);
    count_down(packet + IPV4_AT_TTL);
    uint32_t sum = (uint16_t)~bytes_u16(view, IPV4_AT_CHECKSUM);
    sum += (uint16_t)~before + (uint32_t)bytes_u16(view, IPV4_AT_TTL);
    struct buffer out = {packet, IPV4_MIN_LENGTH, IPV4_MIN_LENGTH, false};
    buffer_patch16(&out, IPV4_AT_CHECKSUM, internet_checksum_end(sum));
}

bool routing_pass(uint8_t *frame, size_t len, bool mac)
{
    const struct bytes view = {frame, len};
    size_t ip_at = mac ? find_ip(view) : 0;
    if (mac && ip_at == 0)
        return false;
    uint8_t version = bytes_u8(view, ip_at) >> 4;
    if (version == 4 && bytes_has(view, ip_at, IPV4_MIN_LENGTH))
        pass_ipv4(frame + ip_at);
    else if (version == 6 && bytes_has(view, ip_at, IPV6_LENGTH))
        count_down(frame + ip_at + IPV6_AT_HOP_LIMIT);
    else if (!mac)
        return false;
    if (mac)
        memcpy(frame, router_macs, sizeof router_macs);
    return true;
}
