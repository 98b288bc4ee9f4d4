/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The source time that a tag in the mirrored frame states (quirk Q29, vendor tag): of copies whose
 * header has none.
 */
#ifndef CORE_CLOCK_STAMP_CLOCK_H
#define CORE_CLOCK_STAMP_CLOCK_H

#include "core/clock/clock.h"
#include "core/wire/frame-tag.h"

/**
 * The time in UTC. Whether the stamp counts UTC or TAI the arrival tells, as for seconds of IEEE
 * 1588 (core/clock/timescale.h); where it does not, the stamp's own word counts. Of 16 bits of
 * seconds the others are the arrival's.
 *
 * @param arrival_ns  of the copy, Unix time.
 * @return method CLOCK_STAMP; CLOCK_UNKNOWN without a stamp, with a billion nanoseconds or more, or
 *         where the time is more than a day from the arrival, or the arrival is
 *         outside 1970-01-02 to 2242-03-16.
 */
struct clock_time stamp_clock_time(const struct frame_stamp *stamp, int64_t arrival_ns);

#endif
