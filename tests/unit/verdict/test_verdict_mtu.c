/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts about frames that are too large: an MTU on the way, super-frames. */
#include "core/verdict/verdict.h"

#include "tests/unit/support/transfer.h"

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
        g_assert_cmpuint(transfer_judge_alone(&transfer, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
        g_assert_cmpuint(verdicts[0].cliff, ==, rows[i].cliff);
        g_assert_cmpfloat(verdicts[0].visibility, ==, 0);
        transfer_assert_said(&verdicts[0], rows[i].mtu);
        transfer_assert_said(&verdicts[0], "as is usual");
        transfer_assert_said(&verdicts[0], "200 of 403 copies are missing (49.6 %)");
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
        transfer_begin(&mirror);
        transfer_send(&mirror, &(struct transfer){.copy.id = 1, .segments = 200, .full = IS_LOST});
        mirror_take(&mirror, &(struct made_copy){
                                 .id = 1, .sequence = transfer_next_number, .size = rows[i].came});
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
        g_assert_cmpuint(verdicts[0].cliff, ==, rows[i].came);
        transfer_assert_said(&verdicts[0], rows[i].said);
    }
}

/* Connections too short to tell the length of a full frame give no more than a lower bound. */
static void test_mtu_by_short_connections(void)
{
    struct mirror mirror;
    struct verdict verdicts[CAUSES];
    transfer_begin(&mirror);
    for (uint16_t flow = 0; flow < 4; flow++)
        transfer_send(&mirror, &(struct transfer){
                                   .copy.id = 1, .flow = flow, .segments = 7, .full = IS_LOST});
    g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
    transfer_assert_said(&verdicts[0], "in frames of at least 1,514 bytes");
    transfer_assert_said(&verdicts[0], "an MTU of at least 1,550 bytes");
}

/* 200 segments in 403 ms: 200 * 1514 + 200 * 54 bytes and a handshake. */
static void test_rates(void)
{
    const struct transfer transfer = {.copy.id = 1, .segments = 200, .full = IS_LOST};
    struct verdict verdicts[CAUSES];
    g_assert_cmpuint(transfer_judge_alone(&transfer, verdicts), ==, 1);
    double bits = (200 * (HEADERS + MSS) + 200 * HEADERS + 2 * (HEADERS + 4) + HEADERS) * 8;
    double seconds = 0.402; /* from the first copy to the last */
    g_assert_cmpfloat_with_epsilon(verdicts[0].implied_bps, bits / seconds, bits / seconds / 100);
    transfer_assert_said(&verdicts[0], "frames of 1,514 bytes");
    transfer_assert_said(&verdicts[0], "an MTU of 1,550 bytes");
    transfer_assert_said(&verdicts[0], "visibility 0.0 %: 0 bytes of 292.0 kB");
}

/* Without sequence numbers two causes look the same, and both say so. */
static void test_mtu_without_sequence(void)
{
    const struct transfer transfer = {
        .copy = {.id = SESSION_NO_ID, .unnumbered = true}, .segments = 200, .full = IS_LOST};
    struct verdict verdicts[CAUSES];
    g_assert_cmpuint(transfer_judge_alone(&transfer, verdicts), ==, 2);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
    g_assert_cmpuint(verdicts[0].cliff, ==, 1476);
    transfer_assert_said(&verdicts[0], "no numbers tell which");
    g_assert_cmpint(verdicts[1].cause, ==, CAUSE_SUPER_FRAMES);
    transfer_assert_said(&verdicts[1], "no numbers tell which");
}

/* An ICMP error about a missing copy needs no other evidence; one about a copy that came is none.
 */
static void test_mtu_by_icmp(void)
{
    for (unsigned lost = 0; lost < 2; lost++) {
        struct mirror mirror;
        struct verdict verdicts[CAUSES];
        transfer_begin(&mirror);
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
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, lost);
        if (lost == 0)
            continue;
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
        g_assert_cmpuint(verdicts[0].cliff, ==, 1360);
        transfer_assert_said(&verdicts[0], "1 ICMP error says");
        transfer_assert_said(&verdicts[0], "1,400");
    }
}

static void test_super_frames(void)
{
    const struct transfer hidden = {.copy.id = 1, .segments = 200, .full = IS_NOT_MIRRORED};
    struct verdict verdicts[CAUSES];
    g_assert_cmpuint(transfer_judge_alone(&hidden, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_SUPER_FRAMES);
    transfer_assert_said(&verdicts[0], "100.0 % of the TCP payload was not mirrored");
    transfer_assert_said(&verdicts[0], "0 of 203 copies hold payload");

    /* Segments of more than the MSS that the SYNs offered come. */
    struct mirror mirror;
    transfer_begin(&mirror);
    transfer_send(&mirror, &(struct transfer){.copy.id = 1, .segments = 0});
    for (uint32_t i = 0; i < 5; i++) {
        const struct made_segment data = {
            .ack = true, .sequence = 1000 + i * 4380, .acknowledgement = 5000};
        transfer_send_frame(&mirror, &(struct transfer){.copy.id = 1}, &data, 4380, COMES);
    }
    g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_SUPER_FRAMES);
    transfer_assert_said(&verdicts[0], "5 segments with more payload than the MSS of 1,460 bytes");
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
        transfer_begin(&mirror);
        transfer_send(&mirror, &(struct transfer){.copy.id = 1, .segments = 100, .mss = 4000});
        transfer_send(&mirror, &(struct transfer){.copy.id = 1,
                                                  .flow = 1,
                                                  .segments = rows[i].hidden,
                                                  .mss = 4000,
                                                  .full = IS_NOT_MIRRORED});
        g_assert_cmpuint(transfer_judge(&mirror, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, rows[i].cause);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verdict/mtu-by-acks", test_mtu_by_acks);
    g_test_add_func("/verdict/mtu-above-what-came", test_mtu_above_what_came);
    g_test_add_func("/verdict/mtu-by-short-connections", test_mtu_by_short_connections);
    g_test_add_func("/verdict/rates", test_rates);
    g_test_add_func("/verdict/mtu-without-sequence", test_mtu_without_sequence);
    g_test_add_func("/verdict/mtu-by-icmp", test_mtu_by_icmp);
    g_test_add_func("/verdict/super-frames", test_super_frames);
    g_test_add_func("/verdict/half-of-the-frames", test_half_of_the_frames);
    return g_test_run();
}
