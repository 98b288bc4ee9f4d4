/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clang-format off */
/*
 * The layouts, in bytes where nothing else is said:
 *
 *   loopback      address family 4, in the byte order of the machine (NULL) or of the network (LOOP)
 *   PPP           address 0xff, control 0x03 (both may be left out), protocol 2, or 1 if it is odd
 *   Cisco HDLC    address 0x0f (unicast) or 0x8f · control 0 · EtherType 2
 *   PPPoE         version and type 1 · code 1 · session 2 · length 2 · protocol of PPP
 *   PPI           version 1 · flags 1 · length 2 · link type 4, little-endian · fields
 *   NFLOG         address family 1 · version 1 · resource 2 · fields. Each field: length 2 · type 2,
 *                 both in the byte order of the machine · value, padded to 4. Type 9: the packet
 *   ERF           time 8 · type 1 · flags 1 · record length 2 · loss or colour 2 · wire length 2 ·
 *                 extensions of 8. Bit 7 (0x80) of the type says that an extension follows; bit 7 of
 *                 an extension's first byte says that another one does
 */
/* clang-format on */
#include "core/wire/link-framing.h"

#include "core/wire/link.h"
#include "core/wire/protocol.h"

enum { PPP_ADDRESS = 0xff, PPP_CONTROL = 0x03, HDLC_UNICAST = 0x0f, HDLC_MULTICAST = 0x8f };
enum { HDLC_LENGTH = 4, LOOPBACK_LENGTH = 4, PPI_LENGTH = 8 };
enum { NFLOG_LENGTH = 4, NFLOG_FIELD_LENGTH = 4, NFLOG_PAYLOAD = 9, NFLOG_FIELDS_MAX = 64 };
enum { ERF_LENGTH = 16, ERF_EXTENSION_LENGTH = 8, ERF_EXTENSIONS_MAX = 16, ERF_ETHERNET_PAD = 2 };

static const struct failure none = {FAILURE_NONE, 0, 0};

static struct failure cut(size_t offset)
{
    return (struct failure){FAILURE_LINK_CUT, offset, 0};
}

static uint16_t ether_type_of_ppp(uint16_t protocol)
{
    switch (protocol) {
    case 0x0021:
        return ETHER_TYPE_IPV4;
    case 0x0031: /* bridging, RFC 3518: Ethernet behind flags, which are not read */
        return 0;
    case 0x0057:
        return ETHER_TYPE_IPV6;
    case 0x0281:
        return ETHER_TYPE_MPLS;
    case 0x0283:
        return ETHER_TYPE_MPLS_MULTICAST;
    default:
        return 0;
    }
}

struct failure link_framing_decode_ppp(struct bytes packet, size_t at, struct link_framing *framing)
{
    bool compressed = bytes_u8(packet, at) & 1;
    size_t length = compressed ? 1 : 2;
    if (!bytes_has(packet, at, length))
        return cut(at);
    uint16_t protocol = compressed ? bytes_u8(packet, at) : bytes_u16(packet, at);
    framing->ether_type = ether_type_of_ppp(protocol);
    framing->type_offset = at;
    framing->length = at + length;
    return framing->ether_type != 0 ? none : (struct failure){FAILURE_NOT_IP, at, protocol};
}

struct failure link_framing_decode_ppp_frame(struct bytes packet, size_t at,
                                             struct link_framing *framing)
{
    static const uint8_t hdlc[] = {PPP_ADDRESS, PPP_CONTROL};
    if (bytes_equal(packet, at, hdlc, sizeof hdlc))
        at += sizeof hdlc;
    return link_framing_decode_ppp(packet, at, framing);
}

static struct failure decode_hdlc(struct bytes packet, size_t at, struct link_framing *framing)
{
    if (!bytes_has(packet, at, HDLC_LENGTH))
        return cut(at);
    framing->ether_type = bytes_u16(packet, at + 2);
    framing->type_offset = at + 2;
    framing->length = at + HDLC_LENGTH;
    return none;
}

static struct failure decode_serial(struct bytes packet, size_t at, struct link_framing *framing)
{
    uint8_t address = bytes_u8(packet, at);
    bool cisco = address == HDLC_UNICAST || address == HDLC_MULTICAST;
    return cisco ? decode_hdlc(packet, at, framing)
                 : link_framing_decode_ppp_frame(packet, at, framing);
}

static struct failure decode_pppoe(struct bytes packet, struct link_framing *framing)
{
    if (!bytes_has(packet, 0, PPPOE_LENGTH))
        return cut(0);
    return link_framing_decode_ppp(packet, PPPOE_LENGTH, framing);
}

/* AF_INET6 differs between systems. */
static uint16_t ether_type_of_family(uint32_t family)
{
    enum { INET = 2, INET6_LINUX = 10, INET6_BSD = 24, INET6_FREEBSD = 28, INET6_DARWIN = 30 };
    switch (family) {
    case INET:
        return ETHER_TYPE_IPV4;
    case INET6_LINUX:
    case INET6_BSD:
    case INET6_FREEBSD:
    case INET6_DARWIN:
        return ETHER_TYPE_IPV6;
    default:
        return 0;
    }
}

/* Address families are below 65536, so a larger value has the other byte order. */
static struct failure decode_loopback(struct bytes packet, struct link_framing *framing)
{
    if (!bytes_has(packet, 0, LOOPBACK_LENGTH))
        return cut(0);
    uint32_t family = bytes_u32(packet, 0);
    if (family > UINT16_MAX)
        family = bytes_u32le(packet, 0);
    framing->ether_type = ether_type_of_family(family);
    framing->length = LOOPBACK_LENGTH;
    return framing->ether_type != 0 ? none : (struct failure){FAILURE_NOT_IP, 0, family};
}

static struct failure decode_ppi(struct bytes packet, struct link_framing *framing)
{
    if (!bytes_has(packet, 0, PPI_LENGTH))
        return cut(0);
    framing->length = (size_t)bytes_u8(packet, 2) | (size_t)bytes_u8(packet, 3) << 8;
    framing->link_type = bytes_u32le(packet, 4);
    if (framing->length < PPI_LENGTH || !bytes_has(packet, framing->length, 0))
        return cut(2);
    /* PPI inside PPI would be a loop; nothing writes it. */
    return framing->link_type != LINK_PPI
               ? none
               : (struct failure){FAILURE_LINK_TYPE, 4, framing->link_type};
}

/* NFLOG uses the byte order of the capturing host. The first field is shorter than 256 bytes, so
 * its length shows the order. */
static uint16_t nflog_u16(struct bytes packet, size_t at, bool little)
{
    uint16_t value = bytes_u16(packet, at);
    return little ? __builtin_bswap16(value) : value;
}

static struct failure decode_nflog(struct bytes packet, struct link_framing *framing)
{
    enum { INET = 2, INET6 = 10, BRIDGE = 7 };
    size_t at = NFLOG_LENGTH;
    bool little = bytes_u8(packet, at) != 0;
    for (unsigned i = 0; i < NFLOG_FIELDS_MAX && bytes_has(packet, at, NFLOG_FIELD_LENGTH); i++) {
        size_t length = nflog_u16(packet, at, little);
        if (length < NFLOG_FIELD_LENGTH)
            return cut(at);
        if ((nflog_u16(packet, at + 2, little) & 0x7fff) == NFLOG_PAYLOAD) {
            framing->length = at + NFLOG_FIELD_LENGTH;
            framing->ether_type = ether_type_of_family(bytes_u8(packet, 0));
            return framing->ether_type != 0
                       ? none
                       : (struct failure){FAILURE_NOT_IP, 0, bytes_u8(packet, 0)};
        }
        at += (length + 3) / 4 * 4;
    }
    return cut(bytes_has(packet, at, 0) ? at : packet.len);
}

uint32_t link_framing_erf_link(uint8_t type)
{
    switch (type & 0x7f) {
    case 2:  /* Ethernet, */
    case 11: /* with a colour, */
    case 16: /* from a module that filters, */
    case 20: /* with a colour and a hash */
        return LINK_ETHERNET;
    case 1:  /* HDLC, on SONET, */
    case 10: /* with a colour, */
    case 15: /* from a module that filters, */
    case 17: /* with a colour and a hash */
        return LINK_PPP_SERIAL;
    case 22:
        return LINK_IPV4;
    case 23:
        return LINK_IPV6;
    default:
        return LINK_UNKNOWN;
    }
}

static struct failure decode_erf(struct bytes packet, struct link_framing *framing)
{
    size_t at = ERF_LENGTH;
    if (!bytes_has(packet, 0, ERF_LENGTH))
        return cut(0);
    bool more = bytes_u8(packet, 8) & 0x80;
    for (unsigned i = 0; more && i < ERF_EXTENSIONS_MAX; i++) {
        if (!bytes_has(packet, at, ERF_EXTENSION_LENGTH))
            return cut(at);
        more = bytes_u8(packet, at) & 0x80;
        at += ERF_EXTENSION_LENGTH;
    }
    uint8_t type = bytes_u8(packet, 8);
    framing->link_type = link_framing_erf_link(type);
    framing->length = at + (framing->link_type == LINK_ETHERNET ? ERF_ETHERNET_PAD : 0);
    if (framing->link_type == LINK_UNKNOWN)
        return (struct failure){FAILURE_NOT_IP, 8, type};
    return bytes_has(packet, framing->length, 0) ? none : cut(at);
}

static struct failure decode(uint32_t link_type, struct bytes packet, struct link_framing *framing)
{
    switch (link_type) {
    case LINK_NULL:
    case LINK_LOOP:
        return decode_loopback(packet, framing);
    case LINK_PPP:
    case LINK_PPP_SERIAL:
        return decode_serial(packet, 0, framing);
    case LINK_PPP_ETHER:
        return decode_pppoe(packet, framing);
    case LINK_PPP_DIRECTION:
        return decode_serial(packet, 1, framing);
    case LINK_CISCO_HDLC:
        return decode_hdlc(packet, 0, framing);
    case LINK_CISCO_HDLC_DIRECTION:
        return decode_hdlc(packet, 1, framing);
    case LINK_MPLS:
        framing->ether_type = ETHER_TYPE_MPLS;
        return none;
    case LINK_PPI:
        return decode_ppi(packet, framing);
    case LINK_NFLOG:
        return decode_nflog(packet, framing);
    case LINK_ERF:
        return decode_erf(packet, framing);
    default:
        return (struct failure){FAILURE_LINK_TYPE, 0, link_type};
    }
}

struct failure link_framing_decode(uint32_t link_type, struct bytes packet,
                                   struct link_framing *framing)
{
    *framing = (struct link_framing){.link_type = LINK_UNKNOWN};
    struct failure failure = decode(link_type, packet, framing);
    if (failure.offset > packet.len)
        failure.offset = packet.len;
    return failure;
}
