/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/fields.h"
#include "tests/unit/support/support.h"

/* One marker packet, a line for each group of fields; every field has bytes of its own. */
#define MARKER_HEX                                                                                 \
    "000102030405060708090a0b0c0d0e0f10111213" /* proprietary */                                   \
    "a1a2"                                     /* info */                                          \
    "32 05"                                    /* type 3, version 2, ssid 5 */                     \
    "04 25"                                    /* 0.1 ns, UTC offset 37 */                         \
    "b1b2 c1c2c3c4c5c6"                        /* pad, ASIC time */                                \
    "5f5e1025 000f423f"                        /* seconds, microseconds */                         \
    "01020304"                                 /* sequence, little-endian */                       \
    "d1d2d3d4 e1e2e3e4"                        /* reserved, pad */                                 \
    "a5a5a5a5"

static const struct marker marker_fields = {
    .proprietary = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19},
    .info = 0xa1a2,
    .type = 3,
    .version = 2,
    .ssid = 5,
    .granularity = 4,
    .utc_offset = 37,
    .pad = 0xb1b2,
    .asic_time = 0xc1c2c3c4c5c6,
    .tai_seconds = 0x5f5e1025,
    .microseconds = 999999,
    .sequence = 0x04030201,
    .reserved = 0xd1d2d3d4,
    .pad2 = 0xe1e2e3e4,
};

static void check_inverse(const struct marker *marker)
{
    uint8_t data[MARKER_LENGTH];
    struct buffer out = {data, sizeof data, 0, false};
    marker_encode(marker, &out);
    g_assert_cmpuint(out.len, ==, MARKER_LENGTH);
    struct marker back;
    assert_failure(marker_decode((struct bytes){data, out.len}, &back), FAILURE_NONE, 0, 0);
    assert_marker_equal(&back, marker);
}

static void test_table(void)
{
    struct bytes b = bytes_from_hex(MARKER_HEX);
    g_assert_cmpuint(b.len, ==, 58);
    struct marker marker;
    assert_failure(marker_decode(b, &marker), FAILURE_NONE, 0, 0);
    assert_marker_equal(&marker, &marker_fields);
    uint8_t data[MARKER_LENGTH];
    struct buffer out = {data, sizeof data, 0, false};
    marker_encode(&marker_fields, &out);
    assert_bytes_equal((struct bytes){data, out.len}, b);
    bytes_free(b);
}

static void test_utc(void)
{
    g_assert_cmpuint(marker_utc_seconds(&marker_fields), ==, 0x5f5e1000);
}

static void test_cut(void)
{
    static const struct marker none;
    struct bytes whole = bytes_from_hex(MARKER_HEX "00");
    for (size_t len = 0; len <= whole.len; len++) {
        if (len == MARKER_LENGTH)
            continue;
        struct bytes b = bytes_prefix(whole, len);
        struct marker marker;
        assert_failure(marker_decode(b, &marker), FAILURE_MARKER_LENGTH, 0, (uint32_t)len);
        assert_marker_equal(&marker, &none);
        bytes_free(b);
    }
    bytes_free(whole);
}

static void test_tail(void)
{
    struct bytes b = bytes_from_hex(MARKER_HEX);
    for (size_t bit = 0; bit < 32; bit++) {
        uint8_t data[MARKER_LENGTH];
        g_assert_true(bytes_copy(b, 0, data, sizeof data));
        data[54 + bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        struct marker marker;
        assert_failure(marker_decode((struct bytes){data, sizeof data}, &marker),
                       FAILURE_MARKER_TAIL, 54, 0xa5a5a5a5 ^ 0x80000000 >> bit);
    }
    bytes_free(b);
}

static void test_inverse(void)
{
    struct marker marker = marker_fields;
    for (size_t i = 0; i < MARKER_PROPRIETARY_LENGTH; i++)
        SWEEP(marker.proprietary[i], 8, check_inverse(&marker));
    SWEEP(marker.info, 16, check_inverse(&marker));
    SWEEP(marker.type, 4, check_inverse(&marker));
    SWEEP(marker.version, 4, check_inverse(&marker));
    SWEEP(marker.ssid, 8, check_inverse(&marker));
    SWEEP(marker.granularity, 8, check_inverse(&marker));
    SWEEP(marker.utc_offset, 8, check_inverse(&marker));
    SWEEP(marker.pad, 16, check_inverse(&marker));
    SWEEP(marker.asic_time, 48, check_inverse(&marker));
    SWEEP(marker.tai_seconds, 32, check_inverse(&marker));
    SWEEP(marker.microseconds, 32, check_inverse(&marker));
    SWEEP(marker.sequence, 32, check_inverse(&marker));
    SWEEP(marker.reserved, 32, check_inverse(&marker));
    SWEEP(marker.pad2, 32, check_inverse(&marker));
}

static void test_random(void)
{
    for (int round = 0; round < 1000; round++) {
        uint8_t in[MARKER_LENGTH];
        uint8_t data[MARKER_LENGTH];
        random_fill(in, 54);
        memset(in + 54, 0xa5, 4);
        struct marker marker;
        assert_failure(marker_decode((struct bytes){in, sizeof in}, &marker), FAILURE_NONE, 0, 0);
        struct buffer out = {data, sizeof data, 0, false};
        marker_encode(&marker, &out);
        assert_bytes_equal((struct bytes){data, out.len}, (struct bytes){in, sizeof in});
    }
}

static void test_plausible(void)
{
    struct marker marker = {.tai_seconds = 1700000037, .utc_offset = 37, .microseconds = 999999};
    g_assert_true(marker_is_plausible(&marker));
    marker.microseconds = 1000000;
    g_assert_false(marker_is_plausible(&marker));
    marker.microseconds = 0;
    marker.tai_seconds = 36;
    g_assert_false(marker_is_plausible(&marker));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/marker/table", test_table);
    g_test_add_func("/marker/utc", test_utc);
    g_test_add_func("/marker/cut", test_cut);
    g_test_add_func("/marker/tail", test_tail);
    g_test_add_func("/marker/inverse", test_inverse);
    g_test_add_func("/marker/random", test_random);
    g_test_add_func("/marker/plausible", test_plausible);
    return g_test_run();
}
