/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * When the source saw each frame. A clock is an engine of a source (source address and Hw ID) as
 * one granularity and one width of timestamp show it: its timestamps are unwrapped against arrival
 * times, its real tick rate is told from the declared one (quirks Q8, Q9), and its offset from the
 * time of day is found: by what the copies state themselves (core/clock/timestamp.h), by a marker
 * packet, or not at all, and then its time is relative.
 *
 * What is known of a clock grows while it is followed. Every state of that knowledge is kept as a
 * model with the frame from which on it holds, so that a copy visited again gets the very time it
 * got at first, without memory per copy. When a clock has no room left for models, its last one
 * stays.
 *
 * Nothing is guessed. A counter has no time before its tick is found, as a rule with the fourth
 * copy or after 100 times the arrival jitter, whichever is later (core/clock/clock-rate.h). Turns
 * of a counter that nobody saw are counted by arrival, whatever the gap, as long as arrival jitter
 * and what two crystals drift apart in the gap stay below an eighth of a turn: for 2^32 ticks of 1
 * ns that is 0.5 s, of 0.1 ns, 54 ms. A copy beyond that has no time: whether it is late, wild, or
 * the counter jumped, only the copies after it tell (core/clock/clock-engine.h).
 */
#ifndef CORE_CLOCK_CLOCK_H
#define CORE_CLOCK_CLOCK_H

#include "core/base/address.h"
#include "core/wire/erspan.h"
#include "core/wire/marker.h"

/** How a time was obtained. */
enum clock_method {
    CLOCK_MARKER,      /* a marker packet maps the counter, which states no time of day itself */
    CLOCK_1588,        /* seconds from sub-header 5 or 6, in UTC or TAI (core/clock/timescale.h) */
    CLOCK_UNIX_NS,     /* 64 bits of Unix nanoseconds (quirk Q10) */
    CLOCK_UNIX_100US,  /* Unix time in 100 us, modulo 2^32 (quirk Q11) */
    CLOCK_COUNTER_64,  /* a free counter of 64 bits: its first time is the arrival of that copy */
    CLOCK_COUNTER_32,  /* likewise, of 32 bits or of so on, unwrapped */
    CLOCK_1588_SECOND, /* IEEE 1588 without its seconds: the second is the arrival's */
    CLOCK_UNKNOWN,     /* the tick is not known yet: no time */
    CLOCK_METHODS
};

struct clock_time {
    enum clock_method method;
    bool absolute;      /* time of day; else the delay of the first copy that got a time is hidden
                           in it and only differences mean something, until the counter jumps */
    int64_t time_ns;    /* Unix time unless CLOCK_UNKNOWN */
    uint64_t tick_ps;   /* one count, in picoseconds, as measured and snapped: 100 (Q8), 2400 (Q9),
                           1000, 8000, 100000 (100 ns), 100000000 (100 us). 0: not known */
    bool declared_lies; /* tick_ps is not what the granularity declares */
};

struct clock_table;

enum { CLOCK_LIMIT_DEFAULT = 1 << 16 /* clocks */, CLOCK_MODELS_MAX = 64 /* of one clock */ };

/** @param limit  of clocks, and senders of markers, together. What comes later has no time. Each
 *                takes less than 2 KiB, all models together. */
struct clock_table *clock_table_new(size_t limit);
void clock_table_free(struct clock_table *table);

/** The limit at which the state of all takes no more than @p bytes. */
size_t clock_table_fit(size_t bytes);

/** Bytes of all state, or somewhat more. */
size_t clock_table_memory(const struct clock_table *table);

/** Copies and markers of clocks for which there was no room. */
uint64_t clock_table_given_up(const struct clock_table *table);

/**
 * A marker packet came from @p source. It maps the clocks of the Hw ID that is its ssid; as long as
 * the source sends markers of one ssid only, all its clocks whose Hw ID is another. Not those whose
 * tick is known to be another than the markers', or that state seconds or Unix nanoseconds.
 *
 * A marker with ASIC time 0, or one that is not plausible (core/wire/marker.h), is passed over.
 *
 * @param frame  as below.
 */
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
