/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/clock.h"

static const uint64_t ns_per_second = 1000000000;

static int64_t declared_tick_ps(uint8_t granularity)
{
    switch (granularity) {
    case ERSPAN_GRA_100_US:
        return 100000000;
    case ERSPAN_GRA_100_NS:
        return 100000;
    default:
        return 1000;
    }
}

uint64_t clock_ticks(int64_t elapsed_ns, int64_t tick_ps)
{
    if (tick_ps <= 0)
        return 0;
    return (uint64_t)((__int128)elapsed_ns * 1000 / tick_ps);
}

void clock_stamp(const struct clock_plan *clock, int64_t start_ns, int64_t now_ns,
                 struct erspan_header *header)
{
    int64_t since_ns = clock->unix_time ? now_ns : now_ns - start_ns;
    uint64_t first = clock->unix_time ? 0 : clock->start;
    int64_t tick_ps =
        clock->tick_ps == AUTO ? declared_tick_ps(header->granularity) : clock->tick_ps;
    uint64_t time = first + clock_ticks(since_ns, tick_ps);
    bool seconds_apart = subheader_has_seconds(&header->subheader);
    if (header->granularity == ERSPAN_GRA_1588) {
        header->subheader.time = clock->seconds;
        if (seconds_apart)
            header->subheader.time += (uint32_t)(time / ns_per_second);
        time %= ns_per_second;
    } else if (seconds_apart) {
        header->subheader.time = clock->seconds + (uint32_t)((uint64_t)since_ns / ns_per_second);
    }
    header->timestamp = (uint32_t)time;
    if (subheader_has_upper_time(&header->subheader))
        header->subheader.time = (uint32_t)(time >> 32);
}
