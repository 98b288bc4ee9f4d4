/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/checksum.h"
#include "tests/unit/support/support.h"

/* RFC 1071 section 3: the words 0001 f203 f4f5 f6f7 add up to ddf2. */
static void test_rfc1071(void)
{
    struct bytes b = bytes_from_hex("0001f203f4f5f6f7");
    g_assert_cmphex(internet_checksum(b), ==, 0xffff ^ 0xddf2);
    bytes_free(b);
}

/* 4500+0073+4000+4011+c0a8+0001+c0a8+00c7 = 2479c, folded 479e, its complement b861. */
static void test_ipv4_header(void)
{
    struct bytes empty = bytes_from_hex("4500007300004000401100 00c0a80001c0a800c7");
    struct bytes filled = bytes_from_hex("45000073000040004011b861c0a80001c0a800c7");
    g_assert_cmphex(internet_checksum(empty), ==, 0xb861);
    g_assert_cmphex(internet_checksum(filled), ==, 0);
    bytes_free(filled);
    bytes_free(empty);
}

/* An odd last byte counts as the upper half of a word. */
static void test_odd(void)
{
    struct bytes b = bytes_from_hex("010203");
    g_assert_cmphex(internet_checksum(b), ==, 0xffff ^ (0x0102 + 0x0300));
    g_assert_cmphex(internet_checksum(bytes_first(b, 0)), ==, 0xffff);
    g_assert_cmphex(internet_checksum(bytes_first(b, 1)), ==, 0xffff ^ 0x0100);
    bytes_free(b);
}

/* The sum as RFC 1071 defines it, one word after the other. */
static uint16_t checksum_by_definition(struct bytes b)
{
    uint32_t sum = 0;
    for (size_t offset = 0; offset < b.len; offset += 2) {
        sum += (uint32_t)bytes_u8(b, offset) << 8 | bytes_u8(b, offset + 1);
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

static void test_pieces(void)
{
    uint8_t data[301];
    for (int round = 0; round < 100; round++) {
        random_fill(data, sizeof data);
        size_t len = (size_t)g_test_rand_int_range(0, sizeof data + 1);
        size_t cut = (size_t)g_test_rand_int_range(0, (gint32)len + 1) & ~(size_t)1;
        struct bytes whole = {data, len};
        uint16_t want = checksum_by_definition(whole);
        g_assert_cmphex(internet_checksum(whole), ==, want);
        uint32_t sum = internet_checksum_add(0, bytes_first(whole, cut));
        sum = internet_checksum_add(sum, bytes_from(whole, cut));
        g_assert_cmphex(internet_checksum_end(sum), ==, want);
    }
}

/* The most carries that a packet can produce. */
static void test_all_ones(void)
{
    static uint8_t data[65536];
    memset(data, 0xff, sizeof data);
    g_assert_cmphex(internet_checksum((struct bytes){data, sizeof data}), ==, 0);
}

static void test_fcs_known(void)
{
    g_assert_cmphex(ethernet_fcs((struct bytes){(const uint8_t *)"123456789", 9}), ==, 0xcbf43926);
    g_assert_cmphex(ethernet_fcs((struct bytes){NULL, 0}), ==, 0);
}

/* The CRC bit by bit, as division by the polynomial of IEEE 802.3 section 3.2.9. */
static uint32_t fcs_by_definition(struct bytes b)
{
    uint32_t crc = 0xffffffff;
    for (size_t bit = 0; bit < b.len * 8; bit++) {
        uint32_t in = bytes_u8(b, bit / 8) >> bit % 8 & 1;
        crc = crc >> 1 ^ (((crc ^ in) & 1) != 0 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void test_fcs_random(void)
{
    uint8_t data[200];
    for (size_t len = 0; len <= sizeof data; len++) {
        random_fill(data, len);
        struct bytes b = {data, len};
        g_assert_cmphex(ethernet_fcs(b), ==, fcs_by_definition(b));
    }
}

/* An FCS written as the header says checks out: the CRC over frame and FCS is the known residue. */
static void test_fcs_on_wire(void)
{
    uint8_t data[64];
    random_fill(data, 60);
    struct buffer out = {data, sizeof data, 60, false};
    buffer_put32le(&out, ethernet_fcs((struct bytes){data, 60}));
    g_assert_cmphex(ethernet_fcs((struct bytes){data, 64}), ==, 0x2144df1c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/checksum/internet/rfc1071", test_rfc1071);
    g_test_add_func("/checksum/internet/ipv4-header", test_ipv4_header);
    g_test_add_func("/checksum/internet/odd", test_odd);
    g_test_add_func("/checksum/internet/pieces", test_pieces);
    g_test_add_func("/checksum/internet/all-ones", test_all_ones);
    g_test_add_func("/checksum/fcs/known", test_fcs_known);
    g_test_add_func("/checksum/fcs/random", test_fcs_random);
    g_test_add_func("/checksum/fcs/on-wire", test_fcs_on_wire);
    return g_test_run();
}
