/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/report-windows.h"

#include "core/base/time-units.h"

static int64_t begin_at(int64_t time_ns, int64_t length_ns)
{
    int64_t into = time_ns % length_ns;
    uint64_t back = (uint64_t)into + (into < 0 ? (uint64_t)length_ns : 0);
    return (int64_t)((uint64_t)time_ns - back);
}

static bool is_inside(const struct window *window, int64_t length_ns, int64_t time_ns)
{
    return (uint64_t)time_ns - (uint64_t)window->begin_ns < (uint64_t)length_ns;
}

void window_take(struct window *window, int64_t length_ns, int64_t arrival_ns, size_t bytes)
{
    if (!is_inside(window, length_ns, arrival_ns)) {
        window->begin_ns = begin_at(arrival_ns, length_ns);
        window->bytes = 0;
        window->lossy = false;
    }
    window->bytes += bytes;
    if (window->lossy)
        window->lossy_bytes += bytes;
    if (window->bytes > window->peak)
        window->peak = window->bytes;
}

uint64_t window_peak(const struct window *window)
{
    return window->peak > window->peak_before ? window->peak : window->peak_before;
}

void window_begin_interval(struct window *window)
{
    window->peak_before = window_peak(window);
    window->peak = 0;
}

void window_set_lossy(struct window *window)
{
    if (window->lossy)
        return;
    window->lossy = true;
    window->lossy_windows++;
    window->lossy_bytes += window->bytes;
}

uint64_t window_rate(uint64_t bytes, uint64_t windows, int64_t length_ns)
{
    return windows != 0 ? bytes * 8 / windows * (uint64_t)(NS_PER_SECOND / length_ns) : 0;
}
