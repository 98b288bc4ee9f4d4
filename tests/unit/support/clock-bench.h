/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A clock under test, and sources that stamp headers for it. clock_bench_end() asks for each copy
 * again, in another order: it must get the same time.
 */
#ifndef TESTS_UNIT_SUPPORT_CLOCK_BENCH_H
#define TESTS_UNIT_SUPPORT_CLOCK_BENCH_H

#include "core/clock/clock.h"
#include "tests/unit/support/support.h"

#define US INT64_C(1000)

#define MS INT64_C(1000000)

#define S INT64_C(1000000000)

/* 2023-11-14 22:13:20 UTC: 519442432 in 100 us, modulo 2^32. */
#define BEGIN_NS (INT64_C(1700000000) * S)

/* The collector is in no hurry, and in no step with the source. */
#define PATH_NS (300 * US)

enum { TAI_LEAD_S = 37 };

/* What was asked, and the first answer. */
struct asked {
    struct address source;
    struct erspan_header header;
    int64_t arrival_ns;
    uint64_t frame;
    struct clock_time time;
};

struct clock_bench {
    struct clock_table *table;
    GArray *asked;
    uint64_t frame;
};

/** The address of the switch that most tests have. */
extern const struct address clock_bench_switch;

/** A table of clocks that may use @p limit bytes. */
struct clock_bench clock_bench_new(size_t limit);

/** The time of a copy of @p source; keeps the answer for clock_bench_end(). */
struct clock_time clock_bench_take_from(struct clock_bench *bench, const struct address *source,
                                        const struct erspan_header *header, int64_t arrival_ns);

/** The same of the one source that most tests have. */
struct clock_time clock_bench_take(struct clock_bench *bench, const struct erspan_header *header,
                                   int64_t arrival_ns);

/** Asks for each copy again, in another order, and frees the table. */
void clock_bench_end(struct clock_bench *bench);

/** A random delay of up to @p most_ns. */
int64_t clock_bench_jitter(int64_t most_ns);

/** A source and its clock. */
struct clock_bench_source {
    int64_t tick_ps;
    int64_t ppm; /* the crystal is so much faster */
    uint64_t start;
    uint64_t turn; /* 0: 2^64, of which a header without a sub-header shows the lower half */
    bool upper;    /* sub-header 7 */
    uint8_t granularity;
};

/** Its count after @p elapsed_ns of true time. */
uint64_t clock_bench_count(const struct clock_bench_source *source, int64_t elapsed_ns);

/** The header that the source sends @p elapsed_ns after the begin. */
struct erspan_header clock_bench_stamp(const struct clock_bench_source *source, int64_t elapsed_ns);

int64_t clock_bench_distance(int64_t a, int64_t b);

/** Copies in regular intervals. */
struct clock_bench_run {
    unsigned copies;
    int64_t interval_ns;
};

/** Takes the copies of a source from @p elapsed on; returns the last time, and moves elapsed on. */
struct clock_time clock_bench_take_run(struct clock_bench *bench,
                                       const struct clock_bench_source *source,
                                       struct clock_bench_run run, int64_t *elapsed);

void clock_bench_assert_method(struct clock_time time, enum clock_method method, uint64_t tick_ps);

#endif
