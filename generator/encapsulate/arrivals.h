/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How the copies of one sequence counter arrived: which came late, and how far.
 *
 * A copy is late if one that was sent after it arrived before it. Its extent is how many copies
 * arrived since the first such one, that one counted (RFC 4737, section 4.2.1: the distance in
 * arrivals, duplicates left out). Only a copy that was held back can be late, so that memory is
 * needed only for those under way and the copies sent since.
 */
#ifndef GENERATOR_ENCAPSULATE_ARRIVALS_H
#define GENERATOR_ENCAPSULATE_ARRIVALS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/** Where a copy stands in its counter's numbers. */
struct arrival_place {
    uint32_t number;   /* as GRE carries it */
    uint32_t restarts; /* of the counter before it */
    uint64_t ordinal;  /* how many numbers were taken, this one counted: restarts do not reset it */
};

/** The numbers between two restarts that arrived. */
struct arrival_span {
    uint64_t copies;
    struct arrival_place lowest;
    struct arrival_place highest;
};

struct arrivals {
    uint64_t count;
    uint64_t highest; /* ordinal */
    GArray *spans;    /* struct arrival_span, one for each count of restarts */
    GArray *held;     /* struct held_place, as sent; those before `first` have arrived */
    guint first;
    guint overtaken; /* of the held, those before this one were overtaken */
    uint64_t late;
    uint64_t extent_max;
    GHashTable *extents; /* extent: how many copies, both uint64_t; NULL while none is late */
};

void arrivals_init(struct arrivals *arrivals);
void arrivals_clear(struct arrivals *arrivals);

/** The copy was sent and will arrive later. Called in the order of sending. False if too many were
 *  sent since the first that is still under way. */
bool arrivals_hold(struct arrivals *arrivals, struct arrival_place place);

/** The copy arrives, for the first time. Its extent: 0 if it is not late. */
uint64_t arrivals_add(struct arrivals *arrivals, struct arrival_place place);

/** All that arrived since the start is this, in order; @p span is not empty. */
void arrivals_set(struct arrivals *arrivals, const struct arrival_span *span);

/** The copy, which was held, will never arrive. */
void arrivals_give_up(struct arrivals *arrivals, struct arrival_place place);

/** Numbers that lie between the lowest and the highest that arrived, and did not. */
uint64_t arrivals_missing(const struct arrivals *arrivals);

#endif
