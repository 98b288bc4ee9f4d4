/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/frame-ip.h"

#include "core/wire/protocol.h"

enum { PORTS_LENGTH = 4 };

/* The offset of what follows the EtherType of IP; 0: there is none. */
static size_t find_header(struct bytes frame)
{
    size_t at = ETHERNET_AT_TYPE;
    uint16_t type = bytes_u16(frame, at);
    while (type == ETHER_TYPE_DOT1Q || type == ETHER_TYPE_DOT1AD)
        type = bytes_u16(frame, at += VLAN_TAG_LENGTH);
    return type == ETHER_TYPE_IPV4 || type == ETHER_TYPE_IPV6 ? at + 2 : 0;
}

bool frame_ip_find(struct bytes frame, bool mac, struct frame_ip *found)
{
    size_t at = mac ? find_header(frame) : 0;
    if (mac && at == 0)
        return false;
    *found = (struct frame_ip){.at = at, .version = bytes_u8(frame, at) >> 4};
    bool first_fragment = true;
    if (found->version == 4 && bytes_has(frame, at, IPV4_MIN_LENGTH)) {
        found->protocol = bytes_u8(frame, at + IPV4_AT_PROTOCOL);
        found->source_at = at + IPV4_AT_SOURCE;
        found->address_length = 4;
        found->payload_at = at + (size_t)(bytes_u8(frame, at) & 0x0f) * 4;
        first_fragment = (bytes_u16(frame, at + IPV4_AT_FRAGMENT) & IPV4_FRAGMENT_OFFSET) == 0;
    } else if (found->version == 6 && bytes_has(frame, at, IPV6_LENGTH)) {
        found->protocol = bytes_u8(frame, at + IPV6_AT_NEXT_HEADER);
        found->source_at = at + IPV6_AT_SOURCE;
        found->address_length = 16;
        found->payload_at = at + IPV6_LENGTH;
    } else {
        return false;
    }
    bool has_ports = found->protocol == IP_PROTOCOL_TCP || found->protocol == IP_PROTOCOL_UDP;
    if (has_ports && first_fragment && bytes_has(frame, found->payload_at, PORTS_LENGTH))
        found->ports_at = found->payload_at;
    return true;
}
