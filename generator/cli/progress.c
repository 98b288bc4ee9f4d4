/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "core/base/quantity.h"
#include "core/base/time-units.h"
#include "generator/scenario/scenario.h"

enum { FRAMES_BETWEEN_READINGS = 1024 }; /* of the clock */

static const int64_t first_us = US_PER_SECOND; /* a run that ends before is not long */
static const int64_t every_us = 250000;

/* The time of the last frame of a stream, if that is known. */
static int64_t end_of(const struct schedule *schedule, int64_t start_ns)
{
    if (schedule->count <= 0 || schedule->interval_ns == AUTO)
        return start_ns;
    return start_ns + schedule->delay_ns + (schedule->count - 1) * schedule->interval_ns;
}

static int64_t last_time(const struct scenario *scenario)
{
    int64_t start_ns = scenario->capture.start_ns;
    int64_t last_ns = start_ns;
    for (guint i = 0; i < scenario->sessions->len; i++) {
        const struct session_plan *plan =
            &g_array_index(scenario->sessions, struct session_plan, i);
        last_ns = MAX(last_ns, end_of(&plan->stream.schedule, start_ns));
    }
    for (guint i = 0; i < scenario->traffics->len; i++) {
        const struct traffic_plan *plan =
            &g_array_index(scenario->traffics, struct traffic_plan, i);
        if (plan->duration_ns != AUTO)
            last_ns = MAX(last_ns, start_ns + plan->delay_ns + plan->duration_ns);
    }
    return last_ns;
}

void progress_begin(struct progress *progress, struct frame_sink sink,
                    const struct scenario *scenario)
{
    *progress = (struct progress){.sink = sink};
    if (!isatty(STDERR_FILENO))
        return;
    progress->begun_us = g_get_monotonic_time();
    progress->next_us = progress->begun_us + first_us;
    if (scenario != NULL) {
        progress->from_ns = scenario->capture.start_ns;
        progress->to_ns = last_time(scenario);
    }
}

static void show(struct progress *progress, int64_t now_us, int64_t time_ns)
{
    double seconds = (double)(now_us - progress->begun_us) / US_PER_SECOND;
    double frames = (double)progress->frames;
    double passed = (double)(time_ns - progress->from_ns);
    double all = (double)(progress->to_ns - progress->from_ns);
    fprintf(stderr, "\r%s frames, %s", quantity_count(progress->frames).text,
            quantity_per_second(frames / seconds, "frames").text);
    if (passed > 0 && all >= passed)
        fprintf(stderr, ", %.0f %%, %.0f s left", 100 * passed / all,
                seconds * (all - passed) / passed);
    fputs("\033[K", stderr);
    progress->shown = true;
    progress->next_us = now_us + every_us;
}

static gboolean put(void *context, const struct frame *frame, GError **error)
{
    struct progress *progress = context;
    if (++progress->frames % FRAMES_BETWEEN_READINGS == 0) {
        int64_t now_us = g_get_monotonic_time();
        if (now_us >= progress->next_us)
            show(progress, now_us, frame->time_ns);
    }
    return frame_put(&progress->sink, frame, error);
}

struct frame_sink progress_sink(struct progress *progress)
{
    return progress->begun_us == 0 ? progress->sink
                                   : (struct frame_sink){.context = progress, .put = put};
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
}
