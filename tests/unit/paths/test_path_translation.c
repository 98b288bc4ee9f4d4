/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames whose addresses and ports are translated between two points. */
#include <string.h>

#include "core/base/checksum.h"
#include "core/paths/path-traits.h"
#include "core/wire/protocol.h"
#include "tests/unit/support/path-bench.h"

/* Three frames of which not all carry the same tell that addresses are translated. */
#define KNOWN "A1 B1t A2 B2t A3 B3t "

struct story {
    const char *name;
    const char *words;
    uint64_t both; /* of A and B, as all that follow */
    uint64_t only_from;
    uint64_t only_to;
    uint64_t lost;
    uint64_t translated;
};

static const struct story stories[] = {
    {"all are one", KNOWN "A4 B4t", 4, 0, 0, 0, 4},
    {"one is lost", KNOWN "A4 A5 B5t", 4, 1, 0, 1, 4},
    {"one of the first is lost", "A1 B1t A2 A3 B3t A4 B4t", 3, 1, 0, 1, 3},
    {"B's mirror lost it", KNOWN "A4 B4t- A5 B5t", 4, 1, 0, 0, 4},
    {"A's mirror lost it", KNOWN "A4- B4t A5 B5t", 4, 0, 1, 0, 4},
    {"A's mirror lost the first", "A1- B1t A2 B2t A3 B3t A4 B4t", 3, 0, 1, 0, 3},
    {"B's copies come first", "B1t A1 B2t A2 B3t A3 A4 A5 B5t A6 B6t A7 B7t", 6, 1, 0, 1, 6},
    {"several flows", "A1 B1t A101 B101t A201 B201t A2 B2t", 4, 0, 0, 0, 4},
    {"another flow of theirs, once", KNOWN "A301 B301t", 4, 0, 0, 0, 4},
    {"two frames tell nothing", "A1 B1t A2 B2t", 0, 0, 0, 0, 0},
    {"pauses are too long for the first", "A1 B1t . . A2 B2t . . A3 B3t . . A4 B4t", 2, 2, 2, 0, 2},
    {"all carry the same", "A1u B1ut A2u B2ut A3u B3ut A4u B4ut", 0, 0, 0, 0, 0},
    {"no ID", "A1i B1it A2i B2it A3i B3it A4i B4it", 0, 0, 0, 0, 0},
    {"no ID, but it is known", KNOWN "A4i B4it", 4, 0, 0, 0, 4},
    {"A shows two alike", KNOWN "A4i A4i B4it A5 B5t", 4, 2, 1, 0, 4},
    {"the flow passes as it is", "A1 B1 A2 B2t A3 B3t A4 B4t A5 B5", 2, 3, 0, 0, 0},
    {"the contents are others", "A1 B1ct A2 B2ct A3 B3ct A4 B4ct", 0, 0, 0, 0, 0},
    {"a pause", KNOWN "A4 . . . B4t A5 B5t", 4, 1, 1, 0, 4},
};

static void test_story(gconstpointer data)
{
    const struct story *story = data;
    struct path_bench bench;
    path_bench_begin(&bench);
    path_bench_tell(&bench, story->words);
    const struct path_pair *pair = path_bench_pair(&bench, 'A', 'B');
    const struct path_pair none = {0};
    pair = pair != NULL ? pair : &none;
    g_assert_cmpuint(pair->both, ==, story->both);
    g_assert_cmpuint(pair->only_from, ==, story->only_from);
    g_assert_cmpuint(pair->only_to, ==, story->only_to);
    g_assert_cmpuint(pair->lost, ==, story->lost);
    g_assert_cmpuint(pair->addresses_changed, ==, story->translated);
    g_assert_cmpuint(pair->ports_changed, ==, story->translated);
    g_assert_cmpuint(g_hash_table_size(bench.lost), ==, story->lost);
    g_assert_null(path_bench_pair(&bench, 'B', 'A'));
    path_bench_end(&bench);
}

/* A translator between A and B, or between B and C: each pair has all frames. */
static void test_three_points(void)
{
    static const char *const stories_of_three[] = {
        "A1 B1t C1t A2 B2t C2t A3 B3t C3t A4 B4t C4t", "A1 B1 C1t A2 B2 C2t A3 B3 C3t A4 B4 C4t",
        "A1 B1t C1t A2 C2t B2t A3 C3t B3t A4 C4t B4t", /* C's copies overtake those of B */
        "B1t C1t A1 B2t C2t A2 B3t C3t A3 A4 B4t C4t", /* A's copies come last */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(stories_of_three); i++) {
        struct path_bench bench;
        path_bench_begin(&bench);
        path_bench_tell(&bench, stories_of_three[i]);
        g_assert_cmpuint(path_bench_pair(&bench, 'A', 'B')->both, ==, 4);
        g_assert_cmpuint(path_bench_pair(&bench, 'B', 'C')->both, ==, 4);
        g_assert_cmpuint(path_bench_pair(&bench, 'A', 'C')->both, ==, 4);
        g_assert_cmpuint(path_bench_pair(&bench, 'A', 'C')->addresses_changed, ==, 4);
        g_assert_cmpuint(path_table_ways(bench.paths)->count, ==, 1);
        g_assert_cmpuint(path_table_ways(bench.paths)->items[0].count, ==, 3);
        path_bench_end(&bench);
    }
}

/* ---- what stays of a packet ---- */

enum { HEADERS_MAX = 60, DATA_LENGTH = 32, PACKET_MAX = HEADERS_MAX + DATA_LENGTH };

struct packet {
    uint8_t version; /* of IP */
    uint8_t protocol;
    uint16_t id;
    uint8_t host;  /* in the source address */
    uint16_t port; /* or the identifier of an echo */
    uint8_t last;  /* byte of the data */
    uint8_t flags; /* of TCP */
};

static void put_u16(uint8_t *out, unsigned value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
}

static size_t checksum_at(uint8_t protocol)
{
    return protocol == IP_PROTOCOL_TCP   ? TCP_AT_CHECKSUM
           : protocol == IP_PROTOCOL_UDP ? UDP_AT_CHECKSUM
                                         : ICMP_AT_CHECKSUM;
}

/* Writes the packet without a link layer; its length. */
static size_t write_packet(const struct packet *packet, uint8_t out[PACKET_MAX])
{
    bool v4 = packet->version == 4;
    size_t header = v4 ? IPV4_MIN_LENGTH : IPV6_LENGTH;
    size_t transport = packet->protocol == IP_PROTOCOL_TCP ? TCP_MIN_LENGTH : UDP_LENGTH;
    size_t length = transport + DATA_LENGTH;
    size_t addresses_at = v4 ? IPV4_AT_SOURCE : IPV6_AT_SOURCE;
    uint8_t *behind = out + header;
    memset(out, 0, PACKET_MAX);
    out[0] = v4 ? 0x45 : 0x60;
    put_u16(out + (v4 ? IPV4_AT_LENGTH : IPV6_AT_LENGTH),
            (unsigned)(v4 ? header + length : length));
    out[v4 ? IPV4_AT_PROTOCOL : IPV6_AT_NEXT_HEADER] = packet->protocol;
    if (v4)
        put_u16(out + IPV4_AT_ID, packet->id);
    out[addresses_at] = packet->host;
    out[header - 1] = 9;
    memset(behind + transport, 0xa5, DATA_LENGTH);
    behind[length - 1] = packet->last;
    switch (packet->protocol) {
    case IP_PROTOCOL_TCP:
        put_u16(behind, packet->port);
        put_u16(behind + 4, 0x1234);
        behind[TCP_AT_DATA_OFFSET] = 5 << 4;
        behind[TCP_AT_DATA_OFFSET + 1] = packet->flags;
        break;
    case IP_PROTOCOL_UDP:
        put_u16(behind, packet->port);
        put_u16(behind + UDP_AT_LENGTH, (unsigned)length);
        break;
    default:
        behind[0] = v4 ? 8 : 128; /* echo request: RFC 792, RFC 4443 */
        put_u16(behind + 4, packet->port);
    }
    uint8_t rest[4] = {0, packet->protocol};
    put_u16(rest + 2, (unsigned)length);
    uint32_t sum = 0;
    if (packet->protocol != IP_PROTOCOL_ICMP) {
        sum = internet_checksum_add(0, (struct bytes){out + addresses_at, header - addresses_at});
        sum = internet_checksum_add(sum, (struct bytes){rest, sizeof rest});
    }
    sum = internet_checksum_add(sum, (struct bytes){behind, length});
    put_u16(behind + checksum_at(packet->protocol), internet_checksum_end(sum));
    return header + length;
}

static struct path_stays stays_of(const struct packet *packet, size_t captured)
{
    uint8_t bytes[PACKET_MAX];
    size_t length = write_packet(packet, bytes);
    const struct frame_payload payload = {0, packet->version};
    struct path_traits traits = {0};
    path_traits_read((struct bytes){bytes, MIN(length, captured)}, payload, &traits);
    return traits.stays;
}

/* Whatever the address and the port, the key is one; the checksum tells of data that is cut off. */
static void test_what_stays(void)
{
    static const struct packet packets[] = {
        {4, IP_PROTOCOL_TCP, 77, 10, 5000, 1, 0x10}, {4, IP_PROTOCOL_UDP, 77, 10, 5000, 1, 0},
        {4, IP_PROTOCOL_ICMP, 77, 10, 5000, 1, 0},   {6, IP_PROTOCOL_TCP, 0, 32, 5000, 1, 0x10},
        {6, IP_PROTOCOL_UDP, 0, 32, 5000, 1, 0},     {6, IP_PROTOCOL_ICMPV6, 0, 32, 5000, 1, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(packets); i++) {
        const struct packet *packet = &packets[i];
        for (unsigned kind = 0; kind < 256; kind++) {
            size_t captured =
                kind % 2 == 0 ? PACKET_MAX : (size_t)IPV6_LENGTH + TCP_AT_CHECKSUM + 2;
            const struct path_stays stays = stays_of(packet, PACKET_MAX);
            struct packet other = *packet;
            other.host = (uint8_t)kind;
            other.port = (uint16_t)(kind * 257);
            struct path_stays translated = stays_of(&other, captured);
            g_assert_cmphex(path_stays_key(&stays), !=, 0);
            g_assert_cmphex(path_stays_key(&translated), ==, path_stays_key(&stays));
            g_assert_true(path_stays_alike(&stays, &translated));
            other.last++;
            translated = stays_of(&other, captured);
            g_assert_false(path_stays_alike(&stays, &translated));
        }
    }
}

static void test_what_tells_apart(void)
{
    const struct packet tcp = {4, IP_PROTOCOL_TCP, 77, 10, 5000, 1, 0x10};
    const struct path_stays stays = stays_of(&tcp, PACKET_MAX);
    struct packet changed = tcp;
    changed.id++;
    struct path_stays other = stays_of(&changed, PACKET_MAX);
    g_assert_false(path_stays_alike(&stays, &other));
    g_assert_cmphex(path_stays_content(&other), ==, path_stays_content(&stays));
    changed = tcp;
    changed.flags = 0x18;
    other = stays_of(&changed, PACKET_MAX);
    g_assert_false(path_stays_alike(&stays, &other));
    other = stays_of(&tcp, IPV4_MIN_LENGTH + TCP_AT_CHECKSUM + 1);
    g_assert_cmphex(path_stays_key(&other), ==, 0);
    g_assert_true(path_stays_identify(&stays));
    const struct packet without_id = {4, IP_PROTOCOL_UDP, 0, 10, 5000, 1, 0};
    other = stays_of(&without_id, PACKET_MAX);
    g_assert_false(path_stays_identify(&other));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
        g_autofree char *path = g_strdup_printf("/path-translation/story/%s", stories[i].name);
        g_test_add_data_func(path, &stories[i], test_story);
    }
    g_test_add_func("/path-translation/three-points", test_three_points);
    g_test_add_func("/path-translation/what-stays", test_what_stays);
    g_test_add_func("/path-translation/what-tells-apart", test_what_tells_apart);
    return g_test_run();
}
