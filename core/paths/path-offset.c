/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-offset.h"

#include <glib.h>

enum { PPM = 1000000 };

/* So much apart no frames are: a bound that is wider bounds nothing. */
#define WIDTH_MAX_NS (100 * NS_PER_SECOND)

/* Differences of such times do not overflow, nor do these with their drift. */
static bool is_in_range(int64_t time_ns)
{
    return time_ns > -TIME_END_NS && time_ns < TIME_END_NS;
}

/* Times of one clock each; neither tells the time of day to the other. */
static bool have_own_clocks(const struct path_sighting *a, const struct path_sighting *b)
{
    return a->clock != 0 && b->clock != 0 && a->clock != b->clock && a->method != CLOCK_UNKNOWN &&
           b->method != CLOCK_UNKNOWN && a->tick_ps != 0 && b->tick_ps != 0 &&
           is_in_range(a->time_ns) && is_in_range(b->time_ns);
}

/* The pair of clocks, whichever comes first. */
static uint64_t clocks_of(const struct path_sighting *a, const struct path_sighting *b)
{
    uint64_t methods = (uint64_t)a->method + (uint64_t)b->method * CLOCK_METHODS;
    uint64_t swapped = (uint64_t)b->method + (uint64_t)a->method * CLOCK_METHODS;
    return (a->clock ^ b->clock) + MIN(methods, swapped);
}

/* The age of a bound is told by the same clock of both, for both ways. */
static int64_t time_of(const struct path_sighting *a, const struct path_sighting *b)
{
    return a->clock < b->clock ? a->time_ns : b->time_ns;
}

static int64_t bound_at(const struct path_offset *offset, int64_t time_ns)
{
    int64_t age_ns = time_ns > offset->at_ns ? time_ns - offset->at_ns : offset->at_ns - time_ns;
    return offset->least_ns + age_ns / PPM * PATH_DRIFT_PPM + age_ns % PPM * PATH_DRIFT_PPM / PPM;
}

static bool is_of(const struct path_offset *offset, uint64_t clocks)
{
    return offset != NULL && offset->clocks == clocks;
}

/* How far the highest offset is above the lowest; below 0: they contradict each other. */
static __int128 width_at(const struct path_offset *there, const struct path_offset *back,
                         int64_t time_ns)
{
    return (__int128)bound_at(there, time_ns) + bound_at(back, time_ns);
}

static int64_t ticks_ns(const struct path_sighting *from, const struct path_sighting *to)
{
    return (int64_t)((from->tick_ps + to->tick_ps) / (uint64_t)PS_PER_NS) + 1;
}

bool path_offset_ask(const struct path_offset *there, const struct path_offset *back,
                     const struct path_sighting *from, const struct path_sighting *to,
                     struct path_delay *delay)
{
    if (!have_own_clocks(from, to))
        return false;
    uint64_t clocks = clocks_of(from, to);
    if (!is_of(there, clocks) || !is_of(back, clocks))
        return false;
    int64_t now_ns = time_of(from, to);
    __int128 wide_ns = width_at(there, back, now_ns);
    if (wide_ns > WIDTH_MAX_NS || (from->tick_ps | to->tick_ps) > (uint64_t)PS_PER_SECOND)
        return false;
    int64_t width_ns = MAX((int64_t)wide_ns, 0);
    __int128 took_ns = (__int128)to->time_ns - from->time_ns + bound_at(back, now_ns);
    if (took_ns > WIDTH_MAX_NS || took_ns < -WIDTH_MAX_NS)
        return false;
    /* Each time is a tick too early at most: that moves each bound, and the delay itself. */
    uint64_t uncertainty_ns = (uint64_t)(width_ns / 2 + 1) + (uint64_t)ticks_ns(from, to) * 3 / 2;
    *delay = (struct path_delay){
        .basis = PATH_FREE_CLOCKS,
        .ns = (int64_t)took_ns - width_ns / 2,
        .uncertainty_ps = uncertainty_ns * (uint64_t)PS_PER_NS,
    };
    return true;
}

bool path_offset_take(struct path_offset *there, struct path_offset *back,
                      const struct path_sighting *from, const struct path_sighting *to,
                      struct path_delay *delay)
{
    if (!have_own_clocks(from, to))
        return false;
    uint64_t clocks = clocks_of(from, to);
    int64_t now_ns = time_of(from, to);
    const struct path_offset here = {clocks, to->time_ns - from->time_ns, now_ns};
    if (!is_of(there, clocks) || here.least_ns <= bound_at(there, now_ns))
        *there = here;
    if (is_of(back, clocks) && width_at(there, back, now_ns) < -ticks_ns(from, to)) {
        *there = here; /* a clock has jumped, or the points stand in the other order */
        *back = (struct path_offset){0};
    }
    return path_offset_ask(there, back, from, to, delay);
}
