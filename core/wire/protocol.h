/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Numbers of the protocols around and inside a copy: EtherTypes, IP protocols, UDP ports, lengths
 * of headers and offsets of fields, all in bytes. Programs for the kernel include it too, so it
 * holds enumerations alone. What belongs to ERSPAN itself stands in erspan.h, subheader.h and
 * marker.h.
 */
#ifndef CORE_WIRE_PROTOCOL_H
#define CORE_WIRE_PROTOCOL_H

/** IEEE's registry of EtherTypes. */
enum ether_type {
    ETHER_TYPE_IPV4 = 0x0800,
    ETHER_TYPE_ARP = 0x0806,
    ETHER_TYPE_DOT1Q = 0x8100,    /* 802.1Q: customer's VLAN tag */
    ETHER_TYPE_BRIDGING = 0x6558, /* an Ethernet frame, as the type of tunnels */
    ETHER_TYPE_TRILL = 0x22f3,    /* RFC 6325 */
    ETHER_TYPE_IPV6 = 0x86dd,
    ETHER_TYPE_WCCP = 0x883e, /* in GRE */
    ETHER_TYPE_PPP = 0x880b,  /* in GRE */
    ETHER_TYPE_MPLS = 0x8847,
    ETHER_TYPE_MPLS_MULTICAST = 0x8848,
    ETHER_TYPE_PPPOE_SESSION = 0x8864,
    ETHER_TYPE_DOT1AD = 0x88a8, /* 802.1ad: provider's VLAN tag */
    ETHER_TYPE_MACSEC = 0x88e5, /* 802.1AE */
    ETHER_TYPE_I_TAG = 0x88e7,  /* 802.1ah */
    ETHER_TYPE_CISCO_METADATA = 0x8909,
    ETHER_TYPE_VN_TAG = 0x8926,
    ETHER_TYPE_HSR = 0x892f,
    ETHER_TYPE_E_TAG = 0x893f,        /* 802.1BR */
    ETHER_TYPE_NSH = 0x894f,          /* RFC 8300 */
    ETHER_TYPE_CISCO_TIME = 0x8988,   /* TTag */
    ETHER_TYPE_R_TAG = 0xf1c1,        /* 802.1CB */
    ETHER_TYPE_EXPERIMENTAL = 0x88b5, /* IEEE 802, for local experiments */
    ETHER_TYPE_LLDP = 0x88cc,
    ETHER_TYPE_QINQ_OLD = 0x9100, /* the provider's tag before 802.1ad */
    ETHER_TYPE_ARISTA_TIME = 0xd28b
};

/** Ethernet: destination, source, type. */
enum {
    MAC_ADDRESS_LENGTH = 6,
    ETHERNET_AT_SOURCE = MAC_ADDRESS_LENGTH,
    ETHERNET_AT_TYPE = 2 * MAC_ADDRESS_LENGTH,
    ETHERNET_LENGTH = 14,
    ETHERNET_MIN_LENGTH = 60, /* shorter frames are padded to this, FCS not counted */
    VLAN_TAG_LENGTH = 4,
    FCS_LENGTH = 4,
    ETHERNET_PAYLOAD_MAX = 1500 /* in the place of an EtherType up to this: a length, IEEE 802.3 */
};

/** IANA's registry of IP protocols, the extension headers of IPv6 (RFC 8200) among them. */
enum ip_protocol {
    IP_PROTOCOL_HOP_BY_HOP = 0,
    IP_PROTOCOL_ICMP = 1,
    IP_PROTOCOL_IPV4 = 4, /* IP in IP, RFC 2003 */
    IP_PROTOCOL_TCP = 6,
    IP_PROTOCOL_UDP = 17,
    IP_PROTOCOL_IPV6 = 41, /* 6in4, RFC 4213 */
    IP_PROTOCOL_ROUTING = 43,
    IP_PROTOCOL_FRAGMENT = 44,
    IP_PROTOCOL_GRE = 47,
    IP_PROTOCOL_AUTHENTICATION = 51,
    IP_PROTOCOL_ICMPV6 = 58,
    IP_PROTOCOL_DESTINATION_OPTIONS = 60, /* Linux's tunnel encapsulation limit (RFC 2473) */
    IP_PROTOCOL_ETHERIP = 97,             /* RFC 3378 */
    IP_PROTOCOL_MPLS = 137,               /* RFC 4023 */
    IP_PROTOCOL_ETHERNET = 143            /* RFC 8986 */
};

/** IPv4, RFC 791. */
enum {
    IPV4_AT_LENGTH = 2,
    IPV4_AT_ID = 4,
    IPV4_AT_FRAGMENT = 6, /* flags and fragment offset */
    IPV4_AT_TTL = 8,
    IPV4_AT_PROTOCOL = 9,
    IPV4_AT_CHECKSUM = 10,
    IPV4_AT_SOURCE = 12,
    IPV4_AT_DESTINATION = 16,
    IPV4_MIN_LENGTH = 20,
    IPV4_MAX_LENGTH = 60
};

/** The word at IPV4_AT_FRAGMENT. */
enum {
    IPV4_DONT_FRAGMENT = 0x4000,
    IPV4_MORE_FRAGMENTS = 0x2000,
    IPV4_FRAGMENT_OFFSET = 0x1fff /* in units of 8 bytes */
};

/** IPv6, RFC 8200. */
enum {
    IPV6_AT_LENGTH = 4,
    IPV6_AT_NEXT_HEADER = 6,
    IPV6_AT_HOP_LIMIT = 7,
    IPV6_AT_SOURCE = 8,
    IPV6_AT_DESTINATION = 24,
    IPV6_LENGTH = 40,
    IPV6_EXTENSION_MIN_LENGTH = 8 /* also that of the fragment header */
};

enum {
    ICMP_AT_CHECKSUM = 2,
    ICMP_LENGTH = 8 /* of errors and echoes, ICMPv6 as well */
};

/** Headers of tunnels, tags and labels. */
enum {
    PPPOE_LENGTH = 6, /* version and type, code, session, length; RFC 2516 */
    TZSP_LENGTH = 4,
    EVERFLOW_LENGTH = 22,
    MPLS_LABEL_LENGTH = 4,
    /* Bounds for packets that never end; real ones have fewer. */
    MPLS_LABELS_MAX = 16,
    TZSP_FIELDS_MAX = 32
};

enum { UDP_AT_LENGTH = 4, UDP_AT_CHECKSUM = 6, UDP_LENGTH = 8 };

/** TCP, RFC 9293. */
enum { TCP_AT_DATA_OFFSET = 12, TCP_AT_CHECKSUM = 16, TCP_MIN_LENGTH = 20 };
enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };
enum { TCP_OPTION_END = 0, TCP_OPTION_NOP = 1, TCP_OPTION_MSS = 2, TCP_OPTION_MSS_LENGTH = 4 };

/** UDP destination ports. */
enum {
    UDP_PORT_L2TP = 1701, /* RFC 2661 */
    UDP_PORT_GTP_U = 2152,
    UDP_PORT_TEREDO = 3544,    /* RFC 4380 */
    UDP_PORT_LISP = 4341,      /* RFC 9300 */
    UDP_PORT_GRE = 4754,       /* GRE in UDP, RFC 8086 */
    UDP_PORT_VXLAN = 4789,     /* RFC 7348 */
    UDP_PORT_VXLAN_GPE = 4790, /* draft-ietf-nvo3-vxlan-gpe */
    UDP_PORT_GENEVE = 6081,    /* RFC 8926 */
    UDP_PORT_MPLS = 6635,      /* RFC 7510 */
    UDP_PORT_MARKER = 8880,
    UDP_PORT_JUNIPER_MIRROR = 30030, /* as Wireshark has it */
    UDP_PORT_TZSP = 37008
};

/** The first 16-bit word of GRE (RFC 2784, RFC 2890, RFC 1701), as it stands on the wire. */
enum {
    GRE_BIT_CHECKSUM = 0x8000,
    GRE_BIT_ROUTING = 0x4000,
    GRE_BIT_KEY = 0x2000,
    GRE_BIT_SEQUENCE = 0x1000,
    GRE_BIT_STRICT_ROUTE = 0x0800,
    GRE_BITS_RECURSION = 0x0700,
    GRE_BITS_RESERVED = 0x00f8,
    GRE_BITS_VERSION = 0x0007
};

/** Protocol types of GRE. */
enum {
    GRE_PROTOCOL_ERSPAN = 0x88be,     /* Type I and Type II */
    GRE_PROTOCOL_ERSPAN_III = 0x22eb, /* Type III */
    GRE_PROTOCOL_BRIDGING = 0x6558,   /* Transparent Ethernet Bridging: not ERSPAN */
    GRE_PROTOCOL_EVERFLOW = 0x8949    /* 22 vendor bytes, then the mirrored frame: not ERSPAN */
};

/** GRE's first four bytes, and each of its optional words: checksum, key, sequence number. */
enum { GRE_BASE_LENGTH = 4, GRE_OPTION_LENGTH = 4 };

#endif
