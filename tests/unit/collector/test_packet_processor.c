/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of a few bytes, and what each must count as. */
#include "collector/meter/packet-processor.h"

#include <string.h>

enum { LINK_ETHER = 1, ETHERNET = 14, IPV4 = 20, INNER = 60, PACKET_MAX = 256 };

struct made_packet {
    const char *what;
    uint16_t ether_type; /* 0: IPv4 */
    uint8_t protocol;
    uint16_t gre_protocol;
    uint8_t version;   /* in ERSPAN's first byte */
    uint16_t port;     /* of UDP: destination */
    uint16_t fragment; /* in units of 8 bytes */
    uint8_t source;    /* last byte of the outer address; 0: 1 */
    size_t cut;        /* captured bytes; 0: all */
};

static void put_u16(uint8_t *out, uint16_t value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
}

/* Returns the length. GRE has a sequence number; ERSPAN II of session 5 around an Ethernet frame.
 */
static size_t make(const struct made_packet *made, uint16_t number, uint8_t out[PACKET_MAX])
{
    size_t length = ETHERNET + IPV4 + 8 + 8 + INNER;
    uint8_t *ip = out + ETHERNET;
    uint8_t *next = ip + IPV4;
    memset(out, 0, PACKET_MAX);
    put_u16(out + 12, made->ether_type != 0 ? made->ether_type : 0x0800);
    if (made->ether_type != 0)
        return length;
    ip[0] = 0x45;
    put_u16(ip + 2, (uint16_t)(length - ETHERNET));
    put_u16(ip + 6, made->fragment);
    ip[8] = 64;
    ip[9] = made->protocol;
    memcpy(ip + 12, "\xc0\x00\x02\x01\xc0\x00\x02\x02", 8);
    if (made->source != 0)
        ip[15] = made->source;
    if (made->protocol == 17) {
        put_u16(next + 2, made->port);
        put_u16(next + 4, (uint16_t)(length - ETHERNET - IPV4));
        return length;
    }
    put_u16(next, 0x1000);
    put_u16(next + 2, made->gre_protocol);
    put_u16(next + 6, number);
    next[8] = made->version;
    next[11] = 5;
    put_u16(next + 16 + 12, 0x0806);
    put_u16(next + 16 + 20, number);
    return length;
}

static void put(struct packet_processor *processor, const struct made_packet *made, uint16_t number)
{
    uint8_t bytes[PACKET_MAX];
    size_t length = make(made, number, bytes);
    const struct packet packet = {
        .number = number,
        .time_ns = INT64_C(1000000) * number,
        .link = LINK_ETHER,
        .bytes = {bytes, made->cut != 0 ? made->cut : length},
        .length = length,
    };
    packet_processor_take(processor, &packet);
}

static struct packet_processor *processor_new(void)
{
    const struct packet_processor_policy policy = {
        .analysis = {.domain = DOMAIN_AUTO, .memory_limit = 1 << 20}};
    return packet_processor_new(&policy);
}

static const struct made_packet type_ii = {
    .what = "ERSPAN II", .protocol = 47, .gre_protocol = 0x88be, .version = 0x10};

/* A kind of packet, once; which total counts it, and what it is if it is no ERSPAN. */
static void test_kinds(void)
{
    static const struct {
        struct made_packet packet;
        uint64_t copies;
        uint64_t broken;
        uint64_t later_fragments;
        struct other_packets other; /* count 0: it is ERSPAN */
    } rows[] = {
        {.packet = {.what = "a copy", .protocol = 47, .gre_protocol = 0x88be, .version = 0x10},
         .copies = 1},
        {.packet = {.what = "an ERSPAN version that is not known",
                    .protocol = 47,
                    .gre_protocol = 0x88be,
                    .version = 0x70},
         .broken = 1},
        {.packet = {.what = "a later fragment of GRE", .protocol = 47, .fragment = 100},
         .later_fragments = 1},
        {.packet = {.what = "ARP", .ether_type = 0x0806}, .other = {OTHER_ETHERTYPE, 0x0806, 1}},
        {.packet = {.what = "gretap", .protocol = 47, .gre_protocol = 0x6558},
         .other = {OTHER_GRE, 0x6558, 1}},
        {.packet = {.what = "VXLAN", .protocol = 17, .port = 4789}, .other = {OTHER_UDP, 4789, 1}},
        {.packet = {.what = "TCP", .protocol = 6}, .other = {OTHER_IPV4, 6, 1}},
        {.packet = {.what = "cut in IP", .protocol = 47, .gre_protocol = 0x88be, .cut = 20},
         .other = {OTHER_BROKEN, 0, 1}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct packet_processor *processor = processor_new();
        struct snapshot snapshot;
        struct other_packets others[OTHER_SLOTS];
        g_test_message("%s", rows[i].packet.what);
        put(processor, &rows[i].packet, 1);
        snapshot_init(&snapshot);
        packet_processor_snapshot(processor, &snapshot);
        g_assert_cmpuint(snapshot.totals.frames, ==, 1);
        g_assert_cmpuint(snapshot.all.counts.copies, ==, rows[i].copies);
        g_assert_cmpuint(snapshot.totals.broken, ==, rows[i].broken);
        g_assert_cmpuint(snapshot.totals.later_fragments, ==, rows[i].later_fragments);
        g_assert_cmpuint(snapshot.totals.not_erspan, ==, rows[i].other.count);
        g_assert_cmpuint(other_traffic_rows(&snapshot.others, others), ==, rows[i].other.count);
        if (rows[i].other.count > 0) {
            g_assert_cmpint(others[0].kind, ==, rows[i].other.kind);
            g_assert_cmpuint(others[0].number, ==, rows[i].other.number);
        }
        snapshot_clear(&snapshot);
        packet_processor_free(processor);
    }
}

/* Copies wait in a batch: a look sees all of them, however many. */
static void test_numbers(void)
{
    for (uint16_t count = 1; count <= 70; count += 23) {
        struct packet_processor *processor = processor_new();
        struct snapshot snapshot;
        for (uint16_t number = 1; number <= count; number++)
            put(processor, &type_ii, number);
        put(processor, &type_ii, (uint16_t)(count + 3)); /* two are missing */
        snapshot_init(&snapshot);
        packet_processor_snapshot(processor, &snapshot);
        g_assert_cmpuint(snapshot.all.counts.copies, ==, count + UINT64_C(1));
        g_assert_cmpuint(snapshot.all.sequence.lost, ==, 2);
        g_assert_cmpuint(snapshot.totals.lost, ==, 2);
        g_assert_true(snapshot.all.state.loss_known);
        g_assert_cmpint(snapshot_session(&snapshot, 0)->state.key.id, ==, 5);
        snapshot_clear(&snapshot);
        packet_processor_free(processor);
    }
}

enum { SOURCES = 20, SESSIONS = 8, ROUNDS = 300, PACKETS = SOURCES * ROUNDS };

/* More sessions than there is room for, so that some are forgotten while copies wait. Among them
 * are packets that look at once at what is known, and one copy in 97 is missing. */
static void put_many(struct packet_processor *processor, uint16_t from, uint16_t to)
{
    for (uint16_t number = from; number < to; number++) {
        struct made_packet made = type_ii;
        made.source = (uint8_t)(1 + number * 7 % (number % 50 < 40 ? SESSIONS / 2 : SOURCES));
        if (number % 61 == 0)
            made.fragment = 100;
        if (number % 97 != 0)
            put(processor, &made, number);
    }
}

/* Looks, once in between and at the end. */
static void look_at_many(bool threaded, struct snapshot looks[2])
{
    const struct packet_processor_policy policy = {
        .analysis = {.domain = DOMAIN_AS_SESSION, .memory_limit = 64 << 20},
        .session_limit = SESSIONS,
        .paths_memory = 8 << 20,
        .threaded = threaded,
    };
    struct packet_processor *processor = packet_processor_new(&policy);
    put_many(processor, 1, PACKETS / 3);
    snapshot_init(&looks[0]);
    packet_processor_snapshot(processor, &looks[0]);
    put_many(processor, PACKETS / 3, PACKETS);
    packet_processor_end(processor);
    snapshot_init(&looks[1]);
    packet_processor_snapshot(processor, &looks[1]);
    packet_processor_free(processor);
}

#define ASSERT_SAME(TYPE, NAME) g_assert_cmpfloat((double)one->NAME, ==, (double)other->NAME);

static void assert_same_extremes(const struct session_extremes *one,
                                 const struct session_extremes *other)
{
    SESSION_EXTREMES(ASSERT_SAME, ASSERT_SAME, ASSERT_SAME, ASSERT_SAME, ASSERT_SAME)
}

/* A thread that analyses changes nothing. */
static void test_thread(void)
{
    struct snapshot alone[2];
    struct snapshot threaded[2];
    look_at_many(false, alone);
    look_at_many(true, threaded);
    for (unsigned i = 0; i < 2; i++) {
        const struct report_session *one = &alone[i].all;
        const struct report_session *other = &threaded[i].all;
        g_assert_cmpuint(alone[i].totals.lost, ==, threaded[i].totals.lost);
        g_assert_cmpuint(alone[i].totals.later_fragments, ==, threaded[i].totals.later_fragments);
        g_assert_true(memcmp(&one->counts, &other->counts, sizeof one->counts) == 0);
        g_assert_true(memcmp(&one->sequence, &other->sequence, sizeof one->sequence) == 0);
        assert_same_extremes(&one->extremes, &other->extremes);
        g_assert_cmpuint(alone[i].unfollowed, ==, threaded[i].unfollowed);
        g_assert_cmpuint(one->counts.copies, >, PACKETS / 3 * 9 / 10);
        g_assert_cmpuint(one->sequence.lost, >, 0);
        snapshot_clear(&alone[i]);
        snapshot_clear(&threaded[i]);
    }
}

static void count(void *context, const struct packet *packet)
{
    size_t *bytes = context;
    *bytes += packet->bytes.len;
}

static void count_mirrored(void *context, const struct mirrored_frame *frame)
{
    count(context, &frame->packet);
    g_assert_cmpint(frame->copy->session->key.id, ==, 5);
    g_assert_true(frame->finding->counts);
    g_assert_cmpint(frame->finding->domain.finding[DOMAIN_SESSION].kind, ==, SEQUENCE_FIRST);
}

/* Each packet goes to one sink, each mirrored frame to the other. */
static void test_sinks(void)
{
    size_t packets = 0;
    size_t mirrored = 0;
    const struct packet_processor_policy policy = {
        .analysis = {.domain = DOMAIN_AUTO, .memory_limit = 1 << 20},
        .packets = {.context = &packets, .take = count},
        .mirrored = {.context = &mirrored, .take = count_mirrored, .wants_finding = true},
    };
    struct packet_processor *processor = packet_processor_new(&policy);
    put(processor, &type_ii, 1);
    put(processor, &(struct made_packet){.ether_type = 0x0806}, 2);
    g_assert_cmpuint(packets, ==, 2 * (ETHERNET + IPV4 + 8 + 8 + INNER));
    g_assert_cmpuint(mirrored, ==, INNER);
    packet_processor_free(processor);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/packet-processor/kinds", test_kinds);
    g_test_add_func("/packet-processor/numbers", test_numbers);
    g_test_add_func("/packet-processor/thread", test_thread);
    g_test_add_func("/packet-processor/sinks", test_sinks);
    return g_test_run();
}
