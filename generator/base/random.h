/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014),
 * integers only.
 *
 * Who draws has a stream of its own, made of the scenario's seed and of names: what one draws never
 * changes what another gets. A stream can be read in order, through struct random, or at any place,
 * with random_at().
 */
#ifndef GENERATOR_BASE_RANDOM_H
#define GENERATOR_BASE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/** A probability in parts of a thousand millions: exact for what people write. */
typedef uint32_t probability;
enum { PROBABILITY_ONE = 1000000000 };

/** The stream of @p purpose that belongs to @p owner; either may be "". */
uint64_t random_stream(uint64_t seed, const char *owner, const char *purpose);

/** Number @p n of the stream, the first is 0: 64 random bits. */
uint64_t random_at(uint64_t stream, uint64_t n);

struct random {
    uint64_t state; /* starts as the stream */
};

/** The next 64 random bits. */
uint64_t random_next(struct random *random);

/** From 0 to @p bound - 1, each as likely; @p bound is above 0. */
uint64_t random_below(struct random *random, uint64_t bound);

/** True as often as @p chance says, of 64 random bits. */
bool random_hits(uint64_t bits, probability chance);

/** A waiting time of that mean, exponentially distributed, rounded down; @p mean is not negative.
 */
int64_t random_exponential(struct random *random, int64_t mean);

#endif
