/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Finds the time at which the source saw each frame. There is one clock for each source address, Hw
 * ID, granularity and timestamp width. The clock unwraps its timestamps with the help of arrival
 * times, measures the real length of a tick (the declared one may be wrong: quirks Q8, hidden
 * sub-header, and Q9, custom tick), and finds its offset from the time of day: from the copies
 * themselves (core/clock/timestamp.h) or from a marker packet. Without either its time is relative.
 *
 * Later copies improve what is known of a clock. Each state of this knowledge is a model with the
 * frame from which it holds. So a copy that is visited again gets the same time as at first,
 * without memory per copy. A clock that has no room for more models keeps its last one.
 *
 * No time is given without evidence. A counter has no time before its tick is found, usually with
 * the fourth copy or after 100 times the arrival jitter, whichever is later
 * (core/clock/clock-rate.h). Wraps in a gap are counted by arrival times if arrival jitter and
 * clock drift in the gap stay below an eighth of the counter's range: 0.5 s for 2^32 ticks of 1 ns,
 * 54 ms for 0.1 ns. A copy beyond that has no time: only later copies tell whether it is late,
 * wrong, or the counter jumped (core/clock/clock-engine.h).
 */
#ifndef CORE_CLOCK_CLOCK_H
#define CORE_CLOCK_CLOCK_H

#include "core/base/address.h"
#include "core/wire/erspan.h"
#include "core/wire/marker.h"

/** How a time was obtained. */
enum clock_method {
    CLOCK_MARKER,     /* a marker packet maps the counter, which states no time of day itself */
    CLOCK_1588,       /* seconds from sub-header 5 or 6, in UTC or TAI (core/clock/timescale.h) */
    CLOCK_UNIX_NS,    /* 64 bits (quirk Q10, Unix nanoseconds), in UTC or TAI */
    CLOCK_UNIX_100US, /* modulo 2^32 (quirk Q11, Unix 100 µs) */
    CLOCK_COUNTER_64, /* a free counter of 64 bits: its first time is the arrival of that copy */
    CLOCK_COUNTER_32, /* the same with 32 bits or with the nanoseconds of a second, extended over
                         wraps */
    CLOCK_1588_NANOSECONDS, /* IEEE 1588 without its seconds: the second is the arrival's */
    CLOCK_STAMP,            /* a tag in the mirrored frame states it (core/clock/stamp-clock.h) */
    CLOCK_UNKNOWN,          /* the tick is not known yet: no time */
    CLOCK_METHODS
};

struct clock_time {
    enum clock_method method;
    bool absolute; /* true: time of day. false: the time is relative; it includes the unknown delay
                      of the first copy, so only differences are meaningful, until the counter
                      jumps. */
    int64_t time_ns;  /* Unix time unless CLOCK_UNKNOWN */
    uint64_t tick_ps; /* one count, in picoseconds, as measured and snapped: 100 (Q8, hidden
                         sub-header), 2400 (Q9, custom tick), 1000, 8000, 100000 (100 ns), 100000000
                         (100 us). 0: not known */
    bool granularity_contradicted; /* tick_ps is not what the granularity declares */
};

struct clock_table;

enum { CLOCK_LIMIT_DEFAULT = 1 << 16 /* clocks */, CLOCK_MODELS_MAX = 64 /* of one clock */ };

/**
 * @param limit number of clocks and senders of markers together. Beyond it an idle source is
 * evicted (core/base/idle-queue.h). If one source alone has that many clocks, its further clocks
 * have no time. Each uses less than 2 KiB, with all its models.
 */
struct clock_table *clock_table_new(size_t limit);
void clock_table_free(struct clock_table *table);

/** The limit with which a table uses at most @p bytes. */
size_t clock_table_fit(size_t bytes);

/** Bytes of all state, or somewhat more. */
size_t clock_table_memory(const struct clock_table *table);

/** Copies and markers of clocks that were beyond the limit. */
uint64_t clock_table_given_up(const struct clock_table *table);

/**
 * A marker packet came from @p source. It maps the clocks of the Hw ID that is its ssid; as long as
 * the source sends markers of one ssid only, all its clocks whose Hw ID is another. It does not map
 * clocks whose tick is known to differ from the markers', nor clocks that state seconds or Unix
 * nanoseconds.
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

/** Delay (arrival time minus source time) and its jitter by RFC 3550, A.8, of the copies of one
 * session.
 */
struct clock_jitter {
    bool begun;
    int64_t delay_ns;
    double jitter_ns;
};

/** Takes the next delay; after a change of method or of absolute, call with begun cleared. */
void clock_jitter_take(struct clock_jitter *jitter, int64_t delay_ns);

const char *clock_method_text(enum clock_method method);

#endif
