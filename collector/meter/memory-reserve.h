/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * GLib ends a process that is refused memory, and no report comes. So this asks, from time to time,
 * for as much as was taken so far, and gives it back: a run ends while there is room for its
 * report.
 */
#ifndef COLLECTOR_METER_MEMORY_RESERVE_H
#define COLLECTOR_METER_MEMORY_RESERVE_H

#include <glib.h>
#include <stdint.h>

/** Notes what this process has before it counts anything. @param limit  bytes that it may count
 * with. */
void memory_reserve_begin(size_t limit);

/** For a run whose threads share what they count: all take their memory from one heap, which is the
 * one that is asked. Call it before there are threads. */
void memory_reserve_one_heap(void);

/** Of a thread that counts; zeros begin it. */
struct memory_reserve {
    uint64_t checked; /* packets, at the last check */
};

/** @param packets  that the thread has counted. FALSE, with an error, when memory is refused. */
gboolean memory_reserve_check(struct memory_reserve *reserve, uint64_t packets, GError **error);

#endif
