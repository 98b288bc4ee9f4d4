/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/support.h"

static void test_names(void)
{
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (int kind = FAILURE_NONE; kind < FAILURE_KINDS; kind++) {
        const char *name = failure_name((enum failure_kind)kind);
        g_assert_nonnull(name);
        g_assert_cmpstr(name, !=, "");
        g_assert_true(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name));
        g_assert_true(g_hash_table_add(seen, (void *)name));
    }
    g_hash_table_unref(seen);
    g_assert_cmpstr(failure_name(FAILURE_NONE), ==, "none");
    g_assert_cmpstr(failure_name(FAILURE_IPV4_HEADER_LENGTH), ==, "ipv4-header-length");
}

static void test_unknown_kind(void)
{
    char text[100];
    struct failure failure = {FAILURE_KINDS, 7, 0};
    g_assert_nonnull(failure_name(FAILURE_KINDS));
    g_assert_cmpstr(failure_text(&failure, text, sizeof text), ==, "offset 7: unnamed failure");
}

static void test_text(void)
{
    char text[200];
    struct failure failure = {FAILURE_IPV4_HEADER_LENGTH, 14, 8};
    g_assert_cmpstr(failure_text(&failure, text, sizeof text), ==,
                    "offset 14: IPv4 header length of 8 bytes is below 20");
}

/* Every sentence is complete: the offset is in it, and no conversion is left unfilled. */
static void test_every_text(void)
{
    char text[200];
    for (int kind = FAILURE_NONE; kind < FAILURE_KINDS; kind++) {
        struct failure failure = {(enum failure_kind)kind, 123, 0xabc};
        g_assert_true(failure_text(&failure, text, sizeof text) == text);
        g_assert_true(g_str_has_prefix(text, "offset 123: "));
        g_assert_null(strchr(text, '%'));
        g_assert_cmpuint(strlen(text), >, strlen("offset 123: "));
        g_assert_cmpuint(strlen(text), <, sizeof text - 1);
    }
}

/* The kinds that report what they found show it, in the base a person expects. */
static void test_found(void)
{
    static const struct {
        enum failure_kind kind;
        uint32_t found;
        const char *shown;
    } cases[] = {
        {FAILURE_LINK_TYPE, 147, "147"},
        {FAILURE_VLAN_DEPTH, 4, "4"},
        {FAILURE_NOT_IP, 0x806, "0x0806"},
        {FAILURE_IP_VERSION, 5, "5"},
        {FAILURE_IPV4_HEADER_LENGTH, 16, "16"},
        {FAILURE_IPV4_TOTAL_LENGTH, 19, "19"},
        {FAILURE_EXTENSION_CUT, 60, "60"},
        {FAILURE_EXTENSION_DEPTH, 8, "8"},
        {FAILURE_LATER_FRAGMENT, 1480, "1480"},
        {FAILURE_NOT_GRE, 6, "6"},
        {FAILURE_UDP_LENGTH, 7, "7"},
        {FAILURE_UDP_PORT, 8880, "8880"},
        {FAILURE_GRE_CUT, 16, "16"},
        {FAILURE_GRE_VERSION, 1, "1"},
        {FAILURE_GRE_ROUTING_CUT, 3, "3"},
        {FAILURE_NOT_ERSPAN, 0x6558, "0x6558"},
        {FAILURE_HEADER_CUT, 12, "12"},
        {FAILURE_VERSION_UNKNOWN, 9, "9"},
        {FAILURE_SUBHEADER_CUT, 5, "5"},
        {FAILURE_MARKER_LENGTH, 57, "57"},
        {FAILURE_MARKER_TAIL, 0xa5a5a5, "0x00a5a5a5"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char text[200];
        struct failure failure = {cases[i].kind, 0, cases[i].found};
        failure_text(&failure, text, sizeof text);
        g_assert_nonnull(strstr(text + strlen("offset 0: "), cases[i].shown));
    }
}

/* A short buffer gets as much as fits, ended, and not a byte more. */
static void test_short_buffer(void)
{
    struct failure failure = {FAILURE_NOT_ERSPAN, 36, 0x6558};
    char whole[200];
    failure_text(&failure, whole, sizeof whole);
    for (size_t size = 0; size <= strlen(whole) + 1; size++) {
        char *text = g_malloc(size + 1);
        memset(text, '#', size + 1);
        failure_text(&failure, text, size);
        g_assert_true(text[size] == '#');
        if (size > 0) {
            g_assert_cmpuint(strlen(text), ==, size - 1);
            g_assert_true(strncmp(text, whole, size - 1) == 0);
        }
        g_free(text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/failure/names", test_names);
    g_test_add_func("/failure/unknown-kind", test_unknown_kind);
    g_test_add_func("/failure/text", test_text);
    g_test_add_func("/failure/every-text", test_every_text);
    g_test_add_func("/failure/found", test_found);
    g_test_add_func("/failure/short-buffer", test_short_buffer);
    return g_test_run();
}
