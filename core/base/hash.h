/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file A fast 64-bit hash, for tables in memory. It depends on the byte order of the machine, and
 * with hash_seed() on the process. Each step is invertible, so that equal-length inputs that differ
 * in one word never collide.
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

/** Fewer bytes than a word, one at least, as a word of their own. Two loads may overlap: no loop
 * over bytes. */
static inline uint64_t hash_rest(const uint8_t *data, size_t count)
{
    uint32_t first = 0;
    uint32_t last = 0;
    if (count >= sizeof first) {
        memcpy(&first, data, sizeof first);
        memcpy(&last, data + count - sizeof last, sizeof last);
        return first | (uint64_t)last << 8 * (count - sizeof last);
    }
    return data[0] | (uint32_t)data[count / 2] << 8 | (uint32_t)data[count - 1] << 16;
}

/** Takes all of @p b, and its length. */
static inline uint64_t hash_bytes(uint64_t hash, struct bytes b)
{
    size_t at = 0;
    for (; b.len - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, b.data + at, sizeof word);
        hash = hash_word(hash, word);
    }
    hash = hash_word(hash, at < b.len ? hash_rest(b.data + at, b.len - at) : 0);
    return hash_word(hash, b.len);
}

/**
 * A seed that is drawn once in each process: for tables whose keys others choose, so that no sender
 * can choose keys that meet in one slot.
 */
uint64_t hash_seed(void);

#endif
