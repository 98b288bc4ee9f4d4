/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The GRE header: RFC 2784, with key and sequence number of RFC 2890 and the obsolete source routes
 * of RFC 1701.
 */
#ifndef CORE_WIRE_GRE_H
#define CORE_WIRE_GRE_H

#include "core/base/bytes.h"
#include "core/base/failure.h"
#include "core/wire/protocol.h"

struct gre_header {
    uint16_t flags; /* GRE_BIT_... */
    uint16_t protocol;
    uint16_t checksum; /* with C or R, else 0 */
    uint16_t offset;   /* with C or R, else 0: Reserved1 in RFC 2784 */
    uint32_t key;      /* with K, else 0 */
    uint32_t sequence; /* with S, else 0 */
};

/** Bytes of a header with these flags, source routes not counted. */
size_t gre_length(uint16_t flags);

/**
 * Decodes a GRE version 0 header at the start of @p packet.
 *
 * @param length  set to the bytes up to the payload, source routes included.
 * @return FAILURE_NONE; FAILURE_GRE_CUT, FAILURE_GRE_VERSION or FAILURE_GRE_ROUTING_CUT, with
 *         @p header filled as far as it was read and @p length 0.
 */
struct failure gre_decode(struct bytes packet, struct gre_header *header, size_t *length);

/**
 * Appends the header, the inverse of gre_decode() for every value of every field that the flags say
 * is present. With R, it ends in an empty list of source routes. The checksum is written as given:
 * see gre_set_checksum().
 */
void gre_encode(const struct gre_header *header, struct buffer *out);

/**
 * Writes the RFC 2784 checksum, over the GRE header and all that follows, into the encoded packet
 * at @p packet. Does nothing without C.
 */
void gre_set_checksum(uint8_t *packet, size_t len);

/** True if the packet has no checksum or a right one. @p packet starts at the GRE header. */
bool gre_checksum_right(struct bytes packet);

/**
 * Finds the GRE header that ends where the payload at @p payload_offset begins, for a reader that
 * is handed the payload together with the flags and the protocol that a GRE decoder saw. It
 * verifies instead of assuming: flags, protocol and length must all match.
 *
 * @param start  set to the header's offset in @p packet.
 */
bool gre_find_before(struct bytes packet, size_t payload_offset, uint16_t flags, uint16_t protocol,
                     struct gre_header *header, size_t *start);

#endif
