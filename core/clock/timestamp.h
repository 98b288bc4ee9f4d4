/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The time of day that one Type III copy states by itself, where it does. What needs more than one
 * copy (free-running counters, markers) is not here.
 */
#ifndef CORE_CLOCK_TIMESTAMP_H
#define CORE_CLOCK_TIMESTAMP_H

#include "core/wire/erspan.h"

enum timestamp_method {
    TIMESTAMP_RELATIVE,         /* the copy alone does not say */
    TIMESTAMP_1588,             /* Gra 2, with the seconds in sub-header 5 or 6 */
    TIMESTAMP_1588_NANOSECONDS, /* Gra 2 without them: the second nearest to the arrival */
    TIMESTAMP_UNIX_NS,          /* 64 bits under Gra 3 (quirk Q10, Unix nanoseconds) */
    TIMESTAMP_UNIX_100US        /* modulo 2^32 (quirk Q11, Unix 100 µs) */
};

/** True if the sub-header extends the timestamp to 64 bits. */
bool timestamp_has_64(const struct erspan_header *header);

/** True if the sub-header has the seconds of IEEE 1588, and is under its granularity. */
bool timestamp_has_seconds(const struct erspan_header *header);

/** The 64-bit time in the source's own ticks; only with timestamp_has_64(). */
uint64_t timestamp_64(const struct erspan_header *header);

/**
 * @param arrival_ns  when the copy was captured, Unix nanoseconds. A time that is more than a day
 *                    (64 bits) or a minute (100 us) away from it belongs to another kind of
 *                    counter.
 * @param time_ns     set to Unix nanoseconds unless TIMESTAMP_RELATIVE is returned; with
 *                    TIMESTAMP_1588 as stated, be it UTC or TAI (core/clock/timescale.h).
 */
enum timestamp_method timestamp_absolute(const struct erspan_header *header, int64_t arrival_ns,
                                         int64_t *time_ns);

#endif
