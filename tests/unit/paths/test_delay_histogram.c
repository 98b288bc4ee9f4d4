/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/delay-histogram.h"

#include <glib.h>

static struct delay_histogram *histogram_of(const int64_t *delays, size_t count)
{
    struct delay_histogram *histogram = g_new0(struct delay_histogram, 1);
    for (size_t i = 0; i < count; i++)
        delay_histogram_add(histogram, delays[i]);
    return histogram;
}

static void test_empty(void)
{
    g_autofree struct delay_histogram *histogram = histogram_of(NULL, 0);
    int64_t half_ns = 1;
    g_assert_cmpint(delay_histogram_percentile(histogram, 0.5, &half_ns), ==, 0);
    g_assert_cmpint(half_ns, ==, 0);
    g_assert_cmpuint(delay_histogram_up_to(histogram, INT64_MAX), ==, 0);
}

/* Nearest rank: of 1 to 100, the 50th, 90th, 99th, 100th. Each has a bin of its own. */
static void test_small_delays_are_exact(void)
{
    static const struct {
        double part;
        int64_t delay_ns;
    } rows[] = {{0.001, 1}, {0.01, 1}, {0.5, 50}, {0.9, 90}, {0.99, 99}, {0.991, 100}, {1, 100}};
    int64_t delays[100];
    for (int i = 0; i < 100; i++)
        delays[i] = 100 - i;
    g_autofree struct delay_histogram *histogram = histogram_of(delays, 100);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int64_t half_ns;
        g_assert_cmpint(delay_histogram_percentile(histogram, rows[i].part, &half_ns), ==,
                        rows[i].delay_ns);
        g_assert_cmpint(half_ns, ==, 0);
    }
    g_assert_cmpint(histogram->min_ns, ==, 1);
    g_assert_cmpint(histogram->max_ns, ==, 100);
    g_assert_cmpint(histogram->sum_ns, ==, 5050);
}

/* What it says is never further away than it admits, and that is a 256th at most. */
static void test_all_sizes(void)
{
    for (int sign = -1; sign <= 1; sign += 2)
        for (unsigned bit = 0; bit < 40; bit++)
            for (int64_t step = 0; step < 7; step++) {
                int64_t delay_ns = sign * ((INT64_C(1) << bit) + step * (INT64_C(1) << bit) / 7);
                const int64_t delays[] = {delay_ns, delay_ns, delay_ns / 2, delay_ns * 3 / 2};
                g_autofree struct delay_histogram *histogram = histogram_of(delays, 4);
                int64_t half_ns;
                int64_t said =
                    delay_histogram_percentile(histogram, sign > 0 ? 0.75 : 0.5, &half_ns);
                g_assert_cmpint(ABS(said - delay_ns), <=, half_ns);
                g_assert_cmpint(half_ns, <=, ABS(delay_ns) / 256 + 1);
            }
}

static void test_extremes(void)
{
    const int64_t delays[] = {INT64_MIN, INT64_MAX, -1, 0};
    g_autofree struct delay_histogram *histogram = histogram_of(delays, G_N_ELEMENTS(delays));
    int64_t half_ns;
    g_assert_cmpint(histogram->min_ns, ==, INT64_MIN);
    g_assert_cmpint(histogram->max_ns, ==, INT64_MAX);
    g_assert_cmpint(delay_histogram_percentile(histogram, 0.5, &half_ns), ==, -1);
    g_assert_cmpint(delay_histogram_percentile(histogram, 0.75, &half_ns), ==, 0);
    g_assert_cmpuint(delay_histogram_up_to(histogram, -1), ==, 2);
    g_assert_cmpuint(delay_histogram_up_to(histogram, 0), ==, 3);
    g_assert_cmpuint(delay_histogram_up_to(histogram, 1000), ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/delay-histogram/empty", test_empty);
    g_test_add_func("/delay-histogram/small", test_small_delays_are_exact);
    g_test_add_func("/delay-histogram/all-sizes", test_all_sizes);
    g_test_add_func("/delay-histogram/extremes", test_extremes);
    return g_test_run();
}
