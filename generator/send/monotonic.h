/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Times of CLOCK_MONOTONIC, in nanoseconds.
 */
#ifndef GENERATOR_SEND_MONOTONIC_H
#define GENERATOR_SEND_MONOTONIC_H

#include <time.h>

#include "core/base/time-units.h"

static inline int64_t monotonic_of(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * NS_PER_SECOND + time.tv_nsec;
}

static inline int64_t monotonic_now(void)
{
    return monotonic_of(CLOCK_MONOTONIC);
}

/** Sleeps until this time, or until a signal. */
static inline void monotonic_sleep_until(int64_t now_ns)
{
    const struct timespec time = {now_ns / NS_PER_SECOND, now_ns % NS_PER_SECOND};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

/** The sleep of a polling thread: it doubles from 1 us to 250 us while polling finds nothing. */
struct backoff {
    int64_t sleep_ns;
};

static inline void backoff_wait(struct backoff *backoff)
{
    backoff->sleep_ns = backoff->sleep_ns == 0 ? NS_PER_US : 2 * backoff->sleep_ns;
    if (backoff->sleep_ns > NS_PER_MS / 4)
        backoff->sleep_ns = NS_PER_MS / 4;
    monotonic_sleep_until(monotonic_now() + backoff->sleep_ns);
}

#endif
