/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/address.h"

#include <glib.h>

static const struct {
    const char *text;
    struct address address;
    const char *formatted; /* NULL: as it was */
} cases[] = {
    {"192.0.2.1", {4, {192, 0, 2, 1}}, NULL},
    {"0.0.0.0", {4, {0}}, NULL},
    {"2001:db8::1", {16, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}}, NULL},
    {"2001:DB8:0:0::1", {16, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}}, "2001:db8::1"},
    {"", {0}, NULL},
    {"192.0.2", {0}, NULL},
    {"192.0.2.256", {0}, NULL},
    {"192.0.2.1 ", {0}, NULL},
    {"2001:db8:::1", {0}, NULL},
    {"host", {0}, NULL},
};

static void test_parse(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct address address = {.len = 7, .bytes = {1, 2, 3}};
        char text[ADDRESS_TEXT_MAX];
        bool good = cases[i].address.len != 0;
        g_assert_cmpint(address_parse(cases[i].text, &address), ==, good);
        g_assert_true(address_equal(&address, &cases[i].address));
        if (good)
            g_assert_cmpstr(address_format(&address, text), ==,
                            cases[i].formatted != NULL ? cases[i].formatted : cases[i].text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/parse", test_parse);
    return g_test_run();
}
