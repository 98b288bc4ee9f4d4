/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three layouts end in a protocol field that VLAN tags may follow:
 *
 *   Ethernet, 14 bytes    destination 6 · source 6 · protocol 2
 *   cooked v1, 16 bytes   packet type 2 · device type 2 · address length 2 · address 8 · protocol 2
 *   cooked v2, 20 bytes   protocol 2 · reserved 2 · interface 4 · device type 2 · packet type 1 ·
 *                         address length 1 · address 8
 *   each VLAN tag, 4      priority 3 · DEI 1 · VLAN ID 12 · next protocol 16
 *
 * Where the protocol is a length (IEEE 802.3), or cooked mode's number for that, LLC may follow:
 * SNAP (core/wire/snap.h), or IP's own service access point, 3 bytes: 06 06 03.
 *
 * In cooked v2 alone the protocol does not stand right before what it announces.
 */
#include "core/wire/link.h"

#include "core/wire/frame-tag.h"
#include "core/wire/link-framing.h"
#include "core/wire/protocol.h"
#include "core/wire/snap.h"

enum {
    SLL_LENGTH = 16,
    SLL_AT_DEVICE_TYPE = 2,
    SLL_AT_ADDRESS_LENGTH = 4,
    SLL_AT_ADDRESS = 6,
    SLL_AT_PROTOCOL = 14,

    SLL2_LENGTH = 20,
    SLL2_AT_PROTOCOL = 0,
    SLL2_AT_DEVICE_TYPE = 8,
    SLL2_AT_ADDRESS_LENGTH = 11,
    SLL2_AT_ADDRESS = 12,

    SLL_ADDRESS_MAX = 8 /* both versions keep no more of a longer address */
};

/* ARPHRD_IPGRE and ARPHRD_IP6GRE of Linux. */
enum { DEVICE_GRE = 778, DEVICE_GRE6 = 823 };

/* Steps over the tags that the protocol announces, to the protocol behind them. */
static struct failure skip_tags(struct bytes packet, struct link_header *link)
{
    while (frame_tag_is_vlan(link->protocol)) {
        if (link->tags == LINK_TAGS_MAX)
            return (struct failure){FAILURE_VLAN_DEPTH, link->protocol_offset, link->tags};
        if (!bytes_has(packet, link->length, VLAN_TAG_LENGTH))
            return (struct failure){FAILURE_VLAN_CUT, link->length, 0};
        if (link->tags == 0)
            link->vlan = bytes_u16(packet, link->length) & 0xfff;
        link->tags++;
        link->protocol_offset = link->length + 2;
        link->protocol = bytes_u16(packet, link->protocol_offset);
        link->length += VLAN_TAG_LENGTH;
    }
    return (struct failure){FAILURE_NONE, 0, 0};
}

/* Steps over LLC to the EtherType that it stands for, if any. */
static void skip_llc(struct bytes packet, struct link_header *link)
{
    static const uint8_t ip[] = {0x06, 0x06, 0x03};
    if (snap_is_at(packet, link->length)) {
        link->protocol_offset = link->length + SNAP_TYPE_AT;
        link->protocol = bytes_u16(packet, link->protocol_offset);
        link->length += SNAP_LENGTH;
    } else if (bytes_equal(packet, link->length, ip, sizeof ip)) {
        link->protocol = ETHER_TYPE_IPV4;
        link->length += sizeof ip;
    }
}

/* The IP version of the packet at @p at, which the header before it announces as @p stated. What is
 * announced as IPv4 and begins as IPv6 is IPv6: Wireshark's dissector of IPv4 decides so too. */
static uint8_t ip_version_at(struct bytes packet, size_t at, uint8_t stated)
{
    return stated == 4 && bytes_u8(packet, at) >> 4 == 6 ? 6 : stated;
}

/* What follows the EtherType @p type, which stands at @p type_offset, begins at @p length. */
static struct failure decode_type(struct bytes packet, uint16_t type, size_t type_offset,
                                  size_t length, struct link_header *link)
{
    link->protocol_offset = type_offset;
    link->protocol = type;
    link->length = length;
    struct failure failure = skip_tags(packet, link);
    if (failure.kind != FAILURE_NONE)
        return failure;
    if (link->protocol <= ETHERNET_PAYLOAD_MAX)
        skip_llc(packet, link);
    if (link->protocol != ETHER_TYPE_IPV4 && link->protocol != ETHER_TYPE_IPV6)
        return (struct failure){FAILURE_NOT_IP, link->protocol_offset, link->protocol};
    link->ip_version =
        ip_version_at(packet, link->length, link->protocol == ETHER_TYPE_IPV4 ? 4 : 6);
    return (struct failure){FAILURE_NONE, 0, 0};
}

/* Decodes what the three layouts share, from the protocol field on. */
static struct failure decode_protocol(struct bytes packet, size_t protocol_offset, size_t length,
                                      bool gre_device, struct link_header *link)
{
    struct failure failure =
        decode_type(packet, bytes_u16(packet, protocol_offset), protocol_offset, length, link);
    return gre_device && failure.kind == FAILURE_NOT_IP ? (struct failure){FAILURE_NONE, 0, 0}
                                                        : failure;
}

static struct failure decode_ethernet(struct bytes packet, struct link_header *link)
{
    if (!bytes_has(packet, 0, ETHERNET_LENGTH))
        return (struct failure){FAILURE_LINK_CUT, 0, 0};
    return decode_protocol(packet, ETHERNET_AT_TYPE, ETHERNET_LENGTH, false, link);
}

/* Some programs do not preserve the device type. An ERSPAN protocol type is as conclusive. */
static bool is_gre_device(uint16_t device_type, uint16_t protocol)
{
    return device_type == DEVICE_GRE || device_type == DEVICE_GRE6 ||
           protocol == GRE_PROTOCOL_ERSPAN || protocol == GRE_PROTOCOL_ERSPAN_III;
}

static struct address sll_address(struct bytes packet, size_t offset, size_t length)
{
    return address_at(packet, offset, length <= SLL_ADDRESS_MAX ? length : 0);
}

static struct failure decode_sll(struct bytes packet, struct link_header *link)
{
    if (!bytes_has(packet, 0, SLL_LENGTH))
        return (struct failure){FAILURE_LINK_CUT, 0, 0};
    link->sender = sll_address(packet, SLL_AT_ADDRESS, bytes_u16(packet, SLL_AT_ADDRESS_LENGTH));
    bool gre_device =
        is_gre_device(bytes_u16(packet, SLL_AT_DEVICE_TYPE), bytes_u16(packet, SLL_AT_PROTOCOL));
    return decode_protocol(packet, SLL_AT_PROTOCOL, SLL_LENGTH, gre_device, link);
}

static struct failure decode_sll2(struct bytes packet, struct link_header *link)
{
    if (!bytes_has(packet, 0, SLL2_LENGTH))
        return (struct failure){FAILURE_LINK_CUT, 0, 0};
    link->sender = sll_address(packet, SLL2_AT_ADDRESS, bytes_u8(packet, SLL2_AT_ADDRESS_LENGTH));
    bool gre_device =
        is_gre_device(bytes_u16(packet, SLL2_AT_DEVICE_TYPE), bytes_u16(packet, SLL2_AT_PROTOCOL));
    return decode_protocol(packet, SLL2_AT_PROTOCOL, SLL2_LENGTH, gre_device, link);
}

static struct failure decode_raw(struct bytes packet, struct link_header *link)
{
    if (!bytes_has(packet, 0, 1))
        return (struct failure){FAILURE_LINK_CUT, 0, 0};
    uint8_t version = bytes_u8(packet, 0) >> 4;
    if (version != 4 && version != 6)
        return (struct failure){FAILURE_IP_VERSION, 0, version};
    link->ip_version = version;
    return (struct failure){FAILURE_NONE, 0, 0};
}

/* Decodes the link layer that follows the metadata, and makes its offsets relative to the
 * packet. */
static struct failure decode_behind_metadata(const struct link_framing *framing,
                                             struct bytes packet, struct link_header *link)
{
    struct failure failure =
        link_decode(framing->link_type, bytes_from(packet, framing->length), link);
    if (failure.kind != FAILURE_NONE && failure.kind != FAILURE_LINK_TYPE)
        failure.offset += framing->length;
    link->protocol_offset += framing->length;
    link->length += framing->length;
    return failure;
}

static struct failure decode_framed(uint32_t link_type, struct bytes packet,
                                    struct link_header *link)
{
    struct link_framing framing;
    struct failure failure = link_framing_decode(link_type, packet, &framing);
    if (failure.kind != FAILURE_NONE)
        return failure;
    if (framing.link_type != LINK_UNKNOWN)
        return decode_behind_metadata(&framing, packet, link);
    return decode_type(packet, framing.ether_type, framing.type_offset, framing.length, link);
}

struct failure link_decode(uint32_t link_type, struct bytes packet, struct link_header *link)
{
    *link = (struct link_header){0};
    switch (link_type) {
    case LINK_ETHERNET:
        return decode_ethernet(packet, link);
    case LINK_LINUX_SLL:
        return decode_sll(packet, link);
    case LINK_LINUX_SLL2:
        return decode_sll2(packet, link);
    case LINK_RAW:
    case LINK_RAW_BSD:
    case LINK_RAW_OPENBSD:
        return decode_raw(packet, link);
    case LINK_IPV4:
        link->ip_version = ip_version_at(packet, 0, 4);
        return (struct failure){FAILURE_NONE, 0, 0};
    case LINK_IPV6:
        link->ip_version = 6;
        return (struct failure){FAILURE_NONE, 0, 0};
    default:
        return decode_framed(link_type, packet, link);
    }
}
