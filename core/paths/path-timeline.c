/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-timeline.h"

#include <glib.h>
#include <string.h>

#include "core/base/time-units.h"

/* What a header says may be any time. */
static int64_t sum_of(int64_t a_ns, int64_t b_ns)
{
    return (int64_t)((uint64_t)a_ns + (uint64_t)b_ns);
}

static struct path_timeline_step together(const struct path_timeline_step *a,
                                          const struct path_timeline_step *b)
{
    struct path_timeline_step sum = {
        .passed = a->passed + b->passed,
        .lost = a->lost + b->lost,
        .delays = a->delays + b->delays,
        .sum_ns = sum_of(a->sum_ns, b->sum_ns),
        .min_ns = a->min_ns,
        .max_ns = a->max_ns,
    };
    if (a->delays == 0 || (b->delays > 0 && b->min_ns < sum.min_ns))
        sum.min_ns = b->min_ns;
    if (a->delays == 0 || (b->delays > 0 && b->max_ns > sum.max_ns))
        sum.max_ns = b->max_ns;
    return sum;
}

static void halve(struct path_timeline *timeline)
{
    const unsigned half = PATH_TIMELINE_STEPS / 2;
    for (unsigned i = 0; i < half; i++)
        timeline->steps[i] = together(&timeline->steps[2 * i], &timeline->steps[2 * i + 1]);
    memset(timeline->steps + half, 0, half * sizeof *timeline->steps);
    timeline->step_ns *= 2;
}

struct path_timeline_step *path_timeline_at(struct path_timeline *timeline, int64_t time_ns)
{
    if (timeline->step_ns == 0) {
        timeline->begin_ns = time_ns;
        timeline->step_ns = NS_PER_MS;
    }
    /* A clock may be set to any time: the longest step is some 580 years divided by the steps. */
    uint64_t after_ns =
        time_ns > timeline->begin_ns ? (uint64_t)time_ns - (uint64_t)timeline->begin_ns : 0;
    while (after_ns / (uint64_t)timeline->step_ns >= PATH_TIMELINE_STEPS)
        halve(timeline);
    return &timeline->steps[after_ns / (uint64_t)timeline->step_ns];
}

void path_timeline_forget_delays(struct path_timeline *timeline)
{
    for (unsigned i = 0; i < PATH_TIMELINE_STEPS; i++) {
        timeline->steps[i].delays = 0;
        timeline->steps[i].sum_ns = 0;
    }
}

void path_timeline_add_delay(struct path_timeline_step *step, int64_t delay_ns)
{
    step->min_ns = step->delays > 0 ? MIN(step->min_ns, delay_ns) : delay_ns;
    step->max_ns = step->delays > 0 ? MAX(step->max_ns, delay_ns) : delay_ns;
    step->sum_ns = sum_of(step->sum_ns, delay_ns);
    step->delays++;
}
