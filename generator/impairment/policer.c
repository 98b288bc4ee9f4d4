/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/impairment/policer.h"

static const int64_t parts = 1000000000;

/* What the rate brings in 10 ms, as policers are often set; at slow rates room for what comes at
 * once. */
static int64_t usual_burst(struct rate rate)
{
    enum { BURSTS_PER_SECOND = 100, LEAST_BYTES = 16384, LEAST_FRAMES = 8 };
    int64_t units = rate.per_second / BURSTS_PER_SECOND;
    int64_t burst = rate.frames ? MAX(units, LEAST_FRAMES) : MAX(units / 8, LEAST_BYTES);
    return MIN(burst, POLICER_BURST_MAX);
}

struct policer policer_make(struct rate rate, int64_t burst, int64_t now_ns)
{
    if (burst == AUTO)
        burst = usual_burst(rate);
    int64_t capacity = burst * (rate.frames ? 1 : 8) * parts;
    return (struct policer){rate, capacity, capacity, now_ns};
}

static void fill(struct policer *policer, int64_t now_ns)
{
    int64_t gained;
    if (__builtin_mul_overflow(now_ns - policer->filled_ns, policer->rate.per_second, &gained) ||
        gained > policer->capacity - policer->level)
        policer->level = policer->capacity;
    else
        policer->level += gained;
    policer->filled_ns = now_ns;
}

bool policer_pass(struct policer *policer, size_t len, int64_t now_ns)
{
    int64_t cost = (policer->rate.frames ? 1 : (int64_t)len * 8) * parts;
    fill(policer, now_ns);
    if (cost > policer->level)
        return false;
    policer->level -= cost;
    return true;
}
