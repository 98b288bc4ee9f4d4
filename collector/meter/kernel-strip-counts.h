/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What is counted of mirrored frames that the kernel hands on.
 */
#ifndef COLLECTOR_METER_KERNEL_STRIP_COUNTS_H
#define COLLECTOR_METER_KERNEL_STRIP_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

struct kernel_strip_counts {
    bool strips;         /* false: the kernel hands none on, and the rest is 0 */
    uint64_t redirected; /* frames that the program redirected, the next three among them */
    uint64_t too_long;   /* for the MTU of the interface that gets them */
    uint64_t refused;    /* by that interface */
    uint64_t cpu_full;   /* the queue of a processor was full */
    uint64_t fragments;  /* that were left to user space */
    uint64_t unsure;     /* copies that were left to user space for another reason */
    uint64_t unread;     /* packets behind headers that it does not read, left likewise */
    uint64_t dropped;    /* packets on their way to user space that found no room */
};

/** Frames that are on their way to whoever listens. */
static inline uint64_t kernel_strip_handed_on(const struct kernel_strip_counts *counts)
{
    uint64_t lost = counts->too_long + counts->refused + counts->cpu_full;
    return counts->redirected > lost ? counts->redirected - lost : 0;
}

#endif
