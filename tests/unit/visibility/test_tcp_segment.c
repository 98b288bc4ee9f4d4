/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP segments found in frames written by hand. */
#include "core/visibility/flow.h"

#include "tests/unit/support/flow-events.h"

#define MACS "020000000002 020000000001"

#define PORTS "c000 1451"

/* 49152 to 5201, sequence 0x11223344, acknowledgement 0x55667788. */
#define TCP(offset_and_flags) PORTS "11223344 55667788" offset_and_flags "ffff 0000 0000"

#define TCP_20 TCP("5010")

#define TIMESTAMPS "0101 080a 00000001 00000002"

#define IPV4(length) "4500" length "0001 4000 4006 0000 c0000201 c0000202"

#define IPV6(length, next)                                                                         \
    "60000000" length next "40 20010db8000000000000000000000001 20010db8000000000000000000000002"

static const struct find_case {
    const char *name;
    const char *hex;
    enum frame_kind kind;
    size_t mirrored_length; /* 0: no segment is there */
    unsigned flags;
    uint32_t payload;
    uint32_t headers;
    uint8_t options;
    uint16_t mss;
} find_cases[] = {
    {"ipv4", MACS "0800" IPV4("002c") TCP_20 "01020304", FRAME_ETHERNET, 58, ACK, 4, 54, 0, 0},
    {"padded", MACS "0800" IPV4("0028") TCP_20 "000000000000", FRAME_ETHERNET, 54, ACK, 0, 54, 0,
     0},
    {"cut-behind-flags", MACS "0800" IPV4("05dc") PORTS "11223344 55667788 5018", FRAME_ETHERNET,
     1514, ACK, 1460, 54, 0, 0},
    {"cut-before-flags", MACS "0800" IPV4("05dc") PORTS "11223344 55667788 50", FRAME_ETHERNET, 0,
     0, 0, 0, 0, 0},
    {"vlan", MACS "8100 0064 0800" IPV4("002c") TCP_20 "01020304", FRAME_ETHERNET, 62, ACK, 4, 58,
     0, 0},
    {"qinq", MACS "88a8 0001 8100 0064 0800" IPV4("0028") TCP_20, FRAME_ETHERNET, 62, ACK, 0, 62, 0,
     0},
    {"ipv4-options",
     MACS "0800 4700 0034 0001 4000 4006 0000 c0000201 c0000202 0101010101010100" TCP_20 "01020304",
     FRAME_ETHERNET, 66, ACK, 4, 62, 0, 0},
    {"tcp-options", MACS "0800" IPV4("0038") TCP("8011") TIMESTAMPS "01020304", FRAME_ETHERNET, 70,
     ACK | FIN, 4, 66, 12, 0},
    {"syn", MACS "0800" IPV4("0030") TCP("7002") "020405b4 01030307", FRAME_ETHERNET, 62, SYN, 0,
     62, 8, 1460},
    {"syn-ack-mss-last",
     MACS "0800" IPV4("0038") TCP("9012") "0402 080a 00000001 00000002 020405b4", FRAME_ETHERNET,
     70, SYN | ACK, 0, 70, 16, 1460},
    {"syn-mss-behind-end", MACS "0800" IPV4("0030") TCP("7002") "00 020405b4 000000",
     FRAME_ETHERNET, 62, SYN, 0, 62, 8, 0},
    {"syn-option-of-length-0", MACS "0800" IPV4("0030") TCP("7002") "0300 020405b4 0101",
     FRAME_ETHERNET, 62, SYN, 0, 62, 8, 0},
    {"syn-option-of-length-1", MACS "0800" IPV4("0030") TCP("7002") "0301 020405b4 0101",
     FRAME_ETHERNET, 62, SYN, 0, 62, 8, 0},
    {"syn-mss-behind-nops", MACS "0800" IPV4("0030") TCP("7002") "0101 020405b4 0101",
     FRAME_ETHERNET, 62, SYN, 0, 62, 8, 1460},
    {"syn-options-cut", MACS "0800" IPV4("0030") TCP("7002") "0204", FRAME_ETHERNET, 62, SYN, 0, 62,
     8, 0},
    {"mss-without-syn", MACS "0800" IPV4("002c") TCP("6010") "020405b4", FRAME_ETHERNET, 58, ACK, 0,
     58, 4, 0},
    {"rst", MACS "0800" IPV4("0028") TCP("5004"), FRAME_ETHERNET, 54, RST, 0, 54, 0, 0},
    /* TSO: IP states no length, the frame's counts. */
    {"ipv4-super-frame", MACS "0800" IPV4("0000") TCP_20 "01020304", FRAME_ETHERNET, 9014, ACK,
     8960, 54, 0, 0},
    {"ipv6", MACS "86dd" IPV6("0018", "06") TCP_20 "01020304", FRAME_ETHERNET, 78, ACK, 4, 74, 0,
     0},
    {"ipv6-extension", MACS "86dd" IPV6("0020", "00") "0600010400000000" TCP_20 "01020304",
     FRAME_ETHERNET, 86, ACK, 4, 82, 0, 0},
    {"ipv6-super-frame", MACS "86dd" IPV6("0000", "06") TCP_20, FRAME_ETHERNET, 65554, ACK, 65480,
     74, 0, 0},
    {"without-mac", IPV4("002c") TCP_20 "01020304", FRAME_IPV4, 44, ACK, 4, 40, 0, 0},
    {"ipv6-without-mac", IPV6("0018", "06") TCP_20 "01020304", FRAME_IPV6, 64, ACK, 4, 60, 0, 0},
    {"first-fragment",
     MACS "0800 4500 0030 0001 2000 4006 0000 c0000201 c0000202" TCP_20 "0102030405060708",
     FRAME_ETHERNET, 62, ACK, 8, 54, 0, 0},
    {"later-fragment", MACS "0800 4500 0030 0001 0003 4006 0000 c0000201 c0000202" TCP_20,
     FRAME_ETHERNET, 0, 0, 0, 0, 0, 0},
    {"udp", MACS "0800 4500 0028 0001 4000 4011 0000 c0000201 c0000202" TCP_20, FRAME_ETHERNET, 0,
     0, 0, 0, 0, 0},
    {"arp", MACS "0806" IPV4("0028") TCP_20, FRAME_ETHERNET, 0, 0, 0, 0, 0, 0},
    {"opaque", IPV4("0028") TCP_20, FRAME_OPAQUE, 0, 0, 0, 0, 0, 0},
    {"ipv4-of-6", MACS "0800" IPV6("0018", "06") TCP_20, FRAME_ETHERNET, 0, 0, 0, 0, 0, 0},
    {"data-offset-4", MACS "0800" IPV4("0028") TCP("4010"), FRAME_ETHERNET, 0, 0, 0, 0, 0, 0},
    {"header-behind-end", MACS "0800" IPV4("0028") TCP("6010") "00000000", FRAME_ETHERNET, 0, 0, 0,
     0, 0, 0},
    {"ip-ends-in-tcp", MACS "0800" IPV4("0020") TCP_20, FRAME_ETHERNET, 0, 0, 0, 0, 0, 0},
    {"empty", "", FRAME_ETHERNET, 0, 0, 0, 0, 0, 0},
};

static void test_find(gconstpointer data)
{
    const struct find_case *c = data;
    struct bytes frame = bytes_from_hex(c->hex);
    struct tcp_segment segment;
    size_t length = c->mirrored_length != 0 ? c->mirrored_length : frame.len;
    bool found = tcp_segment_find(frame, frame_probe_find_ip(frame, c->kind), length, &segment);
    bytes_free(frame);
    g_assert_cmpint(found, ==, c->mirrored_length != 0);
    if (!found)
        return;
    g_assert_cmpuint(segment.source_port, ==, 49152);
    g_assert_cmpuint(segment.destination_port, ==, 5201);
    g_assert_cmphex(segment.sequence, ==, 0x11223344);
    g_assert_cmphex(segment.acknowledgement, ==, 0x55667788);
    g_assert_cmpint(segment.source.bytes[segment.source.len - 1], ==, 1);
    g_assert_cmpint(segment.destination.bytes[segment.destination.len - 1], ==, 2);
    g_assert_cmpint(segment.ack, ==, (c->flags & ACK) != 0);
    g_assert_cmpint(segment.syn, ==, (c->flags & SYN) != 0);
    g_assert_cmpint(segment.fin, ==, (c->flags & FIN) != 0);
    g_assert_cmpint(segment.rst, ==, (c->flags & RST) != 0);
    g_assert_cmpuint(segment.payload, ==, c->payload);
    g_assert_cmpuint(segment.headers, ==, c->headers);
    g_assert_cmpuint(segment.options, ==, c->options);
    g_assert_cmpuint(segment.mss, ==, c->mss);
}

/* A cut copy counts as the whole frame, from the flags on; before them it is no segment. */
static void test_prefixes(void)
{
    struct bytes frame = bytes_from_hex(MACS "0800" IPV4("0038") TCP("8010") TIMESTAMPS "01020304");
    for (size_t len = 0; len <= frame.len; len++) {
        struct bytes prefix = bytes_prefix(frame, len);
        struct tcp_segment segment;
        bool found = tcp_segment_find(prefix, frame_probe_find_ip(prefix, FRAME_ETHERNET),
                                      frame.len, &segment);
        g_assert_cmpint(found, ==, len >= 14 + 20 + 14);
        /* From the EtherType on it may be TCP. */
        g_assert_cmpint(segment.cut, ==, len >= 14 && !found);
        if (found)
            g_assert_cmpuint(segment.payload, ==, 4);
        bytes_free(prefix);
    }
    bytes_free(frame);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TABLE("/flow/segment", find_cases, test_find)
    g_test_add_func("/flow/segment-prefixes", test_prefixes);
    return g_test_run();
}
