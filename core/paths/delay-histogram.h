/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A histogram of delays in a fixed amount of memory: each octave has as many bins, so that a bin is
 * never wider than a 128th of the delays in it. Delays below 0 have bins of their own.
 */
#ifndef CORE_PATHS_DELAY_HISTOGRAM_H
#define CORE_PATHS_DELAY_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

enum {
    DELAY_BINS_PER_OCTAVE = 128,
    DELAY_OCTAVES = 34, /* delays below 128 ns, then up to 2^40 ns: 18 minutes; longer ones fall
                           into the last bin */
    DELAY_BINS = DELAY_BINS_PER_OCTAVE * DELAY_OCTAVES
};

/** All zero to begin with. */
struct delay_histogram {
    uint64_t count;
    int64_t min_ns;
    int64_t max_ns;
    int64_t sum_ns;
    uint32_t above[DELAY_BINS]; /* 0 and more; each stays at its maximum */
    uint32_t below[DELAY_BINS]; /* of -1 - delay */
};

void delay_histogram_add(struct delay_histogram *histogram, int64_t delay_ns);

/**
 * The delay that @p part of all delays do not exceed (nearest rank), as the middle of its bin, but
 * within minimum and maximum.
 *
 * @param part  above 0, at most 1.
 * @param half_ns  half the width of the bin: the true percentile is not further away.
 * @return 0 of an empty histogram.
 */
int64_t delay_histogram_percentile(const struct delay_histogram *histogram, double part,
                                   int64_t *half_ns);

/** How many delays are at most @p limit_ns, to the bin. */
uint64_t delay_histogram_up_to(const struct delay_histogram *histogram, int64_t limit_ns);

#endif
