/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/support.h"

/* Far offsets: a sum of offset and width that wraps around must not come out inside the view. */
static const size_t far_offsets[] = {8,       9, 1000, SIZE_MAX - 8, SIZE_MAX - 2, SIZE_MAX - 1,
                                     SIZE_MAX};

static void test_read(void)
{
    struct bytes b = bytes_from_hex("0123456789abcdef");
    g_assert_cmphex(bytes_u8(b, 0), ==, 0x01);
    g_assert_cmphex(bytes_u8(b, 7), ==, 0xef);
    g_assert_cmphex(bytes_u16(b, 6), ==, 0xcdef);
    g_assert_cmphex(bytes_u32(b, 4), ==, 0x89abcdef);
    g_assert_cmphex(bytes_u32le(b, 4), ==, 0xefcdab89);
    g_assert_cmphex(bytes_u48(b, 2), ==, 0x456789abcdef);
    g_assert_cmphex(bytes_u64(b, 0), ==, 0x0123456789abcdef);
    bytes_free(b);
}

/* A value of which any byte is missing reads as 0, never as a part of it. */
static void test_read_outside(void)
{
    struct bytes b = bytes_from_hex("ffffffffffffffff");
    g_assert_cmphex(bytes_u16(b, 7), ==, 0);
    for (size_t offset = 5; offset < 8; offset++) {
        g_assert_cmphex(bytes_u32(b, offset), ==, 0);
        g_assert_cmphex(bytes_u32le(b, offset), ==, 0);
    }
    for (size_t offset = 3; offset < 8; offset++)
        g_assert_cmphex(bytes_u48(b, offset), ==, 0);
    for (size_t offset = 1; offset < 8; offset++)
        g_assert_cmphex(bytes_u64(b, offset), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(far_offsets); i++) {
        size_t offset = far_offsets[i];
        g_assert_cmphex(bytes_u8(b, offset), ==, 0);
        g_assert_cmphex(bytes_u16(b, offset), ==, 0);
        g_assert_cmphex(bytes_u32(b, offset), ==, 0);
        g_assert_cmphex(bytes_u48(b, offset), ==, 0);
        g_assert_cmphex(bytes_u64(b, offset), ==, 0);
        g_assert_false(bytes_has(b, offset, 1));
        g_assert_cmpuint(bytes_from(b, offset).len, ==, 0);
    }
    bytes_free(b);
}

static void test_has(void)
{
    struct bytes b = bytes_from_hex("00112233");
    for (size_t offset = 0; offset <= 6; offset++)
        for (size_t count = 0; count <= 6; count++)
            g_assert_true(bytes_has(b, offset, count) == (offset + count <= 4));
    g_assert_false(bytes_has(b, 1, SIZE_MAX));
    bytes_free(b);
}

static void test_views(void)
{
    struct bytes b = bytes_from_hex("00112233");
    assert_bytes_hex(bytes_from(b, 2), "2233");
    g_assert_cmpuint(bytes_from(b, 4).len, ==, 0);
    g_assert_cmpuint(bytes_first(b, 3).len, ==, 3);
    g_assert_cmpuint(bytes_first(b, 5).len, ==, 4);
    g_assert_true(bytes_equal(b, 2, "\x22\x33", 2));
    g_assert_false(bytes_equal(b, 2, "\x22\x34", 2));
    g_assert_false(bytes_equal(b, 3, "\x33\x00", 2));
    g_assert_true(bytes_equal(bytes_from(b, 4), 0, "", 0));
    bytes_free(b);
}

static void test_copy(void)
{
    struct bytes b = bytes_from_hex("00112233");
    uint8_t out[3] = {0xee, 0xee, 0xee};
    g_assert_false(bytes_copy(b, 2, out, 3));
    assert_bytes_hex((struct bytes){out, 3}, "eeeeee");
    g_assert_true(bytes_copy(b, 1, out, 3));
    assert_bytes_hex((struct bytes){out, 3}, "112233");
    g_assert_true(bytes_copy((struct bytes){NULL, 0}, 0, out, 0));
    bytes_free(b);
}

static void test_write(void)
{
    uint8_t data[32];
    struct buffer out = {data, sizeof data, 0, false};
    buffer_put8(&out, 0x01);
    buffer_put16(&out, 0x0203);
    buffer_put32(&out, 0x04050607);
    buffer_put64(&out, 0x08090a0b0c0d0e0f);
    buffer_put32le(&out, 0x13121110);
    buffer_put(&out, "\x14\x15", 2);
    buffer_zero(&out, 2);
    assert_bytes_hex((struct bytes){data, out.len},
                     "0102030405060708090a0b0c0d0e0f101112131415 0000");
    g_assert_false(out.overflow);
}

/* A put that does not fit writes nothing, and none after it does. */
static void test_overflow(void)
{
    uint8_t data[8] = {0};
    struct buffer out = {data, 5, 0, false};
    buffer_put32(&out, 0x11223344);
    buffer_put16(&out, 0x5566);
    g_assert_true(out.overflow);
    buffer_put8(&out, 0x77);
    g_assert_true(out.overflow);
    g_assert_cmpuint(out.len, ==, 4);
    assert_bytes_hex((struct bytes){data, 8}, "11223344 00000000");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bytes/read", test_read);
    g_test_add_func("/bytes/read-outside", test_read_outside);
    g_test_add_func("/bytes/has", test_has);
    g_test_add_func("/bytes/views", test_views);
    g_test_add_func("/bytes/copy", test_copy);
    g_test_add_func("/buffer/write", test_write);
    g_test_add_func("/buffer/overflow", test_overflow);
    return g_test_run();
}
