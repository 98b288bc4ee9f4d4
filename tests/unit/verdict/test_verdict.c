/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts about loss of any frames, and sessions without a verdict. */
#include "core/verdict/verdict.h"

#include "tests/unit/support/transfer.h"

static enum fate one_in_three_is_lost(unsigned number)
{
    return number % 3 == 1 ? IS_LOST : COMES;
}

static enum fate runs_are_lost(unsigned number)
{
    return number % 100 >= 60 ? IS_LOST : COMES;
}

static enum fate one_percent_is_lost(unsigned number)
{
    return number % 100 == 50 ? IS_LOST : COMES;
}

/* By a generator of its own: of 500 segments' copies about 20 are lost. */
static enum fate two_percent_are_lost_by_chance(unsigned number)
{
    return (number * 2654435761u + 12345u) >> 16 & 63 ? COMES : IS_LOST;
}

static enum fate one_percent_is_lost_in_pairs(unsigned number)
{
    return number % 200 == 50 || number % 200 == 51 ? IS_LOST : COMES;
}

static enum fate two_holes(unsigned number)
{
    return number % 300 >= 100 && number % 300 < 200 ? IS_LOST : COMES;
}

static enum fate one_is_lost(unsigned number)
{
    return number == 30 ? IS_LOST : COMES;
}

/* Nothing is wrong, or there is too little to say so. */
static void test_clean(void)
{
    static const struct transfer rows[] = {
        {.segments = 200},
        {.segments = 0},
        {.segments = 1},
        {.segments = 200, .copy = {.id = SESSION_NO_ID, .unnumbered = true}},
        {.segments = 200, .copy = {.type = ERSPAN_TYPE_III, .ipv6 = true}},
        {.segments = 200, .mss = 8960},
        {.segments = 200, .chance = one_is_lost},
        {.segments = 3, .full = IS_LOST},
        {.segments = 3, .full = IS_NOT_MIRRORED},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct verdict verdicts[CAUSES];
        g_assert_cmpuint(transfer_judge_alone(&rows[i], verdicts), ==, 0);
    }
}

static void test_policer(void)
{
    static const struct {
        enum fate (*chance)(unsigned);
        const char *how;
        const char *said;
    } rows[] = {
        {one_in_three_is_lost, "more evenly than by chance", "of 1.0 on average and 1 at most"},
        {runs_are_lost, "regardless of frame size, in longer gaps",
         "of 40.0 on average and 40 at most"},
        {one_percent_is_lost_in_pairs, "in longer gaps", "of 2.0 on average and 2 at most"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct transfer transfer = {.copy.id = 1, .segments = 500, .chance = rows[i].chance};
        struct verdict verdicts[CAUSES];
        g_assert_cmpuint(transfer_judge_alone(&transfer, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_POLICER);
        transfer_assert_said(&verdicts[0], rows[i].how);
        transfer_assert_said(&verdicts[0], "up to 1,514 bytes");
        transfer_assert_said(&verdicts[0], rows[i].said);
    }
}

/* UDP alone: whether there were larger frames nobody knows, and the verdict says so. */
static void test_policer_of_one_size(void)
{
    static const struct {
        size_t size;
        const char *said;
    } rows[] = {
        {100, "or, if there were frames above 100 bytes, an MTU on the way"},
        {1514, "or, if there were frames above 1,514 bytes, an MTU on the way"},
    };
    for (size_t row = 0; row < G_N_ELEMENTS(rows); row++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        transfer_begin(&mirror);
        for (uint32_t i = 0; i < 600; i++)
            mirror_take(&mirror, &(struct made_copy){.sequence = i,
                                                     .content = i,
                                                     .size = rows[row].size,
                                                     .lost = i % 6 == 3});
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_POLICER);
        transfer_assert_said(&verdicts[0], "100 of 600 copies are missing (16.7 %)");
        transfer_assert_said(&verdicts[0], rows[row].said);
    }
}

/* Loss that chance alone makes has no cause that numbers prove; nor have a few holes. */
static void test_undetermined(void)
{
    static const struct {
        unsigned segments;
        enum fate (*chance)(unsigned);
    } rows[] = {
        {2000, two_percent_are_lost_by_chance},
        {500, one_percent_is_lost},
        {250, two_holes},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct transfer transfer = {
            .copy.id = 1, .segments = rows[i].segments, .chance = rows[i].chance};
        struct verdict verdicts[CAUSES];
        g_assert_cmpuint(transfer_judge_alone(&transfer, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_UNDETERMINED);
        transfer_assert_said(&verdicts[0], "the cause is not determined");
        transfer_assert_said(&verdicts[0], "what would tell");
    }
}

/* Copies without numbers: TCP shows that payload is missing, and nothing shows where it went. */
static void test_undetermined_without_sequence(void)
{
    const struct transfer transfer = {.copy = {.id = SESSION_NO_ID, .unnumbered = true},
                                      .segments = 500,
                                      .chance = one_in_three_is_lost};
    struct verdict verdicts[CAUSES];
    g_assert_cmpuint(transfer_judge_alone(&transfer, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_UNDETERMINED);
    transfer_assert_said(&verdicts[0], "no numbers tell whether copies are lost");
}

/* Numbers that count every third frame as lost, while every byte came: no verdict rests on them. */
static void test_numbers_of_something_else(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    transfer_begin(&mirror);
    for (unsigned i = 0; i < 2; i++)
        transfer_send(&mirror, &(struct transfer){.copy.id = 1, .flow = 0, .segments = 100});
    mirror_take(&mirror, &(struct made_copy){
                             .id = 1, .sequence = transfer_next_number + 300, .content = 99999});
    g_assert_cmpuint(mirror_sum(&mirror, 0)->sequence.lost, ==, 300);
    g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 0);
}

/* Whose copies are missing of a counter that two sessions share: not of the one that, by the ACKs,
 * saw all. */
static void test_loss_of_another_session(void)
{
    for (unsigned whole = 0; whole < 2; whole++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        transfer_begin(&mirror);
        for (uint16_t i = 0; i < 8; i++)
            for (unsigned id = 0; id < 2; id++)
                transfer_send(&mirror, &(struct transfer){
                                           .copy.id = (int16_t)id,
                                           .flow = i,
                                           .segments = 25,
                                           .chance = id == whole ? NULL : one_in_three_is_lost});
        const struct report_session *session = mirror_sum(&mirror, 0);
        g_assert_cmpint(session->state.domain, ==, DOMAIN_SOURCE);
        g_assert_cmpuint(verdict_find(mirror.report, session, verdicts), ==, whole);
        if (whole != 0)
            g_assert_cmpint(verdicts[0].cause, ==, CAUSE_POLICER);
        mirror_end(&mirror);
    }
}

/* Drops that make up for at least half of the loss are the collector's. */
static void test_collector(void)
{
    static const struct {
        uint64_t drops;
        enum cause cause;
    } rows[] = {
        {50, CAUSE_POLICER}, {99, CAUSE_POLICER}, {100, CAUSE_COLLECTOR}, {300, CAUSE_COLLECTOR}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct transfer transfer = {
            .copy.id = 1, .segments = 299, .chance = one_in_three_is_lost};
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        transfer_begin(&mirror);
        transfer_send(&mirror, &transfer);
        report_set_drops(mirror.report, rows[i].drops - 10, 6, 4);
        mirror_sum(&mirror, 0);
        g_assert_cmpuint(report_totals_so_far(mirror.report)->lost, ==, 200);
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, rows[i].cause);
    }
}

/* A report that is given only one side of a connection tells nothing of why it misses the other. */
static void test_filtered(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    transfer_begin(&mirror);
    transfer_send_side(&mirror, (struct made_copy){.id = 1}, true);
    struct report *whole = mirror.report;
    mirror.report = report_new(ANALYSIS_MEMORY_DEFAULT);
    mirror_take(&mirror,
                &(struct made_copy){.id = 1, .sequence = transfer_next_number, .content = 100000});
    report_free(mirror.report);
    mirror.report = whole;
    g_assert_cmpuint(mirror_sum(&mirror, 0)->counts.left_out, ==, 1);
    g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 0);
}

/* SYNs that nobody answers are no direction that is missing. */
static void test_scan(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    transfer_begin(&mirror);
    for (uint16_t i = 0; i < 100; i++) {
        const struct made_segment syn = {.flow = i, .syn = true, .sequence = 77, .mss = MSS};
        transfer_send_frame(&mirror, &(struct transfer){.copy.id = 1}, &syn, 0, COMES);
    }
    g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 0);
}

/* In one connection all segments of 500 bytes come, and none of 1460: the source drops these before
 * it numbers their copies. The rule with the most lines says the MTU in its last. */
static void test_most_lines(void)
{
    static const struct {
        uint32_t payload;
        enum fate fate;
    } kinds[] = {{500, COMES}, {1460, IS_NOT_MIRRORED}};
    const struct transfer way = {.copy.id = 1};
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    uint32_t sent = 1000;
    transfer_begin(&mirror);
    transfer_send(&mirror, &way); /* the handshake */
    for (unsigned i = 0; i < 1000; i++) {
        const size_t kind = i % 2;
        const struct made_segment data = {.ack = true, .sequence = sent, .acknowledgement = 5000};
        sent += kinds[kind].payload;
        const struct made_segment ack = {
            .from_server = true, .ack = true, .sequence = 5000, .acknowledgement = sent};
        transfer_send_frame(&mirror, &way, &data, kinds[kind].payload, kinds[kind].fate);
        transfer_send_frame(&mirror, &way, &ack, 0, COMES);
    }
    g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
    transfer_assert_said(&verdicts[0], "before it numbers");
    transfer_assert_said(&verdicts[0], "by the ACKs the traffic was about");
    transfer_assert_said(&verdicts[0], "an MTU of ");
    g_assert_cmpuint(verdicts[0].evidence_count, ==, VERDICT_EVIDENCE_MAX);
}

static void test_names(void)
{
    for (unsigned cause = 0; cause < CAUSES; cause++) {
        g_assert_cmpuint(strlen(cause_name(cause)), >, 0);
        for (unsigned other = 0; other < cause; other++)
            g_assert_cmpstr(cause_name(cause), !=, cause_name(other));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verdict/clean", test_clean);
    g_test_add_func("/verdict/policer", test_policer);
    g_test_add_func("/verdict/policer-of-one-size", test_policer_of_one_size);
    g_test_add_func("/verdict/undetermined", test_undetermined);
    g_test_add_func("/verdict/undetermined-without-sequence", test_undetermined_without_sequence);
    g_test_add_func("/verdict/numbers-of-something-else", test_numbers_of_something_else);
    g_test_add_func("/verdict/loss-of-another-session", test_loss_of_another_session);
    g_test_add_func("/verdict/collector", test_collector);
    g_test_add_func("/verdict/filtered", test_filtered);
    g_test_add_func("/verdict/scan", test_scan);
    g_test_add_func("/verdict/most-lines", test_most_lines);
    g_test_add_func("/verdict/names", test_names);
    return g_test_run();
}
