/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * An outer address: IPv4, IPv6, or whatever a link without IP offers.
 */
#ifndef CORE_BASE_ADDRESS_H
#define CORE_BASE_ADDRESS_H

#include "core/base/hash.h"

enum {
    ADDRESS_MAX_LENGTH = 16,
    ADDRESS_TEXT_MAX = 48 /* with the end of string */
};

/** The length tells the family: 4 is IPv4, 16 is IPv6, 0 is none. Bytes past it are 0. */
struct address {
    uint8_t len;
    uint8_t bytes[ADDRESS_MAX_LENGTH];
};

/** Reads the @p len bytes at @p offset; no address when they are not all there or are too many. */
static inline void address_read(struct bytes packet, size_t offset, size_t len,
                                struct address *address)
{
    *address = (struct address){0};
    if (len <= ADDRESS_MAX_LENGTH && bytes_copy(packet, offset, address->bytes, len))
        address->len = (uint8_t)len;
}

/** The same by value. */
static inline struct address address_at(struct bytes packet, size_t offset, size_t len)
{
    struct address address;
    address_read(packet, offset, len, &address);
    return address;
}

static inline bool address_equal(const struct address *a, const struct address *b)
{
    /* Of a length that the compiler knows: a few instructions, and no call. */
    return a->len == b->len && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/** Takes the address into a hash; see core/base/hash.h. */
static inline uint64_t address_mix(uint64_t hash, const struct address *address)
{
    uint64_t words[2];
    memcpy(words, address->bytes, sizeof words);
    return hash_word(hash_word(hash ^ address->len, words[0]), words[1]);
}

/** As RFC 5952 writes them; other lengths as bytes, colons between; "" for none. Returns @p text.
 */
const char *address_format(const struct address *address, char text[ADDRESS_TEXT_MAX]);

/** Reads an IPv4 or IPv6 address as people write it. False, and no address, if @p text is none. */
bool address_parse(const char *text, struct address *address);

#endif
