/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "collector/output/units.h"

static void test_counts(void)
{
    g_assert_cmpstr(signed_text(0).text, ==, "0");
    g_assert_cmpstr(signed_text(INT64_MAX).text, ==, "9,223,372,036,854,775,807");
    g_assert_cmpstr(signed_text(-1234).text, ==, "-1,234");
    g_assert_cmpstr(signed_text(INT64_MIN).text, ==, "-9,223,372,036,854,775,808");
}

static void test_prefixes(void)
{
    static const struct {
        double value;
        const char *want;
    } cases[] = {
        {0, "0"},           {7, "7"},           {7.25, "7.25"},   {999, "999"},
        {1000, "1.00 k"},   {9994, "9.99 k"},   {9996, "10.0 k"}, {99960, "100 k"},
        {999499, "999 k"},  {999600, "1.00 M"}, {1e9, "1.00 G"},  {1.5e15, "1.50 P"},
        {1.5e18, "1500 P"}, {-2500, "-2.50 k"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(prefixed_text(cases[i].value).text, ==, cases[i].want);
}

static void test_parts(void)
{
    g_assert_cmpstr(percent_text(-1).text, ==, "-");
    g_assert_cmpstr(percent_text(0).text, ==, "0 %");
    g_assert_cmpstr(percent_text(0.00001).text, ==, "< 0.01 %");
    g_assert_cmpstr(percent_text(0.0123).text, ==, "1.23 %");
    g_assert_cmpstr(percent_text(0.99999).text, ==, "> 99.9 %");
    g_assert_cmpstr(percent_text(1).text, ==, "100 %");
}

static void test_durations(void)
{
    g_assert_cmpstr(duration_text(999).text, ==, "999 ns");
    g_assert_cmpstr(duration_text(1500).text, ==, "1.50 us");
    g_assert_cmpstr(duration_text(-47e6).text, ==, "-47.0 ms");
    g_assert_cmpstr(duration_text(3600e9).text, ==, "3600 s");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/units/counts", test_counts);
    g_test_add_func("/units/prefixes", test_prefixes);
    g_test_add_func("/units/parts", test_parts);
    g_test_add_func("/units/durations", test_durations);
    return g_test_run();
}
