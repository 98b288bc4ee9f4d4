/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/delay-histogram.h"

#include <glib.h>
#include <math.h>

enum { BITS = 7 /* of a bin's place within its octave */ };

_Static_assert(1 << BITS == DELAY_BINS_PER_OCTAVE, "the bits count the bins");

/* Below 128, each value has a bin. From there on an octave has 128. */
static unsigned bin_of(uint64_t value)
{
    if (value < DELAY_BINS_PER_OCTAVE)
        return (unsigned)value;
    unsigned octave = 63 - (unsigned)__builtin_clzll(value) - BITS; /* 0: 128 to 255 */
    unsigned bin =
        (octave + 1) * DELAY_BINS_PER_OCTAVE + (unsigned)(value >> octave) % DELAY_BINS_PER_OCTAVE;
    return MIN(bin, DELAY_BINS - 1);
}

static int64_t width_of(unsigned bin)
{
    return bin < DELAY_BINS_PER_OCTAVE ? 1 : INT64_C(1) << (bin / DELAY_BINS_PER_OCTAVE - 1);
}

static int64_t start_of(unsigned bin)
{
    if (bin < DELAY_BINS_PER_OCTAVE)
        return bin;
    return (int64_t)(DELAY_BINS_PER_OCTAVE + bin % DELAY_BINS_PER_OCTAVE) * width_of(bin);
}

static void count(uint32_t *bin)
{
    *bin += *bin != UINT32_MAX;
}

void delay_histogram_add(struct delay_histogram *histogram, int64_t delay_ns)
{
    bool first = histogram->count++ == 0;
    histogram->min_ns = first ? delay_ns : MIN(histogram->min_ns, delay_ns);
    histogram->max_ns = first ? delay_ns : MAX(histogram->max_ns, delay_ns);
    histogram->sum_ns = (int64_t)((uint64_t)histogram->sum_ns + (uint64_t)delay_ns);
    if (delay_ns >= 0)
        count(&histogram->above[bin_of((uint64_t)delay_ns)]);
    else
        count(&histogram->below[bin_of((uint64_t)(-1 - delay_ns))]);
}

/* The middle of a bin of @p below or of the other ones, within what came. */
static int64_t middle(const struct delay_histogram *histogram, unsigned bin, bool below,
                      int64_t *half_ns)
{
    int64_t width = width_of(bin);
    int64_t value = start_of(bin) + (width - 1) / 2;
    *half_ns = width / 2;
    return CLAMP(below ? -1 - value : value, histogram->min_ns, histogram->max_ns);
}

int64_t delay_histogram_percentile(const struct delay_histogram *histogram, double part,
                                   int64_t *half_ns)
{
    *half_ns = 0;
    if (histogram->count == 0)
        return 0;
    uint64_t rank = (uint64_t)ceil(part * (double)histogram->count);
    rank = CLAMP(rank, 1, histogram->count);
    uint64_t so_far = 0;
    for (unsigned bin = DELAY_BINS; bin-- > 0;) {
        so_far += histogram->below[bin];
        if (so_far >= rank)
            return middle(histogram, bin, true, half_ns);
    }
    for (unsigned bin = 0; bin < DELAY_BINS; bin++) {
        so_far += histogram->above[bin];
        if (so_far >= rank)
            return middle(histogram, bin, false, half_ns);
    }
    return histogram->max_ns; /* bins that stay at their maximum hold too few */
}

uint64_t delay_histogram_up_to(const struct delay_histogram *histogram, int64_t limit_ns)
{
    uint64_t so_far = 0;
    for (unsigned bin = 0; bin < DELAY_BINS; bin++)
        if (limit_ns >= 0 || -1 - start_of(bin) <= limit_ns)
            so_far += histogram->below[bin];
    for (unsigned bin = 0; bin < DELAY_BINS; bin++)
        if (start_of(bin) + width_of(bin) - 1 <= limit_ns)
            so_far += histogram->above[bin];
    return so_far;
}
