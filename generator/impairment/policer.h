/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A policer: a bucket that fills at a rate and empties by what passes. What finds too little in it
 * is dropped.
 */
#ifndef GENERATOR_IMPAIRMENT_POLICER_H
#define GENERATOR_IMPAIRMENT_POLICER_H

#include "generator/scenario/scenario.h"

/** The most that a bucket may hold: bits or frames, each of 10^9 parts, stay within 63 bits. */
enum { POLICER_BURST_MAX = 1 << 30 };

struct policer {
    struct rate rate;
    int64_t capacity; /* bits or frames, in parts of 10^-9 */
    int64_t level;
    int64_t filled_ns; /* the time of that level */
};

/**
 * A bucket that is full at @p now_ns.
 *
 * @param burst  what it holds, bytes or frames as the rate is in bits or frames; AUTO: what the
 * rate brings in 10 ms, but at least 16384 bytes or 8 frames.
 */
struct policer policer_make(struct rate rate, int64_t burst, int64_t now_ns);

/** True if a packet of @p len bytes passes at @p now_ns, never before the last call's. */
bool policer_pass(struct policer *policer, size_t len, int64_t now_ns);

#endif
