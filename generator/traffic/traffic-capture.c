/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture replayed: with its own times, or at a rate; once or several times over. The host that
 * sends its first frame is taken for the client.
 */
#include <string.h>

#include "common/capture-reader.h"
#include "common/errors.h"
#include "core/wire/link.h"
#include "core/wire/protocol.h"
#include "generator/traffic/traffic-kinds.h"

static const int64_t longest_ns = 30 * SECONDS_PER_DAY * NS_PER_SECOND;

struct capture_replay {
    const struct traffic_plan *plan;
    struct capture_reader *reader;
    uint64_t loop;    /* which it is, the first is 0 */
    uint64_t frames;  /* of this loop so far */
    int64_t first_ns; /* time of its first frame in the file */
    int64_t last_ps;  /* of the last frame made */
    int64_t loop_ps;  /* when this loop began */
    struct line_pace rate;
    struct mac client;
};

static gboolean open_file(struct capture_replay *replay, GError **error)
{
    replay->frames = 0;
    replay->reader = capture_reader_open(replay->plan->file, error);
    return replay->reader != NULL;
}

static void close_file(struct capture_replay *replay)
{
    if (replay->reader != NULL)
        capture_reader_close(replay->reader);
}

static void end(void *state)
{
    struct capture_replay *replay = state;
    close_file(replay);
    g_free(replay);
}

static void *begin(const struct traffic_plan *plan, GError **error)
{
    struct capture_replay *replay = g_new0(struct capture_replay, 1);
    replay->plan = plan;
    replay->rate.per_second = plan->rate.per_second;
    if (open_file(replay, error))
        return replay;
    end(replay);
    return NULL;
}

/* The next loop begins a mean gap after the last frame of this. False: there is none. */
static bool begin_loop(struct capture_replay *replay, GError **error)
{
    if (replay->frames == 0 || ++replay->loop == replay->plan->loops)
        return false;
    uint64_t gaps = MAX(replay->frames - 1, 1);
    if (replay->plan->rate.per_second == AUTO)
        replay->loop_ps = replay->last_ps + (replay->last_ps - replay->loop_ps) / (int64_t)gaps;
    close_file(replay);
    return open_file(replay, error);
}

/* When the frame passes, by its own time: never before one that stands before it. */
static bool own_time(struct capture_replay *replay, const struct captured_frame *captured,
                     int64_t *time_ps, GError **error)
{
    if (replay->frames == 0)
        replay->first_ns = captured->time_ns;
    int64_t since_ns = MAX(captured->time_ns - replay->first_ns, 0);
    if (since_ns > longest_ns)
        return fail(error, STATUS_FAILED, "%s: lasts longer than 30 days: see rate",
                    capture_reader_name(replay->reader));
    *time_ps = MAX(replay->loop_ps + since_ns * PS_PER_NS, replay->last_ps);
    return true;
}

static bool paced_time(struct capture_replay *replay, const struct captured_frame *captured,
                       int64_t *time_ps)
{
    bool frames = replay->plan->rate.frames;
    *time_ps = replay->loop_ps;
    replay->loop_ps += line_pace_lasts(
        &replay->rate, frames ? 1 : 8 * ((uint64_t)captured->bytes.len + FCS_LENGTH));
    return true;
}

/* The next frame, of the next loop if this one is over. */
static bool read_frame(struct capture_replay *replay, struct captured_frame *captured,
                       GError **error)
{
    GError *wrong = NULL;
    while (!capture_reader_next_timed(replay->reader, captured, &wrong)) {
        if (wrong != NULL) {
            g_propagate_error(error, wrong);
            return false;
        }
        if (!begin_loop(replay, error))
            return false;
    }
    if (captured->link != LINK_ETHERNET)
        return fail(error, STATUS_FAILED,
                    "%s: frame %" G_GUINT64_FORMAT ": its link type must be Ethernet",
                    capture_reader_name(replay->reader), captured->number);
    captured_frame_drop_fcs(captured);
    return true;
}

static bool next(void *state, struct source_frame *frame, GError **error)
{
    struct capture_replay *replay = state;
    struct captured_frame captured;
    if (!read_frame(replay, &captured, error) ||
        !(replay->plan->rate.per_second == AUTO
              ? own_time(replay, &captured, &frame->time_ps, error)
              : paced_time(replay, &captured, &frame->time_ps)))
        return false;
    frame->bytes = captured.bytes;
    if (replay->frames++ == 0 && replay->loop == 0)
        bytes_copy(frame->bytes, ETHERNET_AT_SOURCE, replay->client.bytes,
                   sizeof replay->client.bytes);
    frame->reverse = bytes_has(frame->bytes, 0, ETHERNET_AT_TYPE) &&
                     !bytes_equal(frame->bytes, ETHERNET_AT_SOURCE, replay->client.bytes,
                                  sizeof replay->client.bytes);
    replay->last_ps = frame->time_ps;
    return true;
}

/* Its frames are known when they are read. */
static size_t longest(const struct traffic_plan *plan)
{
    (void)plan;
    return 0;
}

static const char *check(const struct traffic_plan *plan)
{
    if (plan->file[0] == '\0')
        return "kind = capture needs file";
    if (plan->loops > 1 && strcmp(plan->file, "-") == 0)
        return "loops: standard input can be read once";
    return NULL;
}

const struct traffic_source traffic_capture = {
    .keys = TRAFFIC_KEYS("file", "loops", "rate"),
    .begin = begin,
    .next = next,
    .end = end,
    .longest = longest,
    .check = check,
};
