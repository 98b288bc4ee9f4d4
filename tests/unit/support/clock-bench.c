/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/clock-bench.h"

const struct address clock_bench_switch = {4, {192, 0, 2, 1}};

struct clock_bench clock_bench_new(size_t limit)
{
    return (struct clock_bench){clock_table_new(limit),
                                g_array_new(FALSE, FALSE, sizeof(struct asked)), 0};
}

struct clock_time clock_bench_take_from(struct clock_bench *bench, const struct address *source,
                                        const struct erspan_header *header, int64_t arrival_ns)
{
    struct asked asked = {*source, *header, arrival_ns, ++bench->frame, {0}};
    asked.time = clock_take(bench->table, source, header, arrival_ns, asked.frame);
    g_array_append_val(bench->asked, asked);
    return asked.time;
}

struct clock_time clock_bench_take(struct clock_bench *bench, const struct erspan_header *header,
                                   int64_t arrival_ns)
{
    return clock_bench_take_from(bench, &clock_bench_switch, header, arrival_ns);
}

static void assert_same(const struct clock_time *a, const struct clock_time *b)
{
    g_assert_cmpstr(clock_method_text(a->method), ==, clock_method_text(b->method));
    if (a->method == CLOCK_UNKNOWN)
        return;
    g_assert_cmpint(a->time_ns, ==, b->time_ns);
    g_assert_cmpuint(a->tick_ps, ==, b->tick_ps);
    g_assert_true(a->absolute == b->absolute &&
                  a->granularity_contradicted == b->granularity_contradicted);
}

static void ask_again(const struct clock_bench *bench, guint i)
{
    const struct asked *asked = &g_array_index(bench->asked, struct asked, i);
    struct clock_time again =
        clock_take(bench->table, &asked->source, &asked->header, asked->arrival_ns, asked->frame);
    assert_same(&again, &asked->time);
}

void clock_bench_end(struct clock_bench *bench)
{
    for (guint i = bench->asked->len; i-- > 0;)
        ask_again(bench, i);
    for (guint i = 0; i < bench->asked->len; i++)
        ask_again(bench, (guint)g_test_rand_int_range(0, (gint32)bench->asked->len));
    clock_table_free(bench->table);
    g_array_free(bench->asked, TRUE);
}

int64_t clock_bench_jitter(int64_t most_ns)
{
    return most_ns == 0 ? 0 : (int64_t)(g_test_rand_double() * (double)most_ns);
}

uint64_t clock_bench_count(const struct clock_bench_source *source, int64_t elapsed_ns)
{
    __int128 own_fs = (__int128)elapsed_ns * (1000000 + source->ppm);
    uint64_t count = source->start + (uint64_t)(own_fs / (source->tick_ps * 1000));
    return source->turn == 0 ? count : count % source->turn;
}

struct erspan_header clock_bench_stamp(const struct clock_bench_source *source, int64_t elapsed_ns)
{
    uint64_t count = clock_bench_count(source, elapsed_ns);
    struct erspan_header header = {
        .type = ERSPAN_TYPE_III,
        .version = ERSPAN_VERSION_III,
        .granularity = source->granularity,
        .timestamp = (uint32_t)count,
        .has_subheader = source->upper,
    };
    if (source->upper)
        header.subheader = (struct subheader){.platform = 7, .time = (uint32_t)(count >> 32)};
    return header;
}

int64_t clock_bench_distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

struct clock_time clock_bench_take_run(struct clock_bench *bench,
                                       const struct clock_bench_source *source,
                                       struct clock_bench_run run, int64_t *elapsed)
{
    struct clock_time time = {0};
    for (unsigned i = 0; i < run.copies; i++) {
        *elapsed += run.interval_ns;
        struct erspan_header header = clock_bench_stamp(source, *elapsed);
        time = clock_bench_take(bench, &header,
                                BEGIN_NS + *elapsed + PATH_NS + clock_bench_jitter(MS));
    }
    return time;
}

void clock_bench_assert_method(struct clock_time time, enum clock_method method, uint64_t tick_ps)
{
    g_assert_cmpstr(clock_method_text(time.method), ==, clock_method_text(method));
    if (method != CLOCK_UNKNOWN)
        g_assert_cmpuint(time.tick_ps, ==, tick_ps);
}
