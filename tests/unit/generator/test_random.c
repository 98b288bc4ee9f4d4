/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers: those that SplitMix64 is known for, and the laws that the draws follow.
 */
#include "generator/base/random.h"

#include <glib.h>

/* The first outputs of Vigna's reference splitmix64.c for the seed 1234567. */
static const uint64_t known[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                 UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                 UINT64_C(16408922859458223821)};

static void test_known_answers(void)
{
    struct random random = {1234567};
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        g_assert_cmpuint(random_next(&random), ==, known[i]);
        g_assert_cmpuint(random_at(1234567, i), ==, known[i]);
    }
}

static void test_streams_differ(void)
{
    const uint64_t streams[] = {random_stream(1, "ab", "c"), random_stream(1, "a", "bc"),
                                random_stream(1, "abc", ""), random_stream(1, "", "abc"),
                                random_stream(2, "ab", "c"), random_stream(1, "", "")};
    for (size_t i = 0; i < G_N_ELEMENTS(streams); i++)
        for (size_t j = 0; j < i; j++)
            g_assert_cmpuint(streams[i], !=, streams[j]);
    g_assert_cmpuint(streams[0], ==, random_stream(1, "ab", "c"));
}

static void test_below(void)
{
    enum { DRAWS = 60000, FACES = 6 };
    unsigned seen[FACES] = {0};
    struct random random = {7};
    for (int i = 0; i < DRAWS; i++) {
        uint64_t face = random_below(&random, FACES);
        g_assert_cmpuint(face, <, FACES);
        seen[face]++;
    }
    /* Each 10000 times; one standard deviation is 91. */
    for (int i = 0; i < FACES; i++)
        g_assert_cmpuint((unsigned)ABS((int)seen[i] - DRAWS / FACES), <, 5 * 91);
    g_assert_cmpuint(random_below(&random, 1), ==, 0);
    for (int i = 0; i < 100; i++)
        g_assert_cmpuint(random_below(&random, (UINT64_C(1) << 63) + 1), <=, UINT64_C(1) << 63);
}

static void test_hits(void)
{
    g_assert_false(random_hits(0, 0));
    g_assert_true(random_hits(0, 1));
    g_assert_true(random_hits(UINT64_MAX, PROBABILITY_ONE));
    g_assert_false(random_hits(UINT64_MAX, PROBABILITY_ONE - 1));
    g_assert_true(random_hits((UINT64_C(1) << 63) - 1, PROBABILITY_ONE / 2));
    g_assert_false(random_hits(UINT64_C(1) << 63, PROBABILITY_ONE / 2));
}

/* Mean and standard deviation of an exponential distribution are one; exp(-1) of it lies above. */
static void test_exponential(void)
{
    enum { DRAWS = 100000 };
    const int64_t mean = 1000000;
    struct random random = {99};
    double sum = 0;
    int above = 0;
    for (int i = 0; i < DRAWS; i++) {
        int64_t value = random_exponential(&random, mean);
        g_assert_cmpint(value, >=, 0);
        sum += (double)value;
        above += value >= mean;
    }
    /* Five standard deviations: 1/sqrt(DRAWS) of the mean, and sqrt(DRAWS p (1 - p)) of a count. */
    g_assert_cmpfloat(ABS(sum / DRAWS / (double)mean - 1), <, 5 * 0.00317);
    g_assert_cmpint(ABS(above - 36788), <, 5 * 153);
    g_assert_cmpint(random_exponential(&random, 0), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/random/known-answers", test_known_answers);
    g_test_add_func("/random/streams-differ", test_streams_differ);
    g_test_add_func("/random/below", test_below);
    g_test_add_func("/random/hits", test_hits);
    g_test_add_func("/random/exponential", test_exponential);
    return g_test_run();
}
