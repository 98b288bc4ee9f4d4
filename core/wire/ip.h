/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The outer network header: IPv4 (RFC 791) with options, IPv6 (RFC 8200) with extension headers.
 */
#ifndef CORE_WIRE_IP_H
#define CORE_WIRE_IP_H

#include "core/base/address.h"
#include "core/base/bytes.h"
#include "core/base/failure.h"
#include "core/wire/protocol.h"

enum { IPV6_EXTENSIONS_MAX = 8 };

struct ip_header {
    uint8_t version; /* 4 or 6 */
    struct address source;
    struct address destination;
    uint8_t traffic_class; /* IPv4 TOS, IPv6 traffic class */
    uint8_t ttl;           /* or hop limit */
    uint8_t protocol;      /* of what follows, extension headers left behind */
    bool dont_fragment;    /* IPv4's flag; no router fragments IPv6 */
    bool more_fragments;
    uint32_t identification; /* in IPv6 that of the fragment header, else 0 */
    size_t fragment_start;   /* of a fragment: where its part of the IP payload begins */
    size_t header_length;    /* bytes up to the payload, options and extension headers included */
    size_t
        length; /* bytes the header claims, itself included; 0: it does not say (TSO, jumbogram) */
};

/**
 * Decodes the IP header at the start of @p packet. Bytes past the claimed length are not read.
 *
 * @param version  4 or 6, as the link layer announced it.
 * @return FAILURE_NONE, or with @p ip filled as far as it was read: FAILURE_IP_VERSION when the
 *         header is of another version; FAILURE_IPV4_CUT, FAILURE_IPV4_HEADER_LENGTH,
 *         FAILURE_IPV4_TOTAL_LENGTH; FAILURE_IPV6_CUT, FAILURE_EXTENSION_CUT,
 *         FAILURE_EXTENSION_DEPTH; FAILURE_LATER_FRAGMENT, with all but header_length filled.
 */
struct failure ip_decode(struct bytes packet, uint8_t version, struct ip_header *ip);

/**
 * Finds the IP header that ends where the GRE header at @p gre_offset begins, with UDP between them
 * or not, for a reader that knows the addresses but not where the header starts. It verifies: the
 * header must decode, end there and have these addresses.
 *
 * @param start  set to the header's offset in @p packet.
 */
bool ip_find_before(struct bytes packet, size_t gre_offset, const struct address *source,
                    const struct address *destination, struct ip_header *ip, size_t *start);

#endif
