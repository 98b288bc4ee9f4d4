/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/latency-histogram.h"

#include <glib.h>

enum { NARROW_BITS = 6 };
_Static_assert(1 << NARROW_BITS == 2 * LATENCY_STEPS, "numbers that have a bucket each");

/* The first 2 * LATENCY_STEPS buckets are one wide, the next LATENCY_STEPS two, then four. */
static unsigned bucket_of(uint64_t ns)
{
    unsigned bits = g_bit_storage(ns);
    unsigned shift = bits > NARROW_BITS ? bits - NARROW_BITS : 0;
    return shift * LATENCY_STEPS + (unsigned)(ns >> shift);
}

static int64_t bucket_end(unsigned bucket)
{
    if (bucket < 2 * LATENCY_STEPS)
        return bucket;
    unsigned shift = bucket / LATENCY_STEPS - 1;
    uint64_t first = (uint64_t)(bucket - shift * LATENCY_STEPS) << shift;
    return (int64_t)(first + (UINT64_C(1) << shift) - 1);
}

void latency_histogram_add(struct latency_histogram *lateness, int64_t ns)
{
    ns = ns < 0 ? 0 : ns;
    lateness->count++;
    lateness->buckets[bucket_of((uint64_t)ns)]++;
    if (ns > lateness->longest_ns)
        lateness->longest_ns = ns;
}

int64_t latency_histogram_percentile(const struct latency_histogram *lateness, unsigned percent)
{
    uint64_t wanted = (lateness->count * percent + 99) / 100;
    uint64_t seen = 0;
    for (unsigned bucket = 0; bucket < LATENCY_BUCKETS; bucket++) {
        seen += lateness->buckets[bucket];
        if (seen >= wanted && seen > 0) {
            int64_t end = bucket_end(bucket);
            return end < lateness->longest_ns ? end : lateness->longest_ns;
        }
    }
    return 0;
}
