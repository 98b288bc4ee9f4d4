/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A sequence counter as its source and the way impair it, at random, and what a reader should find:
 * computed from what was sent, by definition, not by following numbers.
 */
#ifndef TESTS_UNIT_SUPPORT_SENT_COUNTER_H
#define TESTS_UNIT_SUPPORT_SENT_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** All come with loss, duplicates, lateness, and a start anywhere in 32 or 30 bits. */
enum sent_kind {
    SENT_ONE_RUN,  /* no restart; loss up to a half, also in runs; late by up to 1000 copies */
    SENT_RESTARTS, /* up to 3 restarts; loss up to 10 %, not in runs; late by up to 20 copies */
    SENT_WILD      /* up to 3 restarts, and the rest as without: not even a person could always
                      tell a late copy of one run from a copy behind a gap of the next */
};

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

/** The same for the same kind and seed. */
struct sent_counter *sent_counter_new(enum sent_kind kind, uint32_t seed);
void sent_counter_free(struct sent_counter *sent);

struct sent_truth sent_counter_truth(const struct sent_counter *sent);

#endif
