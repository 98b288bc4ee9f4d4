/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversations that leave doubt: connections that begin again, ACKs that are missing, any input.
 */
#include "core/visibility/flow.h"

#include "tests/unit/support/flow-events.h"

static const struct flow_case doubtful_cases[] = {
    {"rst-says-nothing",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 101, 10),
         S(RST | ACK, SI + 1, 0, CI + 100001, 20),
         C(RST, CI + 1, 99, 0, 30),
     },
     {SUMS(100, 0, 1), .blind_flows = 1, TIMES(10, 10)}},
    {"syn-came-late",
     {
         S(ACK, SI + 1, 0, CI + 101, 1),
         C(SYN, CI, 0, 0, 2),
         C(ACK, CI + 101, 100, SI + 1, 3),
         S(ACK, SI + 1, 0, CI + 201, 4),
     },
     {SUMS(200, 100, 1), TIMES(4, 4)}},
    /* No later than behind a mebibyte: 1048776 bytes, 725 frames. */
    {"syn-came-as-late-as-can-be",
     {
         S(ACK, SI + 1, 0, CI + 1 + (1 << 20), 1),
         S(ACK, SI + 1, 0, CI + 101 + (1 << 20), 2),
         C(SYN, CI, 0, 0, 3),
         S(ACK, SI + 1, 0, CI + 201 + (1 << 20), 4),
     },
     {SUMS((1 << 20) + 200, 0, 725), .blind_flows = 1, TIMES(2, 4)}},
    /* Nothing can have come before a SYN with a higher number. */
    {"syn-ahead",
     {
         S(ACK, SI, 0, CI, 1),
         S(ACK, SI, 0, CI + 100, 2),
         C(SYN, CI + 10000, 0, 0, SECOND),
         S(SYN | ACK, SI + 10000, 0, CI + 10001, SECOND + 1),
         S(ACK, SI + 10001, 0, CI + 10011, SECOND + 2),
     },
     {.flows = 2,
      .delivered = 110,
      .blind_flows = 2,
      .one_sided_flows = 1,
      .implied_frames = 2,
      .implied_bytes = 110 + 2 * HEADERS,
      TIMES(2, SECOND + 2)}},
    {"syn-again",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 101, 10),
         C(SYN, CI, 0, 0, 20),
     },
     {SUMS(100, 0, 1), .blind_flows = 1, TIMES(10, 10)}},
    {"ports-again",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 101, 20),
         C(SYN, 900000000, 0, 0, 60 * SECOND),
         S(SYN | ACK, 7000, 0, 900000001, 60 * SECOND + 1),
         S(ACK, 7001, 0, 900000011, 60 * SECOND + 2),
     },
     {.flows = 2,
      .delivered = 110,
      .captured = 100,
      .blind_flows = 1,
      .one_sided_flows = 0,
      .implied_frames = 2,
      .implied_bytes = 110 + 2 * HEADERS,
      TIMES(20, 60 * SECOND + 2)}},
    /* The handshake of the second connection did not come: two numbers far away, close together. */
    {"ports-again-mid-stream",
     {
         S(ACK, SI, 0, CI, 1),
         S(ACK, SI, 0, CI + 100, 2),
         S(ACK, 700000000, 0, 3000000000, 10 * MS),
         S(ACK, 700000000, 0, 3000000100, 10 * MS + 1),
         S(ACK, 700000001, 0, 3000000200, 10 * MS + 2),
         S(ACK, 700000001, 0, 3000000300, 10 * MS + 3),
     },
     {.flows = 2,
      .delivered = 300,
      .blind_flows = 2,
      .one_sided_flows = 2,
      .implied_frames = 2,
      .implied_bytes = 300 + 2 * HEADERS,
      TIMES(2, 10 * MS + 3)}},
    /* 10 Gbit/s for 0.4 s without one ACK: two that rise bear each other out. */
    {"acks-lost",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 500000001, 400 * MS),
         S(ACK, SI + 1, 0, CI + 500001449, 400 * MS + 10),
     },
     {SUMS(500001448, 0, 345305), .blind_flows = 1, TIMES(400 * MS + 10, 400 * MS + 10)}},
    {"acks-lost-but-one",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 500000001, 400 * MS),
     },
     {SUMS(0, 0, 0)}},
    /* ... or data does. */
    {"acks-and-data-lost",
     {
         HANDSHAKE,
         C(ACK, CI + 1 + 500000000, 1448, SI + 1, 400 * MS),
         S(ACK, SI + 1, 0, CI + 1 + 500001448, 400 * MS + 10),
     },
     {SUMS(500001448, 1448, 345305), .implied_max = 1502, TIMES(400 * MS + 10, 400 * MS + 10)}},
    /* 10 Gbit/s for 1 s: more than 2^30 needs a second ACK. */
    {"acks-lost-for-long",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 1250000001, 1 * SECOND),
         S(ACK, SI + 1, 0, CI + 1250001449, 1 * SECOND + 10),
     },
     {SUMS(1250001448, 0, 863261), .blind_flows = 1, TIMES(SECOND + 10, SECOND + 10)}},
    /* No link carries 1 GB in 10 us: neither once nor when mirrored twice. */
    {"wild-ack",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 101, 10),
         S(ACK, SI + 1, 0, CI + 1000000001, 20),
         S(ACK, SI + 1, 0, CI + 1000000001, 21),
         S(ACK, SI + 1, 0, CI + 201, 30),
     },
     {SUMS(200, 0, 1), .blind_flows = 1, TIMES(10, 30)}},
    {"wild-data",
     {
         HANDSHAKE,
         C(ACK, CI + 1000000000, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 101, 20),
         C(ACK, CI + 1, 100, SI + 1, 30),
     },
     {SUMS(100, 100, 1), TIMES(20, 20)}},
    {"time-runs-back",
     {
         S(ACK, SI, 0, CI, 3 * SECOND),
         S(ACK, SI, 0, CI + 100, 1 * SECOND),
         S(ACK, SI, 0, CI + 200, 2 * SECOND),
     },
     {SUMS(200, 0, 1), .blind_flows = 1, .one_sided_flows = 1, TIMES(SECOND, 2 * SECOND)}},
    /* Each session mirrors what one of the ends sends. */
    {"elsewhere",
     {
         C(SYN, CI, 0, 0, 1, .stream = 1),
         S(SYN | ACK, SI, 0, CI + 1, 2),
         C(ACK, CI + 1, 100, SI + 1, 3, .stream = 1),
         C(ACK, CI + 101, 100, SI + 1, 4, .stream = 1),
         S(ACK, SI + 1, 0, CI + 151, 5),
     },
     {SUMS(150, 0, 1), .elsewhere = 150, .blind_flows = 1, .one_sided_flows = 1,
      .sides_elsewhere = 1, TIMES(5, 5)}},
    {"partly-elsewhere",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 3),
         C(ACK, CI + 51, 100, SI + 1, 4, .stream = 1),
         C(ACK, CI + 51, 100, SI + 1, 4, .stream = 2),
         C(ACK, CI + 251, 100, SI + 1, 4, .stream = 2),
         S(ACK, SI + 1, 0, CI + 301, 5),
     },
     {SUMS(300, 100, 1), .elsewhere = 150, TIMES(5, 5)}},
    /* The same ports between other ends, and of other sessions. */
    {"another-session",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 101, 10, .stream = 1),
     },
     {SUMS(0, 0, 0)}},
    /* Full frames carry the smaller MSS less the options of segments. */
    {"mss",
     {
         C(SYN, CI, 0, 0, 1, .mss = 8960),
         S(SYN | ACK, SI, 0, CI + 1, 2, .mss = 1460),
         C(ACK, CI + 1, 0, SI + 1, 3, .options = 12),
         S(ACK, SI + 1, 0, CI + 1 + 14480, 10, .options = 12),
         S(ACK, SI + 1, 0, CI + 1 + 14480, 11, .options = 24),
     },
     {.flows = 1,
      .delivered = 14480,
      .blind_flows = 1,
      .implied_frames = 10,
      .implied_bytes = 14480 + 10 * 66,
      .implied_max = 1514,
      TIMES(10, 10)}},
    /* Only the end that acknowledges is mirrored: its options are the other's too. */
    {"mss-one-sided",
     {
         S(SYN | ACK, SI, 0, CI + 1, 2, .mss = 1460),
         S(ACK, SI + 1, 0, CI + 1 + 14481, 10, .options = 12),
     },
     {.flows = 1,
      .delivered = 14481,
      .blind_flows = 1,
      .one_sided_flows = 1,
      .implied_frames = 11,
      .implied_bytes = 14481 + 11 * 66,
      .implied_max = 1514,
      TIMES(10, 10)}},
    {"largest-payload",
     {
         S(ACK, SI, 0, CI, 1),
         C(ACK, CI, 1000, SI, 2),
         S(ACK, SI, 0, CI + 10000, 3),
     },
     {SUMS(10000, 1000, 10), .implied_max = 1054, TIMES(3, 3)}},
    /* RFC 9293's least: less is a message rather than a full segment. */
    {"least-full-payload",
     {
         S(ACK, SI, 0, CI, 1),
         C(ACK, CI, 536, SI, 2),
         S(ACK, SI, 0, CI + 5360, 3),
     },
     {SUMS(5360, 536, 10), .implied_max = 590, TIMES(3, 3)}},
    {"short-payload",
     {
         S(ACK, SI, 0, CI, 1),
         C(ACK, CI, 535, SI, 2),
         S(ACK, SI, 0, CI + 5360, 3),
     },
     {SUMS(5360, 535, 4), TIMES(3, 3)}},
    /* Seven frames might be messages of any length; eight are hardly. */
    {"too-few-full-frames",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 1448, SI + 1, 5),
         S(ACK, SI + 1, 0, CI + 1 + 7 * 1448, 10),
     },
     {SUMS(7 * 1448, 1448, 7), TIMES(10, 10)}},
    {"enough-full-frames",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 1448, SI + 1, 5),
         S(ACK, SI + 1, 0, CI + 1 + 8 * 1448, 10),
     },
     {SUMS(8 * 1448, 1448, 8), .implied_max = 1502, TIMES(10, 10)}},
    /* Of what nothing tells the length: no MSS, no segment. */
    {"unknown-full-frames",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 1 + 8 * 1448, 10),
     },
     {SUMS(8 * 1448, 0, 8), .blind_flows = 1, TIMES(10, 10)}},
    {"super-frames",
     {
         C(SYN, CI, 0, 0, 1, .mss = 1460),
         S(SYN | ACK, SI, 0, CI + 1, 2, .mss = 1460),
         C(ACK, CI + 1, 29200, SI + 1, 3),
         S(ACK, SI + 1, 0, CI + 58401, 4),
     },
     {SUMS(58400, 29200, 2), TIMES(4, 4)}},
};

static void test_doubtful(gconstpointer data)
{
    flow_events_check(data);
}

/* 20 GB: the numbers wrap four times. Every eighth segment of 1 MB is missing; in the first session
 * nothing but ACKs came, in the second, which begins one wrap later, nothing but data. */
static void test_long(void)
{
    enum { PIECE = 1000000, PIECES = 20000, LATER = 5000 };
    struct flow_table *table = flow_table_new(MEMORY);
    for (unsigned i = 0; i < 9; i++)
        flow_events_take(table, &(struct event)S(ACK, SI, 0, CI, 0));
    for (unsigned i = 0; i < PIECES; i++) {
        uint32_t sequence = CI + i * (uint32_t)PIECE;
        int64_t time_us = INT64_C(800) * i; /* 10 Gbit/s */
        if (i % 8 != 0 && i >= LATER)
            flow_events_take(table,
                             &(struct event)C(ACK, sequence, PIECE, SI, time_us, .stream = 1));
        flow_events_take(table, &(struct event)S(ACK, SI, 0, sequence + PIECE, time_us + 1));
    }
    struct flow_totals totals = flow_totals(table, 0);
    g_assert_cmpuint(totals.delivered, ==, UINT64_C(1000000) * PIECES);
    g_assert_cmpuint(totals.captured, ==, 0);
    g_assert_cmpuint(totals.elsewhere, ==, UINT64_C(1000000) * (PIECES - LATER) / 8 * 7);
    g_assert_cmpuint(flow_totals(table, 1).delivered, ==, 0);
    flow_table_free(table);
}

/* What anybody may send: no sum exceeds what 128 Gbit/s and a window explain, nothing is captured
 * that was not delivered. */
static void test_wild(void)
{
    struct flow_table *table = flow_table_new(MEMORY);
    for (int i = 0; i < 100000; i++) {
        struct event event = {
            .from = g_test_rand_bit() ? 'C' : 'S',
            .flags =
                g_test_rand_int_range(0, 16) == 0 ? SYN : (unsigned)g_test_rand_int_range(0, 8),
            .sequence = (uint32_t)g_test_rand_int(),
            .payload = (uint32_t)g_test_rand_int_range(0, 65536),
            .acknowledgement = (uint32_t)g_test_rand_int(),
            .time_us = i,
            .stream = g_test_rand_bit() ? 1 : 0,
            .mss = (uint16_t)g_test_rand_int_range(0, 65536),
            .options = (uint8_t)g_test_rand_int_range(0, 41),
        };
        flow_events_take(table, &event);
        struct flow_totals totals = flow_totals(table, event.stream);
        g_assert_cmpuint(totals.captured + totals.elsewhere, <=, totals.delivered);
        g_assert_cmpuint(flow_table_memory(table), <, 20000);
    }
    flow_table_free(table);
}

static struct event event_of(uint32_t number, struct event event)
{
    event.stream = number;
    return event;
}

/* One flow in each session, more than there is memory for: each that makes room keeps its sums. */
static void test_memory_limit(void)
{
    enum { LIMIT = 165000, FLOWS = 300 };
    struct flow_table *table = flow_table_new(LIMIT);
    static const struct event events[] = {HANDSHAKE, C(ACK, CI + 1, 100, SI + 1, 4),
                                          S(ACK, SI + 1, 0, CI + 101, 5)};
    for (uint32_t number = 0; number < FLOWS; number++)
        for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
            struct event event = event_of(number, events[i]);
            flow_events_take(table, &event);
        }
    g_assert_cmpuint(flow_table_given_up(table), >, 0);
    g_assert_cmpuint(flow_table_given_up(table), <, FLOWS);
    g_assert_cmpuint(flow_table_memory(table), <, LIMIT + 2000);
    for (uint32_t number = 0; number < FLOWS; number++)
        flow_events_assert_totals(table, number,
                                  &(struct flow_totals){SUMS(100, 100, 1), TIMES(5, 5)});
    flow_table_free(table);
}

/* Segments of so many connections in turn that no short way to the last ones holds them all. */
static void test_many_in_turn(void)
{
    enum { FLOWS = 2000 };
    struct flow_table *table = flow_table_new(16 * (size_t)MEMORY);
    static const struct event events[] = {HANDSHAKE, C(ACK, CI + 1, 100, SI + 1, 4),
                                          S(ACK, SI + 1, 0, CI + 101, 5)};
    for (size_t i = 0; i < G_N_ELEMENTS(events); i++)
        for (uint32_t number = 0; number < FLOWS; number++) {
            struct event event = event_of(number, events[i]);
            flow_events_take(table, &event);
        }
    g_assert_cmpuint(flow_table_given_up(table), ==, 0);
    for (uint32_t number = 0; number < FLOWS; number++)
        flow_events_assert_totals(table, number,
                                  &(struct flow_totals){SUMS(100, 100, 1), TIMES(5, 5)});
    flow_table_free(table);
}

static void test_no_memory(void)
{
    struct flow_table *table = flow_table_new(0);
    flow_events_take(table, &(struct event)C(SYN, CI, 0, 0, 1));
    g_assert_cmpuint(flow_table_given_up(table), ==, 1);
    g_assert_cmpuint(flow_table_memory(table), ==, 0);
    flow_events_assert_totals(table, 0, &(struct flow_totals){0});
    flow_table_free(table);
    flow_table_free(NULL);
}

/* One end alone is heard. That the other is silent tells nothing while most of what it would have
 * answered did not come either: half of the payload, or else 512 KiB, or 16 sparse ACKs. */
static void test_talking(void)
{
    static const struct {
        uint32_t payload; /* 0: ACKs */
        uint32_t step;
        unsigned segments;
        uint64_t talking;
    } rows[] = {
        {1448, 1448, 3, 0}, {1448, 1448, 4, 1},    {1448, 2896, 4, 1},
        {1448, 5792, 4, 0}, {1448, 80000, 362, 0}, {1448, 80000, 363, 1},
        {0, 2896, 4, 1},    {0, 32768, 15, 0},     {0, 32768, 16, 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct flow_table *table = flow_table_new(MEMORY);
        g_test_message("payload %u, step %u, %u segments", rows[i].payload, rows[i].step,
                       rows[i].segments);
        for (uint32_t n = 0; n < rows[i].segments; n++) {
            const uint32_t at = CI + n * rows[i].step;
            const struct event data = C(ACK, at, rows[i].payload, SI, 10 + n);
            const struct event ack = S(ACK, SI, 0, at, 10 + n);
            flow_events_take(table, rows[i].payload > 0 ? &data : &ack);
        }
        struct flow_totals totals = flow_totals(table, 0);
        g_assert_cmpuint(totals.talking_flows, ==, rows[i].talking);
        g_assert_cmpuint(totals.one_sided_talks, ==, rows[i].talking);
        flow_table_free(table);
    }
}

/* One end alone is heard: its SYN, two segments side by side, and one without payload behind others
 * that did not come: of a source that samples, all may be of one end by chance. */
static void test_silent_by_chance(void)
{
    static const struct {
        uint32_t before; /* bytes that did not come in front of the two segments */
        uint32_t behind; /* likewise, up to the last segment */
        uint64_t talking;
    } rows[] = {{0, 0, 1}, {44000, 0, 0}, {0, 44000, 0}, {1448, 1448, 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct flow_table *table = flow_table_new(MEMORY);
        const uint32_t at = CI + 1 + rows[i].before;
        const struct event events[] = {
            C(SYN, CI, 0, 0, 10),
            C(ACK, at, 1448, SI, 11),
            C(ACK, at + 1448, 1448, SI, 12),
            C(ACK, at + 2896 + rows[i].behind, 0, SI, 13),
        };
        for (size_t n = 0; n < G_N_ELEMENTS(events); n++)
            flow_events_take(table, &events[n]);
        g_assert_cmpuint(flow_totals(table, 0).talking_flows, ==, rows[i].talking);
        flow_table_free(table);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TABLE("/flow", doubtful_cases, test_doubtful)
    g_test_add_func("/flow/long", test_long);
    g_test_add_func("/flow/wild", test_wild);
    g_test_add_func("/flow/memory-limit", test_memory_limit);
    g_test_add_func("/flow/many-in-turn", test_many_in_turn);
    g_test_add_func("/flow/no-memory", test_no_memory);
    g_test_add_func("/flow/talking", test_talking);
    g_test_add_func("/flow/silent-by-chance", test_silent_by_chance);
    return g_test_run();
}
