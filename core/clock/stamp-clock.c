/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/clock/stamp-clock.h"

#include "core/base/time-units.h"
#include "core/clock/timescale.h"

enum { TICK_PS = 1000, DAY_S = 86400 };

/* Captures with other arrivals have no time of day, or no arithmetic on it. */
#define ARRIVAL_LEAST_S DAY_S
#define ARRIVAL_MOST_S  (INT64_C(1) << 33)

/* All seconds, as the stamp counts them. */
static int64_t whole_seconds(const struct frame_stamp *stamp, int64_t arrival_s)
{
    if (stamp->seconds_bits != 16)
        return stamp->seconds;
    int64_t ahead_s = stamp->tai ? timescale_tai_ahead_s(arrival_s) : 0;
    int64_t about_s = arrival_s + ahead_s;
    return about_s + (int16_t)(uint16_t)(stamp->seconds - (uint64_t)about_s);
}

struct clock_time stamp_clock_time(const struct frame_stamp *stamp, int64_t arrival_ns)
{
    static const struct timescale_reference none;
    struct clock_time time = {.method = CLOCK_UNKNOWN};
    int64_t arrival_s = arrival_ns / NS_PER_SECOND;
    if (stamp->seconds_bits == 0 || stamp->nanoseconds >= NS_PER_SECOND ||
        arrival_s < ARRIVAL_LEAST_S || arrival_s > ARRIVAL_MOST_S)
        return time;
    int64_t stated_s = whole_seconds(stamp, arrival_s);
    if (stated_s < arrival_s - DAY_S || stated_s > arrival_s + DAY_S)
        return time;
    int64_t stated_ns = stated_s * NS_PER_SECOND + stamp->nanoseconds;
    struct timescale scale = timescale_of(stated_ns, arrival_ns, &none);
    int64_t by_word_s = stamp->tai ? timescale_tai_ahead_s(stated_s) : 0;
    int64_t ahead_s = scale.known ? scale.ahead_s : by_word_s;
    return (struct clock_time){
        .method = CLOCK_STAMP,
        .absolute = true,
        .time_ns = stated_ns - ahead_s * NS_PER_SECOND,
        .tick_ps = TICK_PS,
    };
}
