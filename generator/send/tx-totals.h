/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What was reached: how much left, when, how late, and what could not leave and why.
 */
#ifndef GENERATOR_SEND_TX_TOTALS_H
#define GENERATOR_SEND_TX_TOTALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "generator/send/latency-histogram.h"
#include "generator/send/egress-interface.h"

enum { ERRNO_MAX = 255 };

/** Written by the thread that sends; the atomic members may be read meanwhile. */
struct totals {
    atomic_uint_fast64_t frames;
    atomic_uint_fast64_t bits; /* of frames with FCS */
    atomic_uint_fast64_t failed;
    uint64_t failures[ERRNO_MAX + 1]; /* by errno */
    size_t longest_refused;           /* for EMSGSIZE, bytes */
    int64_t first;                    /* moment at which the first frame left */
    int64_t last;
    struct lateness lateness; /* of frames that were due at a time */
    bool begun;               /* anything was tried */
    int64_t held_back_ns;     /* by so much the scenario was delayed, since sending was slower */
};

/** What a line per second needs to know of the line before. */
struct totals_mark {
    uint64_t frames;
    uint64_t bits;
    int64_t moment;
};

/** The frame left at @p moment, @p due 0 if it was due at no time. */
void totals_add(struct totals *totals, size_t length, int64_t moment, int64_t due);

/** The frame could not. */
void totals_fail(struct totals *totals, size_t length, int number);

/** Once in a second, where standard error is a terminal: a line that replaces the last and says
 * what was reached since then. The first mark is of the start. */
void totals_watch(const struct totals *totals, struct totals_mark *mark, int64_t moment);

/** Removes that line. */
void totals_unwatch(void);

/** All, for the user. */
void totals_print(const struct totals *totals, const struct wire *wire, FILE *stream);

#endif
