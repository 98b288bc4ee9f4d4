/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/encapsulate/source-clock.h"

#include "core/base/time-units.h"

static int64_t declared_tick_ps(uint8_t granularity)
{
    switch (granularity) {
    case ERSPAN_GRA_100_US:
        return 100 * PS_PER_US;
    case ERSPAN_GRA_100_NS:
        return 100 * PS_PER_NS;
    default:
        return PS_PER_NS;
    }
}

/* What a clock shows that was right @p running_ns ago, and drifts since. */
static __int128 shown_ps(int64_t since_ns, int64_t running_ns, int64_t drift_ppb)
{
    __int128 gained_ps = drift_ppb == 0 ? 0 : (__int128)running_ns * drift_ppb / 1000000;
    return (__int128)since_ns * PS_PER_NS + gained_ps;
}

static uint64_t ticks_in(__int128 ps, int64_t tick_ps)
{
    return tick_ps <= 0 ? 0 : (uint64_t)(ps / tick_ps);
}

uint64_t clock_ticks(int64_t elapsed_ns, int64_t tick_ps, int64_t drift_ppb)
{
    return ticks_in(shown_ps(elapsed_ns, elapsed_ns, drift_ppb), tick_ps);
}

int64_t clock_tick_ps(const struct clock_plan *clock, uint8_t granularity)
{
    return clock->tick_ps == AUTO ? declared_tick_ps(granularity) : clock->tick_ps;
}

uint64_t clock_first(const struct clock_plan *clock)
{
    return clock->unix_time ? 0 : clock->start;
}

void clock_stamp(const struct clock_plan *clock, int64_t start_ns, int64_t now_ns,
                 struct erspan_header *header)
{
    int64_t since_ns = clock->unix_time ? now_ns : now_ns - start_ns;
    __int128 shown = shown_ps(since_ns, now_ns - start_ns, clock->drift_ppb);
    uint64_t time = clock_first(clock) + ticks_in(shown, clock_tick_ps(clock, header->granularity));
    bool seconds_apart = subheader_has_seconds(&header->subheader);
    if (header->granularity == ERSPAN_GRA_1588) {
        header->subheader.time = clock->seconds;
        if (seconds_apart)
            header->subheader.time += (uint32_t)(time / NS_PER_SECOND);
        time %= NS_PER_SECOND;
    } else if (seconds_apart) {
        header->subheader.time = clock->seconds + (uint32_t)(shown / PS_PER_SECOND);
    }
    header->timestamp = (uint32_t)time;
    if (subheader_has_upper_time(&header->subheader))
        header->subheader.time = (uint32_t)(time >> 32);
}
