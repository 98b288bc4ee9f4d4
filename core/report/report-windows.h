/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The busiest window of a session, and how busy it is while copies are missing. Part of
 * core/report/report.h, which says what a window is.
 */
#ifndef CORE_REPORT_REPORT_WINDOWS_H
#define CORE_REPORT_REPORT_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/time-units.h"

/* The lengths of the windows, in nanoseconds. */
#define WINDOW_1MS_NS   NS_PER_MS
#define WINDOW_100US_NS (100 * NS_PER_US)

/** The window in which the last copy arrived. All zero before the first. */
struct window {
    int64_t begin_ns; /* Unix time */
    uint64_t bytes;
    uint64_t peak;        /* bytes of the busiest since window_begin_interval() */
    uint64_t peak_before; /* bytes of the busiest window before that */
    bool lossy;
    uint64_t lossy_windows;
    uint64_t lossy_bytes; /* in these */
};

/** Takes a frame of @p bytes that arrived at @p arrival_ns; windows of @p length_ns. */
void window_take(struct window *window, int64_t length_ns, int64_t arrival_ns, size_t bytes);

/** Bytes of the busiest of all. */
uint64_t window_peak(const struct window *window);

/** Begins a new interval for `peak`. */
void window_begin_interval(struct window *window);

/** The frame taken last revealed missing numbers. */
void window_set_lossy(struct window *window);

/** Bits per second of @p bytes in each of @p windows windows of @p length_ns; 0 without any. */
uint64_t window_rate(uint64_t bytes, uint64_t windows, int64_t length_ns);

#endif
