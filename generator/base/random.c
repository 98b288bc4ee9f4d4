/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/base/random.h"

__extension__ typedef unsigned __int128 uint128;

static const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15); /* 2^64 by the golden ratio, odd */

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* The upper half of the product: @p bits as a fraction of @p whole. */
static uint64_t fraction(uint64_t bits, uint64_t whole)
{
    return (uint64_t)((uint128)bits * whole >> 64);
}

/* A name and its end, so that "a" "bc" and "ab" "c" differ. */
static uint64_t add_name(uint64_t stream, const char *name)
{
    for (; *name != '\0'; name++)
        stream = mix(stream ^ (uint8_t)*name);
    return mix(stream + golden);
}

uint64_t random_stream(uint64_t seed, const char *owner, const char *purpose)
{
    return add_name(add_name(mix(seed + golden), owner), purpose);
}

uint64_t random_at(uint64_t stream, uint64_t n)
{
    return mix(stream + (n + 1) * golden);
}

uint64_t random_next(struct random *random)
{
    random->state += golden;
    return mix(random->state);
}

uint64_t random_below(struct random *random, uint64_t bound)
{
    /* Draws again what lies in the part of 2^64 that is no multiple of the bound. */
    uint64_t excess = -bound % bound;
    uint64_t bits;
    do
        bits = random_next(random);
    while (bits * bound < excess);
    return fraction(bits, bound);
}

bool random_hits(uint64_t bits, probability chance)
{
    return fraction(bits, PROBABILITY_ONE) < chance;
}

/* Von Neumann's way, which needs no logarithm: in a falling run of random numbers that begins with
 * u, the odds of an odd length are exp(-u). */
int64_t random_exponential(struct random *random, int64_t mean)
{
    for (int64_t whole = 0;; whole += mean) {
        uint64_t first = random_next(random);
        bool odd = true;
        for (uint64_t last = first, next; (next = random_next(random)) < last; last = next)
            odd = !odd;
        if (odd)
            return whole + (int64_t)fraction(first, (uint64_t)mean);
    }
}
