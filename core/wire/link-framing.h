/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Link layers other than Ethernet's and Linux's "cooked" ones: point-to-point and loopback links,
 * and captures with metadata before each packet.
 */
#ifndef CORE_WIRE_LINK_FRAMING_H
#define CORE_WIRE_LINK_FRAMING_H

#include "core/base/bytes.h"
#include "core/base/failure.h"

/** What follows a header of the link layer: either another link layer, or a protocol. */
struct link_framing {
    uint32_t link_type;  /* of the packet behind metadata; LINK_UNKNOWN: a protocol follows */
    uint16_t ether_type; /* of what follows; PPP's protocols and address families translated */
    size_t type_offset;  /* where that is stated */
    size_t length;       /* bytes up to what follows */
};

/**
 * Decodes the header at the start of @p packet.
 *
 * @return FAILURE_NONE, FAILURE_LINK_TYPE or FAILURE_LINK_CUT. With FAILURE_NOT_IP it holds a
 *         protocol that has no EtherType: found is its number.
 */
struct failure link_framing_decode(uint32_t link_type, struct bytes packet,
                                   struct link_framing *framing);

/**
 * Decodes the protocol field of PPP, of one or two bytes (RFC 1661 section 2), at @p at.
 *
 * @param framing  ether_type, type_offset and length are set; length is the field's end.
 * @return FAILURE_NONE, FAILURE_LINK_CUT, or FAILURE_NOT_IP for a protocol without an EtherType.
 */
struct failure link_framing_decode_ppp(struct bytes packet, size_t at,
                                       struct link_framing *framing);

/** The same of a frame of PPP, whose address and control fields may stand before (RFC 1662). */
struct failure link_framing_decode_ppp_frame(struct bytes packet, size_t at,
                                             struct link_framing *framing);

/**
 * The link type of the packets in ERF records of @p type; bit 7 of @p type is ignored.
 * LINK_UNKNOWN: not supported.
 */
uint32_t link_framing_erf_link(uint8_t type);

#endif
