/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/pace.h"

#include "generator/send/monotonic.h"

void pace_begin(struct pace *pace, const struct ramp *ramp, int64_t start_ns)
{
    *pace = (struct pace){.ramp = *ramp, .start_ns = start_ns, .due_ns = start_ns};
}

int64_t ramp_rate(const struct ramp *ramp, int64_t elapsed_ns)
{
    if (elapsed_ns >= ramp->time_ns)
        return ramp->to;
    __int128 change = (__int128)(ramp->to - ramp->from) * elapsed_ns / ramp->time_ns;
    return ramp->from + (int64_t)change;
}

int64_t pace_take(struct pace *pace, size_t length)
{
    int64_t due_ns = pace->due_ns;
    uint64_t rate = (uint64_t)ramp_rate(&pace->ramp, due_ns - pace->start_ns);
    uint64_t amount = pace->ramp.frames ? 1 : pace_bits(length);
    uint64_t sum = amount * NS_PER_SECOND + pace->rest;
    pace->due_ns += (int64_t)(sum / rate);
    pace->rest = sum % rate;
    return due_ns;
}
