/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's program counts of the numbers of one session: a run with foreign copies, with
 * restarts, outages and copies that come early. The expected sums follow from how each story is
 * told: "5-9" are the numbers 5 to 9 of the run, "!70" is a foreign copy's. */
#include "collector/source/bpf/count-numbers.bpf.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

struct sums {
    uint64_t lost;
    uint64_t restarts;
    uint64_t strays;
};

static struct sums sums_of(const struct count_value *value)
{
    uint64_t waiting = 0;
    for (size_t i = 0; i < COUNT_ASIDE; i++)
        waiting += value->aside[i].copies;
    return (struct sums){value->missing - value->late, value->restarts, value->strays + waiting};
}

static struct sums read_story(const char *story)
{
    struct count_value value = {0};
    char **words = g_strsplit(story, " ", -1);
    for (size_t i = 0; words[i] != NULL; i++) {
        char *end;
        uint32_t first = (uint32_t)strtoul(words[i] + (words[i][0] == '!'), &end, 0);
        uint32_t last = *end == '-' ? (uint32_t)strtoul(end + 1, NULL, 0) : first;
        for (uint32_t number = first; number != last + 1; number++)
            count_number(&value, number);
    }
    g_strfreev(words);
    return sums_of(&value);
}

static const struct {
    const char *story;
    struct sums sums;
} stories[] = {
    {"5-500", {0, 0, 0}},
    {"5-99 103-500", {3, 0, 0}},
    {"0xfffffff0-20", {0, 0, 0}},
    {"5-99 101 100 102-500", {0, 0, 0}},
    {"6 5 7-8 10-500", {1, 0, 0}}, /* the first copy overtook another */
    /* foreign copies: none makes a number missing, or a restart */
    {"1000-1500 !16764210 1501-3000", {0, 0, 1}},
    {"1000-1500 !16764210-16764219 1501-3000", {0, 0, 10}},
    {"1000-1500 !16764210-16764239 1501-3000", {0, 0, 30}},
    {"1000-1500 !3000000000-3000000029 1501-3000", {0, 0, 30}},
    {"1000-1500 !9000000-9000019 1501-1503 !7000000-7000019 1504-3000", {0, 0, 40}},
    {"1000-1500 !0-19 1501-3000", {0, 0, 20}},
    {"1000-1500 !1900 1501-3000", {0, 0, 1}},
    {"1000-1500 !1900-1905 1501-3000", {0, 0, 6}},
    {"1000-1500 !1900-1902 1502-3000", {1, 0, 3}}, /* and 1501 is lost */
    {"1000-1500 !2400 !1700 !2100 !1900 1501-3000", {0, 0, 4}},
    {"!16764210 1000-3000", {0, 0, 1}},
    {"!70 !71 !72 5000000-5000900", {0, 0, 3}},
    /* restarts, whatever comes between */
    {"5000-5999 0-99", {0, 1, 0}},
    {"5000-5999 0-3 !777777 4-99", {0, 1, 1}},
    {"5000-5999 3000000000-3000000099", {0, 1, 0}},
    {"0-600 0-700", {0, 1, 0}},
    {"5000-5998 0 5999 2 1 3-99", {0, 1, 1}}, /* 0, as the old run went on once more */
    {"4294960000-4294963000 0-99", {0, 1, 0}},
    /* outages */
    {"5000-5999 16000-16099", {10000, 0, 0}},
    {"5000-5099 5600-5699", {500, 0, 0}},
    {"1000-1002 3000-3100", {1997, 0, 0}},
    /* copies that came early are no foreign ones, wherever the gap before them is filled */
    {"1-20 40 21-39 41-500", {0, 0, 0}},
    {"1-20 40-41 21-39 42-500", {0, 0, 0}},
    {"1-20 40 21-38 41-500", {1, 0, 0}},
};

static void test_stories(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
        const struct sums *wanted = &stories[i].sums;
        const struct sums found = read_story(stories[i].story);
        const bool same = found.lost == wanted->lost && found.restarts == wanted->restarts &&
                          found.strays == wanted->strays;
        if (!same)
            g_test_message("%s: lost %" G_GUINT64_FORMAT ", restarts %" G_GUINT64_FORMAT
                           ", strays %" G_GUINT64_FORMAT,
                           stories[i].story, found.lost, found.restarts, found.strays);
        g_assert_true(same);
    }
}

enum { COPIES = 3000 };

/* Foreign numbers one in a hundred copies, anywhere, singly and in rows of up to 20: the error of
 * what is lost is at most one for each. */
static void test_foreign_among_lost(void)
{
    for (unsigned round = 0; round < 500; round++) {
        struct count_value value = {0};
        uint32_t next = g_random_int();
        uint64_t missing = 0;
        uint64_t missing_since = 0;
        uint32_t foreign = 0;
        for (unsigned i = 0; i < COPIES; i++, next++) {
            const bool apart = i > COUNT_PROOF && i % 100 == 50;
            const uint32_t row = apart ? (uint32_t)g_random_int_range(1, 21) : 0;
            const uint32_t from = g_random_boolean() ? g_random_int() : next + 2000 + row;
            for (uint32_t j = 0; j < row; j++)
                count_number(&value, from + j);
            foreign += row;
            if (i > COUNT_PROOF && g_random_int_range(0, 50) == 0) {
                missing_since++;
                continue;
            }
            count_number(&value, next);
            missing += missing_since;
            missing_since = 0;
        }
        g_assert_cmpuint(value.restarts, ==, 0);
        g_assert_cmpfloat(ABS((double)sums_of(&value).lost - (double)missing), <=, foreign);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/count-numbers/stories", test_stories);
    g_test_add_func("/count-numbers/foreign-among-lost", test_foreign_among_lost);
    return g_test_run();
}
