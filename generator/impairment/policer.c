/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/impairment/policer.h"

static const int64_t parts = 1000000000;

struct policer policer_make(struct rate rate, int64_t burst, int64_t now_ns)
{
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
