/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A sequence counter as its source and the way impair it, at random, and what a reader should find:
 * computed from what was sent, by definition, not by following numbers.
 */
#ifndef TESTS_UNIT_SENT_COUNTER_H
#define TESTS_UNIT_SENT_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sent_arrival {
    uint32_t number;
    uint32_t ordinal; /* in the order of sending, over restarts; two are equal: a duplicate */
    uint32_t span;    /* restarts before it */
    bool repeats;
};

struct sent_counter {
    size_t arrival_count;
    struct sent_arrival *arrivals;
    char description[200];
};

struct sent_truth {
    uint64_t missing;
    uint64_t late;
    uint64_t duplicates;
    uint64_t restarts;
    uint64_t extent_max;
};

/** The same for the same seed. */
struct sent_counter *sent_counter_new(uint32_t seed);
void sent_counter_free(struct sent_counter *sent);

struct sent_truth sent_counter_truth(const struct sent_counter *sent);

#endif
