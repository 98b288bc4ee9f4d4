/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many frames were sent, by the identifications of those that came. */
#include <glib.h>

#include "core/visibility/frame-count.h"

enum { FRAMES = 3000, BYTES = 1000, CONNECTION = 1, CLIENTS = 2, SERVER = 9 };

/* How hosts number their packets. BOTH_COUNT_TOGETHER: one host is both ends.
 * SERVER_COUNTS_FOR_ALL: the one that acknowledges, over two clients that count for each
 * connection. */
enum counter {
    COUNTS,
    COUNTS_OVER_THE_WRAP,
    COUNTS_FOR_ALL,
    BOTH_COUNT_TOGETHER,
    SERVER_COUNTS_FOR_ALL,
    ZERO,
    RANDOM,
    NONE
};

struct world {
    struct frame_count counts[2][2]; /* of two connections: the end that sends data, the other */
    struct frame_turns turns;
    uint16_t next[2][2];
    enum counter counter;
};

static uint16_t identification(struct world *world, unsigned connection, unsigned from)
{
    switch (world->counter) {
    case COUNTS_FOR_ALL:
        return world->next[0][from]++;
    case SERVER_COUNTS_FOR_ALL:
        return world->next[from == 0 ? connection : 0][from]++;
    case BOTH_COUNT_TOGETHER:
        return world->next[connection][0]++;
    case ZERO:
    case NONE:
        return 0;
    case RANDOM:
        return (uint16_t)(world->next[connection][from] += 30011);
    default:
        return world->next[connection][from]++;
    }
}

/* Every Nth frame comes, of each of two connections that take turns, of one client or of two. Each
 * has an ACK for two segments, and one for a single one now and then. */
static struct frame_totals send(enum counter counter, unsigned one_in)
{
    struct world world = {.counter = counter, .next = {{100, 40000}, {30000, 50000}}};
    struct frame_totals totals = {.copies = {0, 0}};
    uint32_t sent[] = {0, 0};
    if (counter == COUNTS_OVER_THE_WRAP)
        world.next[0][0] = 65000;
    for (unsigned i = 0; i < FRAMES; i++)
        for (unsigned connection = 0; connection < 2; connection++) {
            unsigned from = (i + i / 50) % 3 == 2 ? 1 : 0;
            uint32_t data = sent[connection];
            uint32_t client = CLIENTS + (counter == SERVER_COUNTS_FOR_ALL ? connection : 0);
            const struct frame_sight sight = {
                .connection = CONNECTION + connection,
                .source = from == 0 ? client : SERVER,
                .destination = from == 0 ? SERVER : client,
                .sequence = from == 0 ? data : 7,
                .acknowledgement = from == 0 ? 7 : data,
                .identification = identification(&world, connection, from),
                .has_identification = counter != NONE,
                .has_payload = from == 0,
            };
            sent[connection] += from == 0 ? BYTES : 0;
            if (i % one_in == connection % one_in)
                frame_count_take(&world.counts[connection][from], &world.turns, &sight);
        }
    for (unsigned connection = 0; connection < 2; connection++) {
        const struct frame_count *const counts[] = {&world.counts[connection][0],
                                                    &world.counts[connection][1]};
        frame_totals_add(&totals, counts, 0, sent[connection]);
    }
    frame_totals_add_turns(&totals, &world.turns);
    return totals;
}

/* Also where every third frame of a connection comes: always data, or always ACKs. */
static void test_counted(void)
{
    static const unsigned intervals[] = {1, 2, 3, 4, 5, 6, 7, 9, 12, 31};
    for (size_t i = 0; i < G_N_ELEMENTS(intervals); i++)
        for (enum counter counter = COUNTS; counter <= COUNTS_OVER_THE_WRAP; counter++) {
            struct frame_totals totals = send(counter, intervals[i]);
            g_assert_true(frame_totals_count(&totals));
            g_assert_cmpfloat_with_epsilon(frame_totals_one_in(&totals), intervals[i],
                                           intervals[i] * 0.05);
        }
}

static void test_not_counted(void)
{
    for (enum counter counter = COUNTS_FOR_ALL; counter <= NONE; counter++) {
        struct frame_totals totals = send(counter, 5);
        g_assert_false(frame_totals_count(&totals));
    }
}

/* Identification, frames sent since the first copy, copies, gaps, steps that tell nothing. */
static void test_steps(void)
{
    static const struct {
        uint16_t identification;
        uint32_t frames, copies, gaps, odd, same;
    } rows[] = {
        {65534, 0, 1, 0, 0, 0},     {65535, 1, 2, 0, 0, 0},     {2, 4, 3, 1, 0, 0},
        {2, 4, 3, 1, 0, 1},         {1, 4, 4, 1, 0, 1},         {16385, 16387, 5, 2, 0, 1},
        {32769, 16387, 5, 2, 1, 1}, {32770, 16388, 6, 2, 1, 1},
    };
    struct frame_count count = {0};
    struct frame_turns turns = {.last = {{.source = 0}}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct frame_sight sight = {.connection = CONNECTION,
                                          .source = CLIENTS,
                                          .destination = SERVER,
                                          .identification = rows[i].identification,
                                          .has_identification = true};
        frame_count_take(&count, &turns, &sight);
        g_assert_cmpuint(count.frames, ==, rows[i].frames);
        g_assert_cmpuint(count.copies, ==, rows[i].copies);
        g_assert_cmpuint(count.gaps, ==, rows[i].gaps);
        g_assert_cmpuint(count.odd, ==, rows[i].odd);
        g_assert_cmpuint(count.same, ==, rows[i].same);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame-count/counted", test_counted);
    g_test_add_func("/frame-count/not-counted", test_not_counted);
    g_test_add_func("/frame-count/steps", test_steps);
    return g_test_run();
}
