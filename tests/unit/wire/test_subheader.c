/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/fields.h"
#include "tests/unit/support/support.h"

/* draft-foschiano-erspan-03 section 4.3: each field once alone at its highest value, then mixed. */
static const struct subheader_case {
    const char *hex;
    struct subheader subheader;
} cases[] = {
    /* platform 1: reserved 14, VSM domain ID 12; port 32 */
    {"07fff000 00000000", {.platform = 1, .reserved = 0x3fff}},
    {"04000fff 00000000", {.platform = 1, .domain = 0xfff}},
    {"04000000 ffffffff", {.platform = 1, .port = 0xffffffff}},
    {"04001abc 12345678", {.platform = 1, .reserved = 1, .domain = 0xabc, .port = 0x12345678}},
    /* platform 3: reserved 12, port 14; upper time */
    {"0fffc000 00000000", {.platform = 3, .reserved = 0xfff}},
    {"0c003fff 00000000", {.platform = 3, .port = 0x3fff}},
    {"0c000000 ffffffff", {.platform = 3, .time = 0xffffffff}},
    {"0c004002 17b0c5f3", {.platform = 3, .reserved = 1, .port = 2, .time = 0x17b0c5f3}},
    /* platform 4: reserved 12 and 14, one after the other; reserved 32 */
    {"13ffffff 00000000", {.platform = 4, .reserved = 0x3ffffff}},
    {"10000000 ffffffff", {.platform = 4, .reserved2 = 0xffffffff}},
    /* platforms 5 and 6: switch ID 10, port 16; seconds */
    {"17ff0000 00000000", {.platform = 5, .switch_id = 0x3ff}},
    {"1400ffff 00000000", {.platform = 5, .port = 0xffff}},
    {"14000000 ffffffff", {.platform = 5, .time = 0xffffffff}},
    {"19f40013 5f5e1000", {.platform = 6, .switch_id = 500, .port = 19, .time = 0x5f5e1000}},
    /* platform 7: reserved 6, source index 20; upper time */
    {"1ff00000 00000000", {.platform = 7, .reserved = 0x3f}},
    {"1c0fffff 00000000", {.platform = 7, .port = 0xfffff}},
    {"1c000000 ffffffff", {.platform = 7, .time = 0xffffffff}},
    /* platform 0 is read as 7; source index 43973 */
    {"0000abc5 00000abc", {.platform = 0, .port = 43973, .time = 0xabc}},
    /* any other: 58 bits */
    {"0bffffff ffffffff", {.platform = 2, .opaque = 0x3ffffffffffffff}},
    {"fd234567 89abcdef", {.platform = 63, .opaque = 0x123456789abcdef}},
};

static void check_inverse(const struct subheader *subheader)
{
    uint8_t data[SUBHEADER_LENGTH];
    struct buffer out = {data, sizeof data, 0, false};
    subheader_encode(subheader, &out);
    g_assert_cmpuint(out.len, ==, SUBHEADER_LENGTH);
    struct subheader back;
    struct failure failure = subheader_decode((struct bytes){data, out.len}, 0, &back);
    assert_failure(failure, FAILURE_NONE, 0, 0);
    assert_subheader_equal(&back, subheader);
}

static void test_table(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bytes b = bytes_from_hex(cases[i].hex);
        struct subheader subheader;
        assert_failure(subheader_decode(b, 0, &subheader), FAILURE_NONE, 0, 0);
        assert_subheader_equal(&subheader, &cases[i].subheader);
        uint8_t data[SUBHEADER_LENGTH];
        struct buffer out = {data, sizeof data, 0, false};
        subheader_encode(&cases[i].subheader, &out);
        assert_bytes_equal((struct bytes){data, out.len}, b);
        bytes_free(b);
    }
}

/* Wherever it stands, a cut sub-header says where it starts and how much of it there is. */
static void test_cut(void)
{
    static const struct subheader none;
    struct bytes whole = bytes_from_hex("ffffffffffffffffffffffff ffffffffffffffff");
    for (size_t len = 0; len < whole.len; len++) {
        struct bytes b = bytes_prefix(whole, len);
        struct subheader subheader;
        struct failure failure = subheader_decode(b, 12, &subheader);
        assert_failure(failure, FAILURE_SUBHEADER_CUT, 12, len > 12 ? (uint32_t)(len - 12) : 0);
        assert_subheader_equal(&subheader, &none);
        bytes_free(b);
    }
    bytes_free(whole);
}

static void test_inverse(void)
{
    struct subheader vsm = {.platform = 1};
    SWEEP(vsm.reserved, 14, check_inverse(&vsm));
    SWEEP(vsm.domain, 12, check_inverse(&vsm));
    SWEEP(vsm.port, 32, check_inverse(&vsm));

    struct subheader port_time = {.platform = 3};
    SWEEP(port_time.reserved, 12, check_inverse(&port_time));
    SWEEP(port_time.port, 14, check_inverse(&port_time));
    SWEEP(port_time.time, 32, check_inverse(&port_time));

    struct subheader reserved = {.platform = 4};
    SWEEP(reserved.reserved, 26, check_inverse(&reserved));
    SWEEP(reserved.reserved2, 32, check_inverse(&reserved));

    for (uint8_t platform = 5; platform <= 6; platform++) {
        struct subheader seconds = {.platform = platform};
        SWEEP(seconds.switch_id, 10, check_inverse(&seconds));
        SWEEP(seconds.port, 16, check_inverse(&seconds));
        SWEEP(seconds.time, 32, check_inverse(&seconds));
    }
    for (uint8_t platform = 0; platform <= 7; platform += 7) {
        struct subheader index_time = {.platform = platform};
        SWEEP(index_time.reserved, 6, check_inverse(&index_time));
        SWEEP(index_time.port, 20, check_inverse(&index_time));
        SWEEP(index_time.time, 32, check_inverse(&index_time));
    }
    struct subheader opaque = {.platform = 2};
    SWEEP(opaque.opaque, 58, check_inverse(&opaque));
    for (opaque.platform = 8; opaque.platform <= 63; opaque.platform++)
        SWEEP(opaque.opaque, 58, check_inverse(&opaque));
}

/* Whatever the bits, no platform loses one. */
static void test_random(void)
{
    for (unsigned round = 0; round < 64 * 100; round++) {
        uint8_t in[SUBHEADER_LENGTH];
        uint8_t data[SUBHEADER_LENGTH];
        random_fill(in, sizeof in);
        in[0] = (uint8_t)(round % 64 << 2 | (in[0] & 3));
        struct subheader subheader;
        assert_failure(subheader_decode((struct bytes){in, sizeof in}, 0, &subheader), FAILURE_NONE,
                       0, 0);
        g_assert_cmpuint(subheader.platform, ==, round % 64);
        struct buffer out = {data, sizeof data, 0, false};
        subheader_encode(&subheader, &out);
        assert_bytes_equal((struct bytes){data, out.len}, (struct bytes){in, sizeof in});
    }
}

static void test_meaning(void)
{
    for (uint8_t platform = 0; platform < 64; platform++) {
        struct subheader subheader = {.platform = platform};
        bool upper = platform == 0 || platform == 3 || platform == 7;
        bool seconds = platform == 5 || platform == 6;
        g_assert_true(subheader_has_upper_time(&subheader) == upper);
        g_assert_true(subheader_has_seconds(&subheader) == seconds);
        g_assert_true(subheader_has_port(&subheader) == (upper || seconds || platform == 1));
        g_assert_true((subheader_layout(platform) == SUBHEADER_OPAQUE) ==
                      (platform == 2 || platform > 7));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/subheader/table", test_table);
    g_test_add_func("/subheader/cut", test_cut);
    g_test_add_func("/subheader/inverse", test_inverse);
    g_test_add_func("/subheader/random", test_random);
    g_test_add_func("/subheader/meaning", test_meaning);
    return g_test_run();
}
