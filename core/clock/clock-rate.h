/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How long a tick of a counter is: found from copies alone, whatever the granularity declares
 * (quirks Q8, hidden sub-header, and Q9, custom tick). Ticks are in attoseconds, so that
 * neither 2.4 ns nor a measured one is rounded.
 */
#ifndef CORE_CLOCK_CLOCK_RATE_H
#define CORE_CLOCK_CLOCK_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RATE_AS_PER_PS INT64_C(1000000)
#define RATE_AS_PER_NS INT64_C(1000000000)

/** The value at which a counter wraps. */
enum counter_width {
    COUNTER_32_BITS,
    COUNTER_64_BITS,
    COUNTER_SECOND /* Gra 2 without the seconds: after 999999999 */
};

struct clock_rate {
    enum counter_width width;
    int64_t tick_as; /* above 0 */
};

/** 128 bits hold every product of a count and a tick, and every difference of two times. */
typedef __int128 int128;

/** @p value as an int64_t, at its nearest end if it lies outside. */
int64_t int128_clamp(int128 value);

/** @p ticks in nanoseconds, towards 0. */
static inline int128 rate_ns(int64_t tick_as, int128 ticks)
{
    return ticks * tick_as / RATE_AS_PER_NS;
}

/** The whole ticks that @p ns last. */
static inline int128 rate_ticks(int64_t tick_as, int128 ns)
{
    return ns * RATE_AS_PER_NS / tick_as;
}

/** Of all counts that look like @p ticks on a counter of that width, the one nearest to 0. */
int64_t counter_nearest(enum counter_width width, int128 ticks);

/**
 * How far, in ns, a copy may lie off its expected place and still be known for what it is: a
 * sixteenth of the time in which the counter comes around, and never above 4 s.
 */
int64_t rate_slack_ns(struct clock_rate rate);

/**
 * Relative difference above which two ticks are different, and the largest drift between two
 * oscillators.
 */
#define RATE_KNOWN_WITHIN 0.01
#define RATE_DRIFT_WITHIN 500e-6

/** True if both ticks are the same but for @p within of them. */
bool rate_same_tick(int64_t a_as, int64_t b_as, double within);

/** The known tick within 1 % of @p tick_as, else @p tick_as itself. */
int64_t rate_snap(int64_t tick_as);

/** True from 1 ps to 1 ms: with such ticks nothing here leaves 128 bits. */
bool rate_can_be(double tick_as);

enum { RATE_SAMPLES_MAX = 32 };

struct rate_sample {
    int64_t arrival_ns;
    uint64_t ticks;
};

/** Copies spread over the time in which the tick is looked for; all zero to begin with. */
struct rate_samples {
    size_t count;
    uint64_t spacing_ns;
    struct rate_sample sample[RATE_SAMPLES_MAX];
};

/**
 * Keeps the copy if it is far enough from the last one kept. When there is no room, every other one
 * goes; once they span 30 s, the older half goes. An arrival before all of them starts over.
 *
 * @return true if it was kept.
 */
bool rate_samples_take(struct rate_samples *samples, int64_t arrival_ns, uint64_t ticks);

/**
 * Looks for the one straight line through the samples. Known ticks (100 us, 100 ns, 8 ns, 2.4 ns, 1
 * ns, 100 ps) are tried across any number of turns of the counter: one is taken if at least four
 * samples lie within 1 % of their span on its line and no other fits them nearly as well. Arrival
 * jitter therefore delays the result, by 100 times the jitter, but does not make it less exact. If
 * the samples say that the tick differs from the known one by more than their jitter, a tick and a
 * crystal's tolerance explain, the measured tick is kept.
 *
 * A tick that is not known is taken if the samples lie within 0.02 % on its line, which spans 5,000
 * ticks, and closer together than an eighth of a turn, because the tick cannot be found if wraps
 * were missed.
 *
 * @param width    of the counter as the header has it.
 * @param seconds  try, too, whether it counts nanoseconds within the second.
 * @param rate     the answer, if true is returned.
 */
bool rate_find(const struct rate_samples *samples, enum counter_width width, bool seconds,
               struct clock_rate *rate);

#endif
