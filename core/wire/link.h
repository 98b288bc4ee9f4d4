/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The link layer of a captured packet: Ethernet (IEEE 802.3) with its VLAN tags (802.1Q, 802.1ad),
 * Linux "cooked" captures, raw IP, point-to-point links and captures with metadata before each
 * packet, as https://www.tcpdump.org/linktypes.html lays them out.
 */
#ifndef CORE_WIRE_LINK_H
#define CORE_WIRE_LINK_H

#include "core/base/address.h"
#include "core/base/bytes.h"
#include "core/base/failure.h"

/** Link types, by their numbers in capture files. */
enum {
    LINK_NULL = 0, /* BSD loopback: the address family in the order of the machine's bytes */
    LINK_ETHERNET = 1,
    LINK_PPP = 9,
    LINK_RAW_BSD = 12,     /* the numbers that libpcap's DLT_RAW has in memory, */
    LINK_RAW_OPENBSD = 14, /* and that some programs write to files as well */
    LINK_PPP_SERIAL = 50,  /* PPP or Cisco HDLC, as the first byte says */
    LINK_PPP_ETHER = 51,   /* PPPoE without Ethernet */
    LINK_RAW = 101,
    LINK_CISCO_HDLC = 104,
    LINK_LOOP = 108, /* OpenBSD loopback: the address family in network order */
    LINK_LINUX_SLL = 113,
    LINK_PPI = 192,
    LINK_ERF = 197,
    LINK_PPP_DIRECTION = 204,        /* a byte for the direction, then PPP */
    LINK_CISCO_HDLC_DIRECTION = 205, /* the same, then Cisco HDLC */
    LINK_MPLS = 219,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_NFLOG = 239,
    LINK_LINUX_SLL2 = 276,
    LINK_UNKNOWN = 0xffffffff /* in no capture file */
};

/** True if a header with lengths and times of its own stands before each packet. libwiretap reads
 * it and takes it off, so that Wireshark shows other lengths and times than the bytes alone. */
static inline bool link_has_record_header(uint32_t link_type)
{
    return link_type == LINK_ERF || link_type == LINK_PPP_DIRECTION;
}

enum { LINK_TAGS_MAX = 4 };

struct link_header {
    uint8_t tags;           /* VLAN tags: 0x8100, 0x88a8 or 0x9100 */
    uint16_t vlan;          /* VLAN ID of the outermost tag, 0 without one */
    uint16_t protocol;      /* EtherType, or GRE protocol type with ip_version 0; 0 on raw IP. PPP's
                               protocols are translated */
    size_t protocol_offset; /* where the protocol stands */
    size_t length;          /* bytes up to what follows, tags included */
    uint8_t ip_version;     /* that follows; 0: what GRE carried (quirk Q20, GRE not captured) */
    struct address sender;  /* of a cooked capture. On a GRE device: the outer source address */
};

/**
 * Decodes the link layer at the start of @p packet.
 *
 * A cooked capture taken on a GRE device lacks IP and GRE: the device has stripped them and left
 * GRE's protocol type in the protocol field.
 *
 * @return FAILURE_NONE; FAILURE_LINK_TYPE, FAILURE_LINK_CUT, FAILURE_VLAN_CUT, FAILURE_VLAN_DEPTH
 * or FAILURE_NOT_IP, on raw IP also FAILURE_IP_VERSION. @p link is filled as far as it was read.
 */
struct failure link_decode(uint32_t link_type, struct bytes packet, struct link_header *link);

#endif
