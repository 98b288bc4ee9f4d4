/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * One fragment of an outer IP packet: RFC 791 section 2.3, RFC 8200 section 4.5.
 */
#ifndef CORE_WIRE_OUTER_FRAGMENT_H
#define CORE_WIRE_OUTER_FRAGMENT_H

#include "core/wire/outer.h"

struct outer_fragment {
    /* What fragments of one packet have in common: */
    struct address source;
    struct address destination;
    uint32_t identification;
    uint8_t protocol; /* of the payload. In IPv6, 0: the first fragment alone says what it is */
    size_t offset;    /* of this part in the IP payload */
    size_t length;    /* bytes of that in this part, by the IP header */
    bool last;        /* the payload ends here */
};

/**
 * @param outer  what outer_parse() made of @p packet.
 * @return false: the IP packet that holds the copy, or stopped the walk, is whole, or is none.
 */
bool outer_fragment_read(struct bytes packet, const struct outer *outer,
                         struct outer_fragment *fragment);

#endif
