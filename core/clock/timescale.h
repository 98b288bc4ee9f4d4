/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Decides whether the seconds that a source sends are UTC or TAI. PTP (IEEE 1588-2019, section 7.2)
 * counts TAI, which has no leap seconds: it has been 37 s ahead of UTC since 2017 (quirk Q31, TAI
 * seconds). The copies do not say which. The arrival time decides: a copy arrives shortly after its
 * frame.
 *
 * Limits. A collector whose clock is 32 to 42 s slow takes a source in UTC for one in TAI, unless
 * the source sends marker packets, from which the collector's error is known. Where neither reading
 * is within TIMESCALE_NEAR_S of the arrival, nothing is known, and the seconds are taken as stated.
 */
#ifndef CORE_CLOCK_TIMESCALE_H
#define CORE_CLOCK_TIMESCALE_H

#include <stdbool.h>
#include <stdint.h>

enum { TIMESCALE_NEAR_S = 5 };

struct timescale {
    bool known;
    uint8_t ahead_s; /* seconds by which the scale is ahead of UTC; 0: it is UTC */
};

/** What is known beside the copy. All zero: nothing. */
struct timescale_reference {
    int64_t collector_ahead_ns; /* the collector's clock, of UTC */
    uint8_t tai_ahead_s;        /* TAI, of UTC; 0: as published */
};

/**
 * @param stated_ns   what the source states, as if it were Unix time.
 * @param arrival_ns of the copy, by the collector's clock. Any value is allowed for both.
 */
struct timescale timescale_of(int64_t stated_ns, int64_t arrival_ns,
                              const struct timescale_reference *reference);

/** How far TAI was ahead of UTC then, as published. */
int64_t timescale_tai_ahead_s(int64_t utc_s);

#endif
