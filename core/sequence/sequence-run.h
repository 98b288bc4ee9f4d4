/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The numbers of a sequence counter from one restart to the next: the lowest, the highest and the
 * gaps between. Part of core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_RUN_H
#define CORE_SEQUENCE_SEQUENCE_RUN_H

#include "core/sequence/sequence-internal.h"

enum sequence_place {
    SEQUENCE_AHEAD,    /* of the highest */
    SEQUENCE_MISSING,  /* in a gap */
    SEQUENCE_RECEIVED, /* before */
    SEQUENCE_UNKNOWN,  /* the gaps there were forgotten */
    SEQUENCE_BELOW     /* the lowest */
};

/** a - b, of extended numbers. */
static inline int64_t sequence_difference(uint64_t a, uint64_t b)
{
    return (int64_t)(a - b);
}

/** The extended number nearest to @p reference that GRE carries as @p number. */
static inline uint64_t sequence_extend(uint64_t reference, uint32_t number, unsigned width)
{
    unsigned shift = 64 - width;
    return reference + (uint64_t)((int64_t)((number - reference) << shift) >> shift);
}

/** The same in the width of the counter. */
static inline uint64_t sequence_extended_at(const struct sequence_counter *counter,
                                            uint64_t reference, uint32_t number)
{
    return sequence_extend(reference, number, counter->width);
}

static inline uint32_t sequence_apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

enum sequence_place sequence_run_place(const struct sequence_run *run, uint64_t number);

/** True if none of the numbers between @p before and @p after came; both did. */
bool sequence_run_lacks_all(const struct sequence_run *run, uint64_t before, uint64_t after);

/** True if none of the numbers between @p before and @p after is missing, as far as gaps are
 * remembered. */
bool sequence_run_has_all(const struct sequence_run *run, uint64_t before, uint64_t after);

/**
 * The finding of a late copy with this number in @p run. Changes nothing. A number above the
 * highest is allowed only in an ended run: then the first copy of the next run overtook it.
 */
struct sequence_finding sequence_run_late(const struct sequence_run *run, uint64_t number,
                                          uint32_t order);

/*
 * The functions below maintain the gaps of a run and add their memory to @p counter. If memory is
 * short or there are too many gaps, they forget the oldest.
 */

/**
 * Raises the highest number of @p run to @p number. Returns how many numbers are missing between
 * the two.
 */
uint32_t sequence_run_advance(struct sequence_counter *counter, struct sequence_run *run,
                              uint64_t number, const struct sequence_arrival *revealed_by);

/** The number came late: it is no longer missing. */
void sequence_run_receive(struct sequence_counter *counter, struct sequence_run *run,
                          uint64_t number);

/** Ends the current run of @p counter, if it has one, and begins the next. */
void sequence_run_begin(struct sequence_counter *counter, const struct sequence_arrival *first);

/**
 * Splits the current run of @p lower, a counter that has its own memory. The numbers up to @p
 * highest stay in @p lower. The numbers from @p first on become the current run of @p upper, an
 * empty counter. The gaps between the two are dropped.
 *
 * @return the numbers missing above @p highest, those that @p upper got included.
 */
uint64_t sequence_run_split(struct sequence_counter *lower, uint64_t highest, uint64_t first,
                            struct sequence_counter *upper);

/** A copy of @p run, without those before it, becomes the current run of @p counter, which has
 * none.
 */
void sequence_run_copy(struct sequence_counter *counter, const struct sequence_run *run);

/** The current run of @p counter goes on with the numbers of @p next, which lie above it. */
void sequence_run_append(struct sequence_counter *counter, const struct sequence_run *next);

/** Numbers missing in the remembered gaps of the run. */
uint64_t sequence_run_missing(const struct sequence_run *run);

/** Forgets the runs that ended too long ago, or are too many. */
void sequence_runs_forget(struct sequence_counter *counter);

void sequence_runs_clear(struct sequence_counter *counter);

/** Gives @p counter copies of its own of what its runs point to. */
void sequence_runs_clone(struct sequence_counter *counter);

#endif
