/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames written by hand, how much each must look like what it is, and what length it states.
 */
#include "core/wire/frame-probe.h"

#include "core/base/checksum.h"
#include "core/wire/erspan.h"
#include "core/wire/protocol.h"
#include "tests/unit/support/support.h"

#define MACS       "020000000002 020000000001"
#define GROUP_MACS "020000000002 030000000001" /* a group address cannot send */

/* 20 bytes of IPv4, 192.0.2.1 to 192.0.2.2, TTL 64, UDP, no options. */
#define IPV4_28       "4500 001c 0000 0000 40 11 f6cd c0000201 c0000202"
#define IPV4_28_WRONG "4500 001c 0000 0000 40 11 1234 c0000201 c0000202"
#define IPV4_28_UNSET "4500 001c 0000 0000 40 11 0000 c0000201 c0000202"
#define IPV4_TSO      "4500 0000 0000 0000 40 11 f6e9 c0000201 c0000202"
#define UDP_8         "1000 2000 0008 0000"
#define IPV6_8(next)  "60000000 0008" next "40" V6_ADDRESSES
#define V6_ADDRESSES                                                                               \
    "20010db8000000000000000000000001"                                                             \
    "20010db8000000000000000000000002"

#define PAD_18 "000000000000000000000000000000000000"

static const struct inner_case {
    const char *name;
    const char *hex;
    uint8_t frame_type;
    struct frame_probe want;
} cases[] = {
    {"ipv4", MACS "0800" IPV4_28 UDP_8, 0, {FRAME_ETHERNET, LIKENESS_CERTAIN, 42, false, 0, 0, 0}},
    {"ipv4-padded",
     MACS "0800" IPV4_28 UDP_8 PAD_18,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 42, false, 0, 0, 0}},
    {"ipv4-wrong-checksum",
     MACS "0800" IPV4_28_WRONG UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_LIKELY, 0, false, 0, 0, 0}},
    {"ipv4-unfilled-checksum",
     MACS "0800" IPV4_28_UNSET UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_LIKELY, 42, false, 0, 0, 0}},
    {"ipv4-tso",
     MACS "0800" IPV4_TSO UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 0, false, 0, 0, 0}},
    {"ipv4-cut-in-header",
     MACS "0800 4500 001c 0000",
     0,
     {FRAME_ETHERNET, LIKENESS_POSSIBLE, 42, false, 0, 0, 0}},
    {"ipv4-type-ipv6-bytes",
     MACS "0800" IPV6_8("11") UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_NONE, 0, false, 0, 0, 0}},
    {"ipv6",
     MACS "86dd" IPV6_8("11") UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 62, false, 0, 0, 0}},
    {"ipv6-cut",
     MACS "86dd" IPV6_8("11"),
     0,
     {FRAME_ETHERNET, LIKENESS_LIKELY, 62, false, 0, 0, 0}},
    {"ipv6-rare-next-header",
     MACS "86dd" IPV6_8("fd") UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_POSSIBLE, 62, false, 0, 0, 0}},
    {"dot1q",
     MACS "8100 a064 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 46, false, 1, 100, 0}},
    {"qinq",
     MACS "88a8 0014 8100 001e 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 50, false, 2, 20, 0}},
    {"priority-tag",
     MACS "8100 e000 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 46, false, 1, 0, 0}},
    {"arp",
     MACS "0806 0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202",
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 42, false, 0, 0, 0}},
    {"arp-cut", MACS "0806 0001 0800", 0, {FRAME_ETHERNET, LIKENESS_LIKELY, 42, true, 0, 0, 0}},
    {"ipv4-cut-to-nothing", MACS "0800", 0, {FRAME_ETHERNET, LIKENESS_LIKELY, 34, true, 0, 0, 0}},
    {"ipv6-cut-in-header",
     MACS "86dd 60000000",
     0,
     {FRAME_ETHERNET, LIKENESS_POSSIBLE, 54, true, 0, 0, 0}},
    {"stp",
     "0180c2000000 020000000001 0007 424203 00000000" PAD_18 PAD_18 "000000",
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 21, false, 0, 0, 0}},
    {"llc-unknown-sap",
     MACS "0007 123403 00000000",
     0,
     {FRAME_ETHERNET, LIKENESS_POSSIBLE, 21, false, 0, 0, 0}},
    {"length-1501", MACS "05dd 424203", 0, {FRAME_ETHERNET, LIKENESS_NONE, 0, false, 0, 0, 0}},
    {"lldp", MACS "88cc 0207", 0, {FRAME_ETHERNET, LIKENESS_LIKELY, 0, false, 0, 0, 0}},
    {"unregistered-type",
     MACS "1234 0207",
     0,
     {FRAME_ETHERNET, LIKENESS_POSSIBLE, 0, false, 0, 0, 0}},
    {"mpls",
     MACS "8847 000100ff 000111ff" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 50, false, 0, 0, 0}},
    {"mpls-no-bottom",
     MACS "8847 000100ff" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_LIKELY, 0, false, 0, 0, 0}},
    {"pppoe",
     MACS "8864 11 00 0001 0002 0021",
     0,
     {FRAME_ETHERNET, LIKENESS_LIKELY, 22, false, 0, 0, 0}},
    {"isl",
     "01000c000000 020000000001 0030",
     0,
     {FRAME_ETHERNET, LIKENESS_LIKELY, 0, false, 0, 0, 0}},
    {"group-source",
     GROUP_MACS "0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_LIKELY, 42, false, 0, 0, 0}},
    {"vn-tag",
     MACS "8926 00010002 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 48, false, 0, 0, 0}},
    {"metadata-and-tag",
     MACS "8909 010100010064 8100 0064 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 54, false, 1, 100, 0}},
    {"cisco-ttag",
     MACS "8988 112233445566 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 50, false, 0, 0, 0}},
    {"e-tag-and-cisco-ttag",
     MACS "893f 000000010000 8988 112233445566 8100 0064 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 62, false, 1, 100, 0}},
    {"arista-time-64",
     MACS "d28b 0001 0010 0102030405060708 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 56, false, 0, 0, 14}},
    {"arista-time-48",
     MACS "d28b 0001 0120 010203040506 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 54, false, 0, 0, 14}},
    {"arista-other",
     MACS "d28b 0002 0010 010203040506 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_LIKELY, 0, false, 0, 0, 0}},
    {"macsec-hides",
     MACS "88e5 000100000001 0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_LIKELY, 0, false, 0, 0, 0}},
    {"provider-backbone",
     MACS "88e7 00000001" MACS "0800" IPV4_28 UDP_8,
     0,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 60, false, 0, 0, 0}},
    {"netbios",
     MACS "0007 f0f07f 00000000",
     0,
     {FRAME_ETHERNET, LIKENESS_LIKELY, 21, false, 0, 0, 0}},
    {"too-short", "020000000002", 0, {FRAME_ETHERNET, LIKENESS_NONE, 14, true, 0, 0, 0}},
    /* frame types of the header */
    {"ft-ip-ipv4", IPV4_28 UDP_8, ERSPAN_FT_IP, {FRAME_IPV4, LIKENESS_CERTAIN, 28, false, 0, 0, 0}},
    {"ft-ip-ipv6",
     IPV6_8("3a") UDP_8,
     ERSPAN_FT_IP,
     {FRAME_IPV6, LIKENESS_CERTAIN, 48, false, 0, 0, 0}},
    {"ft-ip-ethernet-bytes",
     MACS "0800" IPV4_28 UDP_8,
     ERSPAN_FT_IP,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 42, false, 0, 0, 0}},
    {"ft-ip-ethernet-of-6x",
     "600000000002 020000000001 0800" IPV4_28 UDP_8,
     ERSPAN_FT_IP,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 42, false, 0, 0, 0}},
    {"ft-ip-neither", "ffff", ERSPAN_FT_IP, {FRAME_OPAQUE, LIKENESS_NONE, 0, false, 0, 0, 0}},
    {"ft-ethernet-ip-bytes", IPV4_28 UDP_8, 0, {FRAME_IPV4, LIKENESS_CERTAIN, 28, false, 0, 0, 0}},
    {"ft-7-ethernet",
     MACS "0800" IPV4_28 UDP_8,
     7,
     {FRAME_ETHERNET, LIKENESS_CERTAIN, 42, false, 0, 0, 0}},
    {"ft-7-ip", IPV4_28 UDP_8, 7, {FRAME_IPV4, LIKENESS_CERTAIN, 28, false, 0, 0, 0}},
    {"ft-ip-cut", "4500", ERSPAN_FT_IP, {FRAME_IPV4, LIKENESS_POSSIBLE, 20, true, 0, 0, 0}},
    {"ft-7-neither", "ffffffffff", 7, {FRAME_OPAQUE, LIKENESS_NONE, 0, false, 0, 0, 0}},
};

static void test_case(gconstpointer data)
{
    const struct inner_case *c = data;
    struct bytes frame = bytes_from_hex(c->hex);
    struct frame_probe look = frame_probe_identify(frame, frame.len, c->frame_type);
    g_assert_cmpint(look.kind, ==, c->want.kind);
    g_assert_cmpint(look.likeness, ==, c->want.likeness);
    g_assert_cmpuint(look.own_length, ==, c->want.own_length);
    g_assert_cmpint(look.own_length_is_least, ==, c->want.own_length_is_least);
    g_assert_cmpuint(look.tags, ==, c->want.tags);
    g_assert_cmpuint(look.vlan, ==, c->want.vlan);
    g_assert_cmpuint(look.stamp_at, ==, c->want.stamp_at);
    bytes_free(frame);
}

/* No prefix reads too far, and what is left of a frame states the length of the whole, or none. */
static void test_prefixes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bytes frame = bytes_from_hex(cases[i].hex);
        for (size_t len = 0; len < frame.len; len++) {
            struct bytes prefix = bytes_prefix(frame, len);
            struct frame_probe look = frame_probe_identify(prefix, frame.len, cases[i].frame_type);
            if (look.own_length_is_least)
                g_assert_cmpuint(look.own_length, <=, cases[i].want.own_length);
            else if (cases[i].want.own_length != 0 && look.own_length != 0)
                g_assert_cmpuint(look.own_length, ==, cases[i].want.own_length);
            g_assert_cmpuint(look.tags, <=, cases[i].want.tags);
            bytes_free(prefix);
        }
        bytes_free(frame);
    }
}

static void assert_one_result(struct bytes frame)
{
    enum { NOT_CAPTURED = 100 };
    for (size_t carried = frame.len; carried <= frame.len + NOT_CAPTURED; carried += NOT_CAPTURED) {
        struct frame_probe look = frame_probe_ethernet(frame, carried);
        struct frame_probe want = frame_probe_by_layers(frame, carried);
        g_assert_cmpint(look.kind, ==, want.kind);
        g_assert_cmpint(look.likeness, ==, want.likeness);
        g_assert_cmpuint(look.own_length, ==, want.own_length);
        g_assert_cmpint(look.own_length_is_least, ==, want.own_length_is_least);
        g_assert_cmpuint(look.tags, ==, want.tags);
        g_assert_cmpuint(look.vlan, ==, want.vlan);
        g_assert_cmpuint(look.stamp_at, ==, want.stamp_at);
    }
}

/* IPv4 without options behind two MAC addresses gets its checksum. */
static void set_checksum(uint8_t *frame, size_t length)
{
    enum { AT = ETHERNET_LENGTH, END = ETHERNET_LENGTH + IPV4_MIN_LENGTH };
    if (length < END)
        return;
    memset(frame + AT + IPV4_AT_CHECKSUM, 0, 2);
    uint16_t sum = internet_checksum((struct bytes){frame + AT, IPV4_MIN_LENGTH});
    frame[AT + IPV4_AT_CHECKSUM] = (uint8_t)(sum >> 8);
    frame[AT + IPV4_AT_CHECKSUM + 1] = (uint8_t)sum;
}

/* The short way for plain IPv4 finds what the layers find: in each frame, each of its beginnings,
 * and each with another byte, as it is and with a right checksum. */
static void test_short_way(void)
{
    static const uint8_t changes[] = {0x01, 0x80, 0xff, 0x40};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bytes frame = bytes_from_hex(cases[i].hex);
        g_autofree uint8_t *changed = g_malloc(frame.len);
        for (size_t len = 0; len <= frame.len; len++)
            assert_one_result((struct bytes){frame.data, len});
        for (size_t at = 0; at < frame.len; at++)
            for (size_t k = 0; k < G_N_ELEMENTS(changes); k++) {
                bytes_copy(frame, 0, changed, frame.len);
                changed[at] ^= changes[k];
                assert_one_result((struct bytes){changed, frame.len});
                set_checksum(changed, frame.len);
                assert_one_result((struct bytes){changed, frame.len});
            }
        bytes_free(frame);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/inner/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/inner/prefixes", test_prefixes);
    g_test_add_func("/inner/short-way", test_short_way);
    return g_test_run();
}
