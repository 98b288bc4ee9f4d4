/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Parses a captured packet up to the ERSPAN header, for programs without Wireshark's dissectors
 * (epan): link layer, VLAN tags, IPv4 or IPv6, UDP (RFC 8086), GRE.
 */
#ifndef CORE_WIRE_OUTER_H
#define CORE_WIRE_OUTER_H

#include "core/base/address.h"
#include "core/base/bytes.h"
#include "core/base/failure.h"
#include "core/wire/gre.h"
#include "core/wire/link.h" /* the link types that outer_parse() takes */
#include "core/wire/protocol.h"

enum { OUTER_DEPTH_MAX = 16 /* headers of outer_parse_behind() */ };

/** What lies around the copy. Offsets count from the start of the packet. */
struct outer {
    uint8_t tags;  /* VLAN tags of the outer frame */
    uint16_t vlan; /* VLAN ID of the outermost tag, 0 without one */
    /* IP; ip_version is 0 when the link carries GRE's payload (quirk Q20, GRE not captured) */
    uint8_t ip_version;
    struct address source;
    struct address destination;
    uint8_t traffic_class; /* IPv4 TOS, IPv6 traffic class */
    uint8_t ttl;           /* or hop limit */
    bool dont_fragment;
    bool more_fragments; /* first fragment of several: the payload goes on elsewhere */
    uint32_t identification;
    size_t ip_offset;
    size_t ip_length; /* bytes the IP header claims, itself included; 0: it does not say */
    /* GRE */
    bool in_udp;
    bool has_gre;
    struct gre_header gre; /* without has_gre: only the protocol, from the link layer */
    size_t gre_offset;
    size_t payload_offset;
    struct bytes payload; /* captured bytes after GRE, trailer excluded */
    size_t
        payload_claimed;  /* bytes after GRE by the outer lengths; more than payload.len when cut */
    struct bytes trailer; /* captured behind the IP packet: padding, FCS (quirk Q17, FCS kept) */
};

/**
 * Walks @p packet from its link layer to the bytes behind GRE.
 *
 * @return FAILURE_NONE when GRE carries ERSPAN (protocol 0x88BE or 0x22EB). Otherwise what stopped
 * the walk and where; @p outer is filled as far as the walk came. In particular: FAILURE_NOT_ERSPAN
 * has the GRE header and payload filled; FAILURE_UDP_PORT has the UDP payload in outer.payload,
 * which may be a marker packet; FAILURE_LATER_FRAGMENT and FAILURE_NOT_GRE have the addresses.
 */
struct failure outer_parse(uint32_t link_type, struct bytes packet, struct outer *outer);

/** True if what stopped outer_parse() may be a tag, a label or a tunnel before the copy. */
bool outer_may_be_behind(const struct failure *failure);

/**
 * True if a few bytes show that an Ethernet frame holds no copy and no marker packet: it is UDP in
 * IPv4 without tags and options, to a port of no tunnel, and of another length than a marker.
 * outer_parse() and outer_parse_behind() would find the same; most mirrored UDP need not be parsed
 * for it.
 */
bool outer_is_plain_udp(struct bytes frame);

/**
 * Walks on where outer_parse() stopped: through tags, labels and tunnels (core/wire/enclosure.h),
 * at most OUTER_DEPTH_MAX of them, to the first copy behind them. The addresses and all else of IP
 * are then those of the IP packet that holds the copy, as in Wireshark.
 *
 * @return as outer_parse() does, of the innermost IP packet. Without one, @p outer is all zero but
 *         for the link layer.
 */
struct failure outer_parse_behind(uint32_t link_type, struct bytes packet, struct outer *outer);

#endif
