/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the IP header in front of GRE. How each kind of header decodes, the walk's cases say.
 */
#include "core/wire/ip.h"

#include "tests/unit/support/support.h"

#define ETHERNET "020000000002 020000000001 0800"
#define IPV4     "45 00 0020 0001 0000 40 2f 0000 c0000201 c0000202"
#define OPTIONS  "46 00 0024 0001 0000 40 2f 0000 c0000201 c0000202 94040000"
#define IN_UDP   "45 00 0028 0001 0000 40 11 0000 c0000201 c0000202 c001 1292 0014 0000"
#define IPV6_ADDRESSES                                                                             \
    "20010db8000000000000000000000001"                                                             \
    "20010db8000000000000000000000002"
#define IPV6         "60000000 000c 2f 40" IPV6_ADDRESSES
#define TUNNEL_LIMIT "60000000 0014 3c 40" IPV6_ADDRESSES "2f 00 04 01 04 01 01 00"
#define GRE          "1000 88be 00000007 1001 0001"

static const struct address source = {4, {192, 0, 2, 1}};
static const struct address destination = {4, {192, 0, 2, 2}};
static const struct address source6 = {16, {0x20, 1, 0x0d, 0xb8, [15] = 1}};
static const struct address destination6 = {16, {0x20, 1, 0x0d, 0xb8, [15] = 2}};

/* Looks for the header between these addresses in front of the 12 bytes of GRE. */
static bool find(const char *hex, const struct address *from, const struct address *to,
                 size_t *start, size_t *header_length)
{
    struct bytes packet = bytes_from_hex(hex);
    struct ip_header ip;
    bool found = ip_find_before(packet, packet.len - 12, from, to, &ip, start);
    *header_length = ip.header_length;
    bytes_free(packet);
    return found;
}

static void test_found(void)
{
    static const struct {
        const char *hex;
        bool ipv6;
        size_t start;
        size_t header_length;
    } cases[] = {
        {IPV4 GRE, false, 0, 20},
        {ETHERNET IPV4 GRE, false, 14, 20},
        {ETHERNET OPTIONS GRE, false, 14, 24},
        {ETHERNET IN_UDP GRE, false, 14, 20},
        {IPV6 GRE, true, 0, 40},
        {ETHERNET TUNNEL_LIMIT GRE, true, 14, 48},
        /* a packet within a packet between the same hosts: the nearest header is GRE's */
        {ETHERNET IPV4 IPV4 GRE, false, 34, 20},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t start;
        size_t header_length;
        g_assert_true(find(cases[i].hex, cases[i].ipv6 ? &source6 : &source,
                           cases[i].ipv6 ? &destination6 : &destination, &start, &header_length));
        g_assert_cmpuint(start, ==, cases[i].start);
        g_assert_cmpuint(header_length, ==, cases[i].header_length);
    }
}

static void test_not_found(void)
{
    static const struct address none;
    size_t start;
    size_t header_length;
    g_assert_false(find(ETHERNET IPV4 GRE, &source, &source, &start, &header_length));
    g_assert_false(find(ETHERNET IPV4 GRE, &destination, &destination, &start, &header_length));
    g_assert_false(find(ETHERNET IPV4 GRE, &source6, &destination6, &start, &header_length));
    g_assert_false(find(ETHERNET IPV4 GRE, &none, &none, &start, &header_length));
    g_assert_false(find(ETHERNET IPV4 "0000" GRE, &source, &destination, &start, &header_length));
    g_assert_false(find(GRE, &source, &destination, &start, &header_length));
    /* ICMP, of the right length and between the right hosts */
    g_assert_false(find("45 00 0020 0001 0000 40 01 0000 c0000201 c0000202" GRE, &source,
                        &destination, &start, &header_length));
}

static void test_outside(void)
{
    struct bytes packet = bytes_from_hex(IPV4);
    struct ip_header ip;
    size_t start;
    g_assert_true(ip_find_before(packet, 20, &source, &destination, &ip, &start));
    g_assert_false(ip_find_before(packet, 19, &source, &destination, &ip, &start));
    g_assert_false(ip_find_before(packet, 0, &source, &destination, &ip, &start));
    g_assert_false(ip_find_before(packet, 1000, &source, &destination, &ip, &start));
    g_assert_false(ip_find_before(packet, SIZE_MAX, &source, &destination, &ip, &start));
    bytes_free(packet);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ip/find-before/found", test_found);
    g_test_add_func("/ip/find-before/not-found", test_not_found);
    g_test_add_func("/ip/find-before/outside", test_outside);
    return g_test_run();
}
