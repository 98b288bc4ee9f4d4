/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-sighting.h"

#include <glib.h>

#include "core/base/hash.h"

/* Copies of one source, Hw ID and kind of timestamp have one clock (core/clock/clock.h). */
static uint64_t clock_of(const struct copy *copy, const struct clock_time *time)
{
    uint64_t kind = (uint64_t)copy->header.hardware_id << 8 | (uint64_t)time->method;
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
    if (!has_own_time(finding))
        return;
    sighting->clock = clock_of(copy, &finding->time);
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

/* Of one clock: its counts say it to the tick. Where they count something else than ticks modulo
 * 2^32, the clock's times do. */
static struct path_delay one_clock(const struct path_sighting *a, const struct path_sighting *b)
{
    int64_t by_time_ns = difference(b->time_ns, a->time_ns);
    int32_t ticks = (int32_t)(b->timestamp - a->timestamp);
    int64_t by_ticks_ns =
        (int64_t)((__int128)ticks * (int64_t)MIN(a->tick_ps, PS_PER_SECOND) / PS_PER_NS);
    const int64_t tick_ns = (int64_t)(a->tick_ps / (uint64_t)PS_PER_NS) + 1;
    struct path_delay delay = {PATH_ONE_CLOCK, by_time_ns, a->tick_ps + (uint64_t)PS_PER_NS};
    int64_t apart = difference(by_ticks_ns, by_time_ns);
    if (a->tick_ps != 0 && a->tick_ps == b->tick_ps && apart >= -2 * tick_ns &&
        apart <= 2 * tick_ns)
        delay.ns = by_ticks_ns;
    return delay;
}

struct path_delay path_sighting_delay(const struct path_sighting *a, const struct path_sighting *b)
{
    if (a->clock != 0 && a->clock == b->clock)
        return one_clock(a, b);
    if (a->clock != 0 && b->clock != 0 && a->absolute && b->absolute)
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
    const struct path_delay delay = path_sighting_delay(a, b);
    *order = delay.basis == PATH_ONE_CLOCK ? PATH_BY_TIME : PATH_BY_ARRIVAL;
    if (delay.basis == PATH_ONE_CLOCK && delay.ns != 0)
        return delay.ns > 0 ? 1 : -1;
    *order = PATH_BY_ARRIVAL;
    return b->arrival_ns > a->arrival_ns ? 1 : b->arrival_ns < a->arrival_ns ? -1 : 0;
}
