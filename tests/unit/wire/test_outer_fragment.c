/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments byte by byte: which part of which packet they are. */
#include "core/wire/outer-fragment.h"

#include "tests/unit/support/support.h"

#define V4(LENGTH, WORD)                                                                           \
    "4500" LENGTH "1234" WORD "402f0000"                                                           \
    "c0000201"                                                                                     \
    "c0000202"
#define V6(LENGTH, NEXT)                                                                           \
    "60000000" LENGTH NEXT "40"                                                                    \
    "20010db8000000000000000000000001"                                                             \
    "20010db8000000000000000000000002"
#define GRE  "100088be00000001"
#define COPY "1000000000000000"

struct fragment_case {
    const char *name;
    uint32_t link;
    const char *packet;
    bool found;
    struct outer_fragment want; /* without addresses */
};

static const struct fragment_case cases[] = {
    {"whole", LINK_IPV4, V4("0024", "0000") GRE COPY, false, {.length = 0}},
    {"first",
     LINK_IPV4,
     V4("0024", "2000") GRE COPY,
     true,
     {.identification = 0x1234, .protocol = 47, .length = 16}},
    {"middle",
     LINK_IPV4,
     V4("0024", "2002") GRE COPY,
     true,
     {.identification = 0x1234, .protocol = 47, .offset = 16, .length = 16}},
    {"last",
     LINK_IPV4,
     V4("0024", "0004") GRE COPY,
     true,
     {.identification = 0x1234, .protocol = 47, .offset = 32, .length = 16, .last = true}},
    {"snapped",
     LINK_IPV4,
     V4("05dc", "00b9"),
     true,
     {.identification = 0x1234, .protocol = 47, .offset = 1480, .length = 1480, .last = true}},
    {"length-unstated", LINK_IPV4, V4("0000", "00b9") GRE, false, {.length = 0}},
    {"header-cut", LINK_IPV4, "45000024123420", false, {.length = 0}},
    {"no-ip",
     LINK_ETHERNET,
     "020000000002020000000001"
     "0806",
     false,
     {.length = 0}},
    {"ipv6-whole", LINK_IPV6, V6("0010", "2f") GRE COPY, false, {.length = 0}},
    {"ipv6-of-one",
     LINK_IPV6,
     V6("0018", "2c") "2f000000"
                      "89abcdef" GRE COPY,
     false,
     {.length = 0}},
    /* Options behind the fragment header are part of what is shared out. */
    {"ipv6-first",
     LINK_IPV6,
     V6("0020", "2c") "3c000001"
                      "89abcdef"
                      "2f00010400000000" GRE COPY,
     true,
     {.identification = 0x89abcdef, .length = 24}},
    {"ipv6-last",
     LINK_IPV6,
     V6("0018", "2c") "3c000018"
                      "89abcdef" GRE COPY,
     true,
     {.identification = 0x89abcdef, .offset = 24, .length = 16, .last = true}},
    /* Options before it are not. */
    {"ipv6-options-first",
     LINK_IPV6,
     V6("0020", "00") "2c00010400000000"
                      "2f000018"
                      "89abcdef" GRE COPY,
     true,
     {.identification = 0x89abcdef, .offset = 24, .length = 16, .last = true}},
};

static void check(const void *data)
{
    const struct fragment_case *c = data;
    struct bytes packet = bytes_from_hex(c->packet);
    struct outer outer;
    struct outer_fragment fragment;
    outer_parse(c->link, packet, &outer);
    g_assert_true(outer_fragment_read(packet, &outer, &fragment) == c->found);
    if (c->found) {
        g_assert_true(address_equal(&fragment.source, &outer.source));
        g_assert_true(address_equal(&fragment.destination, &outer.destination));
        g_assert_cmphex(fragment.identification, ==, c->want.identification);
        g_assert_cmpuint(fragment.protocol, ==, c->want.protocol);
        g_assert_cmpuint(fragment.offset, ==, c->want.offset);
        g_assert_cmpuint(fragment.length, ==, c->want.length);
        g_assert_true(fragment.last == c->want.last);
    }
    bytes_free(packet);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TABLE("/outer-fragment", cases, check);
    return g_test_run();
}
