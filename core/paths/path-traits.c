/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-traits.h"

#include "core/base/hash.h"
#include "core/wire/protocol.h"

enum {
    DSCP_SHIFT = 2,            /* ECN is below it */
    VLAN_ID = 0xfff,           /* of a tag's first two bytes */
    TAG_LENGTH = 4,            /* bytes */
    PORTS_LENGTH = 4,          /* bytes: source and destination */
    GROUP_BIT = 1,             /* of a MAC address' first byte */
    IPV4_GROUPS = 0xe0,        /* 224.0.0.0/3: multicast, reserved, broadcast */
    IPV6_GROUPS = 0xff,        /* ff00::/8 */
    PROTOCOL_DCCP = 33,        /* IANA's registry of protocol numbers */
    PROTOCOL_SCTP = 132,       /* likewise */
    PROTOCOL_UDP_LITE = 136,   /* likewise */
    ICMP_ECHO_REQUEST = 8,     /* RFC 792 */
    ICMP_AT_IDENTIFIER = 4,    /* likewise */
    ICMPV6_ECHO_REQUEST = 128, /* RFC 4443 */
    ICMPV6_ECHO_REPLY = 129
};

static bool has_ports(uint8_t protocol)
{
    switch (protocol) {
    case IP_PROTOCOL_TCP:
    case IP_PROTOCOL_UDP:
    case PROTOCOL_DCCP:
    case PROTOCOL_SCTP:
    case PROTOCOL_UDP_LITE:
        return true;
    default:
        return false;
    }
}

static bool is_echo(uint8_t protocol, uint8_t type)
{
    return protocol == IP_PROTOCOL_ICMP ? type == 0 || type == ICMP_ECHO_REQUEST
                                        : type == ICMPV6_ECHO_REQUEST || type == ICMPV6_ECHO_REPLY;
}

/* Takes what tells the flows of a protocol without ports apart. 0 if that is cut. */
static uint64_t take_messages(uint64_t hash, uint8_t protocol, struct bytes behind)
{
    if (protocol != IP_PROTOCOL_ICMP && protocol != IP_PROTOCOL_ICMPV6)
        return hash;
    if (behind.len == 0)
        return 0;
    uint8_t type = bytes_u8(behind, 0);
    uint16_t identifier = is_echo(protocol, type) ? bytes_u16(behind, ICMP_AT_IDENTIFIER) : 0;
    return hash_word(hash, (uint64_t)type << 16 | identifier);
}

static uint32_t sum_of(uint32_t words)
{
    return (words >> 16) + (words & UINT16_MAX);
}

static void set_flow(struct path_traits *traits, uint8_t protocol, bool later_fragment,
                     struct bytes behind)
{
    uint64_t hash = hash_word(traits->hosts, protocol);
    if (!later_fragment && !has_ports(protocol)) {
        hash = take_messages(hash, protocol, behind);
    } else if (!later_fragment) {
        traits->ports = bytes_u32(behind, 0);
        traits->stays.changeable = sum_of(traits->ports);
        hash = bytes_has(behind, 0, PORTS_LENGTH) ? hash_word(hash, traits->ports) : 0;
    }
    traits->flow = hash != 0 ? hash | 1 : 0;
    path_stays_read(&traits->stays, protocol, later_fragment, behind);
}

static void read_ipv4(struct bytes packet, struct path_traits *traits)
{
    if (!bytes_has(packet, 0, IPV4_MIN_LENGTH))
        return;
    size_t header_length = (size_t)(bytes_u8(packet, 0) & 0xf) * 4;
    uint16_t fragment = bytes_u16(packet, IPV4_AT_FRAGMENT);
    traits->ttl = bytes_u8(packet, IPV4_AT_TTL);
    traits->dscp = (uint8_t)(bytes_u8(packet, 1) >> DSCP_SHIFT);
    traits->ip_length = bytes_u16(packet, IPV4_AT_LENGTH);
    traits->single &= (fragment & (IPV4_MORE_FRAGMENTS | IPV4_FRAGMENT_OFFSET)) == 0 &&
                      bytes_u8(packet, IPV4_AT_DESTINATION) < IPV4_GROUPS;
    traits->source = bytes_u32(packet, IPV4_AT_SOURCE);
    traits->destination = bytes_u32(packet, IPV4_AT_DESTINATION);
    traits->hosts = hash_word(4, (uint64_t)traits->source << 32 | traits->destination);
    uint8_t protocol = bytes_u8(packet, IPV4_AT_PROTOCOL);
    traits->stays.id = bytes_u16(packet, IPV4_AT_ID);
    traits->stays.addresses = sum_of(traits->source) + sum_of(traits->destination);
    traits->stays.pseudo = (uint32_t)protocol + traits->ip_length - (uint32_t)header_length;
    set_flow(traits, protocol, (fragment & IPV4_FRAGMENT_OFFSET) != 0,
             bytes_from(packet, header_length));
}

static uint64_t hash_ipv6(struct bytes packet, size_t at)
{
    return hash_word(hash_word(6, bytes_u64(packet, at)), bytes_u64(packet, at + sizeof(uint64_t)));
}

static void read_ipv6(struct bytes packet, struct path_traits *traits)
{
    if (!bytes_has(packet, 0, IPV6_LENGTH))
        return;
    uint8_t protocol = bytes_u8(packet, IPV6_AT_NEXT_HEADER);
    uint64_t source = hash_ipv6(packet, IPV6_AT_SOURCE);
    uint64_t destination = hash_ipv6(packet, IPV6_AT_DESTINATION);
    traits->source = (uint32_t)(source >> 32);
    traits->destination = (uint32_t)(destination >> 32);
    traits->hosts = hash_word(source, destination);
    traits->ttl = bytes_u8(packet, IPV6_AT_HOP_LIMIT);
    traits->dscp = (uint8_t)(bytes_u16(packet, 0) >> (4 + DSCP_SHIFT) & 0x3f);
    uint16_t payload_length = bytes_u16(packet, IPV6_AT_LENGTH);
    traits->ip_length = payload_length != 0 ? IPV6_LENGTH + payload_length : 0;
    traits->single &=
        protocol != IP_PROTOCOL_FRAGMENT && bytes_u8(packet, IPV6_AT_DESTINATION) != IPV6_GROUPS;
    for (size_t at = IPV6_AT_SOURCE; at < IPV6_LENGTH; at += sizeof(uint32_t))
        traits->stays.addresses += sum_of(bytes_u32(packet, at));
    traits->stays.pseudo = (uint32_t)protocol + payload_length;
    set_flow(traits, protocol, protocol == IP_PROTOCOL_FRAGMENT, bytes_from(packet, IPV6_LENGTH));
}

void path_traits_read(struct bytes frame, struct frame_payload payload, struct path_traits *traits)
{
    traits->single = true;
    struct bytes packet = bytes_from(frame, payload.offset);
    if (payload.offset >= (size_t)2 * MAC_ADDRESS_LENGTH) {
        traits->has_macs = bytes_copy(frame, 0, traits->macs, sizeof traits->macs);
        traits->single = (bytes_u8(frame, 0) & GROUP_BIT) == 0;
        uint16_t type = bytes_u16(frame, (size_t)2 * MAC_ADDRESS_LENGTH);
        if (type == ETHER_TYPE_DOT1Q || type == ETHER_TYPE_DOT1AD)
            traits->vlan =
                bytes_u16(frame, (size_t)2 * MAC_ADDRESS_LENGTH + TAG_LENGTH - 2) & VLAN_ID;
    }
    if (payload.ip_version == 4)
        read_ipv4(packet, traits);
    else if (payload.ip_version == 6)
        read_ipv6(packet, traits);
}
