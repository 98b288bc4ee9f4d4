/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/drops/interface-counters.h"

#include <glib.h>

static unsigned loopback(void)
{
    unsigned index = if_nametoindex("lo");
    if (index == 0)
        g_test_skip("no loopback interface");
    return index;
}

/* Renamed since it was last asked for its name: the interface is there, and so is its state. */
static void test_state_of_a_renamed_interface(void)
{
    const struct interface_name current = {.index = loopback(), .text = "lo"};
    const struct interface_name before = {.index = current.index, .text = "name-of-before"};
    if (current.index == 0)
        return;
    g_assert_cmpint(interface_name_state(&current), !=, INTERFACE_UNKNOWN);
    g_assert_cmpint(interface_name_state(&before), ==, interface_name_state(&current));
}

static void test_new_name_is_found(void)
{
    struct interface_name name = {.index = loopback(), .text = "name-of-before"};
    if (name.index == 0)
        return;
    g_assert_true(interface_name_follow(&name));
    g_assert_cmpstr(name.text, ==, "lo");
    g_assert_false(interface_name_follow(&name));
}

static void test_interface_that_is_gone(void)
{
    const struct interface_name gone = {.index = 0x7ffffff0, .text = "lo"};
    const struct interface_name unknown = {.text = "no-such-one"};
    g_assert_cmpint(interface_name_state(&gone), ==, INTERFACE_UNKNOWN);
    g_assert_cmpint(interface_name_state(&unknown), ==, INTERFACE_UNKNOWN);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/interface-counters/renamed", test_state_of_a_renamed_interface);
    g_test_add_func("/interface-counters/new-name", test_new_name_is_found);
    g_test_add_func("/interface-counters/gone", test_interface_that_is_gone);
    return g_test_run();
}
