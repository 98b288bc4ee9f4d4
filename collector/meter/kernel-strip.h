/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Handing mirrored frames on in the kernel: an XDP program counts the copies, as kernel-count.h has
 * it, and redirects the frames in them to another interface. Copies that it cannot strip without
 * doubt go on to who reads packets from the interface; that reader's frames pass through
 * kernel_strip_sink(), which tells the program what they show of their sessions.
 */
#ifndef COLLECTOR_METER_KERNEL_STRIP_H
#define COLLECTOR_METER_KERNEL_STRIP_H

#include "collector/meter/kernel-count.h"
#include "collector/meter/kernel-strip-counts.h"
#include "collector/meter/mirrored-sink.h"

struct kernel_strip_plan {
    const char *interface;
    const char *to;  /* the interface that gets the frames: it exists */
    unsigned spread; /* processors that share the flows; 0: frames stay on theirs */
    const struct session_rules *drops_only;
};

struct kernel_strip;

/** Begins. NULL after an error, which names the interface. */
struct kernel_strip *kernel_strip_begin(const struct kernel_strip_plan *plan, GError **error);
void kernel_strip_end(struct kernel_strip *strip);

/** What the program counts of copies; the strip's. */
struct kernel_count *kernel_strip_count(const struct kernel_strip *strip);

/** Passes the frames on to @p next. */
struct mirrored_sink kernel_strip_sink(struct kernel_strip *strip,
                                       const struct mirrored_sink *next);

/** What the program counts; unread and dropped are 0. */
struct kernel_strip_counts kernel_strip_counts(const struct kernel_strip *strip);

/** What the user should know at once, to be freed: that the kernel does not tell some losses, that
 * the interface refuses frames. NULL: nothing new. */
char *kernel_strip_news(struct kernel_strip *strip);

#endif
