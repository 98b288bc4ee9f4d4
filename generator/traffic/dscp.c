/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/dscp.h"

#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"
#include "generator/traffic/frame-ip.h"

enum { DSCP_SHIFT = 2, ECN_MASK = 0x03 };

/* RFC 1624: the checksum changes by what the word with the DSCP changes. */
static void mark_ipv4(uint8_t *packet, uint8_t dscp)
{
    struct bytes view = {packet, IPV4_MIN_LENGTH};
    uint32_t before = bytes_u16(view, 0);
    packet[1] = (uint8_t)(dscp << DSCP_SHIFT | (packet[1] & ECN_MASK));
    uint32_t sum = (uint16_t)~bytes_u16(view, IPV4_AT_CHECKSUM);
    sum += (uint16_t)~before + (uint32_t)bytes_u16(view, 0);
    struct buffer out = {packet, IPV4_MIN_LENGTH, IPV4_MIN_LENGTH, false};
    buffer_patch16(&out, IPV4_AT_CHECKSUM, internet_checksum_end(sum));
}

/* The traffic class stands across the first two bytes, behind the version. */
static void mark_ipv6(uint8_t *packet, uint8_t dscp)
{
    packet[0] = (uint8_t)((packet[0] & 0xf0) | dscp >> 2);
    packet[1] = (uint8_t)((packet[1] & 0x3f) | (dscp & 0x03) << 6);
}

void dscp_mark(uint8_t *frame, size_t len, uint8_t dscp)
{
    struct frame_ip ip;
    if (!frame_ip_find((struct bytes){frame, len}, true, &ip))
        return;
    if (ip.version == 4)
        mark_ipv4(frame + ip.at, dscp);
    else
        mark_ipv6(frame + ip.at, dscp);
}
