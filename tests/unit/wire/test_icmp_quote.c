/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP errors byte by byte: what they quote, and what they say of an MTU. */
#include <glib.h>

#include "core/wire/icmp-quote.h"

enum { V4_HEADER = 20, V6_HEADER = 40, ICMP_HEAD = 8, QUOTE = 28 };

static struct buffer begin(uint8_t *room, size_t size, uint8_t version, uint8_t protocol,
                           size_t icmp_length)
{
    struct buffer out = {room, size, 0, false};
    if (version == 4) {
        buffer_put32(&out, 0x45000000u | (uint32_t)(V4_HEADER + icmp_length));
        buffer_put32(&out, 0);
        buffer_put32(&out, 0x40000000u | (uint32_t)protocol << 16);
        buffer_put64(&out, 0xc0000201c0000202u);
    } else {
        buffer_put32(&out, 0x60000000u);
        buffer_put32(&out, (uint32_t)icmp_length << 16 | (uint32_t)protocol << 8 | 64);
        buffer_zero(&out, 32);
    }
    return out;
}

static void test_errors(void)
{
    static const struct {
        uint8_t version;
        uint8_t protocol;
        uint8_t type;
        uint8_t code;
        uint32_t rest; /* of the ICMP header */
        bool found;
        bool too_big;
        uint32_t mtu;
    } cases[] = {
        {4, 1, 3, 4, 1500, true, true, 1500},     /* RFC 1191: fragmentation needed */
        {4, 1, 3, 4, 0, true, true, 0},           /* RFC 792: without MTU */
        {4, 1, 3, 2, 0, true, false, 0},          /* protocol unreachable */
        {4, 1, 11, 0, 0, true, false, 0},         /* time exceeded */
        {4, 1, 5, 1, 0xc0000201, true, false, 0}, /* redirect: the rest is a gateway */
        {4, 1, 0, 0, 0, false, false, 0},         /* echo reply */
        {4, 1, 8, 0, 0, false, false, 0},         /* echo request */
        {4, 17, 3, 4, 1500, false, false, 0},     /* UDP with the same bytes */
        {6, 58, 2, 0, 1280, true, true, 1280},    /* RFC 4443: Packet Too Big */
        {6, 58, 2, 0, 70000, true, true, 70000},
        {6, 58, 4, 1, 6, true, false, 0},    /* parameter problem: the rest is a pointer */
        {6, 58, 128, 0, 0, false, false, 0}, /* echo request */
        {6, 1, 3, 4, 1500, false, false, 0}, /* ICMP of IPv4 in IPv6 */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint8_t room[128];
        struct buffer out =
            begin(room, sizeof room, cases[i].version, cases[i].protocol, ICMP_HEAD + QUOTE);
        buffer_put8(&out, cases[i].type);
        buffer_put8(&out, cases[i].code);
        buffer_put16(&out, 0);
        buffer_put32(&out, cases[i].rest);
        buffer_zero(&out, QUOTE);
        struct icmp_quote quote = {0};
        struct bytes packet = {room, out.len};
        g_test_message("case %zu", i);
        g_assert_cmpint(icmp_quote_find(packet, cases[i].version, packet.len, &quote), ==,
                        cases[i].found);
        g_assert_cmpint(quote.too_big, ==, cases[i].too_big);
        g_assert_cmpuint(quote.mtu, ==, cases[i].mtu);
        g_assert_cmpuint(quote.bytes.len, ==, cases[i].found ? QUOTE : 0);
    }
}

/* RFC 4884: what follows the quote, in 32-bit words from IPv4's errors, 64-bit ones from IPv6's. */
static void test_extensions(void)
{
    static const struct {
        uint8_t version;
        uint32_t rest;
        size_t length;
    } cases[] = {
        {4, 5u << 16, 20}, {4, 7u << 16, QUOTE},   {4, 200u << 16, QUOTE},
        {6, 2u << 24, 16}, {6, 200u << 24, QUOTE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint8_t room[128];
        bool v4 = cases[i].version == 4;
        struct buffer out =
            begin(room, sizeof room, cases[i].version, v4 ? 1 : 58, ICMP_HEAD + QUOTE);
        buffer_put32(&out, v4 ? 0x0b000000 : 0x03000000); /* time exceeded */
        buffer_put32(&out, cases[i].rest);
        buffer_zero(&out, QUOTE);
        struct icmp_quote quote;
        g_assert_true(
            icmp_quote_find((struct bytes){room, out.len}, cases[i].version, out.len, &quote));
        g_assert_cmpuint(quote.bytes.len, ==, cases[i].length);
        g_assert_cmpuint(quote.length, ==, cases[i].length);
    }
}

/* A capture that kept fewer bytes than were on the wire; Ethernet's padding is no quote. */
static void test_lengths(void)
{
    uint8_t room[128] = {0};
    struct buffer out = begin(room, sizeof room, 4, 1, ICMP_HEAD + QUOTE);
    buffer_put32(&out, 0x03040000);
    buffer_put32(&out, 1500);
    struct icmp_quote quote;
    size_t whole = V4_HEADER + ICMP_HEAD + QUOTE;
    g_assert_true(icmp_quote_find((struct bytes){room, whole - 8}, 4, whole, &quote));
    g_assert_cmpuint(quote.bytes.len, ==, QUOTE - 8);
    g_assert_cmpuint(quote.length, ==, QUOTE);
    g_assert_true(icmp_quote_find((struct bytes){room, whole + 18}, 4, whole + 18, &quote));
    g_assert_cmpuint(quote.length, ==, QUOTE);
    for (size_t length = 0; length < V4_HEADER + ICMP_HEAD; length++)
        g_assert_false(icmp_quote_find((struct bytes){room, length}, 4, length, &quote));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/icmp-quote/errors", test_errors);
    g_test_add_func("/icmp-quote/extensions", test_extensions);
    g_test_add_func("/icmp-quote/lengths", test_lengths);
    return g_test_run();
}
