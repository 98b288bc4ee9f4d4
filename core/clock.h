/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * When the source saw each frame. A clock is an engine of a source (source address and Hw ID): its
 * timestamps are unwrapped against arrival times, its real tick rate is told from the declared one
 * (quirks Q8, Q9), and its offset from the time of day is found: by a marker packet, by what the
 * copies state themselves (core/timestamp.h), or not at all, and then its time is relative.
 *
 * What is known of a clock grows while it is followed. Every state of that knowledge is kept as a
 * model with the frame from which on it holds, so that a copy visited again gets the very time it
 * got at first, without memory per copy.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include "core/address.h"
#include "core/erspan.h"
#include "core/marker.h"

/** How a time was obtained, best first. */
enum clock_method {
    CLOCK_MARKER,     /* a marker packet maps the counter */
    CLOCK_1588,       /* seconds from sub-header 5 or 6 */
    CLOCK_UNIX_NS,    /* 64 bits of Unix nanoseconds (quirk Q10) */
    CLOCK_UNIX_100US, /* Unix time in 100 us, modulo 2^32 (quirk Q11) */
    CLOCK_COUNTER_64, /* a free counter of 64 bits: relative to its first copy's arrival */
    CLOCK_COUNTER_32, /* likewise, of 32 bits, unwrapped by arrival */
    CLOCK_UNKNOWN,    /* the tick is not known yet: no time */
    CLOCK_METHODS
};

struct clock_time {
    enum clock_method method;
    bool absolute;      /* time of day; else the offset from the arrival of the first copy is hidden
                           in it and only differences mean something */
    int64_t time_ns;    /* Unix time unless CLOCK_UNKNOWN */
    uint64_t tick_ps;   /* one count, in picoseconds, as measured and snapped: 100 (Q8), 2400 (Q9),
                           1000, 8000, 100000 (100 ns), 100000000 (100 us). 0: not known */
    bool declared_lies; /* tick_ps is not what the granularity declares */
};

struct clock_table;

enum { CLOCK_LIMIT_DEFAULT = 1 << 16 /* clocks */, CLOCK_MODELS_MAX = 64 /* of one clock */ };

struct clock_table *clock_table_new(size_t limit);
void clock_table_free(struct clock_table *table);

/** A marker packet came from @p source. @p frame as below. */
void clock_take_marker(struct clock_table *table, const struct address *source,
                       const struct marker *marker, int64_t arrival_ns, uint64_t frame);

/**
 * A Type III copy came.
 *
 * @param frame  of the copy, above 0. A call for a frame that is not above all earlier ones changes
 *               nothing and gives the same time as that frame's first call.
 * @return what is known; method CLOCK_UNKNOWN if nothing is.
 */
struct clock_time clock_take(struct clock_table *table, const struct address *source,
                             const struct erspan_header *header, int64_t arrival_ns,
                             uint64_t frame);

/** Delay (arrival less source time) and its jitter by RFC 3550, A.8, of the copies of one session.
 */
struct clock_jitter {
    bool begun;
    int64_t delay_ns;
    double jitter_ns;
};

/** Takes the next delay; a change of method or of absolute begins anew: call with begun cleared. */
void clock_jitter_take(struct clock_jitter *jitter, int64_t delay_ns);

const char *clock_method_text(enum clock_method method);

#endif
