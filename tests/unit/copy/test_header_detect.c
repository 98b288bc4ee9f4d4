/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Payloads that declare one thing and hold another, and the reading that must be taken: by this
 * copy alone, with earlier copies for and against, and under each preference.
 */
#include "core/copy/header-detect.h"

#include "core/wire/gre.h"
#include "tests/unit/support/support.h"

/* A frame that checks out (ARP), one whose EtherType nobody registered, and one that cannot be. */
#define ARP                                                                                        \
    "ffffffffffff 020000000001 0806"                                                               \
    "0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202"
#define ODD "020000000002 020000000001 1234 00000000"
#define ARP_TO_1C                                                                                  \
    "1c0000000002 020000000001 0806"                                                               \
    "0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202"
#define LLDP       "0180c200000e 020000000001 88cc 0207"
#define IMPOSSIBLE "ffffffffffff 020000000001 0800 00000000"
#define IPV4       "4500 0014 0000 0000 40 3b f6ab c0000201 c0000202" /* no payload */

#define II          "1001 0001 00000380"
#define II_OBSOLETE "0001 0001 00000380"
#define III         "2001 0001 00000005 0000 8000"
#define III_O       "2001 0001 00000005 0000 8001"
#define III_FT7     "2001 0001 00000005 0000 1c00"
#define III_IP      "2001 0001 00000005 0000 0800"
#define UNKNOWN     "7001 0001 00000005 0000 8000"
#define SUBHEADER   "0000abc5 00004b87"

#define GRE_I                                                                                      \
    {                                                                                              \
        true, false, GRE_PROTOCOL_ERSPAN                                                           \
    }
#define GRE_II                                                                                     \
    {                                                                                              \
        true, true, GRE_PROTOCOL_ERSPAN                                                            \
    }
#define GRE_III                                                                                    \
    {                                                                                              \
        true, true, GRE_PROTOCOL_ERSPAN_III                                                        \
    }
#define NO_GRE                                                                                     \
    {                                                                                              \
        false, false, GRE_PROTOCOL_ERSPAN                                                          \
    }

#define TYPE_I                                                                                     \
    {                                                                                              \
        ERSPAN_TYPE_I, false                                                                       \
    }
#define TYPE_II                                                                                    \
    {                                                                                              \
        ERSPAN_TYPE_II, false                                                                      \
    }
#define TYPE_III                                                                                   \
    {                                                                                              \
        ERSPAN_TYPE_III, false                                                                     \
    }
#define TYPE_III_SUB                                                                               \
    {                                                                                              \
        ERSPAN_TYPE_III, true                                                                      \
    }

/* Evidence that no single copy outweighs. */
enum { FOR = 100, AGAINST = -100 };

static const struct reading_case {
    const char *name;
    const char *hex;
    struct header_detect_gre gre;
    enum header_policy header_policy;
    enum subheader_policy subheader_policy;
    int32_t evidence; /* earlier copies, for both questions */
    struct header_layout want;
    bool unknown; /* the version is */
} cases[] = {
    /* what is declared and true */
    {"type-1", ARP, GRE_I, 0, 0, 0, TYPE_I, false},
    {"type-2", II ARP, GRE_II, 0, 0, 0, TYPE_II, false},
    {"type-3", III ARP, GRE_III, 0, 0, 0, TYPE_III, false},
    {"type-3-o", III_O SUBHEADER ARP, GRE_III, 0, 0, 0, TYPE_III_SUB, false},
    {"type-3-ip", III_IP IPV4, GRE_III, 0, 0, 0, TYPE_III, false},
    {"type-3-ip-o", "2001 0001 00000005 0000 0801" SUBHEADER IPV4, GRE_III, 0, 0, 0, TYPE_III_SUB,
     false},
    /* version against GRE type (Q7): the version is right */
    {"version-2-under-88be", III ARP, GRE_II, 0, 0, 0, TYPE_III, false},
    {"version-1-under-22eb", II ARP, GRE_III, 0, 0, 0, TYPE_II, false},
    /* a header without a sequence number (Q6) or without GRE (Q20) */
    {"undeclared-2", II ARP, GRE_I, 0, 0, 0, TYPE_II, false},
    {"undeclared-2-no-gre", II ARP, NO_GRE, 0, 0, 0, TYPE_II, false},
    {"undeclared-3", III ARP, GRE_I, 0, 0, 0, TYPE_III, false},
    {"undeclared-3-o", III_O SUBHEADER ARP, GRE_I, 0, 0, 0, TYPE_III_SUB, false},
    {"type-1-no-gre", ARP, NO_GRE, 0, 0, 0, TYPE_I, false},
    /* a Type I frame whose address begins like a Type II header */
    {"type-1-mac-10",
     "100200010003 020000000001 0806 0001 0800 06 04 0001 020000000001 c0000201"
     "000000000000 c0000202",
     GRE_I, 0, 0, 0, TYPE_I, false},
    {"type-1-mac-10-session", "100200010003 020000000001 1234 0000000000000000", GRE_I, 0, 0,
     AGAINST, TYPE_I, false},
    /* both readings equally odd: the declaration stands, until earlier copies say otherwise */
    {"undeclared-2-odd", II ODD, GRE_I, 0, 0, 0, TYPE_I, false},
    {"undeclared-2-odd-session", II ODD, GRE_I, 0, 0, FOR, TYPE_II, false},
    {"undeclared-2-beyond-doubt", II ARP, GRE_I, 0, 0, AGAINST, TYPE_II, false},
    {"type-1-beyond-doubt", ARP_TO_1C, GRE_I, 0, 0, FOR, TYPE_I, false},
    {"undeclared-2-likely", II LLDP, GRE_I, 0, 0, 0, TYPE_II, false},
    {"undeclared-2-likely-against-session", II LLDP, GRE_I, 0, 0, AGAINST, TYPE_I, false},
    /* no header although one is promised (Q19), behind an address that looks like one */
    {"headerless", ARP_TO_1C, GRE_II, 0, 0, 0, TYPE_I, false},
    {"headerless-odd", "1c0000000002 020000000001 1234 0000000000000000", GRE_II, 0, 0, 0, TYPE_II,
     false},
    {"headerless-odd-session", "1c0000000002 020000000001 1234 0000000000000000", GRE_II, 0, 0,
     AGAINST, TYPE_I, false},
    {"promise-kept-against-session", II ARP, GRE_II, 0, 0, AGAINST, TYPE_II, false},
    /* a tag of six bytes puts IP where a Type III header with FT 2 would end */
    {"type-1-vn-tag", "280000000002 020000000801 8926 00010002 0800" IPV4, GRE_I, 0, 0, 0, TYPE_I,
     false},
    /* obsolete and unknown versions */
    {"version-0", II_OBSOLETE ARP, GRE_II, 0, 0, 0, TYPE_II, false},
    {"version-0-is-a-mac",
     "0001 5e000001 020000000001 0806 0001 0800 06 04 0001 020000000001"
     "c0000201 000000000000 c0000202",
     GRE_II, 0, 0, 0, TYPE_I, false},
    {"version-0-under-22eb", II_OBSOLETE IMPOSSIBLE, GRE_III, 0, 0, 0, TYPE_III, true},
    {"version-7", UNKNOWN IMPOSSIBLE, GRE_II, 0, 0, 0, TYPE_II, true},
    {"version-7-is-a-mac",
     "72000000000a 020000000001 0806 0001 0800 06 04 0001 020000000001"
     "c0000201 000000000000 c0000202",
     GRE_II, 0, 0, 0, TYPE_I, false},
    /* a sub-header against O (Q8) */
    {"hidden", III_FT7 SUBHEADER ARP, GRE_III, 0, 0, 0, TYPE_III_SUB, false},
    {"hidden-odd", III SUBHEADER ODD, GRE_III, 0, 0, 0, TYPE_III, false},
    {"hidden-odd-session", III SUBHEADER ODD, GRE_III, 0, 0, FOR, TYPE_III_SUB, false},
    {"missing", III_O ARP, GRE_III, 0, 0, 0, TYPE_III, false},
    {"missing-odd", III_O ODD "0000000000000000", GRE_III, 0, 0, 0, TYPE_III_SUB, false},
    /* preferences */
    {"header-gre", II ARP, GRE_I, HEADER_AS_DECLARED, 0, FOR, TYPE_I, false},
    {"header-always", II ODD, GRE_I, HEADER_ALWAYS, 0, AGAINST, TYPE_II, false},
    {"header-always-type-1", ARP, GRE_I, HEADER_ALWAYS, 0, 0, TYPE_II, true},
    {"subheader-declared", III_FT7 SUBHEADER ARP, GRE_III, 0, SUBHEADER_AS_DECLARED, FOR, TYPE_III,
     false},
    {"subheader-always", III ARP, GRE_III, 0, SUBHEADER_ALWAYS, 0, TYPE_III_SUB, false},
    {"subheader-never", III_O SUBHEADER ARP, GRE_III, 0, SUBHEADER_NEVER, 0, TYPE_III, false},
    /* nothing there */
    {"empty-type-1", "", GRE_I, 0, 0, 0, TYPE_I, false},
    {"empty-type-2", "", GRE_II, 0, 0, 0, TYPE_II, false},
    {"empty-type-3", "", GRE_III, 0, 0, 0, TYPE_III, false},
    {"header-alone", II, GRE_I, 0, 0, 0, TYPE_I, false},
};

static void choose(const struct reading_case *c, struct bytes payload, int32_t *evidence,
                   struct header_result *result)
{
    int32_t header_evidence = *evidence;
    header_detect_type(payload, payload.len, &c->gre, c->header_policy, &header_evidence, result);
    if (result->taken.type == ERSPAN_TYPE_III && result->version_known)
        header_detect_subheader(payload, payload.len, c->subheader_policy, evidence, result);
}

static void test_case(gconstpointer data)
{
    const struct reading_case *c = data;
    struct bytes payload = bytes_from_hex(c->hex);
    struct header_result result;
    int32_t evidence = c->evidence;
    choose(c, payload, &evidence, &result);
    g_assert_cmpint(result.taken.type, ==, c->want.type);
    g_assert_cmpint(result.taken.has_subheader, ==, c->want.has_subheader);
    g_assert_cmpint(result.version_known, ==, !c->unknown);
    bytes_free(payload);
}

/* Evidence stays within bounds, so that a source that changes is believed within a bounded time. */
static void test_evidence_is_bounded(void)
{
    struct bytes hidden = bytes_from_hex(III SUBHEADER ARP);
    struct bytes plain = bytes_from_hex(III ARP);
    struct header_result result;
    int32_t evidence = 0;
    for (int i = 0; i < 100000; i++)
        header_detect_subheader(hidden, hidden.len, SUBHEADER_AUTO, &evidence, &result);
    g_assert_true(result.taken.has_subheader);
    int copies = 0;
    while (result.taken.has_subheader && copies < 1000) {
        header_detect_subheader(plain, plain.len, SUBHEADER_AUTO, &evidence, &result);
        copies++;
    }
    g_assert_cmpint(copies, <, 100);
    bytes_free(hidden);
    bytes_free(plain);
}

/* What tips the scales is said, and only where something was decided. */
static void test_text(void)
{
    struct bytes payload = bytes_from_hex(II ARP);
    struct header_detect_gre gre = GRE_I;
    struct header_result result;
    char text[160];
    header_detect_type(payload, payload.len, &gre, HEADER_AUTO, NULL, &result);
    g_assert_cmpstr(
        header_choice_text(&result, text, sizeof text), ==,
        "read as Type II: at offset 8 it checks out as a frame, at 0 it cannot be a frame");
    g_assert_cmpstr(subheader_choice_text(&result, text, sizeof text), ==, "");
    bytes_free(payload);

    payload = bytes_from_hex(III SUBHEADER ODD);
    int32_t evidence = FOR;
    header_detect_subheader(payload, payload.len, SUBHEADER_AUTO, &evidence, &result);
    g_assert_true(g_str_has_suffix(subheader_choice_text(&result, text, sizeof text),
                                   "; the session's other copies decide"));
    header_detect_subheader(payload, payload.len, SUBHEADER_ALWAYS, NULL, &result);
    g_assert_cmpstr(subheader_choice_text(&result, text, sizeof text), ==,
                    "read with one: a preference says so");
    bytes_free(payload);
}

static void test_prefixes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bytes payload = bytes_from_hex(cases[i].hex);
        for (size_t len = 0; len < payload.len; len++) {
            struct bytes prefix = bytes_prefix(payload, len);
            struct header_result result;
            int32_t evidence = 0;
            choose(&cases[i], prefix, &evidence, &result);
            g_assert_cmpuint(result.taken.type, >=, ERSPAN_TYPE_I);
            g_assert_cmpuint(result.taken.type, <=, ERSPAN_TYPE_III);
            bytes_free(prefix);
        }
        bytes_free(payload);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/reading/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/reading/evidence-is-bounded", test_evidence_is_bounded);
    g_test_add_func("/reading/text", test_text);
    g_test_add_func("/reading/prefixes", test_prefixes);
    return g_test_run();
}
