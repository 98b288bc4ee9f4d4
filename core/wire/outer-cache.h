/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Caches the last outer headers. The headers of a session's copies differ in a few fields. If all
 * other bytes are equal to a cached header, only these fields are parsed again.
 */
#ifndef CORE_WIRE_OUTER_CACHE_H
#define CORE_WIRE_OUTER_CACHE_H

#include "core/wire/outer.h"

enum {
    OUTER_CACHE_ENTRIES = 64, /* headers remembered */
    OUTER_CACHE_LENGTH = 96   /* bytes of one, at most; a whole number of words */
};

struct outer_cache_entry {
    uint64_t bytes[OUTER_CACHE_LENGTH / sizeof(uint64_t)]; /* with 0 where they may differ */
    uint64_t mask[OUTER_CACHE_LENGTH / sizeof(uint64_t)];  /* with 0 likewise, else all ones */
    size_t words;                                          /* 0: nothing is remembered */
    uint32_t link_type;
    struct outer outer;
};

/** All zero to begin with. */
struct outer_cache {
    struct outer_cache_entry entries[OUTER_CACHE_ENTRIES];
    struct outer other; /* what is not remembered */
};

/**
 * Does what outer_parse() does.
 *
 * @param outer  set to the result; it belongs to @p cache and is valid until the next call.
 */
struct failure outer_parse_cached(struct outer_cache *cache, uint32_t link_type,
                                  struct bytes packet, const struct outer **outer);

#endif
