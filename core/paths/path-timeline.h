/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Delay and loss of a pair over time, in a fixed amount of memory: equal steps of time, which
 * become twice as long when the capture does.
 */
#ifndef CORE_PATHS_PATH_TIMELINE_H
#define CORE_PATHS_PATH_TIMELINE_H

#include <stdint.h>

enum { PATH_TIMELINE_STEPS = 256 };

struct path_timeline_step {
    uint32_t passed; /* frames that both points have shown */
    uint32_t lost;
    uint32_t delays; /* frames whose delay is known: */
    int64_t sum_ns;
    int64_t min_ns;
    int64_t max_ns;
};

/** All zero to begin with. */
struct path_timeline {
    int64_t begin_ns;
    int64_t step_ns; /* 0: nothing has come */
    struct path_timeline_step steps[PATH_TIMELINE_STEPS];
};

/** The step in which a frame passed the first point at @p time_ns; of one before the first frame it
 * is the first. */
struct path_timeline_step *path_timeline_at(struct path_timeline *timeline, int64_t time_ns);

/** Forgets all delays, not the counts of frames. */
void path_timeline_forget_delays(struct path_timeline *timeline);

void path_timeline_add_delay(struct path_timeline_step *step, int64_t delay_ns);

#endif
