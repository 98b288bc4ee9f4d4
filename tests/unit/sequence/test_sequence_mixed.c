/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of several counters, and foreign ones, among those of one: what is expected follows from
 * what was sent. */
#include "core/sequence/sequence.h"

#include "tests/unit/support/counter-world.h"
#include "tests/unit/support/sent-counter.h"
#include "tests/unit/support/support.h"

/* ---- foreign copies ---- */

enum pattern {
    PATTERN_ONE,       /* single, anywhere */
    PATTERN_TWO,       /* two in order, far ahead */
    PATTERN_TRIPLE,    /* three in order */
    PATTERN_FIVE,      /* five in order, the same each time */
    PATTERN_ALTERNATE, /* one of two numbers, in turn */
    PATTERN_NEAR,      /* a little ahead */
    PATTERN_ZERO,      /* 0 */
    PATTERN_FLIPPED,   /* the next number with a bit flipped above the tenth */
    PATTERN_SCATTERED, /* five, each up to 2,000 ahead, from another distance in every other world
                        */
    PATTERNS
};

static unsigned put_scattered(struct world *world, const struct sender *sender, bool other_ttl)
{
    struct sequence_label label = sender->label;
    label.ttl ^= other_ttl ? 7 : 0;
    for (unsigned i = 0; i < 5; i++)
        put(world, sender->next + (uint32_t)g_rand_int_range(world->random, 1, 2000), &label);
    return 5;
}

static unsigned put_foreign(struct world *world, enum pattern pattern, const struct sender *sender,
                            uint32_t base, unsigned count)
{
    uint32_t anywhere = g_rand_int(world->random);
    unsigned copies = 1;
    switch (pattern) {
    case PATTERN_TWO:
        copies = 2;
        anywhere = sender->next + 16000000;
        break;
    case PATTERN_TRIPLE:
        copies = 3;
        break;
    case PATTERN_FIVE:
        copies = 5;
        anywhere = base + 50000000;
        break;
    case PATTERN_ALTERNATE:
        anywhere = base + (count % 2 == 0 ? 30000000 : 90000);
        break;
    case PATTERN_NEAR:
        anywhere = sender->next + (uint32_t)g_rand_int_range(world->random, 20, 900);
        break;
    case PATTERN_ZERO:
        anywhere = 0;
        break;
    case PATTERN_FLIPPED:
        anywhere = sender->next ^ 1u << g_rand_int_range(world->random, 11, 32);
        break;
    default:
        break;
    }
    if (pattern == PATTERN_SCATTERED)
        return put_scattered(world, sender, base % 2 != 0);
    for (unsigned i = 0; i < copies; i++)
        put(world, anywhere + i, &sender->label);
    return copies;
}

static void check_foreign(enum pattern pattern, uint32_t seed)
{
    const double losses[] = {0, 0.01, 0.05};
    /* Where a number is lost that a foreign copy has, that one passes for an early copy of the run.
     */
    const unsigned most = pattern == PATTERN_SCATTERED ? 2 : 3;
    struct world world = world_of(seed, losses[seed % most], seed % 2 ? 0.02 : 0);
    uint32_t start = seed % 4 == 0   ? 0xffffffff - 2000
                     : seed % 4 == 1 ? 0x3fffffff - 2000
                                     : g_rand_int(world.random);
    struct sender sender = {.next = start};
    uint64_t foreign = 0;
    unsigned times = 0;
    for (unsigned i = 0; i < 5000; i++) {
        send(&world, &sender);
        if (i % 500 == 250)
            foreign += put_foreign(&world, pattern, &sender, start, times++);
    }
    finish(&world, &sender);
    const struct sequence_counts *counts = sequence_counts_so_far(world.sequence);
    int64_t error = (int64_t)counts->lost - (int64_t)sender.truth.lost;
    g_test_message("pattern %d, seed %u: lost %u for %u, late %u for %u, restarts %u, strays %u, "
                   "duplicates %u, foreign %u",
                   pattern, seed, (unsigned)counts->lost, (unsigned)sender.truth.lost,
                   (unsigned)counts->late, (unsigned)sender.truth.late, (unsigned)counts->restarts,
                   (unsigned)counts->strays, (unsigned)counts->duplicates, (unsigned)foreign);
    g_assert_cmpint(ABS(error), <=, (int64_t)foreign);
    g_assert_cmpint(ABS((int64_t)counts->late - (int64_t)sender.truth.late), <=, (int64_t)foreign);
    g_assert_cmpuint(counts->restarts, ==, 0);
    end_world(&world);
}

static void test_foreign(gconstpointer data)
{
    for (uint32_t seed = 0; seed < 60; seed++)
        check_foreign((enum pattern)GPOINTER_TO_INT(data), seed);
}

/* ---- several counters ---- */

static void check_counters(uint32_t seed)
{
    const double losses[] = {0, 0.01, 0.1};
    struct world world = world_of(seed, losses[seed % 3], seed % 2 ? 0.05 : 0);
    unsigned count = 2 + seed % 7;
    bool labelled = seed % 3 != 0;
    struct sender senders[8] = {0};
    uint32_t any = g_rand_int(world.random);
    for (unsigned i = 0; i < count; i++) {
        senders[i].next = labelled && seed % 5 == 0 ? 0 : any + i * 50000 + seed;
        if (seed % 4 == 0 && !(labelled && seed % 5 == 0))
            senders[i].next = g_rand_int(world.random);
        senders[i].label.index = labelled ? 16 + i : 7;
    }
    for (unsigned i = 0; i < 400 * count; i++)
        send(&world, &senders[g_rand_int_range(world.random, 0, (gint32)count)]);
    struct truth truth = {0};
    for (unsigned i = 0; i < count; i++) {
        finish(&world, &senders[i]);
        truth.lost += senders[i].truth.lost;
        truth.late += senders[i].truth.late;
    }
    const struct sequence_counts *counts = sequence_counts_so_far(world.sequence);
    unsigned apart;
    unsigned counters = sequence_counters(world.sequence, &apart);
    g_test_message("seed %u, %u counters%s: found %u, apart %u, lost %u for %u, late %u for %u, "
                   "strays %u, restarts %u",
                   seed, count, labelled ? " with labels" : "", counters, apart,
                   (unsigned)counts->lost, (unsigned)truth.lost, (unsigned)counts->late,
                   (unsigned)truth.late, (unsigned)counts->strays, (unsigned)counts->restarts);
    g_assert_cmpuint(counters, ==, count);
    g_assert_cmpuint(apart, ==, labelled ? 1u << SEQUENCE_LABEL_INDEX : 0);
    g_assert_cmpuint(counts->lost, ==, truth.lost);
    g_assert_cmpuint(counts->restarts, ==, 0);
    end_world(&world);
}

static void test_counters(void)
{
    for (uint32_t seed = 0; seed < 200; seed++)
        check_counters(seed);
}

/* Line cards that started together: their numbers are near each other, and pass each other. Each
 * sends some copies in a row. */
static void check_near_counters(uint32_t seed)
{
    struct world world = world_of(seed, seed % 3 ? 0.01 : 0, seed % 2 ? 0.01 : 0);
    unsigned count = 2 + seed % 7;
    struct sender senders[8] = {0};
    uint32_t any = seed % 2 ? g_rand_int(world.random) : 0;
    for (unsigned i = 0; i < count; i++) {
        senders[i].next = any + i * (unsigned)g_rand_int_range(world.random, 12, 200);
        senders[i].label.index = 16 + i;
    }
    for (unsigned i = 0; i < 200 * count; i++) {
        struct sender *sender = &senders[g_rand_int_range(world.random, 0, (gint32)count)];
        for (gint32 row = g_rand_int_range(world.random, 1, 6); row > 0; row--)
            send(&world, sender);
    }
    struct truth truth = {0};
    for (unsigned i = 0; i < count; i++) {
        finish(&world, &senders[i]);
        truth.lost += senders[i].truth.lost;
    }
    const struct sequence_counts *counts = sequence_counts_so_far(world.sequence);
    unsigned apart;
    g_test_message("seed %u, lost %u for %u, restarts %u, strays %u", seed, (unsigned)counts->lost,
                   (unsigned)truth.lost, (unsigned)counts->restarts, (unsigned)counts->strays);
    g_assert_cmpuint(sequence_counters(world.sequence, &apart), ==, count);
    g_assert_cmpuint(apart, ==, 1u << SEQUENCE_LABEL_INDEX);
    g_assert_cmpuint(counts->lost, ==, truth.lost);
    g_assert_cmpuint(counts->restarts, ==, 0);
    end_world(&world);
}

static void test_near_counters(void)
{
    for (uint32_t seed = 0; seed < 60; seed++)
        check_near_counters(seed);
}

/* The same without labels: copy by copy, any rates, starts within 200, 2,000 and 20,000. */
static void check_near_numbers(uint32_t seed)
{
    struct world world = world_of(seed, seed % 3 ? 0.01 : 0, seed % 2 ? 0.01 : 0);
    const gint32 within[] = {200, 2000, 20000};
    unsigned count = 2 + seed % 7;
    struct sender senders[8] = {0};
    uint32_t any = g_rand_int(world.random);
    for (unsigned i = 0; i < count; i++)
        senders[i].next = any + (uint32_t)g_rand_int_range(world.random, 0, within[seed % 3]);
    for (unsigned i = 0; i < 300 * count; i++) {
        unsigned one = (unsigned)g_rand_int_range(world.random, 0, (gint32)count + 2);
        send(&world, &senders[one < count ? one : 0]);
    }
    uint64_t lost = 0;
    for (unsigned i = 0; i < count; i++) {
        finish(&world, &senders[i]);
        lost += senders[i].truth.lost;
    }
    const struct sequence_counts *counts = sequence_counts_so_far(world.sequence);
    g_test_message("seed %u, lost %u for %u, restarts %u, strays %u", seed, (unsigned)counts->lost,
                   (unsigned)lost, (unsigned)counts->restarts, (unsigned)counts->strays);
    g_assert_cmpuint(counts->lost, ==, lost);
    g_assert_cmpuint(counts->restarts, ==, 0);
    end_world(&world);
}

static void test_near_numbers(void)
{
    for (uint32_t seed = 0; seed < 60; seed++)
        check_near_numbers(seed);
}

/* Each counter sends many copies before the next one has its turn, and nothing but the numbers
 * tells them apart. At first another seems to restart. */
static void check_turns(uint32_t seed)
{
    struct world world = world_of(seed, seed % 2 ? 0.01 : 0, 0);
    const unsigned count = 2 + seed % 7;
    const gint32 longest = seed % 3 == 0 ? 64 : seed % 3 == 1 ? 200 : 600;
    struct sender senders[8] = {0};
    for (unsigned i = 0; i < count; i++)
        senders[i].next = (i << 29) + (g_rand_int(world.random) >> 4);
    for (unsigned i = 0; i < 8 * count; i++)
        for (gint32 row = g_rand_int_range(world.random, longest / 4, longest); row > 0; row--)
            send(&world, &senders[i % count]);
    struct truth truth = {0};
    for (unsigned i = 0; i < count; i++) {
        finish(&world, &senders[i]);
        truth.lost += senders[i].truth.lost;
    }
    const struct sequence_counts *counts = sequence_counts_so_far(world.sequence);
    unsigned apart;
    unsigned counters = sequence_counters(world.sequence, &apart);
    g_test_message("seed %u, lost %u for %u, restarts %u", seed, (unsigned)counts->lost,
                   (unsigned)truth.lost, (unsigned)counts->restarts);
    g_assert_cmpuint(counters, ==, count);
    g_assert_cmpuint(counts->lost, ==, truth.lost);
    g_assert_cmpuint(counts->restarts, ==, 0);
    g_assert_cmpuint(counts->strays, ==, 0);
    end_world(&world);
}

static void test_turns(void)
{
    for (uint32_t seed = 0; seed < 42; seed++)
        check_turns(seed);
}

/* The same where each sends some copies before another has its turn, and the numbers are near
 * enough that another seems to jump. */
static void test_short_turns(void)
{
    for (uint32_t seed = 0; seed < 60; seed++) {
        struct world world = world_of(seed, seed % 3 ? 0.01 : 0, seed % 2 ? 0.02 : 0);
        const unsigned count = 2 + seed % 7;
        const gint32 longest = seed % 5 == 0 ? 80 : 30;
        struct sender senders[8] = {0};
        const uint32_t any = g_rand_int(world.random);
        for (unsigned i = 0; i < count; i++)
            senders[i].next =
                any + i * 250000 + (uint32_t)g_rand_int_range(world.random, 0, 200000);
        for (unsigned i = 0; i < 40 * count; i++)
            for (gint32 row = g_rand_int_range(world.random, 1, longest); row > 0; row--)
                send(&world, &senders[i % count]);
        uint64_t lost = 0;
        for (unsigned i = 0; i < count; i++) {
            finish(&world, &senders[i]);
            lost += senders[i].truth.lost;
        }
        const struct sequence_counts *counts = sequence_counts_so_far(world.sequence);
        unsigned apart;
        g_test_message("seed %u, lost %u for %u, restarts %u", seed, (unsigned)counts->lost,
                       (unsigned)lost, (unsigned)counts->restarts);
        g_assert_cmpuint(sequence_counters(world.sequence, &apart), ==, count);
        g_assert_cmpuint(counts->lost, ==, lost);
        g_assert_cmpuint(counts->restarts, ==, 0);
        end_world(&world);
    }
}

/* Two counters with turns of a hundred copies. The second one's first turn is longer than the first
 * one is waited for, so it passes for a jump until the first one goes on. */
static void test_turns_after_a_jump(void)
{
    struct world world = world_of(0, 0, 0);
    struct sender senders[] = {{.next = 70000}, {.next = 1070000}};
    for (unsigned row = 0; row < 100; row++)
        send(&world, &senders[0]);
    for (unsigned row = 0; row < 1200; row++)
        send(&world, &senders[1]);
    g_assert_cmpuint(sequence_counts_so_far(world.sequence)->lost, ==, 1000000 - 100);
    for (unsigned turn = 0; turn < 12; turn++)
        for (unsigned row = 0; row < 100; row++)
            send(&world, &senders[turn % 2]);
    unsigned apart;
    g_assert_cmpuint(sequence_counters(world.sequence, &apart), ==, 2);
    g_assert_cmpuint(sequence_counts_so_far(world.sequence)->lost, ==, 0);
    g_assert_cmpuint(sequence_counts_so_far(world.sequence)->restarts, ==, 0);
    end_world(&world);
}

/* One counter whose copies carry labels that vary, as those of the ports do; on the way its path
 * changes. */
static void test_labels_within_a_counter(void)
{
    for (uint32_t seed = 0; seed < 60; seed++) {
        struct world world = world_of(seed, seed % 3 ? 0.02 : 0, seed % 2 ? 0.05 : 0);
        struct sender sender = {.next = g_rand_int(world.random)};
        for (unsigned i = 0; i < 2000; i++) {
            sender.label.index = i / (1 + seed % 40) % (2 + seed % 5);
            sender.label.ttl = i < 1000 ? 64 : 63;
            send(&world, &sender);
        }
        finish(&world, &sender);
        unsigned apart;
        g_assert_cmpuint(sequence_counters(world.sequence, &apart), ==, 1);
        g_assert_cmpuint(sequence_counts_so_far(world.sequence)->lost, ==, sender.truth.lost);
        g_assert_cmpuint(sequence_counts_so_far(world.sequence)->late, ==, sender.truth.late);
        end_world(&world);
    }
}

/* A switch with several line cards reloads: each of its counters begins again. */
static void test_counters_that_restart(void)
{
    for (uint32_t seed = 0; seed < 60; seed++) {
        struct world world = world_of(seed, 0.01, 0);
        unsigned count = 2 + seed % 3;
        struct sender senders[2][4] = {0};
        uint64_t lost = 0;
        for (unsigned i = 0; i < 2 * count; i++) {
            struct sender *sender = &senders[i / count][i % count];
            sender->label.index = 16 + i % count;
            if (i < count)
                sender->next = g_rand_int(world.random) | 1u << 20;
        }
        for (unsigned i = 0; i < 2 * 400 * count; i++)
            send(&world,
                 &senders[i / (400 * count)][g_rand_int_range(world.random, 0, (gint32)count)]);
        for (unsigned i = 0; i < 2 * count; i++)
            lost += senders[i / count][i % count].truth.lost;
        const struct sequence_counts *counts = sequence_counts_so_far(world.sequence);
        unsigned apart;
        g_assert_cmpuint(sequence_counters(world.sequence, &apart), ==, count);
        g_test_message("seed %u, lost %u for %u, restarts %u for %u, strays %u", seed,
                       (unsigned)counts->lost, (unsigned)lost, (unsigned)counts->restarts, count,
                       (unsigned)counts->strays);
        g_assert_cmpuint(counts->lost, ==, lost);
        g_assert_cmpuint(counts->restarts, ==, count);
        end_world(&world);
    }
}

/* ---- restarts ---- */

/* A counter that begins again is found soon. */
static void test_restart(void)
{
    for (uint32_t seed = 0; seed < 100; seed++) {
        struct world world = world_of(seed, 0.01, 0);
        struct sender sender = {.next = 100000 + (g_rand_int(world.random) >> 2)};
        for (unsigned i = 0; i < 1000; i++)
            send(&world, &sender);
        struct sender again = {.next = seed % 2 ? 0 : sender.next - 5000};
        for (unsigned i = 0; i < 64; i++)
            send(&world, &again);
        g_assert_cmpuint(sequence_counts_so_far(world.sequence)->restarts, ==, 1);
        g_assert_cmpuint(sequence_counts_so_far(world.sequence)->lost, ==,
                         sender.truth.lost + again.truth.lost);
        end_world(&world);
    }
}

/* ---- what copies mean in the end ---- */

/* Of any counter, restarts, lateness and loss mixed, it adds up to the counts. */
static void test_meanings(gconstpointer data)
{
    for (uint32_t seed = 0; seed < 150; seed++) {
        struct world world = world_of(seed, 0, 0);
        struct sent_counter *sent = sent_counter_new((enum sent_kind)GPOINTER_TO_INT(data), seed);
        g_test_message("%s", sent->description);
        for (size_t i = 0; i < sent->arrival_count; i++)
            put_copy(&world, sent->arrivals[i].number, sent->arrivals[i].repeats, NULL);
        sent_counter_free(sent);
        end_world(&world);
    }
}

/* A number that does not move, in frames that are all alike: no duplicates in the end. */
static void test_constant_in_the_end(void)
{
    struct world world = world_of(0, 0, 0);
    for (unsigned i = 0; i < 9; i++)
        put_copy(&world, 7, i > 0, NULL);
    end_world(&world);
}

int main(int argc, char **argv)
{
    static const char *const names[PATTERNS] = {"one",  "two",  "triple",  "five",     "alternate",
                                                "near", "zero", "flipped", "scattered"};
    g_test_init(&argc, &argv, NULL);
    for (int pattern = 0; pattern < PATTERNS; pattern++) {
        char *path = g_strdup_printf("/sequence/foreign/%s", names[pattern]);
        g_test_add_data_func(path, GINT_TO_POINTER(pattern), test_foreign);
        g_free(path);
    }
    g_test_add_func("/sequence/counters", test_counters);
    g_test_add_func("/sequence/counters/near", test_near_counters);
    g_test_add_func("/sequence/counters/near-numbers", test_near_numbers);
    g_test_add_func("/sequence/counters/turns", test_turns);
    g_test_add_func("/sequence/counters/short-turns", test_short_turns);
    g_test_add_func("/sequence/counters/turns-after-a-jump", test_turns_after_a_jump);
    g_test_add_func("/sequence/counters/restart", test_counters_that_restart);
    g_test_add_func("/sequence/labels-within-a-counter", test_labels_within_a_counter);
    g_test_add_func("/sequence/restart-soon", test_restart);
    g_test_add_data_func("/sequence/in-the-end/one-run", GINT_TO_POINTER(SENT_ONE_RUN),
                         test_meanings);
    g_test_add_data_func("/sequence/in-the-end/restarts", GINT_TO_POINTER(SENT_RESTARTS),
                         test_meanings);
    g_test_add_data_func("/sequence/in-the-end/wild", GINT_TO_POINTER(SENT_WILD), test_meanings);
    g_test_add_func("/sequence/in-the-end/constant", test_constant_in_the_end);
    return g_test_run();
}
