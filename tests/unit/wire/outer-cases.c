/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The macros below are layers of headers; a case strings them together and states its own lengths.
 * Header checksums are 0: outer_parse() does not verify them. */
#include "tests/unit/wire/outer-cases.h"

#include "core/wire/link.h"

/* 14 bytes with the EtherType that follows it. */
#define MACS     "020000000002 020000000001"
#define ETHERNET MACS "0800"

/* Cooked v1, 16 bytes, and v2, 20 bytes, of an Ethernet device; of a GRE device on IPv4. */
#define SLL       "0000 0001 0006 0200000000010000"
#define SLL_GRE   "0000 030a 0004 c000020100000000"
#define SLL2_REST "0000 00000002 0001 00 06 0200000000010000"

/* 20 bytes: total length, flags and fragment offset, protocol. */
#define IPV4(length, fragment, protocol)                                                           \
    "45 b8" length "1234" fragment "40" protocol "0000 c0000201 c0000202"
#define GRE_IN_IPV4(length) IPV4(length, "0000", "2f")
#define UDP_IN_IPV4(length) IPV4(length, "0000", "11")

/* 40 bytes: payload length, next header. */
#define IPV6(length, next)                                                                         \
    "6b800000" length next "40"                                                                    \
    "20010db8000000000000000000000001"                                                             \
    "20010db8000000000000000000000002"

/* Extension headers. The fragment header's second byte is reserved, no length: it is not 0 here, to
 * see that nobody takes it for one. The tunnel encapsulation limit of RFC 2473 as Linux sends it:
 * option 4 of one byte, then PadN. */
#define TUNNEL_LIMIT(next)              next "00 04 01 04 01 01 00"
#define HOP_BY_HOP(next)                next "00 01 04 00000000"
#define ROUTING(next)                   next "02 04 00 00000000 20010db8000000000000000000000003"
#define FRAGMENT(next, offset_and_more) next "07" offset_and_more "89abcdef"
#define AUTHENTICATION(next)            next "04 0000 00000001 00000002 000102030405060708090a0b"

/* 8 bytes: destination port, length. */
#define UDP(port, length) "c001" port length "0000"

#define GRE  "1000 88be 00000007"
#define COPY "1001 0001 00000000 0badf00d" /* 12 bytes; what they are is no matter here */

#define FROM_IPV4                                                                                  \
    .ip_version = 4, .source = {4, {192, 0, 2, 1}}, .destination = {4, {192, 0, 2, 2}},            \
    .traffic_class = 0xb8, .ttl = 64, .identification = 0x1234

#define FROM_IPV6                                                                                  \
    .ip_version = 6, .source = {16, {0x20, 1, 0x0d, 0xb8, [15] = 1}},                              \
    .destination = {16, {0x20, 1, 0x0d, 0xb8, [15] = 2}}, .traffic_class = 0xb8, .ttl = 64

/* The GRE header above, at @a offset, with @a captured bytes behind it of which @a claimed are
 * announced. */
#define FROM_GRE(offset, captured, claimed)                                                        \
    .has_gre = true, .gre = {.flags = 0x1000, .protocol = 0x88be, .sequence = 7},                  \
    .gre_offset = (offset), .payload_offset = (offset) + 8, .payload = {NULL, (captured)},         \
    .payload_claimed = (claimed)

const struct outer_case outer_cases[] = {
    /* ---- link layer ---- */
    {"ethernet", LINK_ETHERNET, ETHERNET GRE_IN_IPV4("0028") GRE COPY,
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 40, FROM_GRE(34, 12, 12)}},
    {"ethernet-802.1q", LINK_ETHERNET, MACS "8100 2064 0800" GRE_IN_IPV4("0028") GRE COPY,
     .want = {.tags = 1,
              .vlan = 100,
              FROM_IPV4,
              .ip_offset = 18,
              .ip_length = 40,
              FROM_GRE(38, 12, 12)}},
    {"ethernet-four-tags", LINK_ETHERNET,
     MACS "88a8 efff 9100 0001 8100 0002 8100 0003 86dd" IPV6("0014", "2f") GRE COPY,
     .want = {.tags = 4,
              .vlan = 0xfff,
              FROM_IPV6,
              .ip_offset = 30,
              .ip_length = 60,
              FROM_GRE(70, 12, 12)}},
    {"ethernet-five-tags", LINK_ETHERNET,
     MACS "8100 0005 8100 0001 8100 0002 8100 0003 8100 0004 0800" GRE_IN_IPV4("0028") GRE COPY,
     .failure = {FAILURE_VLAN_DEPTH, 28, 4}, .want = {.tags = 4, .vlan = 5}},
    {"ethernet-arp", LINK_ETHERNET, MACS "0806 0001 0800 06 04 0001",
     .failure = {FAILURE_NOT_IP, 12, 0x0806}},
    {"ethernet-tagged-arp", LINK_ETHERNET, MACS "8100 0007 0806 0001 0800 06 04 0001",
     .failure = {FAILURE_NOT_IP, 16, 0x0806}, .want = {.tags = 1, .vlan = 7}},
    {"ethernet-802.3-length", LINK_ETHERNET, MACS "0026 4242 03",
     .failure = {FAILURE_NOT_IP, 12, 0x26}},
    {"ethernet-erspan-as-ethertype", LINK_ETHERNET, MACS "88be" COPY,
     .failure = {FAILURE_NOT_IP, 12, 0x88be}},
    {"sll", LINK_LINUX_SLL, SLL "0800" GRE_IN_IPV4("0028") GRE COPY,
     .want = {FROM_IPV4, .ip_offset = 16, .ip_length = 40, FROM_GRE(36, 12, 12)}},
    {"sll-802.1q", LINK_LINUX_SLL, SLL "8100 0064 86dd" IPV6("0014", "2f") GRE COPY,
     .want = {.tags = 1,
              .vlan = 100,
              FROM_IPV6,
              .ip_offset = 20,
              .ip_length = 60,
              FROM_GRE(60, 12, 12)}},
    {"sll2", LINK_LINUX_SLL2, "0800" SLL2_REST GRE_IN_IPV4("0028") GRE COPY,
     .want = {FROM_IPV4, .ip_offset = 20, .ip_length = 40, FROM_GRE(40, 12, 12)}},
    {"sll2-802.1ad", LINK_LINUX_SLL2,
     "88a8" SLL2_REST "0064 8100 0065 0800" GRE_IN_IPV4("0028") GRE COPY,
     .want = {.tags = 2,
              .vlan = 100,
              FROM_IPV4,
              .ip_offset = 28,
              .ip_length = 40,
              FROM_GRE(48, 12, 12)}},
    {"sll2-arp", LINK_LINUX_SLL2, "0806" SLL2_REST "0001", .failure = {FAILURE_NOT_IP, 0, 0x0806}},
    {"sll-gre-device", LINK_LINUX_SLL, SLL_GRE "88be" COPY,
     .want = {.source = {4, {192, 0, 2, 1}},
              .gre = {.protocol = 0x88be},
              .payload_offset = 16,
              .payload = {NULL, 12},
              .payload_claimed = 12}},
    {"sll-gre-protocol-alone", LINK_LINUX_SLL, "0000 0001 0000 0000000000000000 22eb" COPY,
     .want = {.gre = {.protocol = 0x22eb},
              .payload_offset = 16,
              .payload = {NULL, 12},
              .payload_claimed = 12}},
    {"sll2-gre6-device-long-address", LINK_LINUX_SLL2,
     "88be 0000 00000002 0337 00 10 20010db800000000" COPY,
     .want = {.gre = {.protocol = 0x88be},
              .payload_offset = 20,
              .payload = {NULL, 12},
              .payload_claimed = 12}},
    {"sll-gre-device-bridging", LINK_LINUX_SLL, SLL_GRE "6558" COPY,
     .failure = {FAILURE_NOT_ERSPAN, 14, 0x6558},
     .want = {.source = {4, {192, 0, 2, 1}},
              .gre = {.protocol = 0x6558},
              .payload_offset = 16,
              .payload = {NULL, 12},
              .payload_claimed = 12}},
    {"sll-gre-device-ip", LINK_LINUX_SLL, SLL_GRE "0800" GRE_IN_IPV4("0028") GRE COPY,
     .want = {FROM_IPV4, .ip_offset = 16, .ip_length = 40, FROM_GRE(36, 12, 12)}},
    {"sll2-gre-device-bridging", LINK_LINUX_SLL2,
     "6558 0000 00000002 030a 00 04 c000020100000000" COPY,
     .failure = {FAILURE_NOT_ERSPAN, 0, 0x6558},
     .want = {.source = {4, {192, 0, 2, 1}},
              .gre = {.protocol = 0x6558},
              .payload_offset = 20,
              .payload = {NULL, 12},
              .payload_claimed = 12}},
    {"sll2-gre6-device-eight-byte-address", LINK_LINUX_SLL2,
     "6558 0000 00000002 0337 00 08 20010db800000001" COPY,
     .failure = {FAILURE_NOT_ERSPAN, 0, 0x6558},
     .want = {.source = {8, {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1}},
              .gre = {.protocol = 0x6558},
              .payload_offset = 20,
              .payload = {NULL, 12},
              .payload_claimed = 12}},
    {"raw-ipv4", LINK_RAW, GRE_IN_IPV4("0028") GRE COPY,
     .want = {FROM_IPV4, .ip_length = 40, FROM_GRE(20, 12, 12)}},
    {"raw-ipv6", LINK_RAW, IPV6("0014", "2f") GRE COPY,
     .want = {FROM_IPV6, .ip_length = 60, FROM_GRE(40, 12, 12)}},
    {"raw-bsd", LINK_RAW_BSD, GRE_IN_IPV4("0028") GRE COPY,
     .want = {FROM_IPV4, .ip_length = 40, FROM_GRE(20, 12, 12)}},
    {"raw-openbsd", LINK_RAW_OPENBSD, GRE_IN_IPV4("0028") GRE COPY,
     .want = {FROM_IPV4, .ip_length = 40, FROM_GRE(20, 12, 12)}},
    {"raw-version-5", LINK_RAW, "55000028", .failure = {FAILURE_IP_VERSION, 0, 5}},
    {"ipv4", LINK_IPV4, GRE_IN_IPV4("0028") GRE COPY,
     .want = {FROM_IPV4, .ip_length = 40, FROM_GRE(20, 12, 12)}},
    {"ipv6", LINK_IPV6, IPV6("0014", "2f") GRE COPY,
     .want = {FROM_IPV6, .ip_length = 60, FROM_GRE(40, 12, 12)}},
    {"unknown-link-type", 147, ETHERNET GRE_IN_IPV4("0028") GRE COPY,
     .failure = {FAILURE_LINK_TYPE, 0, 147}},

    /* ---- IPv4 ---- */
    {"ipv4-options", LINK_ETHERNET,
     ETHERNET "46 b8 002c 1234 0000 40 2f 0000 c0000201 c0000202 94040000" GRE COPY,
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 44, FROM_GRE(38, 12, 12)}},
    {"ipv4-is-5", LINK_ETHERNET,
     ETHERNET "55 b8 0028 1234 0000 40 2f 0000 c0000201 c0000202" GRE COPY,
     .failure = {FAILURE_IP_VERSION, 14, 5}, .want = {.ip_version = 4, .ip_offset = 14}},
    {"ipv4-header-length", LINK_ETHERNET,
     ETHERNET "44 b8 0028 1234 0000 40 2f 0000 c0000201 c0000202" GRE COPY,
     .failure = {FAILURE_IPV4_HEADER_LENGTH, 14, 16}, .want = {.ip_version = 4, .ip_offset = 14}},
    {"ipv4-total-length", LINK_ETHERNET, ETHERNET GRE_IN_IPV4("0013") GRE COPY,
     .failure = {FAILURE_IPV4_TOTAL_LENGTH, 16, 19},
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 19, .trailer = {NULL, 21}}},
    {"ipv4-header-alone", LINK_ETHERNET, ETHERNET GRE_IN_IPV4("0014") GRE COPY,
     .failure = {FAILURE_GRE_CUT, 34, 4},
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 20, .gre_offset = 34,
              .trailer = {NULL, 20}}},
    {"ipv4-total-length-0", LINK_ETHERNET, ETHERNET GRE_IN_IPV4("0000") GRE COPY,
     .want = {FROM_IPV4, .ip_offset = 14, FROM_GRE(34, 12, 12)}},
    {"ipv4-copy-cut", LINK_ETHERNET, ETHERNET GRE_IN_IPV4("05dc") GRE COPY,
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 1500, FROM_GRE(34, 12, 1472)}},
    {"ipv4-trailer", LINK_ETHERNET, ETHERNET GRE_IN_IPV4("0028") GRE COPY "f0f1f2f3",
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 40, FROM_GRE(34, 12, 12),
              .trailer = {NULL, 4}}},
    {"ipv4-dont-fragment", LINK_ETHERNET, ETHERNET IPV4("0028", "4000", "2f") GRE COPY,
     .want = {FROM_IPV4, .dont_fragment = true, .ip_offset = 14, .ip_length = 40,
              FROM_GRE(34, 12, 12)}},
    {"ipv4-first-fragment", LINK_ETHERNET, ETHERNET IPV4("0028", "2000", "2f") GRE COPY,
     .want = {FROM_IPV4, .more_fragments = true, .ip_offset = 14, .ip_length = 40,
              FROM_GRE(34, 12, 12)}},
    {"ipv4-middle-fragment", LINK_ETHERNET, ETHERNET IPV4("0028", "20b9", "2f") GRE COPY,
     .failure = {FAILURE_LATER_FRAGMENT, 20, 1480},
     .want = {FROM_IPV4, .more_fragments = true, .ip_offset = 14, .ip_length = 40}},
    {"ipv4-last-fragment", LINK_ETHERNET, ETHERNET IPV4("0028", "1fff", "2f") GRE COPY,
     .failure = {FAILURE_LATER_FRAGMENT, 20, 65528},
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 40}},
    {"ipv4-tcp", LINK_ETHERNET, ETHERNET IPV4("0028", "0000", "06") GRE COPY,
     .failure = {FAILURE_NOT_GRE, 14, 6}, .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 40}},

    /* ---- IPv6 ---- */
    {"ipv6-tunnel-limit", LINK_ETHERNET, MACS "86dd" IPV6("001c", "3c") TUNNEL_LIMIT("2f") GRE COPY,
     .want = {FROM_IPV6, .ip_offset = 14, .ip_length = 68, FROM_GRE(62, 12, 12)}},
    {"ipv6-each-extension", LINK_ETHERNET,
     MACS "86dd" IPV6("005c", "00") HOP_BY_HOP("2b") ROUTING("2c") FRAGMENT("33", "0000")
         AUTHENTICATION("3c") TUNNEL_LIMIT("2f") GRE COPY,
     .want = {FROM_IPV6, .identification = 0x89abcdef, .ip_offset = 14, .ip_length = 132,
              FROM_GRE(126, 12, 12)}},
    {"ipv6-eight-extensions", LINK_IPV6,
     IPV6("0054", "3c") TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c")
         TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c") TUNNEL_LIMIT("2f") GRE COPY,
     .want = {FROM_IPV6, .ip_length = 124, FROM_GRE(104, 12, 12)}},
    {"ipv6-nine-extensions", LINK_IPV6,
     IPV6("005c", "3c") TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c")
         TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c") TUNNEL_LIMIT("3c")
             TUNNEL_LIMIT("2f") GRE COPY,
     .failure = {FAILURE_EXTENSION_DEPTH, 104, 8}, .want = {FROM_IPV6, .ip_length = 132}},
    {"ipv6-first-fragment", LINK_ETHERNET,
     MACS "86dd" IPV6("001c", "2c") FRAGMENT("2f", "0001") GRE COPY,
     .want = {FROM_IPV6, .more_fragments = true, .identification = 0x89abcdef, .ip_offset = 14,
              .ip_length = 68, FROM_GRE(62, 12, 12)}},
    {"ipv6-later-fragment", LINK_ETHERNET,
     MACS "86dd" IPV6("001c", "2c") FRAGMENT("2f", "05a8") GRE COPY,
     .failure = {FAILURE_LATER_FRAGMENT, 56, 1448},
     .want = {FROM_IPV6, .identification = 0x89abcdef, .ip_offset = 14, .ip_length = 68}},
    {"ipv6-middle-fragment", LINK_ETHERNET,
     MACS "86dd" IPV6("001c", "2c") FRAGMENT("2f", "05a9") GRE COPY,
     .failure = {FAILURE_LATER_FRAGMENT, 56, 1448},
     .want = {FROM_IPV6, .more_fragments = true, .identification = 0x89abcdef, .ip_offset = 14,
              .ip_length = 68}},
    {"ipv6-second-extension-cut", LINK_IPV6, IPV6("005c", "00") HOP_BY_HOP("33") "2f 04 0000",
     .failure = {FAILURE_EXTENSION_CUT, 48, 51}, .want = {FROM_IPV6, .ip_length = 132}},
    {"ipv6-extension-beyond-payload", LINK_ETHERNET,
     MACS "86dd" IPV6("0004", "3c") TUNNEL_LIMIT("2f") GRE COPY,
     .failure = {FAILURE_EXTENSION_CUT, 54, 60},
     .want = {FROM_IPV6, .ip_offset = 14, .ip_length = 44, .trailer = {NULL, 24}}},
    {"ipv6-payload-length-0", LINK_ETHERNET, MACS "86dd" IPV6("0000", "2f") GRE COPY,
     .want = {FROM_IPV6, .ip_offset = 14, FROM_GRE(54, 12, 12)}},
    {"ipv6-copy-cut", LINK_ETHERNET, MACS "86dd" IPV6("0064", "2f") GRE COPY,
     .want = {FROM_IPV6, .ip_offset = 14, .ip_length = 140, FROM_GRE(54, 12, 92)}},
    {"ipv6-is-4", LINK_IPV6, GRE_IN_IPV4("0028") GRE COPY, .failure = {FAILURE_IP_VERSION, 0, 4},
     .want = {.ip_version = 6}},
    {"ipv6-esp", LINK_IPV6, IPV6("0014", "32") GRE COPY, .failure = {FAILURE_NOT_GRE, 0, 50},
     .want = {FROM_IPV6, .ip_length = 60}},
    {"ipv6-no-next-header", LINK_IPV6, IPV6("0000", "3b"), .failure = {FAILURE_NOT_GRE, 0, 59},
     .want = {FROM_IPV6}},

    /* ---- GRE in UDP, RFC 8086 ---- */
    {"udp", LINK_ETHERNET, ETHERNET UDP_IN_IPV4("0030") UDP("1292", "001c") GRE COPY,
     .want = {FROM_IPV4, .in_udp = true, .ip_offset = 14, .ip_length = 48, FROM_GRE(42, 12, 12)}},
    {"udp-ipv6", LINK_IPV6, IPV6("001c", "11") UDP("1292", "001c") GRE COPY,
     .want = {FROM_IPV6, .in_udp = true, .ip_length = 68, FROM_GRE(48, 12, 12)}},
    {"udp-shorter-than-ip", LINK_IPV4, UDP_IN_IPV4("0034") UDP("1292", "001c") GRE COPY "f0f1f2f3",
     .want = {FROM_IPV4, .in_udp = true, .ip_length = 52, FROM_GRE(28, 12, 12)}},
    {"udp-first-fragment", LINK_IPV4, IPV4("0030", "2000", "11") UDP("1292", "03e8") GRE COPY,
     .want = {FROM_IPV4, .in_udp = true, .more_fragments = true, .ip_length = 48,
              FROM_GRE(28, 12, 12)}},
    {"udp-both-lengths-0", LINK_IPV4, UDP_IN_IPV4("0000") UDP("1292", "0000") GRE COPY,
     .want = {FROM_IPV4, .in_udp = true, FROM_GRE(28, 12, 12)}},
    {"udp-alone-says-length", LINK_IPV4, UDP_IN_IPV4("0000") UDP("1292", "0020") GRE COPY,
     .want = {FROM_IPV4, .in_udp = true, FROM_GRE(28, 12, 16)}},
    {"udp-empty", LINK_IPV4, UDP_IN_IPV4("0030") UDP("1292", "0008") GRE COPY,
     .failure = {FAILURE_GRE_CUT, 28, 4},
     .want = {FROM_IPV4, .in_udp = true, .ip_length = 48, .gre_offset = 28, .payload_offset = 28}},
    {"udp-length-7", LINK_ETHERNET, ETHERNET UDP_IN_IPV4("0030") UDP("1292", "0007") GRE COPY,
     .failure = {FAILURE_UDP_LENGTH, 38, 7},
     .want = {FROM_IPV4, .in_udp = true, .ip_offset = 14, .ip_length = 48}},
    {"udp-length-0", LINK_IPV4, UDP_IN_IPV4("0030") UDP("1292", "0000") GRE COPY,
     .failure = {FAILURE_UDP_LENGTH, 24, 0}, .want = {FROM_IPV4, .in_udp = true, .ip_length = 48}},
    {"udp-beyond-ip", LINK_IPV4, UDP_IN_IPV4("001b") UDP("1292", "001c") GRE COPY,
     .failure = {FAILURE_UDP_CUT, 20, 0},
     .want = {FROM_IPV4, .in_udp = true, .ip_length = 27, .trailer = {NULL, 21}}},
    {"udp-marker-port-padded", LINK_ETHERNET,
     ETHERNET UDP_IN_IPV4("001e") UDP("22b0", "000a") "a5a5"
                                                      "0000 0000",
     .failure = {FAILURE_UDP_PORT, 36, 8880},
     .want = {FROM_IPV4, .in_udp = true, .ip_offset = 14, .ip_length = 30, .payload_offset = 42,
              .payload = {NULL, 2}, .payload_claimed = 2, .trailer = {NULL, 4}}},

    /* ---- GRE ---- */
    {"gre-type-i", LINK_IPV4, GRE_IN_IPV4("0024") "0000 88be" COPY,
     .want = {FROM_IPV4, .ip_length = 36, .has_gre = true, .gre = {.protocol = 0x88be},
              .gre_offset = 20, .payload_offset = 24, .payload = {NULL, 12},
              .payload_claimed = 12}},
    {"gre-checksum-key-sequence", LINK_IPV4,
     GRE_IN_IPV4("0030") "b000 22eb cafe 0000 0000002a 00000007" COPY,
     .want =
         {FROM_IPV4, .ip_length = 48, .has_gre = true,
          .gre =
              {.flags = 0xb000, .protocol = 0x22eb, .checksum = 0xcafe, .key = 42, .sequence = 7},
          .gre_offset = 20, .payload_offset = 36, .payload = {NULL, 12}, .payload_claimed = 12}},
    {"gre-nothing-in-it", LINK_IPV4, GRE_IN_IPV4("001c") GRE,
     .want = {FROM_IPV4, .ip_length = 28, FROM_GRE(20, 0, 0)}},
    {"gre-bridging", LINK_ETHERNET, ETHERNET GRE_IN_IPV4("0024") "0000 6558" COPY,
     .failure = {FAILURE_NOT_ERSPAN, 36, 0x6558},
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 36, .has_gre = true,
              .gre = {.protocol = 0x6558}, .gre_offset = 34, .payload_offset = 38,
              .payload = {NULL, 12}, .payload_claimed = 12}},
    {"gre-version-1", LINK_ETHERNET,
     ETHERNET GRE_IN_IPV4("0028") "3001 880b 00040001 00000007" COPY,
     .failure = {FAILURE_GRE_VERSION, 34, 1},
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 40,
              .gre = {.flags = 0x3001, .protocol = 0x880b}, .gre_offset = 34,
              .trailer = {NULL, 4}}},
    {"gre-routes-cut", LINK_ETHERNET, ETHERNET GRE_IN_IPV4("0020") "4000 88be 0000 0000 0800 00 08",
     .failure = {FAILURE_GRE_ROUTING_CUT, 42, 0},
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 32,
              .gre = {.flags = 0x4000, .protocol = 0x88be}, .gre_offset = 34}},
    {"gre-beyond-ip", LINK_ETHERNET, ETHERNET GRE_IN_IPV4("0018") GRE COPY,
     .failure = {FAILURE_GRE_CUT, 34, 8},
     .want = {FROM_IPV4, .ip_offset = 14, .ip_length = 24,
              .gre = {.flags = 0x1000, .protocol = 0x88be}, .gre_offset = 34,
              .trailer = {NULL, 16}}},
};

const size_t outer_case_count = sizeof outer_cases / sizeof *outer_cases;
