/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Writes IP headers: IPv4 (RFC 791) without options, IPv6 (RFC 8200) without extension headers. The
 * outer packet, the mirrored packet and ICMP errors all use it.
 */
#ifndef GENERATOR_BASE_IP_HEADER_H
#define GENERATOR_BASE_IP_HEADER_H

#include "core/base/address.h"
#include "core/base/bytes.h"

/** The addresses, both of one family, say which header it is. */
struct ip_fields {
    const struct address *source;
    const struct address *destination;
    uint8_t traffic_class; /* IPv4 TOS */
    uint8_t ttl;           /* or hop limit */
    uint8_t protocol;
    uint16_t id; /* IPv4 only, as the next */
    uint16_t flags_and_offset;
    size_t payload_length; /* everything behind this header; what overflows the field is cut off */
};

/** 20 or 40. */
size_t ip_header_length(const struct ip_fields *fields);

uint16_t ip_ethertype(const struct ip_fields *fields);

/** Appends the header, with IPv4's checksum. */
void ip_header_put(const struct ip_fields *fields, struct buffer *out);

/** RFC 1071's running sum of an IPv4 header without its identification and checksum. In a header
 * whose checksum is right, the sum of all other words is the complement of these two (RFC 1624). */
uint32_t ipv4_sum_without_id(struct bytes header);

/** RFC 1071's running sum over the pseudo-header of TCP, UDP and ICMPv6. */
uint32_t ip_pseudo_sum(const struct ip_fields *fields);

/** Writes @p value at @p offset of what the buffer holds already. */
void buffer_patch16(struct buffer *buffer, size_t offset, uint16_t value);

#endif
