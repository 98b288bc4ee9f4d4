/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A fast 64-bit hash, for tables in memory: it is the same on every run but not on every machine.
 * Each step is invertible, so that equal-length inputs that differ in one word never collide.
 */
#ifndef CORE_BASE_HASH_H
#define CORE_BASE_HASH_H

#include "core/base/bytes.h"

/** Takes @p word into the hash so far. Start with any seed. */
static inline uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
    return hash ^ hash >> 29;
}

/** Takes all of @p b, and its length. */
static inline uint64_t hash_bytes(uint64_t hash, struct bytes b)
{
    uint64_t word = 0;
    size_t at = 0;
    for (; bytes_copy(b, at, &word, sizeof word); at += sizeof word)
        hash = hash_word(hash, word);
    word = 0;
    bytes_copy(b, at, &word, b.len - at);
    hash = hash_word(hash, word);
    return hash_word(hash, b.len);
}

/** A seed that is drawn once in each process: for tables whose keys others choose, so that nobody
 * can choose keys that meet in one slot. */
uint64_t hash_seed(void);

#endif
