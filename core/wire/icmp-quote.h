/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The packet that an ICMP error quotes (RFC 792, RFC 1191, RFC 4443, RFC 4884; quirk Q23, quoted
 * copy).
 */
#ifndef CORE_WIRE_ICMP_QUOTE_H
#define CORE_WIRE_ICMP_QUOTE_H

#include "core/base/bytes.h"

struct icmp_quote {
    bool too_big;       /* fragmentation needed, or Packet Too Big */
    uint32_t mtu;       /* that it states with too_big; 0: none */
    uint8_t ip_version; /* of the quoted packet */
    struct bytes bytes; /* of the quoted packet, from its IP header on, as captured */
    size_t length;      /* the same on the wire */
};

/**
 * Finds the quote.
 *
 * @param packet      starts at the IP header.
 * @param ip_version  4 or 6.
 * @param length      bytes on the wire, at least packet.len.
 * @return false if it is no ICMP error with a quote.
 */
bool icmp_quote_find(struct bytes packet, uint8_t ip_version, size_t length,
                     struct icmp_quote *quote);

/**
 * Reads the header of an ICMP error: sets quote.too_big and quote.mtu.
 *
 * @param icmp        starts at the ICMP header, of ICMP_LENGTH bytes.
 * @param ip_version  of the packet around it, and of the quoted one.
 */
void icmp_quote_read_header(struct bytes icmp, uint8_t ip_version, struct icmp_quote *quote);

#endif
