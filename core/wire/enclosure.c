/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clang-format off */
/*
 * The layouts, in bits:
 *
 *   MPLS label   label 20 · class 3 · bottom of the stack 1 · TTL 8                       RFC 3032
 *                below the bottom one: IP, or Ethernet, before which a control word that
 *                begins with four zero bits may stand                                     RFC 4448
 *   PPPoE        version 4 · type 4 · code 8 · session 16 · length 16 · PPP               RFC 2516
 *   AH           next header 8 · words less two 8 · reserved 16 · SPI 32 · sequence 32 ·
 *                check value                                                              RFC 4302
 *   EtherIP      version 4 · reserved 12                                                  RFC 3378
 *   VXLAN        flags 8 · reserved 24 · VNI 24 · reserved 8                              RFC 7348
 *                with GPE the third reserved byte is the next protocol
 *   Geneve       version 2 · words of options 6 · flags 8 · EtherType 16 · VNI 24 ·
 *                reserved 8                                                               RFC 8926
 *   GTP-U        version 3 · protocol type 1 · reserved 1 · E, S, PN · type 8 ·
 *                length 16 · TEID 32                                                      3GPP TS 29.281
 *                with any of E, S and PN: sequence 16 · N-PDU 8 · next extension 8
 *                each extension: words 8 · content · next extension 8
 *   TZSP         version 8 · type 8 · protocol 16 · fields                                as Wireshark reads it
 *                each field: type 8 · length 8 · value; field 0 is one byte of padding,
 *                field 1 ends the list
 *   NSH          version 2 · flags · words 6 (bits 10 to 15) · MD type 8 ·
 *                next protocol 8 · path 32 · context                                      RFC 8300
 *   L2TP         control 1 · L 1 · S and O among the next 6 · P · version 2 4 bits ·
 *                with L: length 16 · tunnel 16 · session 16 · with S: two numbers 16 ·
 *                with O: offset 16, and so many bytes · PPP                               RFC 2661
 *   GRE of PPTP  flags 16, with S and A, and version 1 · PPP 16 · length 16 · call 16 ·
 *                with S: number 32 · with A: acknowledgement 32 · PPP                     RFC 2637
 *   LISP         flags 8 · nonce 24 · instance 32                                         RFC 9300
 *   Teredo       before IPv6: an authentication (0x0001), an origin (0x0000)              RFC 4380
 *   MACsec       version 1 · ES 1 · SC 1 · SCB 1 · encrypted 1 · changed 1 · number 2 ·
 *                length 8 · packet number 32 · with SC: SCI 64 · EtherType · ... · check value  802.1AE
 *   TRILL        version 2 · reserved 2 · multicast 1 · words of options 5 · hops 6 ·
 *                egress 16 · ingress 16 · Ethernet                                        RFC 6325
 *   WCCP         nothing, or bucket and priority 32, before IPv4                 as Wireshark reads it
 *   Everflow     22 bytes that Mellanox has not published
 */
/* clang-format on */
#include "core/wire/enclosure.h"

#include "core/wire/frame-tag.h"
#include "core/wire/link-framing.h"
#include "core/wire/mpls.h"
#include "core/wire/protocol.h"

enum { CONTROL_WORD_LENGTH = 4, ETHERIP_LENGTH = 2 };
enum { VXLAN_LENGTH = 8, GENEVE_LENGTH = 8, NSH_LENGTH = 8 };
enum { GTP_LENGTH = 8, GTP_OPTIONAL_LENGTH = 4, GTP_EXTENSIONS_MAX = 8, GTP_T_PDU = 255 };
enum { AH_LENGTH = 12, TZSP_ETHERNET = 1, LISP_LENGTH = 8 };
enum { TRILL_LENGTH = 6, WCCP_LENGTH = 4 };

static bool found(struct enclosure_content *content, enum enclosure_content_kind kind,
                  size_t offset)
{
    *content = (struct enclosure_content){kind, 0, offset, 0};
    return true;
}

static bool found_type(struct enclosure_content *content, uint16_t ether_type, size_t offset)
{
    *content = (struct enclosure_content){ENCLOSURE_ETHER_TYPE, ether_type, offset, 0};
    return true;
}

static bool looks_like_ip(struct bytes bytes, size_t at)
{
    uint8_t version = bytes_u8(bytes, at) >> 4;
    return version == 4 || version == 6;
}

static bool enter_mpls(struct bytes bytes, struct enclosure_content *content)
{
    size_t at = mpls_stack_end(bytes, 0);
    if (at == 0)
        return false;
    if (looks_like_ip(bytes, at))
        return found(content, ENCLOSURE_IP, at);
    bool control_word = bytes_u8(bytes, at) >> 4 == 0;
    return found(content, ENCLOSURE_ETHERNET, at + (control_word ? CONTROL_WORD_LENGTH : 0));
}

static bool enter_ppp(struct bytes bytes, size_t at, struct enclosure_content *content)
{
    struct link_framing framing;
    return link_framing_decode_ppp(bytes, at, &framing).kind == FAILURE_NONE &&
           found_type(content, framing.ether_type, framing.length);
}

static bool enter_ppp_frame(struct bytes bytes, size_t at, struct enclosure_content *content)
{
    struct link_framing framing;
    return link_framing_decode_ppp_frame(bytes, at, &framing).kind == FAILURE_NONE &&
           found_type(content, framing.ether_type, framing.length);
}

static bool enter_pppoe(struct bytes bytes, struct enclosure_content *content)
{
    size_t length = bytes_u16(bytes, 4);
    if (!enter_ppp(bytes, PPPOE_LENGTH, content) || PPPOE_LENGTH + length < content->offset)
        return false;
    content->length = PPPOE_LENGTH + length - content->offset;
    return true;
}

static bool enter_nsh(struct bytes bytes, struct enclosure_content *content)
{
    enum { NSH_IPV4 = 1, NSH_IPV6 = 2, NSH_ETHERNET = 3 };
    size_t length = (size_t)(bytes_u16(bytes, 0) & 0x3f) * 4;
    if (length < NSH_LENGTH)
        return false;
    switch (bytes_u8(bytes, 3)) {
    case NSH_IPV4:
        return found_type(content, ETHER_TYPE_IPV4, length);
    case NSH_IPV6:
        return found_type(content, ETHER_TYPE_IPV6, length);
    case NSH_ETHERNET:
        return found(content, ENCLOSURE_ETHERNET, length);
    default:
        return false;
    }
}

/* Where MACsec encrypts nothing can be read. */
static bool enter_macsec(struct bytes bytes, struct enclosure_content *content)
{
    enum { VERSION_ENCRYPTED_OR_CHANGED = 0x8c, HAS_SCI = 0x20, LENGTH = 6, SCI_LENGTH = 8 };
    uint8_t flags = bytes_u8(bytes, 0);
    size_t at = LENGTH + (flags & HAS_SCI ? (size_t)SCI_LENGTH : 0);
    return (flags & VERSION_ENCRYPTED_OR_CHANGED) == 0 &&
           found_type(content, bytes_u16(bytes, at), at + 2);
}

static bool enter_trill(struct bytes bytes, struct enclosure_content *content)
{
    size_t words = bytes_u16(bytes, 0) >> 6 & 0x1f;
    return found(content, ENCLOSURE_ETHERNET, TRILL_LENGTH + words * 4);
}

static bool enter_wccp(struct bytes bytes, struct enclosure_content *content)
{
    return found(content, ENCLOSURE_IP, bytes_u8(bytes, 0) >> 4 == 4 ? 0 : WCCP_LENGTH);
}

static bool enter_tag(uint32_t type, struct bytes bytes, struct enclosure_content *content)
{
    size_t length = frame_tag_length(bytes, 0, (uint16_t)type);
    return length != 0 && bytes_has(bytes, length, 2) &&
           found_type(content, bytes_u16(bytes, length), length + 2);
}

static bool enter_by_ether_type(uint32_t type, struct bytes bytes,
                                struct enclosure_content *content)
{
    switch (type) {
    case ETHER_TYPE_IPV4:
    case ETHER_TYPE_IPV6:
        return found(content, ENCLOSURE_IP, 0);
    case ETHER_TYPE_MPLS:
    case ETHER_TYPE_MPLS_MULTICAST:
        return enter_mpls(bytes, content);
    case ETHER_TYPE_BRIDGING:
        return found(content, ENCLOSURE_ETHERNET, 0);
    case ETHER_TYPE_PPP:
        return enter_ppp_frame(bytes, 0, content);
    case ETHER_TYPE_PPPOE_SESSION:
        return enter_pppoe(bytes, content);
    case ETHER_TYPE_NSH:
        return enter_nsh(bytes, content);
    case ETHER_TYPE_MACSEC:
        return enter_macsec(bytes, content);
    case ETHER_TYPE_TRILL:
        return enter_trill(bytes, content);
    case ETHER_TYPE_WCCP:
        return enter_wccp(bytes, content);
    case GRE_PROTOCOL_EVERFLOW:
        return found(content, ENCLOSURE_ETHERNET, EVERFLOW_LENGTH);
    default:
        return enter_tag(type, bytes, content);
    }
}

static bool enter_ah(struct bytes bytes, struct enclosure_content *content)
{
    size_t length = (size_t)(bytes_u8(bytes, 1) + 2) * 4;
    *content = (struct enclosure_content){ENCLOSURE_IP_PROTOCOL, bytes_u8(bytes, 0), length, 0};
    return length >= AH_LENGTH;
}

/* Of GRE only PPTP's: other GRE is outer_walk_gre()'s. */
static bool enter_pptp(struct bytes bytes, struct enclosure_content *content)
{
    enum { LENGTH = 8, BIT_ACKNOWLEDGEMENT = 0x0080, VERSION_1 = 1 };
    uint16_t flags = bytes_u16(bytes, 0);
    if ((flags & GRE_BITS_VERSION) != VERSION_1 || bytes_u16(bytes, 2) != ETHER_TYPE_PPP)
        return false;
    size_t at = LENGTH;
    at += flags & GRE_BIT_SEQUENCE ? 4 : 0;
    at += flags & BIT_ACKNOWLEDGEMENT ? 4 : 0;
    return enter_ppp_frame(bytes, at, content);
}

static bool enter_by_ip_protocol(uint32_t protocol, struct bytes bytes,
                                 struct enclosure_content *content)
{
    switch (protocol) {
    case IP_PROTOCOL_IPV4:
    case IP_PROTOCOL_IPV6:
        return found(content, ENCLOSURE_IP, 0);
    case IP_PROTOCOL_GRE:
        return enter_pptp(bytes, content);
    case IP_PROTOCOL_AUTHENTICATION:
        return enter_ah(bytes, content);
    case IP_PROTOCOL_ETHERIP:
        return found(content, ENCLOSURE_ETHERNET, ETHERIP_LENGTH);
    case IP_PROTOCOL_MPLS:
        return enter_mpls(bytes, content);
    case IP_PROTOCOL_ETHERNET:
        return found(content, ENCLOSURE_ETHERNET, 0);
    default:
        return false;
    }
}

static bool enter_vxlan_gpe(struct bytes bytes, struct enclosure_content *content)
{
    enum { GPE_IPV4 = 1, GPE_IPV6 = 2, GPE_ETHERNET = 3, GPE_NSH = 4 };
    switch (bytes_u8(bytes, 3)) {
    case GPE_IPV4:
        return found_type(content, ETHER_TYPE_IPV4, VXLAN_LENGTH);
    case GPE_IPV6:
        return found_type(content, ETHER_TYPE_IPV6, VXLAN_LENGTH);
    case GPE_ETHERNET:
        return found(content, ENCLOSURE_ETHERNET, VXLAN_LENGTH);
    case GPE_NSH:
        return found_type(content, ETHER_TYPE_NSH, VXLAN_LENGTH);
    default:
        return false;
    }
}

static bool enter_gtp(struct bytes bytes, struct enclosure_content *content)
{
    enum { VERSION_AND_TYPE = 0xf0, VERSION_1 = 0x30, ANY_OPTION = 0x07, EXTENSION = 0x04 };
    uint8_t flags = bytes_u8(bytes, 0);
    if ((flags & VERSION_AND_TYPE) != VERSION_1 || bytes_u8(bytes, 1) != GTP_T_PDU)
        return false;
    size_t at = GTP_LENGTH;
    if (flags & ANY_OPTION)
        at += GTP_OPTIONAL_LENGTH;
    uint8_t next = flags & EXTENSION ? bytes_u8(bytes, at - 1) : 0;
    for (unsigned i = 0; next != 0; i++) {
        size_t length = (size_t)bytes_u8(bytes, at) * 4;
        if (i == GTP_EXTENSIONS_MAX || length == 0 || !bytes_has(bytes, at, length))
            return false;
        at += length;
        next = bytes_u8(bytes, at - 1);
    }
    return looks_like_ip(bytes, at) && found(content, ENCLOSURE_IP, at);
}

static bool enter_tzsp(struct bytes bytes, struct enclosure_content *content)
{
    enum { FIELD_PADDING = 0, FIELD_END = 1 };
    size_t at = TZSP_LENGTH;
    if (bytes_u8(bytes, 0) != 1 || bytes_u16(bytes, 2) != TZSP_ETHERNET)
        return false;
    for (unsigned i = 0; i < TZSP_FIELDS_MAX && bytes_has(bytes, at, 1); i++) {
        uint8_t field = bytes_u8(bytes, at);
        if (field == FIELD_END)
            return found(content, ENCLOSURE_ETHERNET, at + 1);
        at += field == FIELD_PADDING ? 1 : (size_t)bytes_u8(bytes, at + 1) + 2;
    }
    return false;
}

static bool enter_l2tp(struct bytes bytes, struct enclosure_content *content)
{
    enum { CONTROL = 0x8000, HAS_LENGTH = 0x4000, HAS_NUMBERS = 0x0800, HAS_OFFSET = 0x0200 };
    enum { VERSION = 0x000f, VERSION_2 = 2, FLAGS_LENGTH = 2, NAMES_LENGTH = 4 };
    uint16_t flags = bytes_u16(bytes, 0);
    if ((flags & VERSION) != VERSION_2 || flags & CONTROL)
        return false;
    size_t at = FLAGS_LENGTH + (flags & HAS_LENGTH ? 2 : 0) + NAMES_LENGTH;
    at += flags & HAS_NUMBERS ? 4 : 0;
    if (flags & HAS_OFFSET)
        at += (size_t)2 + bytes_u16(bytes, at);
    return enter_ppp_frame(bytes, at, content);
}

static bool enter_teredo(struct bytes bytes, struct enclosure_content *content)
{
    enum { AUTHENTICATION = 1, FIXED = 13, HAS_ORIGIN = 0, ORIGIN_LENGTH = 8 };
    size_t at = 0;
    if (bytes_u16(bytes, at) == AUTHENTICATION)
        at += (size_t)FIXED + bytes_u8(bytes, 2) + bytes_u8(bytes, 3);
    if (bytes_u16(bytes, at) == HAS_ORIGIN)
        at += ORIGIN_LENGTH;
    return bytes_u8(bytes, at) >> 4 == 6 && found(content, ENCLOSURE_IP, at);
}

static bool enter_by_udp_port(uint32_t port, struct bytes bytes, struct enclosure_content *content)
{
    switch (port) {
    case UDP_PORT_L2TP:
        return enter_l2tp(bytes, content);
    case UDP_PORT_TEREDO:
        return enter_teredo(bytes, content);
    case UDP_PORT_LISP:
        return found(content, ENCLOSURE_IP, LISP_LENGTH);
    case UDP_PORT_VXLAN:
        return found(content, ENCLOSURE_ETHERNET, VXLAN_LENGTH);
    case UDP_PORT_VXLAN_GPE:
        return enter_vxlan_gpe(bytes, content);
    case UDP_PORT_GENEVE:
        return bytes_u8(bytes, 0) >> 6 == 0 &&
               found_type(content, bytes_u16(bytes, 2),
                          GENEVE_LENGTH + (size_t)(bytes_u8(bytes, 0) & 0x3f) * 4);
    case UDP_PORT_GTP_U:
        return enter_gtp(bytes, content);
    case UDP_PORT_MPLS:
        return enter_mpls(bytes, content);
    case UDP_PORT_TZSP:
        return enter_tzsp(bytes, content);
    default:
        return false;
    }
}

bool enclosure_has(enum enclosure_announcement announcement, uint32_t number)
{
    static const uint16_t ports[] = {UDP_PORT_VXLAN, UDP_PORT_VXLAN_GPE, UDP_PORT_GENEVE,
                                     UDP_PORT_GTP_U, UDP_PORT_MPLS,      UDP_PORT_TZSP,
                                     UDP_PORT_L2TP,  UDP_PORT_TEREDO,    UDP_PORT_LISP};
    static const uint16_t protocols[] = {IP_PROTOCOL_IPV4,           IP_PROTOCOL_IPV6,
                                         IP_PROTOCOL_AUTHENTICATION, IP_PROTOCOL_ETHERIP,
                                         IP_PROTOCOL_MPLS,           IP_PROTOCOL_ETHERNET};
    if (announcement == ENCLOSURE_BY_ETHER_TYPE)
        return true;
    bool udp = announcement == ENCLOSURE_BY_UDP_PORT;
    const uint16_t *numbers = udp ? ports : protocols;
    size_t count = udp ? sizeof ports / sizeof ports[0] : sizeof protocols / sizeof protocols[0];
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

bool enclosure_enter(enum enclosure_announcement announcement, uint32_t number, struct bytes bytes,
                     struct enclosure_content *content)
{
    bool known = false;
    switch (announcement) {
    case ENCLOSURE_BY_ETHER_TYPE:
        known = enter_by_ether_type(number, bytes, content);
        break;
    case ENCLOSURE_BY_IP_PROTOCOL:
        known = enter_by_ip_protocol(number, bytes, content);
        break;
    case ENCLOSURE_BY_UDP_PORT:
        known = enter_by_udp_port(number, bytes, content);
        break;
    }
    return known && bytes_has(bytes, content->offset, 1);
}
