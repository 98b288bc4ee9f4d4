/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/fields.h"
#include "tests/unit/support/support.h"

enum { MAX_LENGTH = 20 }; /* C or R, K, S, and the end of the source routes */

/* RFC 2784 section 2, RFC 2890 section 2; the empty list of source routes by RFC 1701. */
static const struct gre_case {
    const char *hex;
    struct gre_header header;
} cases[] = {
    {"0000 88be", {.protocol = 0x88be}},
    {"0000 22eb", {.protocol = 0x22eb}},
    {"1000 88be 00000007", {.flags = 0x1000, .protocol = 0x88be, .sequence = 7}},
    {"1000 22eb 3fffffff", {.flags = 0x1000, .protocol = 0x22eb, .sequence = 0x3fffffff}},
    {"2000 6558 0000002a", {.flags = 0x2000, .protocol = 0x6558, .key = 42}},
    {"3000 22eb 12345678 9abcdef0",
     {.flags = 0x3000, .protocol = 0x22eb, .key = 0x12345678, .sequence = 0x9abcdef0}},
    {"8000 88be cafe 0000", {.flags = 0x8000, .protocol = 0x88be, .checksum = 0xcafe}},
    {"b000 8949 1234 5678 deadbeef 00000001",
     {.flags = 0xb000,
      .protocol = 0x8949,
      .checksum = 0x1234,
      .offset = 0x5678,
      .key = 0xdeadbeef,
      .sequence = 1}},
    {"4000 88be 0000 0008 00000000", {.flags = 0x4000, .protocol = 0x88be, .offset = 8}},
    /* every bit but the version */
    {"fff8 ffff ffff ffff ffffffff ffffffff 00000000",
     {.flags = 0xfff8,
      .protocol = 0xffff,
      .checksum = 0xffff,
      .offset = 0xffff,
      .key = 0xffffffff,
      .sequence = 0xffffffff}},
};

static void check_decodes(struct bytes b, const struct gre_header *want)
{
    struct gre_header header;
    size_t length;
    assert_failure(gre_decode(b, &header, &length), FAILURE_NONE, 0, 0);
    assert_gre_equal(&header, want);
    g_assert_cmpuint(length, ==, b.len);
}

static void check_inverse(const struct gre_header *header)
{
    uint8_t data[MAX_LENGTH];
    struct buffer out = {data, sizeof data, 0, false};
    gre_encode(header, &out);
    g_assert_false(out.overflow);
    check_decodes((struct bytes){data, out.len}, header);
}

static void test_table(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bytes b = bytes_from_hex(cases[i].hex);
        check_decodes(b, &cases[i].header);
        uint8_t data[MAX_LENGTH];
        struct buffer out = {data, sizeof data, 0, false};
        gre_encode(&cases[i].header, &out);
        assert_bytes_equal((struct bytes){data, out.len}, b);
        bytes_free(b);
    }
}

static void test_length(void)
{
    g_assert_cmpuint(gre_length(0), ==, 4);
    g_assert_cmpuint(gre_length(GRE_BIT_SEQUENCE), ==, 8);
    g_assert_cmpuint(gre_length(GRE_BIT_KEY), ==, 8);
    g_assert_cmpuint(gre_length(GRE_BIT_CHECKSUM), ==, 8);
    g_assert_cmpuint(gre_length(GRE_BIT_CHECKSUM | GRE_BIT_ROUTING), ==, 8);
    g_assert_cmpuint(gre_length(GRE_BIT_CHECKSUM | GRE_BIT_KEY | GRE_BIT_SEQUENCE), ==, 16);
    g_assert_cmpuint(gre_length(GRE_BIT_STRICT_ROUTE | GRE_BITS_RECURSION | GRE_BITS_RESERVED), ==,
                     4);
}

/* A cut header asks for the bytes that its flags, once they are there, announce. */
static void test_cut(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bytes whole = bytes_from_hex(cases[i].hex);
        for (size_t len = 0; len < whole.len; len++) {
            struct bytes b = bytes_prefix(whole, len);
            struct gre_header header;
            size_t length;
            struct failure failure = gre_decode(b, &header, &length);
            size_t fixed = gre_length(cases[i].header.flags);
            if (len < GRE_BASE_LENGTH)
                assert_failure(failure, FAILURE_GRE_CUT, 0, GRE_BASE_LENGTH);
            else if (len < fixed)
                assert_failure(failure, FAILURE_GRE_CUT, 0, (uint32_t)fixed);
            else
                assert_failure(failure, FAILURE_GRE_ROUTING_CUT, fixed, 0);
            g_assert_cmpuint(length, ==, 0);
            bytes_free(b);
        }
        bytes_free(whole);
    }
}

static void test_inverse(void)
{
    struct gre_header header = {.protocol = 0x88be};
    for (unsigned flags = 0; flags <= 0xffff; flags++) {
        if ((flags & GRE_BITS_VERSION) != 0)
            continue;
        header.flags = (uint16_t)flags;
        header.checksum = flags & (GRE_BIT_CHECKSUM | GRE_BIT_ROUTING) ? 0x1234 : 0;
        header.offset = flags & (GRE_BIT_CHECKSUM | GRE_BIT_ROUTING) ? 0x5678 : 0;
        header.key = flags & GRE_BIT_KEY ? 0x9abcdef0 : 0;
        header.sequence = flags & GRE_BIT_SEQUENCE ? 0xfedcba98 : 0;
        check_inverse(&header);
    }
    header.flags = GRE_BIT_CHECKSUM | GRE_BIT_ROUTING | GRE_BIT_KEY | GRE_BIT_SEQUENCE;
    SWEEP(header.protocol, 16, check_inverse(&header));
    SWEEP(header.checksum, 16, check_inverse(&header));
    SWEEP(header.offset, 16, check_inverse(&header));
    SWEEP(header.key, 32, check_inverse(&header));
    SWEEP(header.sequence, 32, check_inverse(&header));
}

static void test_version(void)
{
    for (uint8_t version = 1; version <= 7; version++) {
        uint8_t data[] = {0x30, version, 0x88, 0xbe, 0, 0, 0, 0, 0, 0, 0, 0};
        struct gre_header header;
        size_t length;
        assert_failure(gre_decode((struct bytes){data, sizeof data}, &header, &length),
                       FAILURE_GRE_VERSION, 0, version);
        g_assert_cmphex(header.protocol, ==, 0x88be);
        g_assert_cmpuint(length, ==, 0);
    }
}

/* RFC 1701: two IPv4 hops, one autonomous system, the end of the list; then the payload. */
#define ROUTED                                                                                     \
    "5000 88be 0000 0004 00000009"                                                                 \
    "0800 04 08 c0000201 c0000202"                                                                 \
    "fffe 00 04 0000fde8"                                                                          \
    "0000 00 00"

static void test_routes(void)
{
    struct bytes b = bytes_from_hex(ROUTED "1001");
    struct gre_header header;
    size_t length;
    assert_failure(gre_decode(b, &header, &length), FAILURE_NONE, 0, 0);
    g_assert_cmpuint(header.sequence, ==, 9);
    g_assert_cmpuint(header.offset, ==, 4);
    g_assert_cmpuint(length, ==, 12 + 12 + 8 + 4);
    bytes_free(b);
}

static void test_routes_cut(void)
{
    struct bytes whole = bytes_from_hex(ROUTED);
    for (size_t len = 12; len < whole.len; len++) {
        struct bytes b = bytes_prefix(whole, len);
        struct gre_header header;
        size_t length;
        struct failure failure = gre_decode(b, &header, &length);
        if (len < 24)
            assert_failure(failure, FAILURE_GRE_ROUTING_CUT, 12, 0);
        else if (len < 32)
            assert_failure(failure, FAILURE_GRE_ROUTING_CUT, 24, 1);
        else
            assert_failure(failure, FAILURE_GRE_ROUTING_CUT, 32, 2);
        g_assert_cmpuint(header.sequence, ==, 9);
        bytes_free(b);
    }
    bytes_free(whole);
}

/* A list without end is given up, however long the packet is. */
static void test_routes_endless(void)
{
    uint8_t data[8 + 4096];
    for (size_t i = 0; i < sizeof data; i += 4)
        memcpy(data + i, "\x08\x00\x00\x00", 4);
    memcpy(data, "\x40\x00\x88\xbe", 4);
    struct gre_header header;
    size_t length;
    struct failure failure = gre_decode((struct bytes){data, sizeof data}, &header, &length);
    g_assert_cmpstr(failure_name(failure.kind), ==, "gre-routing-cut");
    g_assert_cmpuint(failure.found, >=, 16);
    g_assert_cmpuint(failure.offset, ==, 8 + 4 * failure.found);
}

/* 8000 + 88be + 0102 + 0300 = 10cc0, folded 0cc1, its complement f33e. */
static void test_checksum(void)
{
    uint8_t packet[] = {0x80, 0x00, 0x88, 0xbe, 0xff, 0xff, 0x00, 0x00, 0x01, 0x02, 0x03};
    struct bytes b = {packet, sizeof packet};
    g_assert_false(gre_checksum_right(b));
    gre_set_checksum(packet, sizeof packet);
    assert_bytes_hex(b, "8000 88be f33e 0000 0102 03");
    g_assert_true(gre_checksum_right(b));
    for (size_t bit = 0; bit < sizeof packet * 8; bit++) {
        if (bit == 0)
            continue; /* without C there is no checksum to be wrong */
        packet[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        g_assert_false(gre_checksum_right(b));
        packet[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    }
}

static void test_no_checksum(void)
{
    uint8_t packet[] = {0x10, 0x00, 0x88, 0xbe, 0xff, 0xff, 0x00, 0x00};
    struct bytes b = {packet, sizeof packet};
    gre_set_checksum(packet, sizeof packet);
    assert_bytes_hex(b, "1000 88be ffff 0000");
    g_assert_true(gre_checksum_right(b));
    packet[0] = 0x80;
    gre_set_checksum(packet, 7);
    assert_bytes_hex(b, "8000 88be ffff 0000");
}

static void check_found(const char *before, const char *gre, uint16_t flags, bool found)
{
    char *hex = g_strconcat(before, gre, "10010001 00000000", NULL);
    struct bytes packet = bytes_from_hex(hex);
    size_t payload_offset = packet.len - 8;
    struct gre_header header;
    size_t start = 0;
    g_assert_true(gre_find_before(packet, payload_offset, flags, 0x88be, &header, &start) == found);
    if (found) {
        struct bytes b = bytes_from_hex(before);
        g_assert_cmpuint(start, ==, b.len);
        g_assert_cmphex(header.flags, ==, flags);
        bytes_free(b);
    }
    bytes_free(packet);
    g_free(hex);
}

static void test_find_before(void)
{
    check_found("", "0000 88be", 0, true);
    check_found("450000", "1000 88be 00000007", 0x1000, true);
    check_found("450000", "b000 88be 1234 0000 0000002a 00000007", 0xb000, true);
    check_found("450000", ROUTED, 0x5000, true);
    check_found("450000", "1000 88be 00000007", 0x0000, false);
    check_found("450000", "1000 22eb 00000007", 0x1000, false);
    check_found("", "88be", 0, false);
    /* the sequence number imitates a header: only the flags asked for decide */
    check_found("450000", "1000 88be 000088be", 0x1000, true);
}

static void test_find_outside(void)
{
    struct bytes packet = bytes_from_hex("0000 88be");
    struct gre_header header;
    size_t start;
    g_assert_true(gre_find_before(packet, 4, 0, 0x88be, &header, &start));
    g_assert_false(gre_find_before(packet, 5, 0, 0x88be, &header, &start));
    g_assert_false(gre_find_before(packet, SIZE_MAX, 0, 0x88be, &header, &start));
    g_assert_false(gre_find_before(packet, 0, 0, 0x88be, &header, &start));
    bytes_free(packet);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gre/table", test_table);
    g_test_add_func("/gre/length", test_length);
    g_test_add_func("/gre/cut", test_cut);
    g_test_add_func("/gre/inverse", test_inverse);
    g_test_add_func("/gre/version", test_version);
    g_test_add_func("/gre/routes", test_routes);
    g_test_add_func("/gre/routes/cut", test_routes_cut);
    g_test_add_func("/gre/routes/endless", test_routes_endless);
    g_test_add_func("/gre/checksum", test_checksum);
    g_test_add_func("/gre/checksum/none", test_no_checksum);
    g_test_add_func("/gre/find-before", test_find_before);
    g_test_add_func("/gre/find-before/outside", test_find_outside);
    return g_test_run();
}
