/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * When frames are due that are sent at a rate, which may rise or fall over a time.
 *
 * Rounding loses nothing: over any time the number of due frames is that of the rate.
 */
#ifndef GENERATOR_SEND_PACE_H
#define GENERATOR_SEND_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A rate that changes linearly from one value to another within a time from the start. */
struct ramp {
    int64_t from; /* frames per second, or bits per second of frames with FCS; not 0 */
    int64_t to;
    int64_t time_ns; /* 0: always `to` */
    bool frames;
};

struct pace {
    struct ramp ramp;
    int64_t start_ns;
    int64_t due_ns; /* of the next frame */
    uint64_t rest;  /* fraction of a nanosecond, in ns / rate */
};

/** The first frame is due at @p start_ns. */
void pace_begin(struct pace *pace, const struct ramp *ramp, int64_t start_ns);

/** Returns when the frame of @p length bytes (without FCS) is due. The next one is due when it has
 * passed. */
int64_t pace_take(struct pace *pace, size_t length);

/** The rate at this time from the start. */
int64_t ramp_rate(const struct ramp *ramp, int64_t elapsed_ns);

/** Bits that a frame counts for. */
static inline uint64_t pace_bits(size_t length)
{
    return 8 * (uint64_t)(length + 4);
}

#endif
