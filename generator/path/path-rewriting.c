/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/path/path-rewriting.h"

#include "core/wire/protocol.h"
#include "generator/traffic/dscp.h"
#include "generator/traffic/frame-ip.h"
#include "generator/traffic/routing.h"

enum { VLAN_ID_MASK = 0x0fff, DSCP_SHIFT = 2 };

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

static bool has_tag(struct bytes frame, size_t at)
{
    uint16_t type = bytes_u16(frame, at);
    return type == ETHER_TYPE_DOT1Q || type == ETHER_TYPE_DOT1AD;
}

uint16_t path_rewriting_vlan(const struct path_rewriting *rewriting, struct bytes frame)
{
    size_t at = ETHERNET_AT_TYPE;
    if (rewriting->vlan > 0 && frame.len > at)
        return (uint16_t)rewriting->vlan;
    if (rewriting->vlan == 0 && has_tag(frame, at))
        at += VLAN_TAG_LENGTH; /* what was behind the tag is the outermost one */
    return has_tag(frame, at) ? bytes_u16(frame, at + 2) & VLAN_ID_MASK : 0;
}

uint8_t path_rewriting_dscp(const struct path_rewriting *rewriting, struct bytes frame,
                            bool reverse)
{
    struct frame_ip ip;
    if (!frame_ip_find(frame, true, &ip))
        return 0;
    if (!reverse && rewriting->dscp != AUTO)
        return (uint8_t)rewriting->dscp;
    uint16_t word = bytes_u16(frame, ip.at);
    unsigned traffic_class = ip.version == 4 ? word & 0xffU : word >> 4 & 0xffU;
    return (uint8_t)(traffic_class >> DSCP_SHIFT);
}

/* The frame with another VLAN ID, in a tag that it gets or loses if it must. */
static void put_tagged(int64_t vlan, struct bytes frame, struct buffer *out)
{
    uint16_t type = bytes_u16(frame, ETHERNET_AT_TYPE);
    bool tagged = has_tag(frame, ETHERNET_AT_TYPE);
    struct bytes rest = bytes_from(frame, ETHERNET_AT_TYPE + (tagged ? VLAN_TAG_LENGTH : 0));
    buffer_put(out, frame.data, ETHERNET_AT_TYPE);
    if (vlan != 0) {
        uint16_t tag = tagged ? bytes_u16(frame, ETHERNET_AT_TYPE + 2) : 0;
        buffer_put16(out, tagged ? type : ETHER_TYPE_DOT1Q);
        buffer_put16(out, (uint16_t)((tag & ~VLAN_ID_MASK) | (uint16_t)vlan));
    }
    buffer_put(out, rest.data, rest.len);
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
        dscp_mark(made, len, (uint8_t)rewriting->dscp);
}
