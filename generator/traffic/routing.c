/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/routing.h"

#include <string.h>

#include "core/base/bytes.h"
#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"
#include "generator/traffic/frame-ip.h"

/* The port on the far side of the router, and the next hop behind it. */
static const uint8_t router_macs[2 * MAC_ADDRESS_LENGTH] = {0x02, 0x52, 0, 0, 0, 0x02,
                                                            0x02, 0x52, 0, 0, 0, 0x01};

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
    struct frame_ip ip;
    if (!frame_ip_find((struct bytes){frame, len}, mac, &ip))
        return false;
    if (ip.version == 4)
        pass_ipv4(frame + ip.at);
    else
        count_down(frame + ip.at + IPV6_AT_HOP_LIMIT);
    if (mac)
        memcpy(frame, router_macs, sizeof router_macs);
    return true;
}
