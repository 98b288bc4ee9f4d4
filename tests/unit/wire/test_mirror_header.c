/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mirrors that are not ERSPAN: what rules say, and what is read of packets that are written by
 * hand. All come from 192.0.2.1 to 192.0.2.2, over IPv4 without a link layer.
 */
#include "core/wire/mirror-header.h"

#include "tests/unit/support/support.h"

#define IPV4(length, protocol) "4500" length "00000000 40" protocol "0000 c0000201 c0000202"
#define IN_GRE                 IPV4("0000", "2f")
#define IN_UDP(port)           IPV4("0000", "11") "c000" port "0000 0000"
#define FRAME                  "020000000002 020000000001 0800 45000014"

static const struct read_case {
    const char *name;
    const char *rule; /* NULL: none */
    const char *hex;
    struct mirror_header want; /* kind MIRROR_ERSPAN: it is no mirror */
} read_cases[] = {
    {"everflow",
     NULL,
     IN_GRE "0000 8949 00000000000000000000000000000000000000000000" FRAME,
     {MIRROR_EVERFLOW, MIRROR_BY_HEADER, -1, false, 0, 22, 0}},
    {"everflow-key",
     NULL,
     IN_GRE "2000 8949 00000007 00000000000000000000000000000000000000000000" FRAME,
     {MIRROR_EVERFLOW, MIRROR_BY_HEADER, 7, false, 0, 22, 0}},
    {"everflow-cut", NULL, IN_GRE "0000 8949 000000000000000000000000000000000000000000", {0}},
    {"tzsp",
     NULL,
     IN_UDP("9090") "0100 0001 01" FRAME,
     {MIRROR_TZSP, MIRROR_BY_HEADER, -1, false, 0, 5, 0}},
    {"tzsp-packet-id",
     NULL,
     IN_UDP("9090") "0100 0001 00 2804 00000102 01" FRAME,
     {MIRROR_TZSP, MIRROR_BY_HEADER, -1, true, 0x102, 12, 0}},
    {"tzsp-of-802.11", NULL, IN_UDP("9090") "0100 0012 01" FRAME, {0}},
    {"tzsp-without-end", NULL, IN_UDP("9090") "0100 0001 0a01c8", {0}},
    {"gre-without-rule", NULL, IN_GRE "0000 6558" FRAME, {0}},
    {"gre", "gre", IN_GRE "0000 6558" FRAME, {MIRROR_GRE, MIRROR_BY_USER, -1, false, 0, 0, 0}},
    {"gre-key-sequence",
     "gre",
     IN_GRE "3000 6558 fffffffe 00000009" FRAME,
     {MIRROR_GRE, MIRROR_BY_USER, 0xfffffffe, true, 9, 0, 0}},
    {"gre-other-type", "gre", IN_GRE "0000 88b6" FRAME, {0}},
    {"gre-named-type",
     "gre:0x88b6",
     IN_GRE "0000 88b6" FRAME,
     {MIRROR_GRE, MIRROR_BY_USER, -1, false, 0, 0, 0}},
    {"gre-skip",
     "gre:0x88b6:4",
     IN_GRE "0000 88b6 00000000" FRAME,
     {MIRROR_GRE, MIRROR_BY_USER, -1, false, 0, 4, 0}},
    {"gre-skip-all", "gre:0x88b6:4", IN_GRE "0000 88b6 00000000", {0}},
    {"gre-id",
     "gre,id=5",
     IN_GRE "2000 6558 00000005" FRAME,
     {MIRROR_GRE, MIRROR_BY_USER, 5, false, 0, 0, 0}},
    {"gre-other-id", "gre,id=5", IN_GRE "2000 6558 00000006" FRAME, {0}},
    {"gre-no-id", "gre,id=0", IN_GRE "0000 6558" FRAME, {0}},
    {"gre-from",
     "gre,from=192.0.2.1,to=192.0.2.2",
     IN_GRE "0000 6558" FRAME,
     {MIRROR_GRE, MIRROR_BY_USER, -1, false, 0, 0, 0}},
    {"gre-from-other", "gre,from=192.0.2.3", IN_GRE "0000 6558" FRAME, {0}},
    {"vxlan-without-rule", NULL, IN_UDP("12b5") "0800000000006400" FRAME, {0}},
    {"vxlan",
     "vxlan",
     IN_UDP("12b5") "0800000000006400" FRAME,
     {MIRROR_VXLAN, MIRROR_BY_USER, 100, false, 0, 8, 0}},
    {"vxlan-port",
     "vxlan:8472",
     IN_UDP("2118") "08000000ffffff00" FRAME,
     {MIRROR_VXLAN, MIRROR_BY_USER, 0xffffff, false, 0, 8, 0}},
    {"vxlan-other-port", "vxlan:8472", IN_UDP("12b5") "0800000000006400" FRAME, {0}},
    {"geneve",
     "geneve",
     IN_UDP("17c1") "0200 6558 00006400 0101800100000000" FRAME,
     {MIRROR_GENEVE, MIRROR_BY_USER, 100, false, 0, 16, 0}},
    {"geneve-of-ipv4", "geneve", IN_UDP("17c1") "0000 0800 00006400 45000014", {0}},
    {"hp-erm",
     "hp-erm:7932",
     IN_UDP("1efc") "000000000000000000000000" FRAME,
     {MIRROR_HP_ERM, MIRROR_BY_USER, -1, false, 0, 12, 0}},
    {"juniper",
     "juniper",
     IN_UDP("754e") "00000001 0000000a" FRAME,
     {MIRROR_JUNIPER, MIRROR_BY_USER, 10, false, 0, 8, 0}},
};

static void test_read(const void *data)
{
    const struct read_case *test = data;
    const struct mirror_header *want = &test->want;
    struct mirror_rules rules = {0};
    if (test->rule != NULL)
        g_assert_null(mirror_rule_parse(test->rule, &rules.rules[rules.count++]));
    struct bytes packet = bytes_from_hex(test->hex);
    struct outer outer;
    struct failure failure = outer_parse(LINK_IPV4, packet, &outer);
    struct mirror_header header = {0};
    g_assert_cmpint(mirror_read(&failure, &outer, &rules, &header), ==,
                    want->kind != MIRROR_ERSPAN);
    if (want->kind != MIRROR_ERSPAN) {
        g_assert_cmpint(header.kind, ==, want->kind);
        g_assert_cmpint(header.reason, ==, want->reason);
        g_assert_cmpint(header.id, ==, want->id);
        g_assert_cmpint(header.has_sequence, ==, want->has_sequence);
        g_assert_cmpuint(header.sequence, ==, want->sequence);
        g_assert_cmpuint(header.offset, ==, want->offset);
    }
    bytes_free(packet);
}

/* What is encoded is read again, byte for byte of the layouts above. */
static void test_encode(void)
{
    static const struct {
        struct mirror_header header;
        const char *hex;
    } cases[] = {
        {{.kind = MIRROR_GRE, .id = 7}, ""},
        {{.kind = MIRROR_EVERFLOW, .id = 7}, "00000000000000000000000000000000000000000000"},
        {{.kind = MIRROR_VXLAN, .id = 0x123456}, "0800000012345600"},
        {{.kind = MIRROR_GENEVE, .id = 0x123456}, "0000655812345600"},
        {{.kind = MIRROR_TZSP, .id = MIRROR_NO_ID}, "0100000101"},
        {{.kind = MIRROR_TZSP, .id = MIRROR_NO_ID, .has_sequence = true, .sequence = 258},
         "01000001 2804 00000102 01"},
        {{.kind = MIRROR_HP_ERM, .id = MIRROR_NO_ID}, "000000000000000000000000"},
        {{.kind = MIRROR_JUNIPER, .id = 10}, "00000000 0000000a"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint8_t room[64];
        struct buffer out = {room, sizeof room, 0, false};
        struct bytes want = bytes_from_hex(cases[i].hex);
        mirror_encode(&cases[i].header, &out);
        assert_bytes_equal((struct bytes){room, out.len}, want);
        bytes_free(want);
    }
}

static void test_wrong_rules(void)
{
    static const char *const wrong[] = {
        "",
        "erspan",
        "vxlam",
        "vxlan:",
        "vxlan:0",
        "vxlan:65536",
        "vxlan:x",
        "vxlan:1:2",
        "gre:0x88be",
        "gre:0x22eb",
        "gre:1:1025",
        "gre:1:2:3",
        "hp-erm",
        "gre,id=",
        "gre,id=-1",
        "gre,key=1",
        "gre,from=here",
        "gre,to=",
        "gre,id=4294967296",
        "gre,",
        "gre:0x6558:x",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        struct mirror_rule rule;
        if (mirror_rule_parse(wrong[i], &rule) == NULL)
            g_error("the rule \"%s\" is taken", wrong[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(read_cases); i++) {
        char *name = g_strconcat("/mirror/read/", read_cases[i].name, NULL);
        g_test_add_data_func(name, &read_cases[i], test_read);
        g_free(name);
    }
    g_test_add_func("/mirror/encode", test_encode);
    g_test_add_func("/mirror/wrong-rules", test_wrong_rules);
    return g_test_run();
}
