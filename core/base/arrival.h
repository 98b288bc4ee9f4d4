/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * When a frame arrived, as its capture says.
 */
#ifndef CORE_BASE_ARRIVAL_H
#define CORE_BASE_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/time-units.h"

/* Far enough from the end of the type that no sum of two overflows; the year 2116. */
#define ARRIVAL_MAX (INT64_MAX / 2)

/**
 * Unix time in nanoseconds.
 *
 * @param fraction_ns  some captures let it exceed a second.
 * @param time_ns      set to the time, or to 0 where there is none.
 * @return false if the time lies before 1970 or after ARRIVAL_MAX.
 */
static inline bool arrival_time(int64_t seconds, int64_t fraction_ns, int64_t *time_ns)
{
    bool known = seconds >= 0 && seconds < ARRIVAL_MAX / NS_PER_SECOND && fraction_ns >= 0 &&
                 fraction_ns <= ARRIVAL_MAX;
    *time_ns = known ? seconds * NS_PER_SECOND + fraction_ns : 0;
    return known;
}

#endif
