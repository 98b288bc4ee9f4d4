/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/quantity.h"

#include <glib.h>

static void test_counts(void)
{
    static const struct {
        uint64_t count;
        const char *text;
    } rows[] = {
        {0, "0"},
        {7, "7"},
        {999, "999"},
        {1000, "1,000"},
        {2134, "2,134"},
        {999999, "999,999"},
        {1000000, "1,000,000"},
        {UINT64_MAX, "18,446,744,073,709,551,615"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpstr(quantity_count(rows[i].count).text, ==, rows[i].text);
    g_assert_cmpstr(quantity_of(0, "copy", "copies").text, ==, "0 copies");
    g_assert_cmpstr(quantity_of(1, "copy", "copies").text, ==, "1 copy");
    g_assert_cmpstr(quantity_of(2134, "copy", "copies").text, ==, "2,134 copies");
}

static void test_units(void)
{
    static const struct {
        uint64_t value;
        const char *bytes;
        const char *rate;
    } rows[] = {
        {0, "0 bytes", "0 bit/s"},
        {1, "1 byte", "1 bit/s"},
        {999, "999 bytes", "999 bit/s"},
        {1000, "1.0 kB", "1.0 kbit/s"},
        {1549, "1.5 kB", "1.5 kbit/s"},
        {1550, "1.6 kB", "1.6 kbit/s"},
        {999949, "999.9 kB", "999.9 kbit/s"},
        {999950, "1.0 MB", "1.0 Mbit/s"},
        {9000000, "9.0 MB", "9.0 Mbit/s"},
        {1200000000, "1.2 GB", "1.2 Gbit/s"},
        {UINT64_MAX, "18,446.7 PB", "18,446,744.1 Tbit/s"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpstr(quantity_bytes(rows[i].value).text, ==, rows[i].bytes);
        g_assert_cmpstr(quantity_rate(rows[i].value).text, ==, rows[i].rate);
    }
}

/* What is there is never shown as nothing, and what is missing never as all. */
static void test_shares(void)
{
    static const struct {
        uint64_t part;
        uint64_t whole;
        const char *text;
    } rows[] = {
        {0, 0, "0.0 %"},
        {0, 5, "0.0 %"},
        {5, 5, "100.0 %"},
        {1, 3, "33.3 %"},
        {2, 3, "66.7 %"},
        {2134, 2470, "86.4 %"},
        {1, 1000, "0.1 %"},
        {1, 1000000, "below 0.1 %"},
        {999999, 1000000, "99.9 %"},
        {3, 2, "150.0 %"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpstr(quantity_share(rows[i].part, rows[i].whole).text, ==, rows[i].text);
}

static void test_per_second(void)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0, "0 frames/s"},           {1.5, "1.50 frames/s"},         {999, "999 frames/s"},
        {1234567, "1.23 Mframes/s"}, {9999999999, "10.0 Gframes/s"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpstr(quantity_per_second(rows[i].value, "frames").text, ==, rows[i].text);
}

static void test_signed(void)
{
    g_assert_cmpstr(quantity_signed(0).text, ==, "0");
    g_assert_cmpstr(quantity_signed(INT64_MAX).text, ==, "9,223,372,036,854,775,807");
    g_assert_cmpstr(quantity_signed(-1234).text, ==, "-1,234");
    g_assert_cmpstr(quantity_signed(INT64_MIN).text, ==, "-9,223,372,036,854,775,808");
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
        g_assert_cmpstr(quantity_prefixed(cases[i].value).text, ==, cases[i].want);
}

static void test_percents(void)
{
    g_assert_cmpstr(quantity_percent(-1).text, ==, "-");
    g_assert_cmpstr(quantity_percent(0).text, ==, "0 %");
    g_assert_cmpstr(quantity_percent(0.00001).text, ==, "< 0.01 %");
    g_assert_cmpstr(quantity_percent(0.0123).text, ==, "1.23 %");
    g_assert_cmpstr(quantity_percent(0.99999).text, ==, "> 99.9 %");
    g_assert_cmpstr(quantity_percent(1).text, ==, "100 %");
}

static void test_durations(void)
{
    g_assert_cmpstr(quantity_duration(999).text, ==, "999 ns");
    g_assert_cmpstr(quantity_duration(1500).text, ==, "1.50 us");
    g_assert_cmpstr(quantity_duration(-47e6).text, ==, "-47.0 ms");
    g_assert_cmpstr(quantity_duration(3600e9).text, ==, "3600 s");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quantity/counts", test_counts);
    g_test_add_func("/quantity/units", test_units);
    g_test_add_func("/quantity/shares", test_shares);
    g_test_add_func("/quantity/signed", test_signed);
    g_test_add_func("/quantity/per-second", test_per_second);
    g_test_add_func("/quantity/prefixes", test_prefixes);
    g_test_add_func("/quantity/percents", test_percents);
    g_test_add_func("/quantity/durations", test_durations);
    return g_test_run();
}
