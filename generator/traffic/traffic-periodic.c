/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One frame of an inner kind after the other, evenly: hellos of routers and bridges, voice, log
 * messages; whatever several sessions may mirror.
 */
#include "core/base/time-units.h"
#include "core/wire/protocol.h"
#include "generator/traffic/inner-frames.h"
#include "generator/traffic/inner-kinds.h"
#include "generator/traffic/traffic-kinds.h"

enum { ROOM_LENGTH = 1 << 16 };

struct periodic {
    const struct traffic_plan *plan;
    struct inner_frames *frames;
    uint64_t number;
    uint8_t room[ROOM_LENGTH];
};

static void *begin(const struct traffic_plan *plan, GError **error)
{
    struct periodic *periodic = g_new0(struct periodic, 1);
    (void)error;
    periodic->plan = plan;
    periodic->frames = inner_frames_new(&plan->inner);
    return periodic;
}

static void end(void *state)
{
    struct periodic *periodic = state;
    inner_frames_free(periodic->frames);
    g_free(periodic);
}

/* Routers speak from addresses that they share: what no client sends is the server's. */
static bool is_reverse(struct bytes frame)
{
    static const uint8_t client_start[] = {0x02, 0x0a};
    return bytes_has(frame, 0, ETHERNET_AT_TYPE) &&
           !bytes_equal(frame, ETHERNET_AT_SOURCE, client_start, sizeof client_start);
}

static bool next(void *state, struct source_frame *frame, GError **error)
{
    struct periodic *periodic = state;
    struct buffer out = {periodic->room, sizeof periodic->room, 0, false};
    (void)error;
    inner_frames_write(periodic->frames, periodic->number, &out);
    frame->time_ps = (int64_t)periodic->number * periodic->plan->every_ns * PS_PER_NS;
    frame->bytes = (struct bytes){out.data, out.len};
    frame->reverse = is_reverse(frame->bytes);
    periodic->number++;
    return true;
}

static size_t longest(const struct traffic_plan *plan)
{
    return MAX(inner_longest(&plan->inner), (size_t)ETHERNET_MIN_LENGTH);
}

static const char *check(const struct traffic_plan *plan)
{
    return inner_check(&plan->inner);
}

const struct traffic_source traffic_periodic = {
    .keys =
        TRAFFIC_KEYS(ADDRESS_KEYS, TUNNEL_KEYS, "inner", "inner-size", "inner-checksum", "every"),
    .begin = begin,
    .next = next,
    .end = end,
    .longest = longest,
    .check = check,
};
