/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection whose segments are mirrored into several sessions, or into several tables: what all
 * of them saw, against what was sent, byte by byte.
 */
#include "core/visibility/flow-union.h"

#include "core/visibility/flow.h"

#include "tests/unit/support/support.h"

enum { MEMORY = 1 << 22, TABLES_MAX = 4, SEGMENT = 1448 };

struct bench {
    struct flow_table *tables[TABLES_MAX];
    size_t count;
    int64_t time_ns;
};

static struct bench bench_new(size_t tables, size_t memory)
{
    struct bench bench = {.count = tables};
    for (size_t i = 0; i < tables; i++)
        bench.tables[i] = flow_table_new(memory);
    return bench;
}

static void bench_end(struct bench *bench)
{
    for (size_t i = 0; i < bench->count; i++)
        flow_table_free(bench->tables[i]);
}

static void assert_union(const struct bench *bench, const struct flow_union *want)
{
    struct flow_union got = flow_union_sum(bench->tables, bench->count);
    g_assert_cmpuint(got.flows, ==, want->flows);
    g_assert_cmpuint(got.delivered, ==, want->delivered);
    g_assert_cmpuint(got.captured, ==, want->captured);
}

/* @p sessions  a bit for each that sees it; session n is in table n modulo their number. */
static void send(struct bench *bench, unsigned sessions, bool from_client,
                 struct tcp_segment segment)
{
    static const struct address ends[2] = {{4, {192, 0, 2, 1}}, {4, {192, 0, 2, 2}}};
    segment.source = ends[from_client ? 0 : 1];
    segment.destination = ends[from_client ? 1 : 0];
    segment.source_port = from_client ? 49152 : 5201;
    segment.destination_port = from_client ? 5201 : 49152;
    segment.headers = 54;
    bench->time_ns += 1000;
    for (uint32_t stream = 0; stream < 8; stream++)
        if (sessions & 1u << stream)
            flow_take(bench->tables[stream % bench->count], stream, &segment, bench->time_ns);
}

struct initial {
    uint32_t client;
    uint32_t server;
};

static void shake_hands(struct bench *bench, unsigned forward, unsigned reverse,
                        struct initial first)
{
    send(bench, forward, true, (struct tcp_segment){.sequence = first.client, .syn = true});
    send(bench, reverse, false,
         (struct tcp_segment){.sequence = first.server,
                              .acknowledgement = first.client + 1,
                              .syn = true,
                              .ack = true});
}

static void send_data(struct bench *bench, unsigned sessions, struct initial first, uint32_t number)
{
    send(bench, sessions, true,
         (struct tcp_segment){.sequence = first.client + 1 + number * SEGMENT,
                              .acknowledgement = first.server + 1,
                              .payload = SEGMENT,
                              .ack = true});
}

static void send_ack(struct bench *bench, unsigned sessions, struct initial first, uint32_t number)
{
    send(bench, sessions, false,
         (struct tcp_segment){.sequence = first.server + 1,
                              .acknowledgement = first.client + 1 + number * SEGMENT,
                              .ack = true});
}

/* Which sessions see what; @p share of the data segments, in percent, each at random. */
static const struct union_case {
    const char *name;
    size_t tables;
    unsigned forward; /* sessions that see what the client sends */
    unsigned reverse;
    bool striped; /* each data segment in one of `forward` only */
    unsigned share;
    unsigned within; /* percent that the sum may be off */
} cases[] = {
    {"one", 1, 1, 1, false, 100, 0},
    {"a-session-for-each-direction", 1, 1, 2, false, 100, 0},
    {"in-two-tables", 2, 1, 2, false, 100, 0},
    {"twice", 1, 3, 3, false, 100, 0},
    {"twice-in-two-tables", 2, 3, 3, false, 100, 0},
    {"stripes", 1, 7, 8, true, 100, 0},
    {"stripes-in-four-tables", 4, 7, 8, true, 100, 0},
    {"some-in-each", 1, 3, 3, false, 98, 0},
    {"some-and-apart", 2, 1, 2, false, 98, 0},
    {"half-in-each", 1, 3, 3, false, 50, 8},
    {"half-in-four", 1, 15, 1, false, 50, 8},
    {"many-gaps-apart", 1, 1, 2, false, 50, 0},
};

static unsigned choose(const struct union_case *c, uint32_t number)
{
    unsigned sessions = 0;
    for (unsigned stream = 0; stream < 8; stream++) {
        bool in_turn = !c->striped || number % 3 == stream;
        bool comes = c->share == 100 || g_test_rand_int_range(0, 100) < (gint32)c->share;
        if ((c->forward & 1u << stream) && in_turn && comes)
            sessions |= 1u << stream;
    }
    return sessions;
}

static void test_union(gconstpointer data)
{
    enum { SEGMENTS = 4000 };
    const struct union_case *c = data;
    const struct initial first = {4294000000, 77}; /* the numbers wrap */
    struct bench bench = bench_new(c->tables, MEMORY);
    uint64_t came = 0;
    shake_hands(&bench, c->forward, c->reverse, first);
    for (uint32_t number = 0; number < SEGMENTS; number++) {
        unsigned sessions = choose(c, number);
        came += sessions != 0 ? SEGMENT : 0;
        send_data(&bench, sessions, first, number);
        send_ack(&bench, c->reverse, first, number + 1);
    }
    struct flow_union got = flow_union_sum(bench.tables, bench.count);
    g_assert_cmpuint(got.flows, ==, 1);
    g_assert_cmpuint(got.delivered, ==, (uint64_t)SEGMENTS * SEGMENT);
    g_assert_cmpuint(got.captured, >=, came - came * c->within / 100);
    g_assert_cmpuint(got.captured, <=, came + came * c->within / 100);
    bench_end(&bench);
}

/* The same ports again: one session hears of it before the other, and both connections count. */
static void test_ports_again(void)
{
    const struct initial before = {1000, 5000};
    const struct initial after = {3000000000, 900000000};
    struct bench bench = bench_new(1, MEMORY);
    shake_hands(&bench, 1, 2, before);
    for (uint32_t number = 0; number < 10; number++) {
        send_data(&bench, 1, before, number);
        send_ack(&bench, 2, before, number + 1);
    }
    send(&bench, 1, true, (struct tcp_segment){.sequence = after.client, .syn = true});
    assert_union(&bench, &(struct flow_union){2, 10 * SEGMENT, 10 * SEGMENT});
    send(&bench, 2, false,
         (struct tcp_segment){.sequence = after.server,
                              .acknowledgement = after.client + 1,
                              .syn = true,
                              .ack = true});
    assert_union(&bench, &(struct flow_union){2, 10 * SEGMENT, 10 * SEGMENT});
    send_data(&bench, 1, after, 0);
    send_ack(&bench, 2, after, 1);
    assert_union(&bench, &(struct flow_union){2, 11 * SEGMENT, 11 * SEGMENT});
    bench_end(&bench);
}

/* What made room is not forgotten. */
static void test_memory_limit(void)
{
    enum { FLOWS = 200 };
    static const struct address server = {4, {192, 0, 2, 2}};
    struct flow_table *table = flow_table_new(60000);
    for (uint32_t number = 0; number < FLOWS; number++) {
        struct address client = {4, {198, 51, 100, (uint8_t)number}};
        struct tcp_segment data = {.source = client,
                                   .destination = server,
                                   .source_port = 1,
                                   .destination_port = 2,
                                   .sequence = 1,
                                   .payload = 100,
                                   .ack = true};
        struct tcp_segment ack = {.source = server,
                                  .destination = client,
                                  .source_port = 2,
                                  .destination_port = 1,
                                  .acknowledgement = 1,
                                  .ack = true};
        flow_take(table, 1, &ack, number);
        flow_take(table, 0, &data, number);
        ack.acknowledgement = 101;
        flow_take(table, 1, &ack, number);
    }
    g_assert_cmpuint(flow_table_given_up(table), >, FLOWS);
    struct flow_union got = flow_union_sum(&table, 1);
    g_assert_cmpuint(got.delivered, ==, 100 * FLOWS);
    g_assert_cmpuint(got.captured, ==, 100 * FLOWS);
    flow_table_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/flow-union/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_union);
    }
    g_test_add_func("/flow-union/ports-again", test_ports_again);
    g_test_add_func("/flow-union/memory-limit", test_memory_limit);
    return g_test_run();
}
