/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-sighting.h"

#include <glib.h>

#include "core/base/hash.h"

/* Copies of one source, Hw ID and granularity have one clock (core/clock/clock.h). */
static uint64_t clock_of(const struct copy *copy)
{
    uint64_t kind = (uint64_t)copy->header.hardware_id << 8 | (uint64_t)copy->header.granularity;
    return address_mix(hash_word(1, kind), &copy->session->key.source) | 1;
}

/* A tag in the mirrored frame is the same at all points: it says nothing of this one. */
static bool has_own_time(const struct analysis_finding *finding)
{
    return finding->has_time && finding->time.method != CLOCK_STAMP &&
           finding->time.method != CLOCK_UNKNOWN;
}

static bool is_late(const struct analysis_finding *finding)
{
    enum sequence_kind kind =
        finding->has_sequence ? finding->domain.finding[finding->domain.kind].kind : SEQUENCE_NEXT;
    return kind == SEQUENCE_LATE || kind == SEQUENCE_PENDING || kind == SEQUENCE_RESTART;
}

void path_sighting_fill(struct path_sighting *sighting, const struct analysis_place *place,
                        const struct copy *copy, const struct analysis_finding *finding)
{
    *sighting = (struct path_sighting){
        .frame = place->frame,
        .arrival_ns = place->arrival_ns,
        .timestamp = copy->header.timestamp,
        .ambiguous = finding->content.repeated,
        .late = is_late(finding),
        .length = (uint32_t)MIN(copy->mirrored_length, UINT32_MAX),
    };
    sighting->method = CLOCK_UNKNOWN;
    if (copy->header.type != ERSPAN_TYPE_III)
        return;
    sighting->clock = clock_of(copy);
    if (!has_own_time(finding))
        return;
    sighting->method = finding->time.method;
    sighting->time_ns = finding->time.time_ns;
    sighting->tick_ps = finding->time.tick_ps;
    sighting->absolute = finding->time.absolute;
}

static int64_t difference(int64_t later, int64_t earlier)
{
    return (int64_t)((uint64_t)later - (uint64_t)earlier);
}

int64_t path_sighting_spread(const struct path_sighting *a, const struct path_sighting *b)
{
    return difference(b->arrival_ns, a->arrival_ns);
}

static bool share_times(const struct path_sighting *a, const struct path_sighting *b)
{
    return a->clock != 0 && a->clock == b->clock && a->method != CLOCK_UNKNOWN &&
           a->method == b->method && a->absolute == b->absolute;
}

static int64_t by_ticks_ns(const struct path_sighting *a, const struct path_sighting *b,
                           uint64_t tick_ps)
{
    int32_t ticks = (int32_t)(b->timestamp - a->timestamp);
    return (int64_t)((__int128)ticks * (int64_t)MIN(tick_ps, (uint64_t)PS_PER_SECOND) / PS_PER_NS);
}

uint64_t path_sighting_tick(const struct path_sighting *a, const struct path_sighting *b)
{
    const int64_t tick_ns = (int64_t)(a->tick_ps / (uint64_t)PS_PER_NS) + 1;
    if (!share_times(a, b) || a->tick_ps == 0 || a->tick_ps != b->tick_ps)
        return 0;
    int64_t apart = difference(by_ticks_ns(a, b, a->tick_ps), difference(b->time_ns, a->time_ns));
    return apart >= -2 * tick_ns && apart <= 2 * tick_ns ? a->tick_ps : 0;
}

/* Of one clock: its counts say it to the tick. Where they count something else than ticks modulo
 * 2^32, the clock's times do. */
struct path_delay path_sighting_delay(const struct path_sighting *a, const struct path_sighting *b,
                                      uint64_t tick_ps)
{
    uint64_t tick_here_ps = path_sighting_tick(a, b);
    bool before_times = a->method == CLOCK_UNKNOWN || b->method == CLOCK_UNKNOWN;
    if (tick_here_ps == 0 && before_times && a->clock != 0 && a->clock == b->clock)
        tick_here_ps = tick_ps;
    if (tick_here_ps != 0)
        return (struct path_delay){PATH_ONE_CLOCK, by_ticks_ns(a, b, tick_here_ps),
                                   tick_here_ps + (uint64_t)PS_PER_NS};
    if (share_times(a, b))
        return (struct path_delay){PATH_ONE_CLOCK, difference(b->time_ns, a->time_ns),
                                   a->tick_ps + (uint64_t)PS_PER_NS};
    if (a->method != CLOCK_UNKNOWN && b->method != CLOCK_UNKNOWN && a->absolute && b->absolute)
        return (struct path_delay){PATH_TIME_OF_DAY, difference(b->time_ns, a->time_ns),
                                   a->tick_ps + b->tick_ps};
    return (struct path_delay){PATH_ARRIVAL, path_sighting_spread(a, b), 0};
}

int path_sighting_compare(const struct path_sighting *a, const struct path_sighting *b,
                          enum path_order *order)
{
    *order = PATH_BY_TTL;
    if (a->traits.ttl != b->traits.ttl)
        return (int)a->traits.ttl - (int)b->traits.ttl;
    const struct path_delay delay = path_sighting_delay(a, b, 0);
    *order = delay.basis == PATH_ONE_CLOCK ? PATH_BY_TIME : PATH_BY_ARRIVAL;
    if (delay.basis == PATH_ONE_CLOCK && delay.ns != 0)
        return delay.ns > 0 ? 1 : -1;
    *order = PATH_BY_ARRIVAL;
    return b->arrival_ns > a->arrival_ns ? 1 : b->arrival_ns < a->arrival_ns ? -1 : 0;
}
