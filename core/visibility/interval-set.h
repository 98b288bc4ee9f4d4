/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Which bytes of a stream came, each once, in whatever order: a set of ranges of 64-bit positions.
 *
 * The set is bounded. When it is full, the lower half of its ranges is closed: their bytes stay
 * counted, but what comes late into the gaps between them is not counted any more. So a sum may be
 * too low, by bytes that filled old gaps; it is never too high.
 */
#ifndef CORE_VISIBILITY_INTERVAL_SET_H
#define CORE_VISIBILITY_INTERVAL_SET_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INTERVAL_SET_MAX = 256 };

struct interval {
    uint64_t start;
    uint64_t end; /* behind the last byte */
};

/** All zero is empty. */
struct interval_set {
    struct interval top;    /* the highest */
    struct interval *below; /* the others, rising, apart from each other; NULL without any */
    uint16_t count;         /* of them */
    uint16_t capacity;
    uint64_t closed; /* bytes of ranges that were closed; all lie below floor */
    uint64_t floor;  /* nothing below it is taken */
};

void interval_set_clear(struct interval_set *ranges);

/** Bytes of memory beyond the struct itself. */
size_t interval_set_memory(const struct interval_set *ranges);

/** @param may_grow  false: rather closes ranges than to take more memory. */
void interval_set_add(struct interval_set *ranges, struct interval range, bool may_grow);

/** Forgets what lies below @p start. */
void interval_set_start_at(struct interval_set *ranges, uint64_t start);

/** Appends the ranges that are not closed, @p shift higher, to @p all, of struct interval. */
void interval_set_collect(const struct interval_set *ranges, uint64_t shift, GArray *all);

/** True if at least half of what lies between the first and the last byte is known to have come. */
bool interval_set_is_dense(const struct interval_set *ranges);

/** True if the byte before @p position is known to have come. */
bool interval_set_reaches(const struct interval_set *ranges, uint64_t position);

/**
 * True if the byte before @p position came, or if bytes on both sides of it came and the gap
 * between them is at most half of the span from the first to the last: of a stream of which parts
 * came, and no single part far from the others, which may be wrong.
 */
bool interval_set_surrounds(const struct interval_set *ranges, uint64_t position);

/** How many bytes of @p range came. */
uint64_t interval_set_sum(const struct interval_set *ranges, struct interval range);

/**
 * How many bytes of @p range are in @p ranges but not in @p without, whose positions are higher by
 * @p shift (modulo 2^64). Where one of both is closed, an estimate.
 */
uint64_t interval_set_sum_without(const struct interval_set *ranges, struct interval range,
                                  const struct interval_set *without, uint64_t shift);

#endif
