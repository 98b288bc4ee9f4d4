/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A histogram of how late frames were sent. Percentiles are exact to 1/32 of their value, and
 * memory is constant.
 */
#ifndef GENERATOR_SEND_LATENCY_HISTOGRAM_H
#define GENERATOR_SEND_LATENCY_HISTOGRAM_H

#include <stdint.h>

/** The bucket width doubles after every 32 buckets. */
enum { LATENCY_STEPS = 32, LATENCY_BUCKETS = LATENCY_STEPS * 60 };

struct latency_histogram {
    uint64_t count;
    int64_t longest_ns;
    uint64_t buckets[LATENCY_BUCKETS];
};

/** Adds a value. Negative values (early) count as 0. */
void latency_histogram_add(struct latency_histogram *lateness, int64_t ns);

/** The value that @p percent of all values do not exceed: the upper end of its bucket. 0 if there
 * are none. */
int64_t latency_histogram_percentile(const struct latency_histogram *lateness, unsigned percent);

#endif
