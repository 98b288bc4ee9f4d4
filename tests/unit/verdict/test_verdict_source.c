/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts about what the source mirrors: cut frames, one direction, a loop, samples. */
#include "core/verdict/verdict.h"

#include "tests/unit/support/transfer.h"

static unsigned mirrored_one_in;
static bool by_chance;

static enum fate is_sampled(unsigned number)
{
    static unsigned asked;
    static uint64_t random;
    (void)number;
    asked++;
    random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t at = by_chance ? random >> 33 : asked;
    return at % mirrored_one_in == 0 ? COMES : IS_NOT_MIRRORED;
}

/* One frame in N is mirrored, of each of four connections: by count or by chance, to 400 segments
 * with payload that come and more. The frames between two of one connection may be so many that no
 * window spans them. */
static void test_sampling(void)
{
    static const struct {
        unsigned one_in;
        bool by_chance;
        unsigned segments; /* of each connection */
    } rows[] = {
        {7, false, 800},    {7, true, 1600},       {101, false, 11000},
        {101, true, 22000}, {1009, false, 110000}, {1009, true, 220000},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        unsigned n = mirrored_one_in = rows[i].one_in;
        by_chance = rows[i].by_chance;
        transfer_begin(&mirror);
        for (uint16_t flow = 0; flow < 4; flow++)
            transfer_send(&mirror, &(struct transfer){.copy.id = 1,
                                                      .flow = flow,
                                                      .segments = rows[i].segments,
                                                      .chance = is_sampled});
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_SAMPLING);
        g_assert_cmpfloat_with_epsilon(verdicts[0].one_in, n, n / 10.0);
        g_assert_cmpfloat(verdicts[0].one_in_least, <=, n);
        g_assert_cmpfloat(verdicts[0].one_in_most, >=, n);
        g_assert_cmpfloat(verdicts[0].one_in_most, <=, n * 1.3);
        transfer_assert_said(&verdicts[0], "of all connections alike: the source samples");
    }
}

static void test_cut(void)
{
    static const struct {
        struct made_copy copy;
        unsigned copies;
        size_t found;
        size_t cliff;
        const char *said;
    } rows[] = {
        {{.size = 500, .kept = 64, .cut = true}, 20, 1, 64, "20 of them declared so"},
        {{.size = 500, .kept = 128}, 20, 1, 128, "0 of them declared so"},
        {{.size = 500, .kept = 128}, 1, 0, 0, NULL},
        {{.size = 500}, 20, 0, 0, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        transfer_begin(&mirror);
        for (uint32_t k = 0; k < rows[i].copies; k++) {
            struct made_copy made = rows[i].copy;
            made.sequence = made.content = k;
            mirror_take(&mirror, &made);
        }
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, rows[i].found);
        if (rows[i].found == 0)
            continue;
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_CUT);
        g_assert_cmpuint(verdicts[0].cliff, ==, rows[i].cliff);
        transfer_assert_said(&verdicts[0], rows[i].said);
    }
}

static void test_one_direction(void)
{
    for (unsigned from_server = 0; from_server < 2; from_server++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        transfer_begin(&mirror);
        transfer_send_side(&mirror, (struct made_copy){.id = 1}, from_server);
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_ONE_DIRECTION);
        transfer_assert_said(&verdicts[0], "1 of 1 connection was captured");
    }
}

/* Type III says at which side of the port the frames were seen. */
static void test_one_direction_of_a_port(void)
{
    for (unsigned egress = 0; egress < 2; egress++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        transfer_begin(&mirror);
        transfer_send_side(
            &mirror, (struct made_copy){.id = 1, .type = ERSPAN_TYPE_III, .egress = egress != 0},
            true);
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_ONE_DIRECTION);
        transfer_assert_said(&verdicts[0], egress ? "seen at egress (D)" : "seen at ingress (D)");
    }
}

/* A little loss does not explain why one end is never heard: only if as many copies are missing as
 * half the frames that were sent there. By the ACKs these are the 292,000 bytes of 200 segments, in
 * segments of the usual 1448 bytes: 202, and what drops as many is an MTU. Without ACKs they are
 * taken for as many as came: the client's 200, and of the others those that are not lost. */
static void test_one_direction_with_loss(void)
{
    static const struct {
        bool from_server;
        unsigned others;
        unsigned lost; /* of the others */
        size_t found;
        enum cause causes[2];
    } rows[] = {
        {true, 100, 10, 2, {CAUSE_ONE_DIRECTION, CAUSE_UNDETERMINED}},
        {true, 402, 100, 2, {CAUSE_ONE_DIRECTION, CAUSE_POLICER}},
        {true, 402, 101, 1, {CAUSE_POLICER}},
        {true, 402, 200, 1, {CAUSE_MTU}},
        {false, 402, 200, 2, {CAUSE_ONE_DIRECTION, CAUSE_POLICER}},
        {false, 402, 201, 1, {CAUSE_POLICER}},
    };
    for (size_t row = 0; row < G_N_ELEMENTS(rows); row++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        transfer_begin(&mirror);
        transfer_send_side(&mirror, (struct made_copy){.id = 1}, rows[row].from_server);
        for (uint32_t i = 0; i < rows[row].others; i++)
            mirror_take(&mirror, &(struct made_copy){.id = 1,
                                                     .sequence = transfer_next_number + i,
                                                     .content = 100000 + i,
                                                     .lost = i % 2 == 0 && i / 2 < rows[row].lost});
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, rows[row].found);
        for (size_t i = 0; i < rows[row].found; i++)
            g_assert_cmpint(verdicts[i].cause, ==, rows[row].causes[i]);
    }
}

/* The other direction is in another session: each is complete. */
static void test_directions_apart(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    transfer_begin(&mirror);
    transfer_send_side(&mirror, (struct made_copy){.id = 1}, false);
    transfer_next_number = 0;
    transfer_send_side(&mirror, (struct made_copy){.id = 2}, true);
    for (size_t i = 0; i < 2; i++)
        g_assert_cmpuint(verdict_find(mirror.report, mirror_sum(&mirror, i), verdicts), ==, 0);
    mirror_end(&mirror);
}

/* A loop's numbers are taken by copies inside: what is missing is no loss. */
static void test_loop(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    transfer_begin(&mirror);
    for (uint32_t i = 0; i < 20; i++) {
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = 2 * i + 1, .content = i});
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = 2 * i, .depth = 2});
    }
    mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = 41, .content = 20});
    g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_LOOP);
    transfer_assert_said(&verdicts[0], "20 copies were inside another, up to 2 deep");

    /* One so deep that the innermost copies are not looked for. */
    transfer_begin(&mirror);
    for (uint32_t i = 0; i < 20; i++) {
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = 40 * i + 8, .content = i});
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = 40 * i, .depth = 32});
    }
    g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_LOOP);

    /* A copy of another session's is none. */
    transfer_begin(&mirror);
    for (uint32_t i = 0; i < 20; i++) {
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = i, .content = i});
        mirror_take(&mirror, &(struct made_copy){.id = 2, .sequence = i, .depth = 2});
    }
    g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 0);
}

/* Copies of the session that someone sends again through the mirrored port are mirrored, too, as
 * any traffic is: numbers tell that from a loop. */
static void test_replay(void)
{
    enum { BEFORE = 500 };
    static const struct {
        const char *what;
        uint32_t back;     /* by so many numbers the copies inside were sent before */
        const char *cause; /* NULL: none */
    } rows[] = {
        {"half a second ago", BEFORE, NULL},
        {"more than a tenth ago", 101, NULL},
        {"another run of the counter", (uint32_t)-70000, NULL},
        {"less than a tenth ago", 90,
         "60 copies were inside another of the session, up to 2 deep: it mirrors its own copies, "
         "or "
         "copies that someone sent again"},
        {"moments ago", 16,
         "the session mirrors its own copies: 60 copies were inside another, up to 2 deep"},
    };
    for (size_t row = 0; row < G_N_ELEMENTS(rows); row++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        g_test_message("%s", rows[row].what);
        transfer_begin(&mirror);
        for (uint32_t i = 0; i < BEFORE + 60; i++) {
            mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = i, .content = i});
            if (i >= BEFORE)
                mirror_take(&mirror, &(struct made_copy){
                                         .id = 1, .sequence = i - rows[row].back, .depth = 2});
        }
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, rows[row].cause != NULL);
        if (rows[row].cause != NULL)
            g_assert_cmpstr(verdicts[0].summary, ==, rows[row].cause);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verdict/sampling", test_sampling);
    g_test_add_func("/verdict/cut", test_cut);
    g_test_add_func("/verdict/one-direction", test_one_direction);
    g_test_add_func("/verdict/one-direction-of-a-port", test_one_direction_of_a_port);
    g_test_add_func("/verdict/one-direction-with-loss", test_one_direction_with_loss);
    g_test_add_func("/verdict/directions-apart", test_directions_apart);
    g_test_add_func("/verdict/loop", test_loop);
    g_test_add_func("/verdict/replay", test_replay);
    return g_test_run();
}
