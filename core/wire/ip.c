/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv4, RFC 791 section 3.1:
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+-------+---------------+-------------------------------+
 *  |Version|  IHL  |      TOS      |         Total Length          |
 *  +-------+-------+---------------+-+-+-+-------------------------+
 *  |         Identification        |0|D|M|    Fragment Offset      |
 *  +---------------+---------------+-+-+-+-------------------------+
 *  |      TTL      |   Protocol    |        Header Checksum        |
 *  +---------------+---------------+-------------------------------+
 *  |            Source · Destination · Options (IHL - 5 words)     |
 *  +---------------------------------------------------------------+
 *
 * IPv6, RFC 8200 section 3:
 *
 *  +-------+---------------+---------------------------------------+
 *  |Version| Traffic Class |              Flow Label               |
 *  +-------+---------------+-------+---------------+---------------+
 *  |         Payload Length        |  Next Header  |   Hop Limit   |
 *  +-------------------------------+---------------+---------------+
 *  |            Source, 128 bits · Destination, 128 bits           |
 *  +---------------------------------------------------------------+
 *
 * An extension header starts with the next header's number and its own length; the fragment header
 * (section 4.5) is always 8 bytes:
 *
 *  +---------------+---------------+-------------------------+---+-+
 *  |  Next Header  |   Reserved    |     Fragment Offset     |Res|M|
 *  |                         Identification                        |
 *  +---------------------------------------------------------------+
 */
#include "core/wire/ip.h"

static struct failure decode_ipv4(struct bytes packet, struct ip_header *ip)
{
    size_t header_length = (size_t)(bytes_u8(packet, 0) & 0xf) * 4;
    if (header_length < IPV4_MIN_LENGTH)
        return (struct failure){FAILURE_IPV4_HEADER_LENGTH, 0, (uint32_t)header_length};
    if (!bytes_has(packet, 0, header_length))
        return (struct failure){FAILURE_IPV4_CUT, 0, 0};
    ip->traffic_class = bytes_u8(packet, 1);
    ip->length = bytes_u16(packet, 2);
    ip->identification = bytes_u16(packet, 4);
    ip->dont_fragment = bytes_u16(packet, 6) & IPV4_DONT_FRAGMENT;
    ip->more_fragments = bytes_u16(packet, 6) & IPV4_MORE_FRAGMENTS;
    ip->ttl = bytes_u8(packet, 8);
    ip->protocol = bytes_u8(packet, 9);
    address_read(packet, 12, 4, &ip->source);
    address_read(packet, 16, 4, &ip->destination);
    if (ip->length != 0 && ip->length < header_length)
        return (struct failure){FAILURE_IPV4_TOTAL_LENGTH, 2, (uint32_t)ip->length};
    ip->fragment_start = header_length;
    uint32_t fragment_offset = (uint32_t)(bytes_u16(packet, 6) & IPV4_FRAGMENT_OFFSET) * 8;
    if (fragment_offset != 0)
        return (struct failure){FAILURE_LATER_FRAGMENT, 6, fragment_offset};
    ip->header_length = header_length;
    return (struct failure){FAILURE_NONE, 0, 0};
}

static bool is_extension(uint8_t protocol)
{
    switch (protocol) {
    case IP_PROTOCOL_HOP_BY_HOP:
    case IP_PROTOCOL_ROUTING:
    case IP_PROTOCOL_FRAGMENT:
    case IP_PROTOCOL_AUTHENTICATION:
    case IP_PROTOCOL_DESTINATION_OPTIONS:
        return true;
    default:
        return false;
    }
}

/* The header is @p protocol, and its second byte says @p units. */
static size_t extension_length(uint8_t protocol, uint8_t units)
{
    switch (protocol) {
    case IP_PROTOCOL_FRAGMENT:
        return IPV6_EXTENSION_MIN_LENGTH;
    case IP_PROTOCOL_AUTHENTICATION:
        return ((size_t)units + 2) * 4;
    default:
        return ((size_t)units + 1) * 8;
    }
}

/* Steps over the extension headers that ip->protocol announces, to the protocol behind them. */
static struct failure skip_extensions(struct bytes packet, struct ip_header *ip)
{
    size_t offset = IPV6_LENGTH;
    for (uint32_t seen = 0; is_extension(ip->protocol); seen++) {
        if (seen == IPV6_EXTENSIONS_MAX)
            return (struct failure){FAILURE_EXTENSION_DEPTH, offset, seen};
        size_t length = extension_length(ip->protocol, bytes_u8(packet, offset + 1));
        if (!bytes_has(packet, offset, length))
            return (struct failure){FAILURE_EXTENSION_CUT, offset, ip->protocol};
        bool fragment = ip->protocol == IP_PROTOCOL_FRAGMENT;
        ip->protocol = bytes_u8(packet, offset);
        if (fragment) {
            uint16_t word = bytes_u16(packet, offset + 2);
            ip->more_fragments = word & 1;
            ip->identification = bytes_u32(packet, offset + 4);
            ip->fragment_start = offset + length;
            if ((word & 0xfff8) != 0)
                return (struct failure){FAILURE_LATER_FRAGMENT, offset + 2, word & 0xfff8};
        }
        offset += length;
    }
    ip->header_length = offset;
    return (struct failure){FAILURE_NONE, 0, 0};
}

static struct failure decode_ipv6(struct bytes packet, struct ip_header *ip)
{
    if (!bytes_has(packet, 0, IPV6_LENGTH))
        return (struct failure){FAILURE_IPV6_CUT, 0, 0};
    size_t payload_length = bytes_u16(packet, 4);
    ip->traffic_class = (uint8_t)(bytes_u16(packet, 0) >> 4);
    ip->length = payload_length != 0 ? IPV6_LENGTH + payload_length : 0;
    ip->protocol = bytes_u8(packet, 6);
    ip->ttl = bytes_u8(packet, 7);
    address_read(packet, 8, 16, &ip->source);
    address_read(packet, 24, 16, &ip->destination);
    return skip_extensions(ip->length != 0 ? bytes_first(packet, ip->length) : packet, ip);
}

struct failure ip_decode(struct bytes packet, uint8_t version, struct ip_header *ip)
{
    *ip = (struct ip_header){.version = version};
    if (!bytes_has(packet, 0, 1))
        return (struct failure){version == 4 ? FAILURE_IPV4_CUT : FAILURE_IPV6_CUT, 0, 0};
    if (bytes_u8(packet, 0) >> 4 != version)
        return (struct failure){FAILURE_IP_VERSION, 0, bytes_u8(packet, 0) >> 4};
    return version == 4 ? decode_ipv4(packet, ip) : decode_ipv6(packet, ip);
}

/* Bytes that extension headers in front of GRE may take before the search gives up. */
enum { EXTENSIONS_LENGTH_MAX = 256 };

/* Looks for an IP header that ends at @p payload_offset and announces @p protocol. */
static bool find_before(struct bytes packet, size_t payload_offset, uint8_t protocol,
                        const struct address *source, const struct address *destination,
                        struct ip_header *ip, size_t *start)
{
    bool ipv4 = source->len == 4;
    size_t shortest = ipv4 ? IPV4_MIN_LENGTH : IPV6_LENGTH;
    size_t longest = ipv4 ? IPV4_MAX_LENGTH : IPV6_LENGTH + EXTENSIONS_LENGTH_MAX;
    size_t step = ipv4 ? 4 : 8;
    for (size_t length = shortest; length <= longest && length <= payload_offset; length += step) {
        *start = payload_offset - length;
        if (ip_decode(bytes_from(packet, *start), ipv4 ? 4 : 6, ip).kind == FAILURE_NONE &&
            ip->header_length == length && ip->protocol == protocol &&
            address_equal(&ip->source, source) && address_equal(&ip->destination, destination))
            return true;
    }
    return false;
}

bool ip_find_before(struct bytes packet, size_t gre_offset, const struct address *source,
                    const struct address *destination, struct ip_header *ip, size_t *start)
{
    if (source->len != 4 && source->len != ADDRESS_MAX_LENGTH)
        return false;
    if (find_before(packet, gre_offset, IP_PROTOCOL_GRE, source, destination, ip, start))
        return true;
    return gre_offset >= UDP_LENGTH && find_before(packet, gre_offset - UDP_LENGTH, IP_PROTOCOL_UDP,
                                                   source, destination, ip, start);
}
