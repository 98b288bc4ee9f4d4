/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Which bytes of a stream came, each once, in whatever order: a set of ranges of 64-bit positions.
 *
 * The set is bounded. When it is full, the lower half of its ranges is closed: their bytes stay
 * counted, but what comes late into the gaps between them is not counted any more. So a sum may be
 * too low, by bytes that came after BYTE_RANGES_MAX / 2 further gaps, never too high.
 */
#ifndef CORE_VISIBILITY_INTERVAL_SET_H
#define CORE_VISIBILITY_INTERVAL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BYTE_RANGES_MAX = 256 };

struct byte_range {
    uint64_t start;
    uint64_t end; /* behind the last byte */
};

/** All zero is empty. */
struct byte_ranges {
    struct byte_range top;    /* the highest */
    struct byte_range *below; /* the others, rising, apart from each other; NULL without any */
    uint16_t count;           /* of them */
    uint16_t capacity;
    uint64_t closed; /* bytes of ranges that were closed; all lie below floor */
    uint64_t floor;  /* nothing below it is taken */
};

void byte_ranges_clear(struct byte_ranges *ranges);

/** Bytes of memory beyond the struct itself. */
size_t byte_ranges_memory(const struct byte_ranges *ranges);

/** @param may_grow  false: rather closes ranges than to take more memory. */
void byte_ranges_add(struct byte_ranges *ranges, struct byte_range range, bool may_grow);

/** Forgets what lies below @p start. */
void byte_ranges_start_at(struct byte_ranges *ranges, uint64_t start);

/** How many bytes of @p range came. */
uint64_t byte_ranges_sum(const struct byte_ranges *ranges, struct byte_range range);

/**
 * How many bytes of @p range are in @p ranges but not in @p without, whose positions are higher by
 * @p shift (modulo 2^64). Where one of both is closed, an estimate.
 */
uint64_t byte_ranges_sum_without(const struct byte_ranges *ranges, struct byte_range range,
                                 const struct byte_ranges *without, uint64_t shift);

#endif
