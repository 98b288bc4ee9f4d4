/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What was reached: how much left, when, how late, and what could not leave and why.
 */
#ifndef GENERATOR_SEND_TX_TOTALS_H
#define GENERATOR_SEND_TX_TOTALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "generator/send/egress-interface.h"
#include "generator/send/latency-histogram.h"

enum { ERRNO_MAX = 255 };

/** Written by the thread that sends; the atomic members may be read meanwhile. */
struct tx_totals {
    atomic_uint_fast64_t frames;
    atomic_uint_fast64_t bits; /* of frames with FCS */
    atomic_uint_fast64_t failed;
    uint64_t failures[ERRNO_MAX + 1]; /* by errno */
    size_t longest_refused;           /* for EMSGSIZE, bytes */
    int64_t first;                    /* moment at which the first frame left */
    int64_t last;
    struct latency_histogram lateness; /* of frames that were due at a time */
    bool begun;                        /* anything was tried */
    int64_t held_back_ns; /* by so much the scenario was delayed, since sending was slower */
};

/** What a line per second needs to know of the line before. */
struct tx_totals_mark {
    uint64_t frames;
    uint64_t bits;
    int64_t now_ns;
};

/** The frame left at @p now_ns, @p due 0 if it was due at no time. */
void tx_totals_add(struct tx_totals *totals, size_t length, int64_t now_ns, int64_t due);

/** The frame could not. */
void tx_totals_fail(struct tx_totals *totals, size_t length, int number);

/** Once in a second, where standard error is a terminal: a line that replaces the last and says
 * what was reached since then. The first mark is of the start. */
void tx_totals_watch(const struct tx_totals *totals, struct tx_totals_mark *mark, int64_t now_ns);

/** Removes that line. */
void tx_totals_unwatch(void);

/** All, for the user. */
void tx_totals_print(const struct tx_totals *totals, const struct egress *egress, FILE *stream);

#endif
