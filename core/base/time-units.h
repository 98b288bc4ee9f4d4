/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How many of one unit of time make another, and the end of the times that 32 bits of seconds hold.
 * The values have 64 bits. Programs for the kernel include this file too.
 */
#ifndef CORE_BASE_TIME_UNITS_H
#define CORE_BASE_TIME_UNITS_H

#ifdef __bpf__
#define INT64_C(value) value##L
#else
#include <stdint.h>
#endif

#define US_PER_MS       INT64_C(1000)
#define US_PER_SECOND   INT64_C(1000000)
#define NS_PER_US       INT64_C(1000)
#define NS_PER_MS       INT64_C(1000000)
#define NS_PER_SECOND   INT64_C(1000000000)
#define PS_PER_NS       INT64_C(1000)
#define PS_PER_US       INT64_C(1000000)
#define PS_PER_MS       INT64_C(1000000000)
#define PS_PER_SECOND   INT64_C(1000000000000)
#define SECONDS_PER_DAY INT64_C(86400)

/** The first nanosecond since 1970 whose seconds need more than 32 bits: in the year 2106. */
#define TIME_END_NS (INT64_C(4294967296) * NS_PER_SECOND)

#endif
