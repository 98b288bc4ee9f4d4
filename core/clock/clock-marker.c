/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/clock/clock-marker.h"

#include "core/base/time-units.h"

#define LET_PASS_NS        INT64_C(1000)
#define GRANULARITY_100_PS 4
#define ASIC_UNUSED_BITS   16

enum { LET_PASS_TWICE_AFTER = 1024 };

bool marker_clock_can_use(const struct marker *marker)
{
    return marker->asic_time != 0 && marker_is_plausible(marker);
}

int64_t marker_clock_utc_ns(const struct marker *marker)
{
    return marker_utc_seconds(marker) * NS_PER_SECOND + marker->microseconds * NS_PER_US;
}

/* The frequency of an oscillator changes with temperature. It is measured over about the last
 * minute, which resolves 1/64 ppm. */
#define MEASURE_NS (64 * NS_PER_SECOND)

/* A 48-bit counter of 0.1 ns wraps every 7.8 hours. Extends the count to the value nearest to
 * the last marker's. */
static struct marker_point point_of(const struct marker_clock *clock, const struct marker *marker)
{
    uint64_t last = (uint64_t)clock->last.asic;
    uint64_t ahead = (marker->asic_time - last) << ASIC_UNUSED_BITS;
    return (struct marker_point){
        .asic = (int64_t)(last + (uint64_t)((int64_t)ahead >> ASIC_UNUSED_BITS)),
        .utc_ns = marker_clock_utc_ns(marker),
    };
}

/* The tick that two markers measure; 0 if they cannot. */
static int64_t tick_between(const struct marker_point *a, const struct marker_point *b)
{
    int128 ticks = (int128)b->asic - a->asic;
    int128 ns = (int128)b->utc_ns - a->utc_ns;
    if (ticks <= 0 || ns <= 0)
        return 0;
    int128 tick_as = ns * RATE_AS_PER_NS / ticks;
    return rate_can_be((double)tick_as) ? (int64_t)tick_as : 0;
}

/* The first tick: as declared, or once two pairs of markers in a row agree on it. */
static int64_t first_tick(struct marker_clock *clock, uint8_t granularity,
                          const struct marker_point *point)
{
    if (granularity == GRANULARITY_100_PS)
        return 100 * RATE_AS_PER_PS;
    int64_t before_as = clock->last_tick_as;
    clock->last_tick_as = clock->heard ? tick_between(&clock->last, point) : 0;
    if (before_as == 0 || !rate_same_tick(clock->last_tick_as, before_as, RATE_KNOWN_WITHIN))
        return 0;
    return rate_snap(clock->last_tick_as);
}

/* The tick measured over the last minute; the old tick if the clock jumped. */
static int64_t corrected_tick(struct marker_clock *clock, const struct marker_point *point)
{
    int64_t lately_as = tick_between(&clock->last, point);
    if (rate_same_tick(lately_as, clock->tick_as, RATE_DRIFT_WITHIN)) {
        int64_t tick_as = tick_between(&clock->begin, point);
        if (rate_same_tick(tick_as, clock->tick_as, RATE_DRIFT_WITHIN)) {
            if (point->utc_ns - clock->begin.utc_ns >= MEASURE_NS)
                clock->begin = *point;
            return tick_as;
        }
    }
    clock->begin = *point;
    return clock->tick_as;
}

static bool beyond(int128 difference, int64_t limit)
{
    return difference > limit || difference < -(int128)limit;
}

static bool is_off(const struct marker_clock *clock, const struct marker_point *point,
                   int64_t arrival_ns)
{
    const struct clock_model *mapping = clock_history_last(&clock->mappings);
    size_t corrections = clock_history_count(&clock->mappings);
    int64_t let_pass_ns = LET_PASS_NS << corrections / LET_PASS_TWICE_AFTER;
    int128 since_ns = rate_ns(mapping->rate.tick_as, (int128)point->asic - (int64_t)mapping->ticks);
    return beyond((int128)point->utc_ns - mapping->time_ns - since_ns, let_pass_ns) ||
           beyond((int128)arrival_ns - mapping->arrival_ns - since_ns,
                  rate_slack_ns(mapping->rate));
}

static void map(struct marker_clock *clock, const struct marker_point *point, int64_t arrival_ns,
                uint64_t frame, size_t *room)
{
    const struct clock_model mapping = {
        .frame = frame,
        .method = CLOCK_MARKER,
        .rate = {COUNTER_32_BITS, clock->tick_as},
        .pace_as = clock->tick_as,
        .arrival_ns = arrival_ns,
        .ticks = (uint64_t)point->asic,
        .time_ns = point->utc_ns,
    };
    if (clock_history_has_room(&clock->mappings, CLOCK_MARKERS_MAX, *room))
        clock_history_add(&clock->mappings, &mapping, room);
}

void marker_clock_take(struct marker_clock *clock, const struct marker *marker, int64_t arrival_ns,
                       uint64_t frame, size_t *room)
{
    struct marker_point point = point_of(clock, marker);
    if (clock->tick_as == 0) {
        clock->tick_as = first_tick(clock, marker->granularity, &point);
        if (clock->tick_as != 0) {
            clock->begin = point;
            map(clock, &point, arrival_ns, frame, room);
        }
    } else if (is_off(clock, &point, arrival_ns)) {
        clock->tick_as = corrected_tick(clock, &point);
        map(clock, &point, arrival_ns, frame, room);
    }
    clock->last = point;
    clock->heard = true;
}
