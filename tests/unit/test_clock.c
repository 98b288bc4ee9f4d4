/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources with a stated clock, whose copies arrive with jitter: the times must come out as the
 * clock was made. Each copy is then asked for again, in another order, and must get the very same
 * time.
 */
#include "core/clock.h"

#include "tests/unit/support.h"

#define US INT64_C(1000)
#define MS INT64_C(1000000)
#define S  INT64_C(1000000000)

/* 2023-11-14 22:13:20 UTC: 519442432 in 100 us, modulo 2^32. */
#define BEGIN_NS (INT64_C(1700000000) * S)
/* The collector is in no hurry, and in no step with the source. */
#define PATH_NS (300 * US)

static const struct address switch_address = {4, {192, 0, 2, 1}};

/* What was asked, and the first answer. */
struct asked {
    struct address source;
    struct erspan_header header;
    int64_t arrival_ns;
    uint64_t frame;
    struct clock_time time;
};

struct bench {
    struct clock_table *table;
    GArray *asked;
    uint64_t frame;
};

static struct bench bench_new(size_t limit)
{
    return (struct bench){clock_table_new(limit), g_array_new(FALSE, FALSE, sizeof(struct asked)),
                          0};
}

static struct clock_time take_from(struct bench *bench, const struct address *source,
                                   const struct erspan_header *header, int64_t arrival_ns)
{
    struct asked asked = {*source, *header, arrival_ns, ++bench->frame, {0}};
    asked.time = clock_take(bench->table, source, header, arrival_ns, asked.frame);
    g_array_append_val(bench->asked, asked);
    return asked.time;
}

static struct clock_time take(struct bench *bench, const struct erspan_header *header,
                              int64_t arrival_ns)
{
    return take_from(bench, &switch_address, header, arrival_ns);
}

static void assert_same(const struct clock_time *a, const struct clock_time *b)
{
    g_assert_cmpstr(clock_method_text(a->method), ==, clock_method_text(b->method));
    if (a->method == CLOCK_UNKNOWN)
        return;
    g_assert_cmpint(a->time_ns, ==, b->time_ns);
    g_assert_cmpuint(a->tick_ps, ==, b->tick_ps);
    g_assert_true(a->absolute == b->absolute && a->declared_lies == b->declared_lies);
}

static void ask_again(const struct bench *bench, guint i)
{
    const struct asked *asked = &g_array_index(bench->asked, struct asked, i);
    struct clock_time again =
        clock_take(bench->table, &asked->source, &asked->header, asked->arrival_ns, asked->frame);
    assert_same(&again, &asked->time);
}

static void bench_end(struct bench *bench)
{
    for (guint i = bench->asked->len; i-- > 0;)
        ask_again(bench, i);
    for (guint i = 0; i < bench->asked->len; i++)
        ask_again(bench, (guint)g_test_rand_int_range(0, (gint32)bench->asked->len));
    clock_table_free(bench->table);
    g_array_free(bench->asked, TRUE);
}

/* --- Free counters and stated times --- */

static int64_t jitter(int64_t most_ns)
{
    return most_ns == 0 ? 0 : (int64_t)(g_test_rand_double() * (double)most_ns);
}

struct source {
    int64_t tick_ps;
    int64_t ppm; /* the crystal is so much faster */
    uint64_t start;
    uint64_t turn; /* 0: 2^64, of which a header without a sub-header shows the lower half */
    bool upper;    /* sub-header 7 */
    uint8_t granularity;
};

/* Its count after @p elapsed_ns of true time. */
static uint64_t count_after(const struct source *source, int64_t elapsed_ns)
{
    __int128 own_fs = (__int128)elapsed_ns * (1000000 + source->ppm);
    uint64_t count = source->start + (uint64_t)(own_fs / (source->tick_ps * 1000));
    return source->turn == 0 ? count : count % source->turn;
}

static struct erspan_header stamp(const struct source *source, int64_t elapsed_ns)
{
    uint64_t count = count_after(source, elapsed_ns);
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

static const struct session_case {
    const char *name;
    struct source source;
    int64_t interval_ns;
    int64_t interval_more_ns; /* at most, by chance */
    int64_t jitter_ns;
    unsigned copies;
    unsigned known_after; /* copies, at most */
    enum clock_method method;
    bool lies;
} sessions[] = {
    {"100ps-64-bits-declared-100us",
     {100, 0, 77, 0, true, 0},
     S,
     S / 2,
     125 * US,
     60,
     4,
     CLOCK_COUNTER_64,
     true},
    {"100ps-64-bits-turns-32",
     {100, 0, 0xfffffff0, 0, true, 0},
     MS,
     0,
     10 * US,
     5000,
     40,
     CLOCK_COUNTER_64,
     true},
    {"2.4ns",
     {2400, 0, 4000000000, 0, false, 3},
     MS,
     MS,
     200 * US,
     30000,
     100,
     CLOCK_COUNTER_32,
     false},
    {"2.4ns-seldom",
     {2400, 0, 4000000000, 0, false, 3},
     3 * S,
     0,
     MS,
     200,
     4,
     CLOCK_COUNTER_32,
     false},
    {"2.4ns-irregular", {2400, 0, 0, 0, false, 3}, S, 40 * S, MS, 200, 10, CLOCK_COUNTER_32, false},
    {"1ns",
     {1000, 0, 4294967290, 0, false, 3},
     MS,
     MS,
     2 * MS,
     20000,
     2000,
     CLOCK_COUNTER_32,
     false},
    {"1ns-seldom", {1000, 0, 0, 0, false, 3}, 10 * S, 0, MS, 50, 6, CLOCK_COUNTER_32, false},
    {"8ns", {8000, 0, 1, 0, false, 3}, 10 * MS, 0, MS, 10000, 40, CLOCK_COUNTER_32, false},
    {"100ns",
     {100000, 0, 4294000000, 0, false, 1},
     20 * MS,
     10 * MS,
     MS,
     40000,
     40,
     CLOCK_COUNTER_32,
     false},
    {"100ns-declared-100us",
     {100000, 0, 0, 0, false, 0},
     MS,
     0,
     100 * US,
     1000,
     40,
     CLOCK_COUNTER_32,
     true},
    {"1ns-declared-100ns",
     {1000, 0, 0, 0, false, 1},
     MS,
     0,
     100 * US,
     20000,
     40,
     CLOCK_COUNTER_32,
     true},
    {"100us", {100000000, 0, 5208, 0, false, 0}, 10 * MS, 0, MS, 1000, 60, CLOCK_COUNTER_32, false},
    {"100ps-32-bits", {100, 0, 1, 0, false, 3}, MS, MS, MS, 20000, 1000, CLOCK_COUNTER_32, false},
    {"100ps-32-bits-fast",
     {100, 50, 1, 0, false, 3},
     20 * MS,
     20 * MS,
     MS,
     100000,
     100,
     CLOCK_COUNTER_32,
     false},
    {"1ns-slow", {1000, -80, 1, 0, false, 3}, 2 * S, S, 5 * MS, 20000, 10, CLOCK_COUNTER_32, false},
    {"nanoseconds-within-the-second",
     {1000, 0, 999999000, 1000000000, false, 2},
     10 * MS,
     10 * MS,
     MS,
     2000,
     60,
     CLOCK_COUNTER_32,
     false},
    {"bursts-first",
     {8000, 0, 1, 0, false, 3},
     2 * US,
     US,
     20 * US,
     100000,
     10000,
     CLOCK_COUNTER_32,
     false},
};

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* Before the tick is found there is no time; then it runs as the source's crystal does. */
static void test_session(gconstpointer data)
{
    const struct session_case *c = data;
    struct bench bench = bench_new(10);
    int64_t elapsed = 0;
    int64_t offset = 0;
    unsigned unknown = 0;
    for (unsigned i = 0; i < c->copies; i++) {
        struct erspan_header header = stamp(&c->source, elapsed);
        int64_t arrival = BEGIN_NS + elapsed + PATH_NS + jitter(c->jitter_ns);
        struct clock_time time = take(&bench, &header, arrival);
        int64_t own = elapsed + (int64_t)((double)elapsed * (double)c->source.ppm / 1e6);
        if (time.method == CLOCK_UNKNOWN) {
            g_assert_cmpuint(unknown, ==, i);
            unknown++;
        } else {
            g_assert_cmpstr(clock_method_text(time.method), ==, clock_method_text(c->method));
            g_assert_cmpint((int64_t)time.tick_ps, ==, c->source.tick_ps);
            g_assert_false(time.absolute);
            g_assert_true(time.declared_lies == c->lies);
            if (i == unknown) {
                g_assert_cmpint(time.time_ns, ==, arrival);
                offset = arrival - own;
            }
            g_assert_cmpint(distance(time.time_ns, own + offset), <=, c->source.tick_ps / 1000 + 2);
        }
        elapsed += c->interval_ns + jitter(c->interval_more_ns);
    }
    g_assert_cmpuint(unknown, <, c->known_after);
    bench_end(&bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(sessions); i++) {
        g_autofree char *path = g_strdup_printf("/clock/session/%s", sessions[i].name);
        g_test_add_data_func(path, &sessions[i], test_session);
    }
    return g_test_run();
}
