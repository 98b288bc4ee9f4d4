/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How late things were, as a histogram: percentiles to 1/32 of their value, whatever the number.
 */
#ifndef GENERATOR_SEND_LATENCY_HISTOGRAM_H
#define GENERATOR_SEND_LATENCY_HISTOGRAM_H

#include <stdint.h>

/** Buckets that double in width after each 32. */
enum { LATENCY_STEPS = 32, LATENCY_BUCKETS = LATENCY_STEPS * 60 };

struct latency_histogram {
    uint64_t count;
    int64_t longest_ns;
    uint64_t buckets[LATENCY_BUCKETS];
};

/** Early counts as 0. */
void latency_histogram_add(struct latency_histogram *lateness, int64_t ns);

/** What @p percent of all did not exceed: the upper end of its bucket. 0 if there are none. */
int64_t latency_histogram_percentile(const struct latency_histogram *lateness, unsigned percent);

#endif
