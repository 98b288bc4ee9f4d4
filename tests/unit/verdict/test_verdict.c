/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/verdict/verdict.h"

#include "tests/unit/support/mirror.h"
#include "tests/unit/support/support.h"

/* What becomes of a mirrored frame. */
enum fate { COMES, IS_LOST, IS_NOT_MIRRORED };

/* A transfer of full-size segments, each acknowledged, and how it is mirrored. */
struct transfer {
    struct made_copy copy; /* of every frame: type, addresses, ID */
    uint16_t flow;
    unsigned segments;
    size_t mss; /* 1460 unless said; segments are as long */
    enum fate full;
    enum fate small;
    enum fate (*chance)(unsigned number); /* overrides COMES */
};

enum { HEADERS = 54, MSS = 1460 };

/* The counter of each mirror's numbers. */
static uint32_t next_number;

static void send_frame(struct mirror *mirror, const struct transfer *transfer,
                       const struct made_segment *segment, size_t payload, enum fate fate)
{
    static unsigned frames;
    struct made_copy made = transfer->copy;
    if (fate == COMES && transfer->chance != NULL)
        fate = transfer->chance(next_number);
    if (fate == IS_NOT_MIRRORED)
        return;
    made.segment = segment;
    made.payload = payload;
    made.content = ++frames;
    made.sequence = next_number++;
    made.lost = fate == IS_LOST;
    mirror_take(mirror, &made);
}

static void send_transfer(struct mirror *mirror, const struct transfer *transfer)
{
    uint32_t mss = transfer->mss != 0 ? (uint32_t)transfer->mss : MSS;
    const struct made_segment handshake[] = {
        {.flow = transfer->flow, .syn = true, .sequence = 999, .mss = (uint16_t)mss},
        {.flow = transfer->flow,
         .from_server = true,
         .syn = true,
         .ack = true,
         .sequence = 4999,
         .acknowledgement = 1000,
         .mss = (uint16_t)mss},
        {.flow = transfer->flow, .ack = true, .sequence = 1000, .acknowledgement = 5000},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(handshake); i++)
        send_frame(mirror, transfer, &handshake[i], 0, transfer->small);
    for (uint32_t i = 0; i < transfer->segments; i++) {
        const struct made_segment data = {.flow = transfer->flow,
                                          .ack = true,
                                          .sequence = 1000 + i * mss,
                                          .acknowledgement = 5000};
        const struct made_segment ack = {.flow = transfer->flow,
                                         .from_server = true,
                                         .ack = true,
                                         .sequence = 5000,
                                         .acknowledgement = 1000 + (i + 1) * mss};
        send_frame(mirror, transfer, &data, mss, transfer->full);
        send_frame(mirror, transfer, &ack, 0, transfer->small);
    }
}

static void begin(struct mirror *mirror)
{
    mirror_begin_usual(mirror);
    next_number = 0;
}

/* Judges the first session and ends the mirror. */
static size_t judge(struct mirror *mirror, struct verdict verdicts[CAUSES])
{
    const struct report_session *session = mirror_sum(mirror, 0);
    size_t found = verdict_find(mirror->report, session, verdicts);
    mirror_end(mirror);
    return found;
}

static size_t judge_transfer(const struct transfer *transfer, struct verdict verdicts[CAUSES])
{
    struct mirror mirror;
    begin(&mirror);
    send_transfer(&mirror, transfer);
    return judge(&mirror, verdicts);
}

static void assert_said(const struct verdict *verdict, const char *text)
{
    bool said = strstr(verdict->summary, text) != NULL;
    for (size_t i = 0; i < verdict->evidence_count; i++)
        said |= strstr(verdict->evidence[i], text) != NULL;
    if (!said)
        g_test_message("not said of %s: %s", cause_name(verdict->cause), text);
    g_assert_true(said);
}

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

static enum fate one_in_seven_is_mirrored(unsigned number)
{
    static unsigned asked;
    (void)number;
    return asked++ % 7 == 0 ? COMES : IS_NOT_MIRRORED;
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
        g_assert_cmpuint(judge_transfer(&rows[i], verdicts), ==, 0);
    }
}

/* Only small frames come: the largest that fits is M - (H - 14), whatever the encapsulation. */
static void test_mtu_by_acks(void)
{
    static const struct {
        struct made_copy copy;
        size_t mss;
        size_t cliff;
        const char *mtu;
    } rows[] = {
        {{.id = 1}, MSS, 1464, "1,500"},
        {{.id = 1, .type = ERSPAN_TYPE_III}, MSS, 1460, "1,500"},
        {{.id = 1, .type = ERSPAN_TYPE_III, .subheader = true}, MSS, 1452, "1,500"},
        {{.id = 1, .ipv6 = true}, MSS, 1444, "1,500"},
        {{.id = 1, .ipv6 = true, .type = ERSPAN_TYPE_III}, MSS, 1440, "1,500"},
        {{.id = 1, .ipv6 = true, .type = ERSPAN_TYPE_III, .subheader = true}, MSS, 1432, "1,500"},
        {{.id = SESSION_NO_ID}, MSS, 1472, "1,500"},
        {{.id = 1, .outer_headers = 36}, MSS, 1456, "1,500"},
        {{.id = 1}, 8960, 8964, "9,000"},
        {{.id = 1}, 1360, 1244, "1,280"},
        {{.id = 1},
         1410,
         1244,
         "1,280"}, /* full frames of 1464 bytes would have fitted into 1500 */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct transfer transfer = {
            .copy = rows[i].copy, .segments = 200, .mss = rows[i].mss, .full = IS_LOST};
        struct verdict verdicts[CAUSES];
        g_assert_cmpuint(judge_transfer(&transfer, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
        g_assert_cmpuint(verdicts[0].cliff, ==, rows[i].cliff);
        g_assert_cmpfloat(verdicts[0].visibility, ==, 0);
        assert_said(&verdicts[0], rows[i].mtu);
        assert_said(&verdicts[0], "as is usual");
        assert_said(&verdicts[0], "200 of 403 copies are missing (49.6 %)");
    }
}

/* The MTU must let through what came: of 1500 bytes, Type II leaves 1464 for the frame. */
static void test_mtu_above_what_came(void)
{
    static const struct {
        size_t came;
        const char *said;
    } rows[] = {
        {1464, "an MTU of 1,500 bytes, as is usual"},
        {1465, "frames of up to 1,465 bytes came, none of 1,514 bytes or more"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        begin(&mirror);
        send_transfer(&mirror, &(struct transfer){.copy.id = 1, .segments = 200, .full = IS_LOST});
        mirror_take(&mirror,
                    &(struct made_copy){.id = 1, .sequence = next_number, .size = rows[i].came});
        g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
        g_assert_cmpuint(verdicts[0].cliff, ==, rows[i].came);
        assert_said(&verdicts[0], rows[i].said);
    }
}

/* Connections too short to tell the length of a full frame give no more than a lower bound. */
static void test_mtu_by_short_connections(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    begin(&mirror);
    for (uint16_t flow = 0; flow < 4; flow++)
        send_transfer(&mirror, &(struct transfer){
                                   .copy.id = 1, .flow = flow, .segments = 7, .full = IS_LOST});
    g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
    assert_said(&verdicts[0], "in frames of at least 1,514 bytes");
    assert_said(&verdicts[0], "an MTU of at least 1,550 bytes");
}

/* 200 segments in 403 ms: 200 * 1514 + 200 * 54 bytes and a handshake. */
static void test_rates(void)
{
    const struct transfer transfer = {.copy.id = 1, .segments = 200, .full = IS_LOST};
    struct verdict verdicts[CAUSES];
    g_assert_cmpuint(judge_transfer(&transfer, verdicts), ==, 1);
    double bits = (200 * (HEADERS + MSS) + 200 * HEADERS + 2 * (HEADERS + 4) + HEADERS) * 8;
    double seconds = 0.402; /* from the first copy to the last */
    g_assert_cmpfloat_with_epsilon(verdicts[0].implied_bps, bits / seconds, bits / seconds / 100);
    assert_said(&verdicts[0], "frames of 1,514 bytes");
    assert_said(&verdicts[0], "an MTU of 1,550 bytes");
    assert_said(&verdicts[0], "visibility 0.0 %: 0 bytes of 292.0 kB");
}

/* Without sequence numbers two causes look the same, and both say so. */
static void test_mtu_without_sequence(void)
{
    const struct transfer transfer = {
        .copy = {.id = SESSION_NO_ID, .unnumbered = true}, .segments = 200, .full = IS_LOST};
    struct verdict verdicts[CAUSES];
    g_assert_cmpuint(judge_transfer(&transfer, verdicts), ==, 2);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
    g_assert_cmpuint(verdicts[0].cliff, ==, 1476);
    assert_said(&verdicts[0], "no numbers tell which");
    g_assert_cmpint(verdicts[1].cause, ==, CAUSE_SUPER_FRAMES);
    assert_said(&verdicts[1], "no numbers tell which");
}

/* An ICMP error about a missing copy needs no other evidence; one about a copy that came is none.
 */
static void test_mtu_by_icmp(void)
{
    for (unsigned lost = 0; lost < 2; lost++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        begin(&mirror);
        for (uint32_t i = 0; i < 10; i++) {
            const struct made_copy made = {.id = 1,
                                           .type = ERSPAN_TYPE_III,
                                           .sequence = i,
                                           .content = i,
                                           .size = i == 4 ? 1414 : 100,
                                           .lost = i == 4 && lost};
            mirror_take(&mirror, &made);
            if (i == 4)
                mirror_take_icmp(&mirror, &made, true, 1400);
        }
        g_assert_cmpuint(judge(&mirror, verdicts), ==, lost);
        if (lost == 0)
            continue;
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
        g_assert_cmpuint(verdicts[0].cliff, ==, 1360);
        assert_said(&verdicts[0], "1 ICMP error says");
        assert_said(&verdicts[0], "1,400");
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
        {runs_are_lost, "whatever their size, in longer runs", "of 40.0 on average and 40 at most"},
        {one_percent_is_lost_in_pairs, "in longer runs", "of 2.0 on average and 2 at most"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct transfer transfer = {.copy.id = 1, .segments = 500, .chance = rows[i].chance};
        struct verdict verdicts[CAUSES];
        g_assert_cmpuint(judge_transfer(&transfer, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_POLICER);
        assert_said(&verdicts[0], rows[i].how);
        assert_said(&verdicts[0], "up to 1,514 bytes");
        assert_said(&verdicts[0], rows[i].said);
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
        begin(&mirror);
        for (uint32_t i = 0; i < 600; i++)
            mirror_take(&mirror, &(struct made_copy){.sequence = i,
                                                     .content = i,
                                                     .size = rows[row].size,
                                                     .lost = i % 6 == 3});
        g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_POLICER);
        assert_said(&verdicts[0], "100 of 600 copies are missing (16.7 %)");
        assert_said(&verdicts[0], rows[row].said);
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
        g_assert_cmpuint(judge_transfer(&transfer, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_UNDETERMINED);
        assert_said(&verdicts[0], "the cause is not determined");
        assert_said(&verdicts[0], "what would tell");
    }
}

/* Copies without numbers: TCP shows that payload is missing, and nothing shows where it went. */
static void test_undetermined_without_sequence(void)
{
    const struct transfer transfer = {.copy = {.id = SESSION_NO_ID, .unnumbered = true},
                                      .segments = 500,
                                      .chance = one_in_three_is_lost};
    struct verdict verdicts[CAUSES];
    g_assert_cmpuint(judge_transfer(&transfer, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_UNDETERMINED);
    assert_said(&verdicts[0], "no numbers tell whether copies are lost");
}

/* Numbers that count every third frame as lost, while every byte came: no verdict rests on them. */
static void test_numbers_of_something_else(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    begin(&mirror);
    for (unsigned i = 0; i < 2; i++)
        send_transfer(&mirror, &(struct transfer){.copy.id = 1, .flow = 0, .segments = 100});
    mirror_take(&mirror,
                &(struct made_copy){.id = 1, .sequence = next_number + 300, .content = 99999});
    g_assert_cmpuint(mirror_sum(&mirror, 0)->sequence.lost, ==, 300);
    g_assert_cmpuint(judge(&mirror, verdicts), ==, 0);
}

/* One frame in seven is mirrored, of each of four connections. */
static void test_sampling(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    begin(&mirror);
    for (uint16_t flow = 0; flow < 4; flow++)
        send_transfer(&mirror, &(struct transfer){.copy.id = 1,
                                                  .flow = flow,
                                                  .segments = 200,
                                                  .chance = one_in_seven_is_mirrored});
    g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_SAMPLING);
    assert_said(&verdicts[0], "about one frame in 7 is mirrored");
}

/* Whose copies are missing of a counter that two sessions share: not of the one that, by the ACKs,
 * saw all. */
static void test_loss_of_another_session(void)
{
    for (unsigned whole = 0; whole < 2; whole++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        begin(&mirror);
        for (uint16_t i = 0; i < 8; i++)
            for (unsigned id = 0; id < 2; id++)
                send_transfer(&mirror, &(struct transfer){
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
        begin(&mirror);
        send_transfer(&mirror, &transfer);
        report_set_drops(mirror.report, rows[i].drops - 10, 6, 4);
        mirror_sum(&mirror, 0);
        g_assert_cmpuint(report_totals_so_far(mirror.report)->lost, ==, 200);
        g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, rows[i].cause);
    }
}

static void test_super_frames(void)
{
    const struct transfer hidden = {.copy.id = 1, .segments = 200, .full = IS_NOT_MIRRORED};
    struct verdict verdicts[CAUSES];
    g_assert_cmpuint(judge_transfer(&hidden, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_SUPER_FRAMES);
    assert_said(&verdicts[0], "100.0 % of the payload was never mirrored");
    assert_said(&verdicts[0], "0 of 203 copies hold payload");

    /* Segments of more than the MSS that the SYNs offered come. */
    struct mirror mirror;
    begin(&mirror);
    send_transfer(&mirror, &(struct transfer){.copy.id = 1, .segments = 0});
    for (uint32_t i = 0; i < 5; i++) {
        const struct made_segment data = {
            .ack = true, .sequence = 1000 + i * 4380, .acknowledgement = 5000};
        send_frame(&mirror, &(struct transfer){.copy.id = 1}, &data, 4380, COMES);
    }
    g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_SUPER_FRAMES);
    assert_said(&verdicts[0], "5 segments with more payload than the MSS of 1,460 bytes");
}

/* What is never seen of a session is most of it only if it is more than half. */
static void test_half_of_the_frames(void)
{
    static const struct {
        unsigned hidden; /* segments of a connection; of another, 100 as long came */
        enum cause cause;
    } rows[] = {{100, CAUSE_UNDETERMINED}, {101, CAUSE_SUPER_FRAMES}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        begin(&mirror);
        send_transfer(&mirror, &(struct transfer){.copy.id = 1, .segments = 100, .mss = 4000});
        send_transfer(&mirror, &(struct transfer){.copy.id = 1,
                                                  .flow = 1,
                                                  .segments = rows[i].hidden,
                                                  .mss = 4000,
                                                  .full = IS_NOT_MIRRORED});
        g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, rows[i].cause);
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
        begin(&mirror);
        for (uint32_t k = 0; k < rows[i].copies; k++) {
            struct made_copy made = rows[i].copy;
            made.sequence = made.content = k;
            mirror_take(&mirror, &made);
        }
        g_assert_cmpuint(judge(&mirror, verdicts), ==, rows[i].found);
        if (rows[i].found == 0)
            continue;
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_CUT);
        g_assert_cmpuint(verdicts[0].cliff, ==, rows[i].cliff);
        assert_said(&verdicts[0], rows[i].said);
    }
}

/* Sends only the frames of one end. */
static void send_side(struct mirror *mirror, struct made_copy copy, bool from_server)
{
    const struct transfer transfer = {.copy = copy,
                                      .segments = 200,
                                      .full = from_server ? IS_NOT_MIRRORED : COMES,
                                      .small = from_server ? COMES : IS_NOT_MIRRORED};
    const struct made_segment hello = {
        .from_server = from_server, .ack = true, .sequence = 5000, .acknowledgement = 1000};
    if (!from_server) {
        send_transfer(mirror, &transfer);
        return;
    }
    send_frame(mirror, &transfer, &hello, 0, COMES);
    for (uint32_t i = 0; i < transfer.segments; i++) {
        const struct made_segment ack = {.from_server = true,
                                         .ack = true,
                                         .sequence = 5000,
                                         .acknowledgement = 1000 + (i + 1) * MSS};
        send_frame(mirror, &transfer, &ack, 0, COMES);
    }
}

static void test_one_direction(void)
{
    for (unsigned from_server = 0; from_server < 2; from_server++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        begin(&mirror);
        send_side(&mirror, (struct made_copy){.id = 1}, from_server);
        g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_ONE_DIRECTION);
        assert_said(&verdicts[0], "1 of 1 connection is heard");
    }
}

/* Type III says at which side of the port the frames were seen. */
static void test_one_direction_of_a_port(void)
{
    for (unsigned egress = 0; egress < 2; egress++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        begin(&mirror);
        send_side(&mirror,
                  (struct made_copy){.id = 1, .type = ERSPAN_TYPE_III, .egress = egress != 0},
                  true);
        g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_ONE_DIRECTION);
        assert_said(&verdicts[0], egress ? "seen at egress (D)" : "seen at ingress (D)");
    }
}

/* A little loss does not explain why one end is never heard: only if as many copies are missing as
 * half the frames that were sent there. By the ACKs these are the 292,000 bytes of 200 segments, in
 * segments of the usual 1448 bytes: 202, and what drops just those is an MTU. Without ACKs they are
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
        {true, 402, 101, 1, {CAUSE_MTU}},
        {false, 402, 200, 2, {CAUSE_ONE_DIRECTION, CAUSE_POLICER}},
        {false, 402, 201, 1, {CAUSE_POLICER}},
    };
    for (size_t row = 0; row < G_N_ELEMENTS(rows); row++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        begin(&mirror);
        send_side(&mirror, (struct made_copy){.id = 1}, rows[row].from_server);
        for (uint32_t i = 0; i < rows[row].others; i++)
            mirror_take(&mirror, &(struct made_copy){.id = 1,
                                                     .sequence = next_number + i,
                                                     .content = 100000 + i,
                                                     .lost = i % 2 == 0 && i / 2 < rows[row].lost});
        g_assert_cmpuint(judge(&mirror, verdicts), ==, rows[row].found);
        for (size_t i = 0; i < rows[row].found; i++)
            g_assert_cmpint(verdicts[i].cause, ==, rows[row].causes[i]);
    }
}

/* The other direction is in another session: each is complete. */
static void test_directions_apart(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    begin(&mirror);
    send_side(&mirror, (struct made_copy){.id = 1}, false);
    next_number = 0;
    send_side(&mirror, (struct made_copy){.id = 2}, true);
    for (size_t i = 0; i < 2; i++)
        g_assert_cmpuint(verdict_find(mirror.report, mirror_sum(&mirror, i), verdicts), ==, 0);
    mirror_end(&mirror);
}

/* A report that is given only one side of a connection tells nothing of why it misses the other. */
static void test_filtered(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    begin(&mirror);
    send_side(&mirror, (struct made_copy){.id = 1}, true);
    struct report *whole = mirror.report;
    mirror.report = report_new(ANALYSIS_MEMORY_DEFAULT);
    mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = next_number, .content = 100000});
    report_free(mirror.report);
    mirror.report = whole;
    g_assert_cmpuint(mirror_sum(&mirror, 0)->counts.left_out, ==, 1);
    g_assert_cmpuint(judge(&mirror, verdicts), ==, 0);
}

/* SYNs that nobody answers are no direction that is missing. */
static void test_scan(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    begin(&mirror);
    for (uint16_t i = 0; i < 100; i++) {
        const struct made_segment syn = {.flow = i, .syn = true, .sequence = 77, .mss = MSS};
        send_frame(&mirror, &(struct transfer){.copy.id = 1}, &syn, 0, COMES);
    }
    g_assert_cmpuint(judge(&mirror, verdicts), ==, 0);
}

/* A loop's numbers are taken by copies inside: what is missing is no loss. */
static void test_loop(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    begin(&mirror);
    for (uint32_t i = 0; i < 20; i++) {
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = 2 * i + 1, .content = i});
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = 2 * i, .depth = 2});
    }
    mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = 41, .content = 20});
    g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_LOOP);
    assert_said(&verdicts[0], "20 copies were inside another, up to 2 deep");

    /* One so deep that the innermost copies are not looked for. */
    begin(&mirror);
    for (uint32_t i = 0; i < 20; i++) {
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = 40 * i, .content = i});
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = 40 * i + 8, .depth = 32});
    }
    g_assert_cmpuint(judge(&mirror, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_LOOP);

    /* A copy of another session's is none. */
    begin(&mirror);
    for (uint32_t i = 0; i < 20; i++) {
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = i, .content = i});
        mirror_take(&mirror, &(struct made_copy){.id = 2, .sequence = i, .depth = 2});
    }
    g_assert_cmpuint(judge(&mirror, verdicts), ==, 0);
}

static void test_names(void)
{
    for (unsigned cause = 0; cause < CAUSES; cause++) {
        g_assert_cmpuint(strlen(cause_name(cause)), >, 0);
        g_assert_cmpuint(strlen(cause_text(cause)), >, 0);
        for (unsigned other = 0; other < cause; other++)
            g_assert_cmpstr(cause_name(cause), !=, cause_name(other));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verdict/clean", test_clean);
    g_test_add_func("/verdict/mtu-by-acks", test_mtu_by_acks);
    g_test_add_func("/verdict/mtu-above-what-came", test_mtu_above_what_came);
    g_test_add_func("/verdict/mtu-by-short-connections", test_mtu_by_short_connections);
    g_test_add_func("/verdict/rates", test_rates);
    g_test_add_func("/verdict/mtu-without-sequence", test_mtu_without_sequence);
    g_test_add_func("/verdict/mtu-by-icmp", test_mtu_by_icmp);
    g_test_add_func("/verdict/policer", test_policer);
    g_test_add_func("/verdict/policer-of-one-size", test_policer_of_one_size);
    g_test_add_func("/verdict/undetermined", test_undetermined);
    g_test_add_func("/verdict/undetermined-without-sequence", test_undetermined_without_sequence);
    g_test_add_func("/verdict/numbers-of-something-else", test_numbers_of_something_else);
    g_test_add_func("/verdict/sampling", test_sampling);
    g_test_add_func("/verdict/loss-of-another-session", test_loss_of_another_session);
    g_test_add_func("/verdict/collector", test_collector);
    g_test_add_func("/verdict/super-frames", test_super_frames);
    g_test_add_func("/verdict/half-of-the-frames", test_half_of_the_frames);
    g_test_add_func("/verdict/cut", test_cut);
    g_test_add_func("/verdict/one-direction", test_one_direction);
    g_test_add_func("/verdict/one-direction-of-a-port", test_one_direction_of_a_port);
    g_test_add_func("/verdict/one-direction-with-loss", test_one_direction_with_loss);
    g_test_add_func("/verdict/directions-apart", test_directions_apart);
    g_test_add_func("/verdict/filtered", test_filtered);
    g_test_add_func("/verdict/scan", test_scan);
    g_test_add_func("/verdict/loop", test_loop);
    g_test_add_func("/verdict/names", test_names);
    return g_test_run();
}
