/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/path/path-rewriting.h"

#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"
#include "generator/traffic/frame-ip.h"
#include "generator/traffic/routing.h"

enum { DSCP_SHIFT = 2, ECN_MASK = 0x03, VLAN_ID_MASK = 0x0fff };

struct path_rewriting path_rewriting_behind(const struct path_rewriting *before,
                                            const struct path_plan *stretch)
{
    struct path_rewriting behind = *before;
    behind.hops_before += stretch->hops;
    if (stretch->vlan != AUTO)
        behind.vlan = stretch->vlan;
    if (stretch->dscp != AUTO)
        behind.dscp = stretch->dscp;
    return behind;
}

/* The frame with another VLAN ID, in a tag that it gets or loses if it must. */
static void put_tagged(int64_t vlan, struct bytes frame, struct buffer *out)
{
    uint16_t type = bytes_u16(frame, ETHERNET_AT_TYPE);
    bool tagged = type == ETHER_TYPE_DOT1Q || type == ETHER_TYPE_DOT1AD;
    struct bytes rest = bytes_from(frame, ETHERNET_AT_TYPE + (tagged ? VLAN_TAG_LENGTH : 0));
    buffer_put(out, frame.data, ETHERNET_AT_TYPE);
    if (vlan != 0) {
        uint16_t tag = tagged ? bytes_u16(frame, ETHERNET_AT_TYPE + 2) : 0;
        buffer_put16(out, tagged ? type : ETHER_TYPE_DOT1Q);
        buffer_put16(out, (uint16_t)((tag & ~VLAN_ID_MASK) | (uint16_t)vlan));
    }
    buffer_put(out, rest.data, rest.len);
}

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

static void mark(uint8_t *frame, size_t len, uint8_t dscp)
{
    struct frame_ip ip;
    if (!frame_ip_find((struct bytes){frame, len}, true, &ip))
        return;
    if (ip.version == 4)
        mark_ipv4(frame + ip.at, dscp);
    else
        mark_ipv6(frame + ip.at, dscp);
}

void path_rewrite(const struct path_rewriting *rewriting, struct bytes frame, bool reverse,
                  struct buffer *out)
{
    size_t start = out->len;
    if (rewriting->vlan != AUTO && frame.len > ETHERNET_AT_TYPE)
        put_tagged(rewriting->vlan, frame, out);
    else
        buffer_put(out, frame.data, frame.len);
    if (out->overflow || frame.len < ETHERNET_AT_TYPE)
        return;
    uint8_t *made = out->data + start;
    size_t len = out->len - start;
    unsigned passed = reverse ? rewriting->hops_behind : rewriting->hops_before;
    bool routed = passed == 0 || routing_age(made, len, true, passed);
    if (routed && rewriting->hops_before > 0)
        routing_set_macs(made, rewriting->hops_before - 1, reverse);
    if (!reverse && rewriting->dscp != AUTO)
        mark(made, len, (uint8_t)rewriting->dscp);
}
