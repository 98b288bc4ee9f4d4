/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks bytes as a mirrored frame, layer by layer, rates how likely they are one, and reads the
 * length that they state. Odd frames are frames (quirk Q25, odd frames: runts, BPDUs, QinQ). */
#include "core/wire/frame-probe.h"

#include "core/base/checksum.h"
#include "core/wire/erspan.h"
#include "core/wire/frame-tag.h"
#include "core/wire/ip.h"
#include "core/wire/link-framing.h"
#include "core/wire/mpls.h"
#include "core/wire/protocol.h"
#include "core/wire/snap.h"

enum {
    TAGS_MAX = 8,
    TYPE_MIN = 0x600, /* below it the field is no EtherType; see ETHERNET_PAYLOAD_MAX */
    ARP_LENGTH = 28
};

/* EtherTypes that mirrored networks carry and that have no more to check than their number. */
static const uint16_t registered_types[] = {
    0x0842 /* Wake-on-LAN */, 0x22f0 /* AVTP */,        0x22f3 /* TRILL */,
    0x6558 /* bridging */,    0x8035 /* RARP */,        0x8137 /* IPX */,
    0x8808 /* pause */,       0x8809 /* LACP */,        0x8847 /* MPLS */,
    0x8848 /* MPLS */,        0x8863 /* PPPoE */,       0x8864 /* PPPoE */,
    0x888e /* EAPOL */,       0x8892 /* PROFINET */,    0x88a2 /* AoE */,
    0x88a4 /* EtherCAT */,    0x88b5 /* experiments */, 0x88b6,
    0x88ca /* TIPC */,        0x88cc /* LLDP */,        0x88e5 /* MACsec */,
    0x88f5 /* MVRP */,        0x88f7 /* PTP */,         0x88fb /* PRP */,
    0x8902 /* CFM */,         0x8903 /* FabricPath */,  0x8906 /* FCoE */,
    0x8914 /* FIP */,         0x8915 /* RoCE */,        0x894f /* NSH */,
    0x9000 /* loopback */,
};

static bool type_is_registered(uint16_t type)
{
    static const struct bytes nothing;
    for (size_t i = 0; i < sizeof registered_types / sizeof registered_types[0]; i++)
        if (registered_types[i] == type)
            return true;
    return frame_tag_length(nothing, 0, type) != 0 || type == ETHER_TYPE_ARISTA_TIME;
}

/* True if a frame of @p length bytes may end after @p carried: exactly, padded to the minimum, or
 * with an FCS behind either. */
static bool lengths_agree(size_t length, size_t carried)
{
    size_t padded = length < ETHERNET_MIN_LENGTH ? ETHERNET_MIN_LENGTH : length;
    return carried == length || carried == padded || carried == length + FCS_LENGTH ||
           carried == padded + FCS_LENGTH;
}

/* A frame that ends before it could say its length still tells what its headers need. */
static void state_least(struct frame_probe *probe, size_t least, size_t carried)
{
    if (probe->own_length == 0 && carried < least) {
        probe->own_length = least;
        probe->own_length_is_least = true;
    }
}

static struct frame_probe probe_ipv4(struct bytes packet, size_t l2_length, size_t carried)
{
    struct frame_probe probe = {.kind = FRAME_IPV4};
    size_t header_length = (size_t)(bytes_u8(packet, 0) & 0xf) * 4;
    size_t total_length = bytes_u16(packet, 2);
    /* TSO leaves the field to the NIC (quirk Q24, super-frames). */
    bool offloaded = total_length == 0;
    if (bytes_u8(packet, 0) >> 4 != 4 || header_length < IPV4_MIN_LENGTH)
        return probe;
    if (!bytes_has(packet, 0, IPV4_MIN_LENGTH)) {
        probe.likeness = LIKENESS_POSSIBLE;
        if (bytes_has(packet, 2, 2) && total_length >= header_length)
            probe.own_length = l2_length + total_length;
        if (probe.own_length != 0 && lengths_agree(probe.own_length, l2_length + carried))
            probe.likeness = LIKENESS_LIKELY;
        return probe;
    }
    if (total_length < header_length && !offloaded)
        return probe;
    if (!bytes_has(packet, 0, header_length)) {
        probe.likeness = LIKENESS_LIKELY;
    } else if (internet_checksum(bytes_first(packet, header_length)) == 0) {
        probe.likeness = LIKENESS_CERTAIN;
    } else {
        probe.likeness = LIKENESS_LIKELY;
        /* The length of a header with a wrong checksum is ignored. A checksum of 0 means that it
         * was not computed. */
        if (bytes_u16(packet, IPV4_AT_CHECKSUM) != 0)
            return probe;
    }
    if (!offloaded)
        probe.own_length = l2_length + total_length;
    return probe;
}

static bool next_header_is_common(uint8_t next_header)
{
    switch (next_header) {
    case 0:   /* hop-by-hop options */
    case 4:   /* IPv4 */
    case 6:   /* TCP */
    case 17:  /* UDP */
    case 41:  /* IPv6 */
    case 43:  /* routing */
    case 44:  /* fragment */
    case 47:  /* GRE */
    case 50:  /* ESP */
    case 51:  /* AH */
    case 58:  /* ICMPv6 */
    case 59:  /* none */
    case 60:  /* destination options */
    case 89:  /* OSPF */
    case 103: /* PIM */
    case 112: /* VRRP */
    case 132: /* SCTP */
        return true;
    default:
        return false;
    }
}

static struct frame_probe probe_ipv6(struct bytes packet, size_t l2_length, size_t carried)
{
    struct frame_probe probe = {.kind = FRAME_IPV6};
    size_t payload_length = bytes_u16(packet, 4);
    if (bytes_u8(packet, 0) >> 4 != 6)
        return probe;
    probe.likeness = LIKENESS_POSSIBLE;
    if (!bytes_has(packet, 0, 8))
        return probe;
    bool common = next_header_is_common(bytes_u8(packet, 6));
    if (common)
        probe.likeness = LIKENESS_LIKELY;
    if (payload_length == 0) /* a jumbogram, or TSO (quirk Q24, super-frames) */
        return probe;
    probe.own_length = l2_length + IPV6_LENGTH + payload_length;
    if (common && lengths_agree(probe.own_length, l2_length + carried))
        probe.likeness = LIKENESS_CERTAIN;
    return probe;
}

struct frame_probe frame_probe_ip(struct bytes packet, size_t carried)
{
    bool ipv6 = bytes_u8(packet, 0) >> 4 == 6;
    struct frame_probe probe =
        ipv6 ? probe_ipv6(packet, 0, carried) : probe_ipv4(packet, 0, carried);
    if (probe.likeness != LIKENESS_NONE)
        state_least(&probe, ipv6 ? IPV6_LENGTH : IPV4_MIN_LENGTH, carried);
    return probe;
}

/* Destination and source SAP name one protocol; their last bits are group and response. */
static bool sap_pair_is_common(uint16_t saps)
{
    switch (saps & 0xfefe) {
    case 0x0606: /* IP */
    case 0x4242: /* spanning tree */
    case 0xaaaa: /* SNAP */
    case 0xe0e0: /* IPX */
    case 0xf0f0: /* NetBIOS */
    case 0xfefe: /* OSI; raw IPX looks the same */
        return true;
    default:
        return false;
    }
}

/* 802.3: the length field stands where Ethernet II has its type. */
static void probe_llc(struct bytes frame, size_t at, uint16_t length, size_t carried,
                      struct frame_probe *probe)
{
    probe->likeness = LIKENESS_POSSIBLE;
    if (length < 3 || !bytes_has(frame, at, 3))
        return;
    bool common = sap_pair_is_common(bytes_u16(frame, at));
    bool unnumbered = bytes_u8(frame, at + 2) == 0x03;
    bool fits = lengths_agree(at + length, carried);
    if (common && unnumbered && fits)
        probe->likeness = LIKENESS_CERTAIN;
    else if (common && (unnumbered || fits))
        probe->likeness = LIKENESS_LIKELY;
    /* A length beyond the end is accepted only if an LLC header follows, because almost any
     * number below 1501 could be a length. */
    if (common || at + length <= carried)
        probe->own_length = at + length;
}

static void probe_arp(struct bytes frame, size_t at, size_t carried, struct frame_probe *probe)
{
    static const uint8_t ethernet_ipv4[] = {0, 1, 8, 0, 6, 4};
    probe->likeness = LIKENESS_LIKELY;
    if (bytes_equal(frame, at, ethernet_ipv4, sizeof ethernet_ipv4)) {
        probe->likeness = LIKENESS_CERTAIN;
        probe->own_length = at + ARP_LENGTH;
    }
    state_least(probe, at + ARP_LENGTH, carried);
}

/* Steps over the label stack; the length is that of the IP packet below, if there is one. */
static void probe_mpls(struct bytes frame, size_t at, size_t carried, struct frame_probe *probe)
{
    probe->likeness = LIKENESS_LIKELY;
    for (unsigned labels = 0; labels < MPLS_LABELS_MAX && bytes_has(frame, at, MPLS_LABEL_LENGTH);
         labels++) {
        bool bottom = bytes_u8(frame, at + 2) & 1;
        at += 4;
        if (!bottom)
            continue;
        struct bytes packet = bytes_from(frame, at);
        struct frame_probe below = bytes_u8(packet, 0) >> 4 == 6
                                       ? probe_ipv6(packet, at, carried - at)
                                       : probe_ipv4(packet, at, carried - at);
        if (below.likeness == LIKENESS_CERTAIN) {
            probe->likeness = LIKENESS_CERTAIN;
            probe->own_length = below.own_length;
        }
        return;
    }
}

static void probe_inside_ip(struct bytes frame, size_t at, uint16_t type, size_t carried,
                            struct frame_probe *probe)
{
    struct bytes packet = bytes_from(frame, at);
    probe->likeness = LIKENESS_LIKELY;
    if (packet.len > 0) {
        struct frame_probe ip = type == ETHER_TYPE_IPV4 ? probe_ipv4(packet, at, carried - at)
                                                        : probe_ipv6(packet, at, carried - at);
        probe->likeness = ip.likeness;
        probe->own_length = ip.own_length;
    }
    if (probe->likeness != LIKENESS_NONE)
        state_least(probe, at + (type == ETHER_TYPE_IPV4 ? IPV4_MIN_LENGTH : IPV6_LENGTH), carried);
}

static void probe_payload(struct bytes frame, size_t at, uint16_t type, size_t carried,
                          struct frame_probe *probe)
{
    switch (type) {
    case ETHER_TYPE_IPV4:
    case ETHER_TYPE_IPV6:
        probe_inside_ip(frame, at, type, carried, probe);
        return;
    case ETHER_TYPE_ARP:
        probe_arp(frame, at, carried, probe);
        return;
    case ETHER_TYPE_MPLS:
    case ETHER_TYPE_MPLS_MULTICAST:
        probe_mpls(frame, at, carried, probe);
        return;
    case ETHER_TYPE_PPPOE_SESSION:
        probe->likeness = LIKENESS_LIKELY;
        if (bytes_has(frame, at, PPPOE_LENGTH) && bytes_u8(frame, at) == 0x11)
            probe->own_length = at + PPPOE_LENGTH + bytes_u16(frame, at + 4);
        return;
    default:
        probe->likeness = type_is_registered(type) ? LIKENESS_LIKELY : LIKENESS_POSSIBLE;
        return;
    }
}

/* Returns the offset of the EtherType behind all tags, and counts the VLAN tags. */
static size_t skip_tags(struct bytes frame, struct frame_probe *probe)
{
    size_t at = ETHERNET_AT_TYPE;
    for (int tags = 0; tags < TAGS_MAX; tags++) {
        uint16_t type = bytes_u16(frame, at);
        size_t length = frame_tag_length(frame, at + 2, type);
        if (length == 0 || !bytes_has(frame, at + 2 + length, 2))
            break;
        if (frame_tag_is_vlan(type) && probe->tags++ == 0)
            probe->vlan = bytes_u16(frame, at + 2) & 0xfff;
        if (type == ETHER_TYPE_ARISTA_TIME && probe->stamp_at == 0)
            probe->stamp_at = (uint16_t)(at + 2);
        at += 2 + length;
    }
    return at;
}

struct frame_probe frame_probe_by_layers(struct bytes frame, size_t carried)
{
    static const uint8_t isl[] = {0x01, 0x00, 0x0c, 0x00, 0x00};
    struct frame_probe probe = {.kind = FRAME_ETHERNET};
    if (carried < ETHERNET_LENGTH) {
        state_least(&probe, ETHERNET_LENGTH, carried);
        return probe;
    }
    probe.likeness = LIKENESS_POSSIBLE;
    if (bytes_equal(frame, 0, isl, sizeof isl)) {
        probe.likeness = LIKENESS_LIKELY;
        return probe;
    }

    size_t at = skip_tags(frame, &probe);
    uint16_t type = bytes_u16(frame, at);
    if (bytes_has(frame, at, 2)) {
        at += 2;
        if (type >= TYPE_MIN)
            probe_payload(frame, at, type, carried, &probe);
        else if (type <= ETHERNET_PAYLOAD_MAX)
            probe_llc(frame, at, type, carried, &probe);
        else
            probe.likeness = LIKENESS_NONE;
    }
    /* A group address cannot be a source. But some switches overwrite the source address with a
     * timestamp, so the likeness is only reduced. */
    bool group_source = bytes_u8(frame, ETHERNET_AT_SOURCE) & 1;
    if (group_source && probe.likeness != LIKENESS_NONE)
        probe.likeness--;
    return probe;
}

/* RFC 1071 over an IPv4 header without options; see internet_checksum_add() for the order of bytes.
 */
static bool has_right_checksum(const uint8_t *header)
{
    uint64_t words[2];
    uint32_t last;
    _Static_assert(sizeof words + sizeof last == IPV4_MIN_LENGTH, "these are all");
    memcpy(words, header, sizeof words);
    memcpy(&last, header + sizeof words, sizeof last);
    uint64_t sum = (words[0] & 0xffffffff) + (words[0] >> 32) + (words[1] & 0xffffffff) +
                   (words[1] >> 32) + last;
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff;
}

/* What most frames are: to one station, without a tag, and all that the layers would ask of IPv4
 * without options is there and right. */
static bool is_plain_ipv4(struct bytes frame)
{
    enum { WITHOUT_OPTIONS = 0x45, GROUP = 1 };
    const size_t at = ETHERNET_LENGTH;
    return bytes_has(frame, 0, at + IPV4_MIN_LENGTH) &&
           bytes_u16(frame, ETHERNET_AT_TYPE) == ETHER_TYPE_IPV4 &&
           bytes_u8(frame, at) == WITHOUT_OPTIONS &&
           !((bytes_u8(frame, 0) | bytes_u8(frame, ETHERNET_AT_SOURCE)) & GROUP) &&
           bytes_u16(frame, at + IPV4_AT_LENGTH) >= IPV4_MIN_LENGTH &&
           has_right_checksum(frame.data + at);
}

struct frame_probe frame_probe_ethernet(struct bytes frame, size_t carried)
{
    if (!is_plain_ipv4(frame))
        return frame_probe_by_layers(frame, carried);
    return (struct frame_probe){
        .kind = FRAME_ETHERNET,
        .likeness = LIKENESS_CERTAIN,
        .own_length = ETHERNET_LENGTH + (size_t)bytes_u16(frame, ETHERNET_LENGTH + IPV4_AT_LENGTH),
    };
}

struct frame_probe frame_probe_identify(struct bytes frame, size_t carried, uint8_t frame_type)
{
    struct frame_probe ethernet = frame_probe_ethernet(frame, carried);
    if (frame_type == ERSPAN_FT_IP) {
        struct frame_probe ip = frame_probe_ip(frame, carried);
        if (ethernet.likeness >= LIKENESS_LIKELY && ethernet.likeness > ip.likeness)
            return ethernet;
        if (ip.likeness != LIKENESS_NONE)
            return ip;
        return (struct frame_probe){.kind = FRAME_OPAQUE};
    }
    if (ethernet.likeness >= LIKENESS_LIKELY)
        return ethernet;
    struct frame_probe ip = frame_probe_ip(frame, carried);
    if (ip.likeness == LIKENESS_CERTAIN)
        return ip;
    if (ethernet.likeness == LIKENESS_NONE && frame_type != ERSPAN_FT_ETHERNET)
        return (struct frame_probe){.kind = FRAME_OPAQUE};
    return ethernet;
}

/* The offset behind MPLS labels, if IP begins there; 0: it does not. */
static size_t behind_labels(struct bytes frame, size_t at)
{
    enum { WITHOUT_OPTIONS = 0x45 };
    at = mpls_stack_end(frame, at);
    uint8_t first = at != 0 ? bytes_u8(frame, at) : 0;
    return first >> 4 == 6 || (first >> 4 == 4 && first >= WITHOUT_OPTIONS) ? at : 0;
}

static bool is_ip(uint16_t ether_type)
{
    return ether_type == ETHER_TYPE_IPV4 || ether_type == ETHER_TYPE_IPV6;
}

/* The same of PPPoE. Whatever PPP carries but IP is 0, too. */
static size_t behind_pppoe(struct bytes frame, size_t at)
{
    struct link_framing ppp;
    return link_framing_decode_ppp(frame, at + PPPOE_LENGTH, &ppp).kind == FAILURE_NONE &&
                   is_ip(ppp.ether_type)
               ? ppp.length
               : 0;
}

/* The same of SNAP, behind an 802.3 length. */
static size_t behind_snap(struct bytes frame, size_t at)
{
    return snap_is_at(frame, at) && is_ip(bytes_u16(frame, at + SNAP_TYPE_AT)) ? at + SNAP_LENGTH
                                                                               : 0;
}

/* @p type_at: where the EtherType or length stands, behind which no IP header begins at once. */
static struct frame_payload find_ip_deeper(struct bytes frame, size_t type_at)
{
    size_t at = type_at + 2;
    size_t found = 0;
    uint16_t type = bytes_u16(frame, type_at);
    if (type == ETHER_TYPE_MPLS || type == ETHER_TYPE_MPLS_MULTICAST)
        found = behind_labels(frame, at);
    else if (type == ETHER_TYPE_PPPOE_SESSION)
        found = behind_pppoe(frame, at);
    else if (type <= ETHERNET_PAYLOAD_MAX)
        found = behind_snap(frame, at);
    uint8_t version = bytes_u8(frame, found) >> 4;
    if (found == 0 || (version != 4 && version != 6))
        return (struct frame_payload){type_at, 0};
    return (struct frame_payload){found, version};
}

struct frame_payload frame_probe_find_ip(struct bytes frame, enum frame_kind kind)
{
    if (kind == FRAME_IPV4 || kind == FRAME_IPV6)
        return (struct frame_payload){0, kind == FRAME_IPV4 ? 4 : 6};
    if (kind == FRAME_OPAQUE)
        return (struct frame_payload){0, 0};
    if (bytes_u16(frame, ETHERNET_AT_TYPE) == ETHER_TYPE_IPV4) /* as most do; no tag to skip */
        return (struct frame_payload){ETHERNET_LENGTH, 4};
    struct frame_probe tags = {0};
    size_t at = skip_tags(frame, &tags);
    switch (bytes_u16(frame, at)) {
    case ETHER_TYPE_IPV4:
        return (struct frame_payload){at + 2, 4};
    case ETHER_TYPE_IPV6:
        return (struct frame_payload){at + 2, 6};
    default:
        return find_ip_deeper(frame, at);
    }
}
