/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The result of sending: how many frames were sent, when, how late, and which failed and why.
 */
#ifndef GENERATOR_SEND_TX_TOTALS_H
#define GENERATOR_SEND_TX_TOTALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "generator/send/egress-interface.h"
#include "generator/send/latency-histogram.h"

enum { ERRNO_MAX = 255 };

/** Written by the sender thread. The atomic members may be read meanwhile. */
struct tx_totals {
    atomic_uint_fast64_t frames;
    atomic_uint_fast64_t bits; /* of frames with FCS */
    atomic_uint_fast64_t failed;
    uint64_t failures[ERRNO_MAX + 1]; /* by errno */
    size_t longest_refused;           /* for EMSGSIZE, bytes */
    int64_t first;                    /* CLOCK_MONOTONIC when the first frame was sent */
    int64_t last;
    struct latency_histogram lateness; /* of frames that were due at a time */
    bool begun;                        /* a frame was tried */
    int64_t held_back_ns;              /* the delay of the scenario because sending was slower */
};

/** What a progress line needs to know of the one before. */
struct tx_totals_mark {
    uint64_t frames;
    uint64_t bits;
    int64_t now_ns;
};

/** Counts a frame that was sent at @p now_ns. @p due is 0 if it had no due time. */
void tx_totals_add(struct tx_totals *totals, size_t length, int64_t now_ns, int64_t due);

/** Counts a frame that failed with this errno. */
void tx_totals_fail(struct tx_totals *totals, size_t length, int number);

/** Prints a progress line once a second if standard error is a terminal. It replaces the last one.
 * The first mark is that of the start. */
void tx_totals_watch(const struct tx_totals *totals, struct tx_totals_mark *mark, int64_t now_ns);

/** Removes the progress line. */
void tx_totals_unwatch(void);

/** Prints the result for the user. */
void tx_totals_print(const struct tx_totals *totals, const struct egress *egress, FILE *stream);

#endif
