/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Delays by two clocks that know nothing of each other. No frame arrives before it is sent: so the
 * fastest frame from A to B bounds the offset of B's clock from A's from above, and the fastest one
 * from B to A bounds it from below (as in RFC 5905, section 8, for NTP). In between it may be
 * anything: a delay is known to half of what the fastest frame takes there and back.
 *
 * Between frames the clocks drift apart, by PATH_DRIFT_PPM at most: a clock of Ethernet is right to
 * 100 ppm (IEEE 802.3, 22.2.2.1 and its like). Each bound widens by that until a frame narrows it.
 */
#ifndef CORE_PATHS_PATH_OFFSET_H
#define CORE_PATHS_PATH_OFFSET_H

#include "core/paths/path-sighting.h"

enum { PATH_DRIFT_PPM = 200 };

/**
 * Takes a frame that went from @p from to @p to, and tells how long it took.
 *
 * @param there  of the frames that go this way.
 * @param back  of those that go the other way; NULL: there are none.
 * @param delay  of basis PATH_FREE_CLOCKS; untouched if the result is false.
 * @return false if the two have no clocks of their own, or nothing came back.
 */
bool path_offset_take(struct path_offset *there, struct path_offset *back,
                      const struct path_sighting *from, const struct path_sighting *to,
                      struct path_delay *delay);

/** The same of a frame that has not come to its end: what it says of the offset is not taken. */
bool path_offset_ask(const struct path_offset *there, const struct path_offset *back,
                     const struct path_sighting *from, const struct path_sighting *to,
                     struct path_delay *delay);

#endif
