/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/clock/clock.h"

#include "core/clock/clock-rate.h"

void clock_jitter_take(struct clock_jitter *jitter, int64_t delay_ns)
{
    if (jitter->begun) {
        int128 difference = (int128)delay_ns - jitter->delay_ns;
        double size_ns = (double)(difference < 0 ? -difference : difference);
        jitter->jitter_ns += (size_ns - jitter->jitter_ns) / 16;
    } else {
        jitter->jitter_ns = 0;
    }
    jitter->begun = true;
    jitter->delay_ns = delay_ns;
}
