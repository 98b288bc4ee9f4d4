/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes, rates and times in a report. */
#include "core/report/report.h"
#include "tests/unit/support/mirror.h"
#include "tests/unit/support/support.h"

static void test_lengths(void)
{
    static const struct made_copy copies[] = {
        {.id = 3, .sequence = 0, .size = 1514},
        {.id = 3, .sequence = 1, .size = 1514, .kept = 64, .cut = true},
        {.id = 3, .sequence = 2, .size = 200, .kept = 64},
        {.id = 3, .sequence = 3, .size = 60},
    };
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (size_t i = 0; i < G_N_ELEMENTS(copies); i++)
        mirror_take(&mirror, &copies[i]);
    const struct report_session *session = mirror_sum(&mirror, 0);
    g_assert_cmpint(session->state.key.id, ==, 3);
    g_assert_cmpuint(session->state.types, ==, 1u << ERSPAN_TYPE_II);
    g_assert_cmpuint(session->counts.copies, ==, 4);
    g_assert_cmpuint(session->counts.inner_bytes, ==, 1514 + 64 + 64 + 60);
    g_assert_cmpuint(session->counts.outer_bytes, ==, 1514 + 64 + 64 + 60 + 4 * 50);
    g_assert_cmpuint(session->counts.mirrored_bytes, ==, 1514 + 1514 + 200 + 60);
    g_assert_cmpuint(session->counts.truncated, ==, 1);
    g_assert_cmpuint(session->counts.cut, ==, 2);
    g_assert_cmpuint(session->extremes.inner_max, ==, 1514);
    g_assert_cmpuint(session->extremes.at_inner_max, ==, 1);
    g_assert_cmpuint(session->extremes.cut_max, ==, 64);
    g_assert_cmpuint(session->extremes.at_cut_max, ==, 2);
    g_assert_cmpuint(session->extremes.mirrored_max, ==, 1514);
    g_assert_cmpuint(session->counts.other_bytes, ==, session->counts.mirrored_bytes);
    g_assert_cmpint(session->extremes.first_ns, ==, MIRROR_FIRST_NS);
    g_assert_cmpint(session->extremes.last_ns, ==, MIRROR_FIRST_NS + 3 * NS_PER_MS);
    g_assert_cmpint(session->state.busy_ns, ==, 3 * NS_PER_MS);
    mirror_end(&mirror);
}

/* Each bound is inclusive; super-frames begin above 1522 bytes. */
static void test_sizes(void)
{
    static const struct {
        size_t size;
        size_t bucket;
        bool super;
    } rows[] = {
        {60, 0, false},   {63, 0, false},   {64, 1, false},   {127, 1, false},  {128, 2, false},
        {255, 2, false},  {256, 3, false},  {511, 3, false},  {512, 4, false},  {1023, 4, false},
        {1024, 5, false}, {1518, 5, false}, {1519, 6, false}, {1522, 6, false}, {1523, 6, true},
        {4095, 6, true},  {4096, 7, true},  {9216, 7, true},  {9217, 8, true},  {65535, 8, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mirror mirror;
        mirror_begin_usual(&mirror);
        mirror_take(&mirror, &(struct made_copy){.size = rows[i].size});
        const struct report_session *session = mirror_sum(&mirror, 0);
        for (size_t k = 0; k < REPORT_SIZE_BUCKETS; k++)
            g_assert_cmpuint(session->counts.sizes[k], ==, k == rows[i].bucket);
        g_assert_cmpuint(session->counts.super_frames, ==, rows[i].super);
        mirror_end(&mirror);
    }
}

/* The outer IP packet less the mirrored frame: draft-foschiano-erspan-03 and RFC 2890. */
static void test_overhead(void)
{
    static const struct {
        struct made_copy made;
        size_t overhead;
    } rows[] = {
        {{.id = SESSION_NO_ID, .unnumbered = true}, 24},
        {{.id = 1}, 36},
        {{.id = 1, .type = ERSPAN_TYPE_III}, 40},
        {{.id = 1, .type = ERSPAN_TYPE_III, .unnumbered = true}, 36},
        {{.id = 1, .type = ERSPAN_TYPE_III, .subheader = true}, 48},
        {{.id = SESSION_NO_ID, .unnumbered = true, .ipv6 = true}, 44},
        {{.id = 1, .ipv6 = true}, 56},
        {{.id = 1, .ipv6 = true, .type = ERSPAN_TYPE_III}, 60},
        {{.id = 1, .ipv6 = true, .type = ERSPAN_TYPE_III, .subheader = true}, 68},
        {{.id = 1, .outer_headers = 36 /* a GRE key and checksum */}, 44},
        {{.id = 1, .outer_headers = 16 /* no IP at all: quirk Q20 (GRE not captured) */}, 36},
        {{.id = 1, .fcs = true}, 40},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mirror mirror;
        mirror_begin_usual(&mirror);
        mirror_take(&mirror, &rows[i].made);
        g_assert_cmpuint(mirror_sum(&mirror, 0)->extremes.overhead, ==, rows[i].overhead);
        mirror_end(&mirror);
    }
}

/* A source whose Unix time in 100 us (quirk Q11) is ahead of the collector's: 2, 1 and 3 of them.
 */
static void test_delays(void)
{
    static const uint32_t ahead[] = {2, 1, 3};
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (uint32_t i = 0; i < G_N_ELEMENTS(ahead); i++)
        mirror_take(&mirror, &(struct made_copy){.type = ERSPAN_TYPE_III,
                                                 .sequence = i,
                                                 .content = i,
                                                 .timestamp = (uint32_t)(MIRROR_FIRST_NS / 100000) +
                                                              10 * i + ahead[i]});
    const struct report_session *session = mirror_sum(&mirror, 0);
    g_assert_cmpuint(session->state.delays, ==, 3);
    g_assert_cmpint(session->extremes.delay_min_ns, ==, -300000);
    g_assert_cmpint(session->extremes.delay_max_ns, ==, -100000);
    g_assert_cmpfloat_with_epsilon(session->state.delay_mean_ns, -200000, 1);
    mirror_end(&mirror);
}

/* The client may send what the server's SYN offered, whatever its own did. */
static void test_segments_above_the_mss(void)
{
    static const uint16_t offers[][2] = {{1460, 8960}, {8960, 1460}};
    static const struct {
        uint64_t above;
        uint16_t mss;
    } wanted[] = {{1, 8960}, {2, 1460}};
    for (size_t i = 0; i < G_N_ELEMENTS(offers); i++) {
        struct mirror mirror;
        const struct made_segment segments[] = {
            {.syn = true, .mss = offers[i][0]},
            {.syn = true, .ack = true, .from_server = true, .mss = offers[i][1]},
            {.ack = true, .sequence = 1, .acknowledgement = 1},
            {.ack = true, .sequence = 8961, .acknowledgement = 1},
        };
        const size_t payloads[] = {0, 0, 8960, 8961};
        mirror_begin_usual(&mirror);
        for (uint32_t k = 0; k < G_N_ELEMENTS(segments); k++)
            mirror_take(&mirror, &(struct made_copy){.sequence = k,
                                                     .content = k,
                                                     .segment = &segments[k],
                                                     .payload = payloads[k]});
        const struct report_session *session = mirror_sum(&mirror, 0);
        g_assert_cmpuint(session->counts.data_segments, ==, 2);
        g_assert_cmpuint(session->flows.mss, ==, wanted[i].mss);
        g_assert_cmpuint(session->flows.above_mss, ==, wanted[i].above);
        mirror_end(&mirror);
    }
}

/* Ten copies of 150 bytes in each of two milliseconds, then one, then a silence. */
static void test_windows(void)
{
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    uint32_t sequence = 0;
    for (unsigned millisecond = 0; millisecond < 3; millisecond++) {
        for (unsigned i = 0; i < (millisecond < 2 ? 10u : 1u); i++) {
            mirror.now_ns =
                MIRROR_FIRST_NS + (int64_t)(millisecond + 1) * NS_PER_MS + i * 50000 - NS_PER_MS;
            mirror.now_ns -= NS_PER_MS; /* which mirror_take() adds */
            sequence += millisecond == 1 && i == 5 ? 3 : 1;
            mirror_take(&mirror, &(struct made_copy){.sequence = sequence, .content = sequence});
        }
    }
    mirror.now_ns += 10 * REPORT_SILENCE_NS;
    mirror_take(&mirror, &(struct made_copy){.sequence = sequence + 1, .content = 999});
    const struct report_session *session = mirror_sum(&mirror, 0);
    g_assert_cmpuint(session->extremes.peak_1ms_bps, ==, 10 * 150 * 8 * 1000);
    g_assert_cmpuint(session->extremes.peak_100us_bps, ==, 2 * 150 * 8 * 10000);
    g_assert_cmpuint(session->counts.lossy_windows, ==, 1);
    g_assert_cmpuint(session->state.lossy_1ms_bps, ==, 10 * 150 * 8 * 1000);
    g_assert_cmpint(session->state.busy_ns, ==, 2 * NS_PER_MS + REPORT_SILENCE_NS);
    mirror_end(&mirror);
}

static void test_icmp(void)
{
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    static const struct made_copy unseen = {.id = 8, .sequence = 3};
    mirror_take_icmp(&mirror, &unseen, true, 1400);
    for (uint32_t i = 0; i < 20; i++) {
        const struct made_copy made = {
            .id = 1, .sequence = i, .content = i, .lost = i == 5 || i == 6 || i == 19};
        mirror_take(&mirror, &made);
        if (i == 5 || i == 19) /* before a later copy tells that it is missing, if one comes */
            mirror_take_icmp(&mirror, &made, true, i == 5 ? 1500 : 1476);
        if (i == 10) /* one that came after all, and one about something else */
            mirror_take_icmp(&mirror, &made, true, 1492);
        if (i == 12)
            mirror_take_icmp(&mirror, &made, false, 0);
    }
    mirror_take_icmp(&mirror, &(struct made_copy){.id = 1, .sequence = 6}, true, 0);
    const struct report_session *session = mirror_sum(&mirror, 0);
    g_assert_cmpuint(report_session_count(mirror.report), ==, 1);
    g_assert_cmpuint(session->counts.quoted, ==, 5);
    g_assert_cmpuint(session->counts.copies, ==, 17);
    g_assert_cmpuint(session->counts.icmp_too_big, ==, 4);
    g_assert_cmpuint(session->counts.icmp_too_big_missing, ==, 3);
    g_assert_cmpuint(session->state.icmp_mtu, ==, 1476);
    g_assert_cmpuint(session->counts.icmp_other, ==, 1);
    g_assert_cmpuint(mirror_sum(&mirror, 0)->counts.icmp_too_big_missing, ==, 3); /* once more */
    mirror_end(&mirror);
}

/* Errors that state one MTU: of numbers that came, or that were never near, and of missing ones,
 * some of which a later copy tells. */
static void test_icmp_of_what_came(void)
{
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (uint32_t i = 0; i < 20; i++) {
        const struct made_copy made = {.id = 1, .sequence = i, .content = i, .lost = i == 5};
        mirror_take(&mirror, &made);
    }
    static const uint32_t quoted[] = {4, 5, 6, 7, 100000};
    for (size_t i = 0; i < G_N_ELEMENTS(quoted); i++)
        mirror_take_icmp(&mirror, &(struct made_copy){.id = 1, .sequence = quoted[i]}, true, 60);
    for (unsigned sum = 0; sum < 3; sum++) {
        const struct report_mtu *mtu = &mirror_sum(&mirror, 0)->state.icmp_mtus[0];
        g_assert_cmpuint(mtu->mtu, ==, 60);
        g_assert_cmpuint(mtu->plausible, ==, 5);
        g_assert_cmpuint(mtu->missing, ==, 1);
        g_assert_cmpuint(mtu->came, ==, 4);
    }
    for (uint32_t i = 20; i < 25; i++) {
        mirror_take(&mirror, &(struct made_copy){.id = 1, .sequence = i, .content = i});
        if (i == 22)
            mirror_take_icmp(&mirror, &(struct made_copy){.id = 1, .sequence = 5}, true, 60);
    }
    g_assert_cmpuint(mirror_sum(&mirror, 0)->state.icmp_mtus[0].copies_after, ==, 2);
    mirror_end(&mirror);
}

/* Copies inside copies of their own session, and of another. */
static void test_nesting(void)
{
    static const struct made_copy copies[] = {
        {.id = 1, .sequence = 0}, {.id = 1, .sequence = 1, .content = 1}, {.id = 1, .depth = 2},
        {.id = 1, .depth = 3},    {.id = 1, .sequence = 2, .content = 2}, {.id = 2, .depth = 2},
        {.id = 1, .depth = 3},    {.id = 2, .sequence = 0, .content = 3},
    };
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (size_t i = 0; i < G_N_ELEMENTS(copies); i++)
        mirror_take(&mirror, &copies[i]);
    const struct report_session *session = mirror_sum(&mirror, 0);
    g_assert_cmpuint(session->counts.copies, ==, 3);
    g_assert_cmpuint(session->counts.nested, ==, 3);
    g_assert_cmpuint(session->counts.looped, ==, 3);
    g_assert_cmpuint(session->extremes.depth_max, ==, 3);
    session = report_session(mirror.report, 1);
    g_assert_cmpuint(session->counts.copies, ==, 1);
    g_assert_cmpuint(session->counts.nested, ==, 1);
    g_assert_cmpuint(session->counts.looped, ==, 0);
    mirror_end(&mirror);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/lengths", test_lengths);
    g_test_add_func("/report/sizes", test_sizes);
    g_test_add_func("/report/overhead", test_overhead);
    g_test_add_func("/report/delays", test_delays);
    g_test_add_func("/report/segments-above-the-mss", test_segments_above_the_mss);
    g_test_add_func("/report/windows", test_windows);
    g_test_add_func("/report/icmp", test_icmp);
    g_test_add_func("/report/icmp-of-what-came", test_icmp_of_what_came);
    g_test_add_func("/report/nesting", test_nesting);
    return g_test_run();
}
