/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as they arrive, and what happened on the way: who reads a row can tell the sums by hand.
 */
#include "core/sequence/sequence.h"

#include "tests/unit/support/support.h"

/*
 * arrivals: words, each "[TTL:]FIRST[-LAST[/STEP]][r]": numbers in order, or falling where LAST is
 * less; r: with the content of an earlier copy.
 */
struct story {
    const char *name;
    const char *arrivals;
    uint64_t lost;
    uint64_t late;
    uint64_t duplicates;
    uint64_t strays;
    uint64_t restarts;
    uint64_t constants;
};

struct teller {
    struct sequence *sequence;
    struct sequence_counts sum;
    uint64_t frame;
};

static void tell_one(struct teller *teller, uint32_t number, bool repeats, uint8_t ttl)
{
    const struct sequence_label label = {.ttl = ttl};
    const struct sequence_copy copy = {number, ++teller->frame, repeats, &label};
    struct sequence_finding finding = sequence_take(teller->sequence, &copy);
    sequence_counts_add(&teller->sum, &finding);
    const struct sequence_counts *counts = sequence_counts_so_far(teller->sequence);
    g_assert_true(memcmp(counts, &teller->sum, sizeof *counts) == 0);
}

/* Numbers may lie below 0: they are of 32 bits. */
static void tell(struct teller *teller, const char *word)
{
    char *end;
    uint8_t ttl = 64;
    int64_t first = g_ascii_strtoll(word, &end, 10);
    if (*end == ':') {
        ttl = (uint8_t)first;
        first = g_ascii_strtoll(end + 1, &end, 10);
    }
    int64_t last = *end == '-' ? g_ascii_strtoll(end + 1, &end, 10) : first;
    int64_t step = *end == '/' ? g_ascii_strtoll(end + 1, &end, 10) : 1;
    bool repeats = *end == 'r';
    g_assert_cmpstr(end + (repeats ? 1 : 0), ==, "");
    for (int64_t i = 0; i <= ABS(last - first); i += step)
        tell_one(teller, (uint32_t)(first + (last < first ? -i : i)), repeats, ttl);
}

static void check_story(gconstpointer data)
{
    const struct story *story = data;
    struct teller teller = {.sequence = sequence_new()};
    char **words = g_strsplit(story->arrivals, " ", -1);
    for (char **word = words; *word != NULL; word++)
        tell(&teller, *word);
    g_strfreev(words);
    g_assert_cmpuint(teller.sum.lost, ==, story->lost);
    g_assert_cmpuint(teller.sum.late, ==, story->late);
    g_assert_cmpuint(teller.sum.duplicates, ==, story->duplicates);
    g_assert_cmpuint(teller.sum.strays, ==, story->strays);
    g_assert_cmpuint(teller.sum.restarts, ==, story->restarts);
    g_assert_cmpuint(teller.sum.constants, ==, story->constants);
    sequence_free(teller.sequence);
}

static const struct story stories[] = {
    /* Foreign copies, anywhere, before and behind a restart: these do not make it a second counter.
     */
    {"foreign/restart-among",
     "1000-1040 770000000 1041-1080 880000000 1081-1120 990000000 1121-1160 660000000 1161-1200 "
     "550000000 1201-1240 2500000000-2500000020 440000000 2500000021-2500000040 330000000 "
     "2500000041-2500000060 220000000 2500000061-2500000080 110000000 2500000081-2500000100 "
     "120000000 2500000101-2500000120",
     .strays = 10, .restarts = 1},
    /* A number that never moves. Two frames that are sent in turn repeat each other. */
    {"constant/hellos-of-two", "5 5 5r 5r 5r 5r 5r 5r", .constants = 7},
    {"constant/two-and-one-repeated", "5 5 5r", .constants = 1, .duplicates = 1},
    {"constant/three-frames", "5 5 5r 5", .constants = 3},
    {"constant/four-alike", "5 5r 5r 5r", .duplicates = 3},
    {"constant/five-alike", "5 5r 5r 5r 5r", .constants = 4},
    /* Foreign copies just below the first of a run bring none of the numbers between. */
    {"below/one", "100-140 92 141-200", .strays = 1},
    {"below/two", "100-140 92 66 141-200", .strays = 2},
    {"below/zero", "0-38 -8 -34 39-90", .strays = 2},
    {"below/next-to-it", "100-140 98 141-200", .lost = 1, .late = 1},
    /* But those of the same source that came late do. */
    {"below/first-three-late", "103-140 100-102 141-200", .late = 3},
    {"below/first-three-late-apart", "103-140 100 141 101 142 102 143-200", .late = 3},
    {"below/two-queues", "17-31/2 10-30/2 32-90", .late = 11, .lost = 3},
    {"below/falling", "64-1 65-128", .late = 63},
    /* A foreign sender with a TTL of its own, around the numbers of the run. */
    {"other-ttl/near", "0-43 7:1 7:93 7:-3 7:106 7:129 44-200", .strays = 5},
    {"same-ttl/near", "0-87 134 29 181 -2 56 88-400", .strays = 5},
    {"near/in-the-first-64", "0-52 151 53-200", .strays = 1},
    /* A foreign copy, and a loss before it is known for one. */
    {"near/with-loss-behind", "0-20 42-60 21-41 61-200 659 201-211 253-400", .late = 21, .lost = 41,
     .strays = 1},
    /* Five foreign copies in a row, around the numbers of the run, in any order. One that repeats a
     * number just before counts as a duplicate. */
    {"near/five/ahead-and-back", "0-46 9 -11 73 61 119 47-135 355-799", .lost = 219, .strays = 5},
    {"near/five/back-before-ahead", "0-64 59 112 98 27 62 65-200", .duplicates = 1, .strays = 4},
    {"near/five/into-the-gap", "0-150 144 70 159 239 169 151-300", .duplicates = 1, .strays = 4},
    {"near/three/back-and-ahead", "0-292 285 388 293-400", .duplicates = 1, .strays = 1},
    /* Below the run, alone, and as late as others were later. */
    {"below/as-late-as-others", "103-140 100 141-199 201-260 200 261-300", .late = 2, .lost = 2},
    /* Blocks of 16 come in turned order, and the last has three copies. */
    {"early/last-short-block", "0-15 32-47 16-31 64-79 48-63 96-98 80-95", .late = 48},
    /* Blocks in two queues; the faster one loses all but the last, the other loses nothing. */
    {"early/block-with-loss", "0-60 61-91/2 62-90/2 92-225 256 227-255/2 257-300", .late = 30,
     .lost = 15},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
        char *path = g_strdup_printf("/sequence-stories/%s", stories[i].name);
        g_test_add_data_func(path, &stories[i], check_story);
        g_free(path);
    }
    return g_test_run();
}
