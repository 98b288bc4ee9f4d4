/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/fields.h"
#include "tests/unit/support/support.h"

enum { MAX_LENGTH = ERSPAN_III_LENGTH + SUBHEADER_LENGTH };

/* draft-foschiano-erspan-03 sections 4.2 and 4.3: each field once alone at its highest value, then
 * headers as sources send them. */
static const struct erspan_case {
    const char *hex;
    struct erspan_header header;
} cases[] = {
    {"", {.type = ERSPAN_TYPE_I}},

    {"00000000 00000000", {.type = ERSPAN_TYPE_II}},
    {"f0000000 00000000", {.type = ERSPAN_TYPE_II, .version = 15}},
    {"0fff0000 00000000", {.type = ERSPAN_TYPE_II, .vlan = 0xfff}},
    {"0000e000 00000000", {.type = ERSPAN_TYPE_II, .cos = 7}},
    {"00001800 00000000", {.type = ERSPAN_TYPE_II, .en_bso = ERSPAN_EN_PRESERVED}},
    {"00000400 00000000", {.type = ERSPAN_TYPE_II, .truncated = true}},
    {"000003ff 00000000", {.type = ERSPAN_TYPE_II, .session = 0x3ff}},
    {"00000000 fff00000", {.type = ERSPAN_TYPE_II, .reserved = 0xfff}},
    {"00000000 000fffff", {.type = ERSPAN_TYPE_II, .index = 0xfffff}},
    /* session 666 in VLAN 342, tagged, COS 6, index 32760 */
    {"1156d29a 00007ff8",
     {.type = ERSPAN_TYPE_II,
      .version = ERSPAN_VERSION_II,
      .vlan = 342,
      .cos = 6,
      .en_bso = ERSPAN_EN_DOT1Q,
      .session = 666,
      .index = 32760}},

    {"00000000 00000000 00000000", {.type = ERSPAN_TYPE_III}},
    {"f0000000 00000000 00000000", {.type = ERSPAN_TYPE_III, .version = 15}},
    {"0fff0000 00000000 00000000", {.type = ERSPAN_TYPE_III, .vlan = 0xfff}},
    {"0000e000 00000000 00000000", {.type = ERSPAN_TYPE_III, .cos = 7}},
    {"00001800 00000000 00000000", {.type = ERSPAN_TYPE_III, .en_bso = ERSPAN_BSO_BAD}},
    {"00000400 00000000 00000000", {.type = ERSPAN_TYPE_III, .truncated = true}},
    {"000003ff 00000000 00000000", {.type = ERSPAN_TYPE_III, .session = 0x3ff}},
    {"00000000 ffffffff 00000000", {.type = ERSPAN_TYPE_III, .timestamp = 0xffffffff}},
    {"00000000 00000000 ffff0000", {.type = ERSPAN_TYPE_III, .sgt = 0xffff}},
    {"00000000 00000000 00008000", {.type = ERSPAN_TYPE_III, .ethernet_pdu = true}},
    {"00000000 00000000 00007c00", {.type = ERSPAN_TYPE_III, .frame_type = 31}},
    {"00000000 00000000 000003f0", {.type = ERSPAN_TYPE_III, .hardware_id = 63}},
    {"00000000 00000000 00000008", {.type = ERSPAN_TYPE_III, .egress = true}},
    {"00000000 00000000 00000006", {.type = ERSPAN_TYPE_III, .granularity = ERSPAN_GRA_CUSTOM}},
    {"00000000 00000000 00000001", {.type = ERSPAN_TYPE_III, .optional = true}},
    /* session 0 in VLAN 20, P, engine 3, ingress, 100 us: timestamp 5208 */
    {"20140000 00001458 00008030",
     {.type = ERSPAN_TYPE_III,
      .version = ERSPAN_VERSION_III,
      .vlan = 20,
      .timestamp = 5208,
      .ethernet_pdu = true,
      .hardware_id = 3}},
    /* an IP packet, egress, IEEE 1588 nanoseconds with the seconds in sub-header 5 */
    {"2000a065 3b9ac9ff 0007080d 14280001 5f5e1000",
     {.type = ERSPAN_TYPE_III,
      .version = ERSPAN_VERSION_III,
      .cos = 5,
      .session = 101,
      .timestamp = 999999999,
      .sgt = 7,
      .frame_type = ERSPAN_FT_IP,
      .egress = true,
      .granularity = ERSPAN_GRA_1588,
      .optional = true,
      .has_subheader = true,
      .subheader = {.platform = 5, .switch_id = 40, .port = 1, .time = 0x5f5e1000}}},
    /* FT 7, BSO 3 and no O, yet a sub-header (quirk Q8) */
    {"23611865 00000001 00001c00 0000abc5 00000002",
     {.type = ERSPAN_TYPE_III,
      .version = ERSPAN_VERSION_III,
      .vlan = 865,
      .en_bso = ERSPAN_BSO_BAD,
      .session = 101,
      .timestamp = 1,
      .frame_type = 7,
      .has_subheader = true,
      .subheader = {.platform = 0, .port = 43973, .time = 2}}},
};

static void check_inverse(const struct erspan_header *header)
{
    uint8_t data[MAX_LENGTH];
    struct buffer out = {data, sizeof data, 0, false};
    erspan_encode(header, &out);
    g_assert_cmpuint(out.len, ==, erspan_length(header->type, header->has_subheader));
    struct erspan_header back;
    struct failure failure =
        erspan_decode((struct bytes){data, out.len}, header->type, header->has_subheader, &back);
    assert_failure(failure, FAILURE_NONE, 0, 0);
    assert_erspan_equal(&back, header);
}

static void test_length(void)
{
    g_assert_cmpuint(erspan_length(ERSPAN_TYPE_I, false), ==, 0);
    g_assert_cmpuint(erspan_length(ERSPAN_TYPE_II, false), ==, 8);
    g_assert_cmpuint(erspan_length(ERSPAN_TYPE_III, false), ==, 12);
    g_assert_cmpuint(erspan_length(ERSPAN_TYPE_III, true), ==, 20);
}

static void test_table(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct erspan_header *want = &cases[i].header;
        struct bytes b = bytes_from_hex(cases[i].hex);
        struct erspan_header header;
        assert_failure(erspan_decode(b, want->type, want->has_subheader, &header), FAILURE_NONE, 0,
                       0);
        assert_erspan_equal(&header, want);
        uint8_t data[MAX_LENGTH];
        struct buffer out = {data, sizeof data, 0, false};
        erspan_encode(want, &out);
        assert_bytes_equal((struct bytes){data, out.len}, b);
        bytes_free(b);
    }
}

/* The fields of which every byte is there, in words of 4 bytes. */
static struct erspan_header fields_within(const struct erspan_header *whole, size_t len)
{
    struct erspan_header header = {.type = whole->type};
    if (len >= 4) {
        header.version = whole->version;
        header.vlan = whole->vlan;
        header.cos = whole->cos;
        header.en_bso = whole->en_bso;
        header.truncated = whole->truncated;
        header.session = whole->session;
    }
    if (len >= 8)
        header.timestamp = whole->timestamp;
    return header;
}

static void test_cut(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct erspan_header *want = &cases[i].header;
        struct bytes whole = bytes_from_hex(cases[i].hex);
        size_t header_length = erspan_length(want->type, false);
        for (size_t len = 0; len < whole.len; len++) {
            struct bytes b = bytes_prefix(whole, len);
            struct erspan_header header;
            struct failure failure = erspan_decode(b, want->type, want->has_subheader, &header);
            struct erspan_header within;
            if (len < header_length) {
                assert_failure(failure, FAILURE_HEADER_CUT, len, (uint32_t)header_length);
                within = fields_within(want, len);
            } else {
                assert_failure(failure, FAILURE_SUBHEADER_CUT, ERSPAN_III_LENGTH,
                               (uint32_t)(len - ERSPAN_III_LENGTH));
                within = *want;
                within.subheader = (struct subheader){0};
            }
            assert_erspan_equal(&header, &within);
            bytes_free(b);
        }
        bytes_free(whole);
    }
}

static void sweep_first_word(struct erspan_header *header)
{
    SWEEP(header->version, 4, check_inverse(header));
    SWEEP(header->vlan, 12, check_inverse(header));
    SWEEP(header->cos, 3, check_inverse(header));
    SWEEP(header->en_bso, 2, check_inverse(header));
    SWEEP(header->truncated, 1, check_inverse(header));
    SWEEP(header->session, 10, check_inverse(header));
}

static void sweep_type_ii(struct erspan_header *header)
{
    sweep_first_word(header);
    SWEEP(header->reserved, 12, check_inverse(header));
    SWEEP(header->index, 20, check_inverse(header));
}

static void sweep_type_iii(struct erspan_header *header)
{
    sweep_first_word(header);
    SWEEP(header->timestamp, 32, check_inverse(header));
    SWEEP(header->sgt, 16, check_inverse(header));
    SWEEP(header->ethernet_pdu, 1, check_inverse(header));
    SWEEP(header->frame_type, 5, check_inverse(header));
    SWEEP(header->hardware_id, 6, check_inverse(header));
    SWEEP(header->egress, 1, check_inverse(header));
    SWEEP(header->granularity, 2, check_inverse(header));
    SWEEP(header->optional, 1, check_inverse(header));
}

/* Among zeros a field that is lost shows, among ones a field that spills into its neighbours. */
static void test_inverse(void)
{
    uint8_t ones[MAX_LENGTH];
    memset(ones, 0xff, sizeof ones);
    struct bytes all_ones = {ones, sizeof ones};

    struct erspan_header header = {.type = ERSPAN_TYPE_II};
    sweep_type_ii(&header);
    erspan_decode(all_ones, ERSPAN_TYPE_II, false, &header);
    sweep_type_ii(&header);
    for (int has_subheader = 0; has_subheader <= 1; has_subheader++) {
        header = (struct erspan_header){.type = ERSPAN_TYPE_III, .has_subheader = has_subheader};
        sweep_type_iii(&header);
        erspan_decode(all_ones, ERSPAN_TYPE_III, has_subheader, &header);
        sweep_type_iii(&header);
    }
}

static void check_bytes_survive(struct bytes in, enum erspan_type type, bool has_subheader)
{
    struct erspan_header header;
    assert_failure(erspan_decode(in, type, has_subheader, &header), FAILURE_NONE, 0, 0);
    uint8_t data[MAX_LENGTH];
    struct buffer out = {data, sizeof data, 0, false};
    erspan_encode(&header, &out);
    assert_bytes_equal((struct bytes){data, out.len},
                       bytes_first(in, erspan_length(type, has_subheader)));
}

/* Whatever the bits, for every version and every platform: encoding gives back the bytes decoded.
 */
static void test_random(void)
{
    for (unsigned round = 0; round < 16 * 64 * 8; round++) {
        uint8_t in[MAX_LENGTH];
        random_fill(in, sizeof in);
        in[0] = (uint8_t)(round % 16 << 4 | (in[0] & 0xf));
        in[12] = (uint8_t)(round / 16 % 64 << 2 | (in[12] & 3));
        struct bytes b = {in, sizeof in};
        check_bytes_survive(b, ERSPAN_TYPE_II, false);
        check_bytes_survive(b, ERSPAN_TYPE_III, false);
        check_bytes_survive(b, ERSPAN_TYPE_III, true);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/erspan/length", test_length);
    g_test_add_func("/erspan/table", test_table);
    g_test_add_func("/erspan/cut", test_cut);
    g_test_add_func("/erspan/inverse", test_inverse);
    g_test_add_func("/erspan/random", test_random);
    return g_test_run();
}
