/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets written by hand, in which a tag, a label, a tunnel or another link layer stands before
 * the IP packet that holds the copy; and what the walk must find there. The packet with the copy is
 * the same in all: 40 bytes of IPv4 from 192.0.2.1 to 192.0.2.2 with GRE and 12 bytes of copy.
 * Lengths of what is around it are right unless a case says otherwise; checksums are 0.
 */
#include "core/wire/marker.h"
#include "core/wire/outer.h"

#include "tests/unit/support/support.h"

#define MACS "020000000002 020000000001"

#define COPY_IP                                                                                    \
    "45000028 12340000 402f0000 c0000201 c0000202"                                                 \
    "1000 88be 00000007 1001 0001 00000000 0badf00d"
enum { COPY_IP_LENGTH = 40, GRE_AT = 20, COPY_AT = 28, COPY_LENGTH = 12 };

#define FRAME MACS "0800" COPY_IP /* 54 bytes */

/* 20 bytes from 203.0.113.1 to 203.0.113.2, and 40 of IPv6. */
#define IPV4(length, protocol) "4500" length "00010000 40" protocol "0000 cb007101 cb007102"
#define IPV6(length, next)                                                                         \
    "60000000" length next "40"                                                                    \
    "20010db8000000000000000000000011 20010db8000000000000000000000012"
#define IN_IPV4(length, protocol) MACS "0800" IPV4(length, protocol) /* 34 bytes */
#define IN_IPV6(length, next)     MACS "86dd" IPV6(length, next)     /* 54 bytes */
#define UDP(port, length)         "c001" port length "0000"
#define LABEL                     "00010040"
#define LAST_LABEL                "00011140"
#define AUTHENTICATION(next)      next "040000 00000001 00000002 000000000000000000000000"
#define SEGMENT_ROUTING(next)     next "02040000000000 20010db8000000000000000000000012"

static const struct behind_case {
    const char *name;
    uint32_t link_type;
    const char *hex;
    size_t ip_offset; /* of the packet with the copy */
    uint8_t tags;
    uint16_t vlan;
} cases[] = {
    /* ---- tags ---- */
    {"vn-tag", LINK_ETHERNET, MACS "8926 00010002 0800" COPY_IP, 20, 0, 0},
    {"vn-tag-vlan", LINK_ETHERNET, MACS "8926 00010002 8100 0007 0800" COPY_IP, 24, 0, 0},
    {"vlan-vn-tag", LINK_ETHERNET, MACS "8100 0007 8926 00010002 0800" COPY_IP, 24, 1, 7},
    {"802.1br", LINK_ETHERNET, MACS "893f 000000010000 0800" COPY_IP, 22, 0, 0},
    {"cisco-metadata", LINK_ETHERNET, MACS "8909 010100010064 0800" COPY_IP, 22, 0, 0},
    {"cisco-time", LINK_ETHERNET, MACS "8988 112233445566 0800" COPY_IP, 22, 0, 0},
    {"arista-time", LINK_ETHERNET, MACS "d28b 0001 0010 0102030405060708 0800" COPY_IP, 28, 0, 0},
    {"hsr", LINK_ETHERNET, MACS "892f 00320001 0800" COPY_IP, 20, 0, 0},
    {"802.1ah", LINK_ETHERNET, MACS "88e7 00000064" FRAME, 32, 0, 0},
    {"five-tags", LINK_ETHERNET,
     MACS "8100 0005 8100 0001 8100 0002 8100 0003 8100 0004 0800" COPY_IP, 34, 4, 5},

    /* ---- labels and PPPoE ---- */
    {"mpls", LINK_ETHERNET, MACS "8847" LAST_LABEL COPY_IP, 18, 0, 0},
    {"mpls-multicast", LINK_ETHERNET, MACS "8848" LAST_LABEL COPY_IP, 18, 0, 0},
    {"mpls-three", LINK_ETHERNET, MACS "8847" LABEL LABEL LAST_LABEL COPY_IP, 26, 0, 0},
    {"mpls-control-word", LINK_ETHERNET, MACS "8847" LAST_LABEL "00000000" FRAME, 36, 0, 0},
    {"pppoe", LINK_ETHERNET, MACS "8864 1100 0001 002a 0021" COPY_IP, 22, 0, 0},
    {"pppoe-padded", LINK_ETHERNET, MACS "8864 1100 0001 002a 0021" COPY_IP "000000", 22, 0, 0},

    /* ---- IP ---- */
    {"ip-in-ip", LINK_ETHERNET, IN_IPV4("003c", "04") COPY_IP, 34, 0, 0},
    {"4in6", LINK_ETHERNET, IN_IPV6("0028", "04") COPY_IP, 54, 0, 0},
    {"6in4-4in6", LINK_ETHERNET, IN_IPV4("0064", "29") IPV6("0028", "04") COPY_IP, 74, 0, 0},
    {"ah", LINK_ETHERNET, IN_IPV4("0054", "33") AUTHENTICATION("04") COPY_IP, 58, 0, 0},
    {"ah-udp", LINK_ETHERNET,
     IN_IPV4("0072", "33") AUTHENTICATION("11") UDP("12b5", "0046") "0800000000006400" MACS
                                                                    "0800" COPY_IP,
     88, 0, 0},
    {"srv6", LINK_ETHERNET, IN_IPV6("0040", "2b") SEGMENT_ROUTING("04") COPY_IP, 78, 0, 0},
    {"ethernet-in-ipv6", LINK_ETHERNET, IN_IPV6("0036", "8f") FRAME, 68, 0, 0},
    {"etherip", LINK_ETHERNET, IN_IPV4("004c", "61") "3000" FRAME, 50, 0, 0},
    {"mpls-in-ip", LINK_ETHERNET, IN_IPV4("0040", "89") LAST_LABEL COPY_IP, 38, 0, 0},

    /* ---- GRE ---- */
    {"gre", LINK_ETHERNET, IN_IPV4("0040", "2f") "0000 0800" COPY_IP, 38, 0, 0},
    {"gre-key", LINK_ETHERNET, IN_IPV4("0044", "2f") "2000 0800 00000005" COPY_IP, 42, 0, 0},
    {"gre-bridging", LINK_ETHERNET, IN_IPV4("0052", "2f") "2000 6558 00000005" FRAME, 56, 0, 0},
    {"gre-ppp", LINK_ETHERNET, IN_IPV4("0044", "2f") "0000 880b ff03 0021" COPY_IP, 42, 0, 0},
    {"gre-everflow", LINK_ETHERNET,
     IN_IPV4("0064", "2f") "0000 8949 00000000000000000000000000000000000000000000" FRAME, 74, 0,
     0},
    {"gre-nsh", LINK_ETHERNET, IN_IPV4("0048", "2f") "0000 894f 0002 0201 00000100" COPY_IP, 46, 0,
     0},
    {"gre-in-gre", LINK_ETHERNET,
     IN_IPV4("0058", "2f") "0000 0800" IPV4("0040", "2f") "0000 0800" COPY_IP, 62, 0, 0},
    {"gre-device", LINK_LINUX_SLL, "0000 030a 0004 c000020100000000 6558" FRAME, 30, 0, 0},

    /* ---- UDP ---- */
    {"vxlan", LINK_ETHERNET, IN_IPV4("005a", "11") UDP("12b5", "0046") "0800000000006400" FRAME, 64,
     0, 0},
    {"vxlan-gpe-ipv4", LINK_ETHERNET,
     IN_IPV4("004c", "11") UDP("12b6", "0038") "0c00000100006400" COPY_IP, 50, 0, 0},
    {"vxlan-gpe-nsh", LINK_ETHERNET,
     IN_IPV4("0062", "11") UDP("12b6", "004e") "0c00000400006400 0002 0203 00000100" FRAME, 72, 0,
     0},
    {"geneve", LINK_ETHERNET, IN_IPV4("005a", "11") UDP("17c1", "0046") "0000655800006400" FRAME,
     64, 0, 0},
    {"geneve-options-ipv4", LINK_ETHERNET,
     IN_IPV4("0054", "11") UDP("17c1", "0040") "0200080000006400 0101800100000000" COPY_IP, 58, 0,
     0},
    {"gtp-u", LINK_ETHERNET, IN_IPV4("004c", "11") UDP("0868", "0038") "30ff002800000007" COPY_IP,
     50, 0, 0},
    {"gtp-u-sequence", LINK_ETHERNET,
     IN_IPV4("0050", "11") UDP("0868", "003c") "32ff002c00000007 00010000" COPY_IP, 54, 0, 0},
    {"gtp-u-extension", LINK_ETHERNET,
     IN_IPV4("0054", "11") UDP("0868", "0040") "34ff003000000007 00000085 01000900" COPY_IP, 58, 0,
     0},
    {"mpls-in-udp", LINK_ETHERNET, IN_IPV4("0048", "11") UDP("19eb", "0034") LAST_LABEL COPY_IP, 46,
     0, 0},
    {"tzsp", LINK_ETHERNET, IN_IPV4("005b", "11") UDP("9090", "0047") "01000001 00 0a01c8 01" FRAME,
     65, 0, 0},
    {"vxlan-vlan", LINK_ETHERNET,
     IN_IPV4("005e", "11") UDP("12b5", "004a") "0800000000006400" MACS "8100 0007 0800" COPY_IP, 68,
     0, 0},

    /* ---- link layers whose packets need no more ---- */
    {"null", LINK_NULL, "02000000" COPY_IP, 4, 0, 0},
    {"null-big-endian", LINK_NULL, "00000002" COPY_IP, 4, 0, 0},
    {"loop", LINK_LOOP, "00000002" COPY_IP, 4, 0, 0},
    {"ppp", LINK_PPP, "ff03 0021" COPY_IP, 4, 0, 0},
    {"ppp-short", LINK_PPP, "21" COPY_IP, 1, 0, 0},
    {"ppp-mpls", LINK_PPP, "ff03 0281" LAST_LABEL COPY_IP, 8, 0, 0},
    {"ppp-serial-cisco", LINK_PPP_SERIAL, "0f00 0800" COPY_IP, 4, 0, 0},
    {"ppp-ether", LINK_PPP_ETHER, "1100 0001 002a 0021" COPY_IP, 8, 0, 0},
    {"ppp-direction", LINK_PPP_DIRECTION, "01 ff03 0021" COPY_IP, 5, 0, 0},
    {"cisco-hdlc", LINK_CISCO_HDLC, "8f00 0800" COPY_IP, 4, 0, 0},
    {"cisco-hdlc-direction", LINK_CISCO_HDLC_DIRECTION, "00 0f00 0800" COPY_IP, 5, 0, 0},
    {"mpls-link", LINK_MPLS, LABEL LAST_LABEL COPY_IP, 8, 0, 0},
    {"ppi", LINK_PPI, "0000 0800 01000000" FRAME, 22, 0, 0},
    {"ppi-fields-vlan", LINK_PPI,
     "0000 1000 01000000 0500 0400 00000000" MACS "8100 0007 0800" COPY_IP, 34, 1, 7},
    {"ppi-erf", LINK_PPI, "0000 0800 c5000000 0000000000000000 02 04 0048 0000 0036 0000" FRAME, 40,
     0, 0},
    {"nflog", LINK_NFLOG, "02 00 0000 0700 0a00 616200 00 2c00 0900" COPY_IP, 16, 0, 0},
    {"nflog-big-endian", LINK_NFLOG, "02 00 0000 002c 0009" COPY_IP, 8, 0, 0},
    {"erf-ethernet", LINK_ERF, "0000000000000000 02 04 0048 0000 0036 0000" FRAME, 32, 0, 0},
    {"erf-extensions", LINK_ERF,
     "0000000000000000 82 04 0058 0000 0036 8300000000000000 0300000000000000 0000" FRAME, 48, 0,
     0},
    {"erf-hdlc", LINK_ERF, "0000000000000000 01 04 003c 0000 002c ff03 0021" COPY_IP, 20, 0, 0},
    {"erf-ipv4", LINK_ERF, "0000000000000000 16 04 0038 0000 0028" COPY_IP, 16, 0, 0},

    /* ---- announced as IPv4, and yet IPv6 ---- */
    {"erf-ipv4-4in6", LINK_ERF, "0000000000000000 16 04 0060 0000 0050" IPV6("0028", "04") COPY_IP,
     56, 0, 0},
    {"ethertype-4in6", LINK_ETHERNET, MACS "0800" IPV6("0028", "04") COPY_IP, 54, 0, 0},
    {"raw-ipv4-4in6", LINK_IPV4, IPV6("0028", "04") COPY_IP, 40, 0, 0},
};

/* The way erspanrate takes. */
static struct failure parse(uint32_t link_type, struct bytes packet, struct outer *outer)
{
    struct failure failure = outer_parse(link_type, packet, outer);
    return outer_may_be_behind(&failure) ? outer_parse_behind(link_type, packet, outer) : failure;
}

static void test_found(const void *data)
{
    const struct behind_case *test = data;
    struct bytes packet = bytes_from_hex(test->hex);
    struct outer outer;
    g_assert_cmpint(parse(test->link_type, packet, &outer).kind, ==, FAILURE_NONE);
    const struct address source = {4, {192, 0, 2, 1}};
    const struct address destination = {4, {192, 0, 2, 2}};
    g_assert_true(address_equal(&outer.source, &source));
    g_assert_true(address_equal(&outer.destination, &destination));
    g_assert_cmpuint(outer.ip_version, ==, 4);
    g_assert_cmpuint(outer.ip_offset, ==, test->ip_offset);
    g_assert_cmpuint(outer.ip_length, ==, COPY_IP_LENGTH);
    g_assert_cmpuint(outer.tags, ==, test->tags);
    g_assert_cmpuint(outer.vlan, ==, test->vlan);
    g_assert_cmpuint(outer.identification, ==, 0x1234);
    g_assert_true(outer.has_gre);
    g_assert_false(outer.in_udp);
    g_assert_cmpuint(outer.gre.sequence, ==, 7);
    g_assert_cmpuint(outer.gre_offset, ==, test->ip_offset + GRE_AT);
    g_assert_cmpuint(outer.payload_offset, ==, test->ip_offset + COPY_AT);
    g_assert_cmpuint(outer.payload.len, ==, COPY_LENGTH);
    g_assert_cmpuint(outer.payload_claimed, ==, COPY_LENGTH);
    bytes_free(packet);
}

/* Nothing is read beyond the end, and a packet that ends before GRE does holds no copy. */
static void test_prefixes(const void *data)
{
    const struct behind_case *test = data;
    struct bytes whole = bytes_from_hex(test->hex);
    for (size_t length = 0; length < whole.len; length++) {
        struct bytes packet = bytes_prefix(whole, length);
        struct outer outer;
        struct failure failure = parse(test->link_type, packet, &outer);
        g_assert_cmpint(failure.kind == FAILURE_NONE, ==, length >= test->ip_offset + COPY_AT);
        g_assert_cmpuint(failure.offset, <=, length);
        if (failure.kind == FAILURE_NONE)
            g_assert_cmpuint(outer.payload.len, ==,
                             MIN(COPY_LENGTH, length - test->ip_offset - COPY_AT));
        bytes_free(packet);
    }
    bytes_free(whole);
}

/* In which there is none, or it cannot be seen; and the failure, that of the innermost IP packet.
 */
static const struct absent_case {
    const char *name;
    uint32_t link_type;
    const char *hex;
    enum failure_kind kind;
    uint32_t found;
} absent_cases[] = {
    {"arp", LINK_ETHERNET, MACS "0806 0001080006040001", FAILURE_NOT_IP, 0x0806},
    {"vxlan-of-arp", LINK_ETHERNET,
     IN_IPV4("0034", "11") UDP("12b5", "0020") "0800000000006400" MACS "0806 0001",
     FAILURE_UDP_PORT, 4789},
    {"ip-in-ip-of-tcp", LINK_ETHERNET, IN_IPV4("0030", "04") IPV4("001c", "06") "0000000000000000",
     FAILURE_NOT_GRE, 6},
    {"vxlan-of-marker", LINK_ETHERNET,
     IN_IPV4("0052", "11") UDP("12b5", "003e") "0800000000006400" IN_IPV4("0020", "11")
         UDP("22b0", "000c") "a5a5a5a5",
     FAILURE_UDP_PORT, 8880},
    {"ip-in-ip-later-fragment", LINK_ETHERNET,
     IN_IPV4("0030", "04") "4500001c 00010005 402f0000 cb007101 cb007102 0000000000000000",
     FAILURE_LATER_FRAGMENT, 40},
    {"gtp-u-echo", LINK_ETHERNET,
     IN_IPV4("004c", "11") UDP("0868", "0038") "3001002800000007" COPY_IP, FAILURE_UDP_PORT, 2152},
    {"gtp-u-extension-of-0", LINK_ETHERNET,
     IN_IPV4("0054", "11") UDP("0868", "0040") "34ff003000000007 00000085 00000900" COPY_IP,
     FAILURE_UDP_PORT, 2152},
    {"tzsp-of-802.11", LINK_ETHERNET, IN_IPV4("0057", "11") UDP("9090", "0043") "0100001201" FRAME,
     FAILURE_UDP_PORT, 37008},
    {"mpls-no-bottom", LINK_ETHERNET, MACS "8847" LABEL LABEL LABEL, FAILURE_NOT_IP, 0x8847},
    {"pppoe-lcp", LINK_ETHERNET, MACS "8864 1100 0001 000a c021 0101000805dc", FAILURE_NOT_IP,
     0x8864},
    {"ah-too-short", LINK_ETHERNET, IN_IPV4("0044", "33") "04000000 00000001" COPY_IP,
     FAILURE_NOT_GRE, 51},
    {"null-osi", LINK_NULL, "07000000" COPY_IP, FAILURE_NOT_IP, 7},
    {"ppp-lcp", LINK_PPP, "ff03 c021 01010008", FAILURE_NOT_IP, 0xc021},
    {"ppi-in-ppi", LINK_PPI, "0000 0800 c0000000 0000 0800 01000000" FRAME, FAILURE_LINK_TYPE, 192},
    {"ppi-length-7", LINK_PPI, "0000 0700 01000000" FRAME, FAILURE_LINK_CUT, 0},
    {"nflog-field-of-3", LINK_NFLOG, "02 00 0000 0300 0900" COPY_IP, FAILURE_LINK_CUT, 0},
    {"nflog-bridge", LINK_NFLOG, "07 00 0000 2c00 0900" COPY_IP, FAILURE_NOT_IP, 7},
    {"erf-infiniband", LINK_ERF, "0000000000000000 15 04 0048 0000 0036" FRAME, FAILURE_NOT_IP,
     0x15},
};

static void test_absent(const void *data)
{
    const struct absent_case *test = data;
    struct bytes packet = bytes_from_hex(test->hex);
    struct outer outer;
    struct failure failure = parse(test->link_type, packet, &outer);
    g_assert_cmpstr(failure_name(failure.kind), ==, failure_name(test->kind));
    g_assert_cmphex(failure.found, ==, test->found);
    bytes_free(packet);
}

/* What the lengths of the tunnel leave of the copy is what it carried, whatever its own IP says. */
static void test_tunnel_ends_first(void)
{
    struct bytes packet = bytes_from_hex(IN_IPV4("0038", "04") COPY_IP);
    struct outer outer;
    g_assert_cmpint(parse(LINK_ETHERNET, packet, &outer).kind, ==, FAILURE_NONE);
    g_assert_cmpuint(outer.ip_length, ==, COPY_IP_LENGTH);
    g_assert_cmpuint(outer.payload.len, ==, COPY_LENGTH - 4);
    g_assert_cmpuint(outer.payload_claimed, ==, COPY_LENGTH - 4);
    g_assert_cmpuint(outer.trailer.len, ==, 0);
    bytes_free(packet);
}

/* The walk ends after OUTER_DEPTH_MAX headers: there are 15 before the packet with the copy, or 16.
 */
static void test_depth(void)
{
    for (unsigned depth = OUTER_DEPTH_MAX - 1; depth <= OUTER_DEPTH_MAX; depth++) {
        GString *hex = g_string_new(MACS);
        for (unsigned i = 0; i < depth; i++)
            g_string_append(hex, "8926 00010002");
        g_string_append(hex, "0800" COPY_IP);
        struct bytes packet = bytes_from_hex(hex->str);
        struct outer outer;
        g_assert_cmpint(parse(LINK_ETHERNET, packet, &outer).kind == FAILURE_NONE, ==,
                        depth < OUTER_DEPTH_MAX);
        bytes_free(packet);
        g_string_free(hex, TRUE);
    }
}

/* Random UDP and nearly UDP: what is called plain holds nothing for the parsers, nor for what reads
 * markers. */
static void test_plain_udp(void)
{
    enum { ROUNDS = 200000, LENGTH = 120, UDP_AT = ETHERNET_LENGTH + IPV4_MIN_LENGTH };
    static const uint16_t ports[] = {53,   1701, 2152, 3544, 4341, 4754,
                                     4789, 4790, 6081, 6635, 8880, 37008};
    unsigned plain = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint8_t frame[LENGTH] = {[ETHERNET_AT_TYPE] = 8, [ETHERNET_LENGTH] = 0x45};
        uint16_t port = ports[(unsigned)g_test_rand_int_range(0, G_N_ELEMENTS(ports))];
        frame[ETHERNET_LENGTH + IPV4_AT_LENGTH + 1] = (uint8_t)g_test_rand_int_range(20, 110);
        frame[ETHERNET_LENGTH + IPV4_AT_PROTOCOL] = IP_PROTOCOL_UDP;
        frame[UDP_AT + 2] = (uint8_t)(port >> 8);
        frame[UDP_AT + 3] = (uint8_t)port;
        frame[UDP_AT + UDP_AT_LENGTH + 1] = (uint8_t)g_test_rand_int_range(0, 90);
        if (i % 2 == 1)
            frame[ETHERNET_AT_TYPE + (unsigned)g_test_rand_int_range(0, UDP_AT - 4)] =
                (uint8_t)g_test_rand_int_range(0, 256);
        const struct bytes bytes = {frame, (size_t)g_test_rand_int_range(0, LENGTH + 1)};
        if (!outer_is_plain_udp(bytes))
            continue;
        struct outer outer;
        struct failure failure = outer_parse(LINK_ETHERNET, bytes, &outer);
        plain++;
        g_assert_cmpint(failure.kind, !=, FAILURE_NONE);
        g_assert_false(outer_may_be_behind(&failure));
        g_assert_false(failure.kind == FAILURE_UDP_PORT && outer.payload_claimed == MARKER_LENGTH);
        g_assert_cmpint(failure.kind, !=, FAILURE_NOT_GRE); /* an ICMP error may quote a copy */
    }
    g_assert_cmpuint(plain, >, ROUNDS / 20);
}

#define ADD(path, table, function)                                                                 \
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {                                             \
        char *name = g_strconcat(path, (table)[i].name, NULL);                                     \
        g_test_add_data_func(name, &(table)[i], function);                                         \
        g_free(name);                                                                              \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/behind/found/", cases, test_found)
    ADD("/behind/prefixes/", cases, test_prefixes)
    ADD("/behind/absent/", absent_cases, test_absent)
    g_test_add_func("/behind/tunnel-ends-first", test_tunnel_ends_first);
    g_test_add_func("/behind/depth", test_depth);
    g_test_add_func("/behind/plain-udp", test_plain_udp);
    return g_test_run();
}
