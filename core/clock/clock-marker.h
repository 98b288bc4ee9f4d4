/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The clock of one engine of a switch as its marker packets tell it: counts of an ASIC clock beside
 * the time of day.
 */
#ifndef CORE_CLOCK_CLOCK_MARKER_H
#define CORE_CLOCK_CLOCK_MARKER_H

#include "core/clock/clock-model.h"
#include "core/wire/marker.h"

/**
 * Maximum number of corrections. The tolerated deviation grows with their number, so the limit is
 * not reached early.
 */
enum { CLOCK_MARKERS_MAX = 8192 };

struct marker_point {
    int64_t asic; /* extended beyond its 48 bits */
    int64_t utc_ns;
};

/** All zero but for the ssid to begin with. */
struct marker_clock {
    uint8_t ssid;
    bool heard;
    int64_t tick_as;      /* 0: not known */
    int64_t last_tick_as; /* between the last two markers; 0: not known */
    struct marker_point last;
    struct marker_point begin; /* of the line that the last ones are on */
    struct clock_history mappings;
};

/** True if the marker ties a count to the time of day: an ASIC time of 0 does not. */
bool marker_clock_can_use(const struct marker *marker);

/** The time of day that the marker states. */
int64_t marker_clock_utc_ns(const struct marker *marker);

/**
 * A marker that marker_clock_can_use() came. A new mapping is made only if the present one deviates
 * by more than 1 us, the resolution of a marker (twice that with each 1024 corrections made), or so
 * far from the arrivals that wraps of 32 bits might soon be miscounted. Then the tick is measured
 * again, over about a minute, unless the clock or the time of day jumped.
 *
 * Granularity 4 is 0.1 ns. What others mean is not published: the first three markers measure it.
 *
 * @param room  see clock_history_add().
 */
void marker_clock_take(struct marker_clock *clock, const struct marker *marker, int64_t arrival_ns,
                       uint64_t frame, size_t *room);

#endif
