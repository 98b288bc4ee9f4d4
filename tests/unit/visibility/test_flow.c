/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments found in frames written by hand; and conversations, segment by segment, with the sums
 * that RFC 9293 and core/visibility/flow.h's definitions make of them.
 */
#include "core/visibility/flow.h"

#include "tests/unit/support/support.h"

#define MACS  "020000000002 020000000001"
#define PORTS "c000 1451"
/* 49152 to 5201, sequence 0x11223344, acknowledgement 0x55667788. */
#define TCP(offset_and_flags) PORTS "11223344 55667788" offset_and_flags "ffff 0000 0000"
#define TCP_20                TCP("5010")
#define TIMESTAMPS            "0101 080a 00000001 00000002"
#define IPV4(length)          "4500" length "0001 4000 4006 0000 c0000201 c0000202"
#define IPV6(length, next)                                                                         \
    "60000000" length next "40 20010db8000000000000000000000001 20010db8000000000000000000000002"

enum { ACK = 1, SYN = 2, FIN = 4, RST = 8 };

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
} frames[] = {
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

enum { MS = 1000, SECOND = 1000 * MS, END = 0 };

struct event {
    char from; /* 'C'lient or 'S'erver; END: no more */
    unsigned flags;
    uint32_t sequence;
    uint32_t payload;
    uint32_t acknowledgement;
    int64_t time_us;
    uint32_t stream;
    uint16_t mss;
    uint8_t options;
};

/* What client and server send: flags, sequence number, payload, acknowledgement, time, others. */
#define C(...) SEGMENT('C', __VA_ARGS__)
#define S(...) SEGMENT('S', __VA_ARGS__)
#define SEGMENT(from_, flags_, sequence_, payload_, acknowledgement_, time_us_, ...)               \
    {                                                                                              \
        .from = (from_), .flags = (flags_), .sequence = (sequence_), .payload = (payload_),        \
        .acknowledgement = (acknowledgement_), .time_us = (time_us_), __VA_ARGS__                  \
    }

enum { HEADERS = 54, CI = 1000, SI = 5000 /* initial sequence numbers */ };

/* Client and server shake hands. */
#define HANDSHAKE C(SYN, CI, 0, 0, 1), S(SYN | ACK, SI, 0, CI + 1, 2), C(ACK, CI + 1, 0, SI + 1, 3)

/* Sums of one connection, of which so much was delivered in so many full frames. */
#define SUMS(delivered_, captured_, frames_)                                                       \
    .flows = 1, .delivered = (delivered_), .captured = (captured_), .implied_frames = (frames_),   \
    .implied_bytes = (delivered_) + (uint64_t)(frames_)*HEADERS
#define TIMES(first_us, last_us)                                                                   \
    .first_ns = INT64_C(1000) * (first_us), .last_ns = INT64_C(1000) * (last_us)

static const struct flow_case {
    const char *name;
    struct event events[16];
    struct flow_totals want; /* of stream 0 */
} flows[] = {
    {"handshake-only", {HANDSHAKE}, {SUMS(0, 0, 0)}},
    {"refused",
     {
         C(SYN, CI, 0, 0, 1),
         S(RST | ACK, 0, 0, CI + 1, 2),
     },
     {SUMS(0, 0, 0)}},
    {"all-came",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 101, 20),
         S(ACK, SI + 1, 40, CI + 101, 30),
         C(ACK, CI + 101, 0, SI + 41, 40),
     },
     {SUMS(140, 140, 2), TIMES(20, 40)}},
    /* Either end's SYN and FIN take a number, but are no payload, and no progress. */
    {"closed",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 101, 20),
         C(ACK | FIN, CI + 101, 0, SI + 1, 5 * SECOND),
         S(ACK | FIN, SI + 1, 0, CI + 102, 5 * SECOND + 1),
         C(ACK, CI + 102, 0, SI + 2, 5 * SECOND + 2),
     },
     {SUMS(100, 100, 1), TIMES(20, 20)}},
    {"fin-with-payload",
     {
         HANDSHAKE,
         C(ACK | FIN, CI + 1, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 102, 20),
     },
     {SUMS(100, 100, 1), TIMES(20, 20)}},
    {"fin-did-not-come",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 102, 20),
     },
     {SUMS(101, 100, 1), TIMES(20, 20)}},
    /* The server sends nothing but its FIN. */
    {"lone-fin-did-not-come",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 0, SI + 2, 10),
     },
     {SUMS(0, 0, 0)}},
    {"one-byte",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 1, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 2, 20),
     },
     {SUMS(1, 1, 1), TIMES(20, 20)}},
    {"only-acks",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 1 + 14480, 10),
         S(ACK, SI + 1, 0, CI + 1 + 28961, 20),
     },
     {SUMS(28961, 0, 21), .implied_max = 1502, .blind_flows = 1, TIMES(10, 20)}},
    {"one-sided",
     {
         S(SYN | ACK, SI, 0, CI + 1, 2),
         S(ACK, SI + 1, 0, CI + 1449, 10),
     },
     {SUMS(1448, 0, 1), .blind_flows = 1, .one_sided_flows = 1, TIMES(10, 10)}},
    {"only-data",
     {
         C(ACK, 70000, 1448, SI, 1),
         C(ACK, 71448, 1448, SI, 2),
     },
     {SUMS(0, 0, 0), .one_sided_flows = 1}},
    /* Two ACKs, farther apart than a window: data between them bears both out. */
    {"mid-stream-two-acks",
     {
         S(ACK, SI, 0, CI, 1),
         C(ACK, CI, 60000, SI, 2),
         C(ACK, CI + 61000, 60000, SI, 3),
         S(ACK, SI, 0, CI + 121000, 4),
     },
     {SUMS(121000, 120000, 3), TIMES(4, 4)}},
    /* What came before the first ACK does not count, nor what was never acknowledged. */
    {"mid-stream",
     {
         C(ACK, 70000, 1000, SI, 1),
         S(ACK, SI, 0, 71000, 2),
         C(ACK, 71000, 1000, SI, 3),
         C(ACK, 72000, 1000, SI, 4),
         S(ACK, SI, 0, 72000, 5),
     },
     {SUMS(1000, 1000, 1), TIMES(5, 5)}},
    {"retransmissions",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 10),
         C(ACK, CI + 1, 100, SI + 1, 20),
         C(ACK, CI + 51, 100, SI + 1, 30),
         S(ACK, SI + 1, 0, CI + 151, 40),
         C(ACK, CI + 1, 150, SI + 1, 50),
     },
     {SUMS(150, 150, 1), TIMES(40, 40)}},
    {"reordered",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 301, 10),
         C(ACK, CI + 201, 100, SI + 1, 20),
         S(ACK, SI + 1, 0, CI + 101, 30),
         C(ACK, CI + 1, 100, SI + 1, 40),
     },
     {SUMS(300, 200, 1), TIMES(10, 10)}},
    /* Ingress and egress are mirrored. */
    {"everything-twice",
     {
         C(SYN, CI, 0, 0, 1),
         C(SYN, CI, 0, 0, 1),
         S(SYN | ACK, SI, 0, CI + 1, 2),
         S(SYN | ACK, SI, 0, CI + 1, 2),
         C(ACK, CI + 1, 100, SI + 1, 10),
         C(ACK, CI + 1, 100, SI + 1, 11),
         S(ACK, SI + 1, 0, CI + 101, 20),
         S(ACK, SI + 1, 0, CI + 101, 21),
     },
     {SUMS(100, 100, 1), TIMES(20, 20)}},
    {"wrap",
     {
         C(SYN, 0xffffff00, 0, 0, 1),
         S(SYN | ACK, SI, 0, 0xffffff01, 2),
         C(ACK, 0xffffff01, 0x200, SI + 1, 10),
         S(ACK, SI + 1, 0, 0x101, 20),
     },
     {SUMS(0x200, 0x200, 1), TIMES(20, 20)}},
    {"fast-open",
     {
         C(SYN, CI, 50, 0, 1),
         S(SYN | ACK, SI, 0, CI + 51, 2),
         C(ACK, CI + 51, 0, SI + 1, 3),
     },
     {SUMS(50, 50, 1), TIMES(2, 2)}},
    /* A byte of rubbish that was acknowledged long ago, or none. */
    {"keep-alive",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 101, 10),
         C(ACK, CI + 100, 1, SI + 1, 60 * SECOND),
         S(ACK, SI + 1, 0, CI + 101, 60 * SECOND + 1),
         C(ACK, CI + 100, 0, SI + 1, 120 * SECOND),
     },
     {SUMS(100, 0, 1), .blind_flows = 1, TIMES(10, 10)}},
    /* The ACK overtook the copy of the last byte. */
    {"last-byte-overtaken",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 99, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 101, 20),
         C(ACK, CI + 100, 1, SI + 1, 20 + 3 * SECOND / 1000),
     },
     {SUMS(100, 100, 1), TIMES(20, 20)}},
    {"window-probe",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 1, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 1, 20),
         C(ACK, CI + 1, 100, SI + 1, 30),
         S(ACK, SI + 1, 0, CI + 101, 40),
     },
     {SUMS(100, 100, 1), TIMES(40, 40)}},
    {"rst-says-nothing",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 101, 10),
         S(RST | ACK, SI + 1, 0, CI + 100001, 20),
         C(RST, CI + 1, 99, 0, 30),
     },
     {SUMS(100, 0, 1), .blind_flows = 1, TIMES(10, 10)}},
    {"syn-came-late",
     {
         S(ACK, SI + 1, 0, CI + 101, 1),
         C(SYN, CI, 0, 0, 2),
         C(ACK, CI + 101, 100, SI + 1, 3),
         S(ACK, SI + 1, 0, CI + 201, 4),
     },
     {SUMS(200, 100, 1), TIMES(4, 4)}},
    /* No later than behind a mebibyte: 1048776 bytes, 725 frames. */
    {"syn-came-as-late-as-can-be",
     {
         S(ACK, SI + 1, 0, CI + 1 + (1 << 20), 1),
         S(ACK, SI + 1, 0, CI + 101 + (1 << 20), 2),
         C(SYN, CI, 0, 0, 3),
         S(ACK, SI + 1, 0, CI + 201 + (1 << 20), 4),
     },
     {SUMS((1 << 20) + 200, 0, 725), .implied_max = 1502, .blind_flows = 1, TIMES(2, 4)}},
    /* Nothing can have come before a SYN with a higher number. */
    {"syn-ahead",
     {
         S(ACK, SI, 0, CI, 1),
         S(ACK, SI, 0, CI + 100, 2),
         C(SYN, CI + 10000, 0, 0, SECOND),
         S(SYN | ACK, SI + 10000, 0, CI + 10001, SECOND + 1),
         S(ACK, SI + 10001, 0, CI + 10011, SECOND + 2),
     },
     {.flows = 2,
      .delivered = 110,
      .blind_flows = 2,
      .one_sided_flows = 1,
      .implied_frames = 2,
      .implied_bytes = 110 + 2 * HEADERS,
      TIMES(2, SECOND + 2)}},
    {"syn-again",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 101, 10),
         C(SYN, CI, 0, 0, 20),
     },
     {SUMS(100, 0, 1), .blind_flows = 1, TIMES(10, 10)}},
    {"ports-again",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 101, 20),
         C(SYN, 900000000, 0, 0, 60 * SECOND),
         S(SYN | ACK, 7000, 0, 900000001, 60 * SECOND + 1),
         S(ACK, 7001, 0, 900000011, 60 * SECOND + 2),
     },
     {.flows = 2,
      .delivered = 110,
      .captured = 100,
      .blind_flows = 1,
      .one_sided_flows = 0,
      .implied_frames = 2,
      .implied_bytes = 110 + 2 * HEADERS,
      TIMES(20, 60 * SECOND + 2)}},
    /* The handshake of the second connection did not come: two numbers far away, close together. */
    {"ports-again-mid-stream",
     {
         S(ACK, SI, 0, CI, 1),
         S(ACK, SI, 0, CI + 100, 2),
         S(ACK, 700000000, 0, 3000000000, 10 * MS),
         S(ACK, 700000000, 0, 3000000100, 10 * MS + 1),
         S(ACK, 700000001, 0, 3000000200, 10 * MS + 2),
         S(ACK, 700000001, 0, 3000000300, 10 * MS + 3),
     },
     {.flows = 2,
      .delivered = 300,
      .blind_flows = 2,
      .one_sided_flows = 2,
      .implied_frames = 2,
      .implied_bytes = 300 + 2 * HEADERS,
      TIMES(2, 10 * MS + 3)}},
    /* 10 Gbit/s for 0.4 s without one ACK: two that rise bear each other out. */
    {"acks-lost",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 500000001, 400 * MS),
         S(ACK, SI + 1, 0, CI + 500001449, 400 * MS + 10),
     },
     {SUMS(500001448, 0, 345305), .implied_max = 1502, .blind_flows = 1,
      TIMES(400 * MS + 10, 400 * MS + 10)}},
    {"acks-lost-but-one",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 500000001, 400 * MS),
     },
     {SUMS(0, 0, 0)}},
    /* ... or data does. */
    {"acks-and-data-lost",
     {
         HANDSHAKE,
         C(ACK, CI + 1 + 500000000, 1448, SI + 1, 400 * MS),
         S(ACK, SI + 1, 0, CI + 1 + 500001448, 400 * MS + 10),
     },
     {SUMS(500001448, 1448, 345305), .implied_max = 1502, TIMES(400 * MS + 10, 400 * MS + 10)}},
    /* 10 Gbit/s for 1 s: more than 2^30 needs a second ACK. */
    {"acks-lost-for-long",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 1250000001, 1 * SECOND),
         S(ACK, SI + 1, 0, CI + 1250001449, 1 * SECOND + 10),
     },
     {SUMS(1250001448, 0, 863261), .implied_max = 1502, .blind_flows = 1,
      TIMES(SECOND + 10, SECOND + 10)}},
    /* No link carries 1 GB in 10 us: neither once nor when mirrored twice. */
    {"wild-ack",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 101, 10),
         S(ACK, SI + 1, 0, CI + 1000000001, 20),
         S(ACK, SI + 1, 0, CI + 1000000001, 21),
         S(ACK, SI + 1, 0, CI + 201, 30),
     },
     {SUMS(200, 0, 1), .blind_flows = 1, TIMES(10, 30)}},
    {"wild-data",
     {
         HANDSHAKE,
         C(ACK, CI + 1000000000, 100, SI + 1, 10),
         S(ACK, SI + 1, 0, CI + 101, 20),
         C(ACK, CI + 1, 100, SI + 1, 30),
     },
     {SUMS(100, 100, 1), TIMES(20, 20)}},
    {"time-runs-back",
     {
         S(ACK, SI, 0, CI, 3 * SECOND),
         S(ACK, SI, 0, CI + 100, 1 * SECOND),
         S(ACK, SI, 0, CI + 200, 2 * SECOND),
     },
     {SUMS(200, 0, 1), .blind_flows = 1, .one_sided_flows = 1, TIMES(SECOND, 2 * SECOND)}},
    /* Each session mirrors what one of the ends sends. */
    {"elsewhere",
     {
         C(SYN, CI, 0, 0, 1, .stream = 1),
         S(SYN | ACK, SI, 0, CI + 1, 2),
         C(ACK, CI + 1, 100, SI + 1, 3, .stream = 1),
         C(ACK, CI + 101, 100, SI + 1, 4, .stream = 1),
         S(ACK, SI + 1, 0, CI + 151, 5),
     },
     {SUMS(150, 0, 1), .elsewhere = 150, .blind_flows = 1, .one_sided_flows = 1,
      .sides_elsewhere = 1, TIMES(5, 5)}},
    {"partly-elsewhere",
     {
         HANDSHAKE,
         C(ACK, CI + 1, 100, SI + 1, 3),
         C(ACK, CI + 51, 100, SI + 1, 4, .stream = 1),
         C(ACK, CI + 51, 100, SI + 1, 4, .stream = 2),
         C(ACK, CI + 251, 100, SI + 1, 4, .stream = 2),
         S(ACK, SI + 1, 0, CI + 301, 5),
     },
     {SUMS(300, 100, 1), .elsewhere = 150, TIMES(5, 5)}},
    /* The same ports between other ends, and of other sessions. */
    {"another-session",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 101, 10, .stream = 1),
     },
     {SUMS(0, 0, 0)}},
    /* Full frames carry the smaller MSS less the options of segments. */
    {"mss",
     {
         C(SYN, CI, 0, 0, 1, .mss = 8960),
         S(SYN | ACK, SI, 0, CI + 1, 2, .mss = 1460),
         C(ACK, CI + 1, 0, SI + 1, 3, .options = 12),
         S(ACK, SI + 1, 0, CI + 1 + 14480, 10, .options = 12),
         S(ACK, SI + 1, 0, CI + 1 + 14480, 11, .options = 24),
     },
     {.flows = 1,
      .delivered = 14480,
      .blind_flows = 1,
      .implied_frames = 10,
      .implied_bytes = 14480 + 10 * 66,
      .implied_max = 1514,
      TIMES(10, 10)}},
    /* Only the end that acknowledges is mirrored: its options are the other's too. */
    {"mss-one-sided",
     {
         S(SYN | ACK, SI, 0, CI + 1, 2, .mss = 1460),
         S(ACK, SI + 1, 0, CI + 1 + 14481, 10, .options = 12),
     },
     {.flows = 1,
      .delivered = 14481,
      .blind_flows = 1,
      .one_sided_flows = 1,
      .implied_frames = 11,
      .implied_bytes = 14481 + 11 * 66,
      .implied_max = 1514,
      TIMES(10, 10)}},
    {"largest-payload",
     {
         S(ACK, SI, 0, CI, 1),
         C(ACK, CI, 1000, SI, 2),
         S(ACK, SI, 0, CI + 10000, 3),
     },
     {SUMS(10000, 1000, 10), .implied_max = 1054, TIMES(3, 3)}},
    /* RFC 9293's least: less is a message rather than a full segment. */
    {"least-full-payload",
     {
         S(ACK, SI, 0, CI, 1),
         C(ACK, CI, 536, SI, 2),
         S(ACK, SI, 0, CI + 5360, 3),
     },
     {SUMS(5360, 536, 10), .implied_max = 590, TIMES(3, 3)}},
    {"short-payload",
     {
         S(ACK, SI, 0, CI, 1),
         C(ACK, CI, 535, SI, 2),
         S(ACK, SI, 0, CI + 5360, 3),
     },
     {SUMS(5360, 535, 4), TIMES(3, 3)}},
    /* Seven frames might be messages of any length; eight are hardly. */
    {"too-few-full-frames",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 1 + 7 * 1448, 10),
     },
     {SUMS(7 * 1448, 0, 7), .blind_flows = 1, TIMES(10, 10)}},
    {"enough-full-frames",
     {
         HANDSHAKE,
         S(ACK, SI + 1, 0, CI + 1 + 8 * 1448, 10),
     },
     {SUMS(8 * 1448, 0, 8), .implied_max = 1502, .blind_flows = 1, TIMES(10, 10)}},
    {"super-frames",
     {
         C(SYN, CI, 0, 0, 1, .mss = 1460),
         S(SYN | ACK, SI, 0, CI + 1, 2, .mss = 1460),
         C(ACK, CI + 1, 29200, SI + 1, 3),
         S(ACK, SI + 1, 0, CI + 58401, 4),
     },
     {SUMS(58400, 29200, 2), TIMES(4, 4)}},
};

static struct tcp_segment segment_of(const struct event *event)
{
    static const struct address client = {4, {192, 0, 2, 1}};
    static const struct address server = {4, {192, 0, 2, 2}};
    bool from_client = event->from == 'C';
    return (struct tcp_segment){
        .source = from_client ? client : server,
        .destination = from_client ? server : client,
        .source_port = from_client ? 49152 : 5201,
        .destination_port = from_client ? 5201 : 49152,
        .sequence = event->sequence,
        .acknowledgement = event->acknowledgement,
        .payload = event->payload,
        .headers = HEADERS + event->options,
        .options = event->options,
        .mss = event->mss,
        .syn = event->flags & SYN,
        .fin = event->flags & FIN,
        .rst = event->flags & RST,
        .ack = event->flags & ACK,
    };
}

static void take(struct flow_table *table, const struct event *event)
{
    struct tcp_segment segment = segment_of(event);
    flow_take(table, event->stream, &segment, event->time_us * 1000);
}

static void assert_totals(struct flow_table *table, uint32_t stream, const struct flow_totals *want)
{
    struct flow_totals got = flow_totals(table, stream);
    g_assert_cmpuint(got.flows, ==, want->flows);
    g_assert_cmpuint(got.delivered, ==, want->delivered);
    g_assert_cmpuint(got.captured, ==, want->captured);
    g_assert_cmpuint(got.elsewhere, ==, want->elsewhere);
    g_assert_cmpuint(got.blind_flows, ==, want->blind_flows);
    g_assert_cmpuint(got.one_sided_flows, ==, want->one_sided_flows);
    g_assert_cmpuint(got.sides_elsewhere, ==, want->sides_elsewhere);
    g_assert_cmpuint(got.implied_frames, ==, want->implied_frames);
    g_assert_cmpuint(got.implied_bytes, ==, want->implied_bytes);
    g_assert_cmpuint(got.implied_max, ==, want->implied_max);
    g_assert_cmpint(got.first_ns, ==, want->first_ns);
    g_assert_cmpint(got.last_ns, ==, want->last_ns);
}

enum { MEMORY = 1 << 20 };

static void test_flow(gconstpointer data)
{
    const struct flow_case *c = data;
    struct flow_table *table = flow_table_new(MEMORY);
    for (const struct event *event = c->events; event->from != END; event++)
        take(table, event);
    assert_totals(table, 0, &c->want);
    assert_totals(table, 0, &c->want);
    g_assert_cmpuint(flow_table_given_up(table), ==, 0);
    flow_table_free(table);
}

/* 20 GB: the numbers wrap four times. Every eighth segment of 1 MB is missing; in the first session
 * nothing but ACKs came, in the second, which begins one wrap later, nothing but data. */
static void test_long(void)
{
    enum { PIECE = 1000000, PIECES = 20000, LATER = 5000 };
    struct flow_table *table = flow_table_new(MEMORY);
    for (unsigned i = 0; i < 9; i++)
        take(table, &(struct event)S(ACK, SI, 0, CI, 0));
    for (unsigned i = 0; i < PIECES; i++) {
        uint32_t sequence = CI + i * (uint32_t)PIECE;
        int64_t time_us = INT64_C(800) * i; /* 10 Gbit/s */
        if (i % 8 != 0 && i >= LATER)
            take(table, &(struct event)C(ACK, sequence, PIECE, SI, time_us, .stream = 1));
        take(table, &(struct event)S(ACK, SI, 0, sequence + PIECE, time_us + 1));
    }
    struct flow_totals totals = flow_totals(table, 0);
    g_assert_cmpuint(totals.delivered, ==, UINT64_C(1000000) * PIECES);
    g_assert_cmpuint(totals.captured, ==, 0);
    g_assert_cmpuint(totals.elsewhere, ==, UINT64_C(1000000) * (PIECES - LATER) / 8 * 7);
    g_assert_cmpuint(flow_totals(table, 1).delivered, ==, 0);
    flow_table_free(table);
}

/* What anybody may send: no sum exceeds what 128 Gbit/s and a window explain, nothing is captured
 * that was not delivered. */
static void test_wild(void)
{
    struct flow_table *table = flow_table_new(MEMORY);
    for (int i = 0; i < 100000; i++) {
        struct event event = {
            .from = g_test_rand_bit() ? 'C' : 'S',
            .flags =
                g_test_rand_int_range(0, 16) == 0 ? SYN : (unsigned)g_test_rand_int_range(0, 8),
            .sequence = (uint32_t)g_test_rand_int(),
            .payload = (uint32_t)g_test_rand_int_range(0, 65536),
            .acknowledgement = (uint32_t)g_test_rand_int(),
            .time_us = i,
            .stream = g_test_rand_bit() ? 1 : 0,
            .mss = (uint16_t)g_test_rand_int_range(0, 65536),
            .options = (uint8_t)g_test_rand_int_range(0, 41),
        };
        take(table, &event);
        struct flow_totals totals = flow_totals(table, event.stream);
        g_assert_cmpuint(totals.captured + totals.elsewhere, <=, totals.delivered);
        g_assert_cmpuint(flow_table_memory(table), <, 20000);
    }
    flow_table_free(table);
}

static struct event event_of(uint32_t number, struct event event)
{
    event.stream = number;
    return event;
}

/* One flow in each session, more than there is memory for: each that makes room keeps its sums. */
static void test_memory_limit(void)
{
    enum { LIMIT = 100000, FLOWS = 300 };
    struct flow_table *table = flow_table_new(LIMIT);
    static const struct event events[] = {HANDSHAKE, C(ACK, CI + 1, 100, SI + 1, 4),
                                          S(ACK, SI + 1, 0, CI + 101, 5)};
    for (uint32_t number = 0; number < FLOWS; number++)
        for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
            struct event event = event_of(number, events[i]);
            take(table, &event);
        }
    g_assert_cmpuint(flow_table_given_up(table), >, 0);
    g_assert_cmpuint(flow_table_given_up(table), <, FLOWS);
    g_assert_cmpuint(flow_table_memory(table), <, LIMIT + 1000);
    for (uint32_t number = 0; number < FLOWS; number++)
        assert_totals(table, number, &(struct flow_totals){SUMS(100, 100, 1), TIMES(5, 5)});
    flow_table_free(table);
}

static void test_no_memory(void)
{
    struct flow_table *table = flow_table_new(0);
    take(table, &(struct event)C(SYN, CI, 0, 0, 1));
    g_assert_cmpuint(flow_table_given_up(table), ==, 1);
    g_assert_cmpuint(flow_table_memory(table), ==, 0);
    assert_totals(table, 0, &(struct flow_totals){0});
    flow_table_free(table);
    flow_table_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_autofree char *path = g_strdup_printf("/flow/segment/%s", frames[i].name);
        g_test_add_data_func(path, &frames[i], test_find);
    }
    g_test_add_func("/flow/segment-prefixes", test_prefixes);
    for (size_t i = 0; i < G_N_ELEMENTS(flows); i++) {
        g_autofree char *path = g_strdup_printf("/flow/%s", flows[i].name);
        g_test_add_data_func(path, &flows[i], test_flow);
    }
    g_test_add_func("/flow/long", test_long);
    g_test_add_func("/flow/wild", test_wild);
    g_test_add_func("/flow/memory-limit", test_memory_limit);
    g_test_add_func("/flow/no-memory", test_no_memory);
    return g_test_run();
}
