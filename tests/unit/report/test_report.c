/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/report.h"

#include "tests/unit/support/mirror.h"
#include "tests/unit/support/support.h"

#define FIRST_NS    INT64_C(1700000000001000000) /* arrival of the first copy */
#define MILLISECOND INT64_C(1000000)

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
    g_assert_cmpuint(session->extremes.at_inner_max, ==, 0);
    g_assert_cmpuint(session->extremes.cut_max, ==, 64);
    g_assert_cmpuint(session->extremes.at_cut_max, ==, 2);
    g_assert_cmpuint(session->extremes.mirrored_max, ==, 1514);
    g_assert_cmpuint(session->counts.other_bytes, ==, session->counts.mirrored_bytes);
    g_assert_cmpint(session->extremes.first_ns, ==, FIRST_NS);
    g_assert_cmpint(session->extremes.last_ns, ==, FIRST_NS + 3 * MILLISECOND);
    g_assert_cmpint(session->state.busy_ns, ==, 3 * MILLISECOND);
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
        {{.id = 1, .outer_headers = 16 /* no IP at all: quirk Q20 */}, 36},
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

/* The first copy that is very late might have been a restart: its gap is filled all the same. */
static void test_gap_filled_much_later(void)
{
    enum { MISSING = 30, LATE_AFTER = 1000, NUMBERS = 1100 };
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (uint32_t i = 0; i < NUMBERS; i++) {
        if (i != MISSING)
            mirror_take(&mirror, &(struct made_copy){.sequence = i, .content = i});
        if (i == LATE_AFTER)
            mirror_take(&mirror, &(struct made_copy){.sequence = MISSING, .content = MISSING});
    }
    g_assert_cmpuint(mirror_sum(&mirror, 0)->sequence.lost, ==, 0);
    g_assert_cmpuint(mirror_sum(&mirror, 0)->sequence.late, ==, 1);
    g_assert_cmpuint(report_gap_count(mirror.report), ==, 1);
    g_assert_cmpuint(report_gap(mirror.report, 0)->came_late, ==, 1);
    mirror_end(&mirror);
}

/* 12 and 13 never came; of 15 to 17 one came late. */
static void test_gaps(void)
{
    static const uint32_t numbers[] = {10, 11, 14, 18, 16, 19, 19};
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    mirror_take_numbers(&mirror, numbers, G_N_ELEMENTS(numbers));
    const struct report_session *session = mirror_sum(&mirror, 0);
    g_assert_cmpuint(session->sequence.copies, ==, 7);
    g_assert_cmpuint(session->sequence.lost, ==, 4);
    g_assert_cmpuint(session->sequence.late, ==, 1);
    g_assert_cmpuint(session->sequence.duplicates, ==, 1);
    g_assert_cmpuint(session->sequence.extent_max, ==, 1);
    g_assert_cmpuint(session->counts.runs, ==, 2);
    g_assert_cmpuint(session->counts.revealed, ==, 5);
    g_assert_cmpuint(session->extremes.run_max, ==, 3);
    g_assert_cmpuint(report_totals_so_far(mirror.report)->lost, ==, 4);

    g_assert_cmpuint(report_gap_count(mirror.report), ==, 2);
    const struct report_gap *first = report_gap(mirror.report, 0);
    g_assert_cmpuint(first->first, ==, 12);
    g_assert_cmpuint(first->lost, ==, 2);
    g_assert_cmpuint(first->came_late, ==, 0);
    g_assert_cmpuint(first->frame_before, ==, 2);
    g_assert_cmpuint(first->frame_after, ==, 3);
    g_assert_cmpint(first->before_ns, ==, FIRST_NS + MILLISECOND);
    g_assert_cmpint(first->after_ns, ==, FIRST_NS + 2 * MILLISECOND);
    g_assert_cmpuint(first->size_before, ==, 100);
    g_assert_cmpuint(first->size_after, ==, 100);
    const struct report_gap *second = report_gap(mirror.report, 1);
    g_assert_cmpuint(second->first, ==, 15);
    g_assert_cmpuint(second->lost, ==, 3);
    g_assert_cmpuint(second->came_late, ==, 1);
    mirror_end(&mirror);
}

/* Numbers lost, late and doubled at random, counted in the plainest way. */
static void test_random_order(void)
{
    enum { NUMBERS = 3000, FIRST = 70000, FAR = 6 };
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    uint32_t order[NUMBERS];
    for (uint32_t i = 0; i < NUMBERS; i++)
        order[i] = i;
    for (uint32_t i = 20; i + FAR < NUMBERS; i++)
        if (g_test_rand_int_range(0, 20) == 0) {
            uint32_t other = i + (uint32_t)g_test_rand_int_range(1, FAR);
            uint32_t swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
    bool came[NUMBERS] = {false};
    uint32_t highest = 0;
    uint64_t copies = 0;
    uint64_t late = 0;
    uint64_t duplicates = 0;
    for (uint32_t i = 0; i < NUMBERS; i++) {
        uint32_t number = order[i];
        if (i >= 20 && g_test_rand_int_range(0, 20) == 0)
            continue;
        const struct made_copy made = {.sequence = FIRST + number, .content = number};
        mirror_take(&mirror, &made);
        copies++;
        late += number < highest ? 1 : 0;
        highest = MAX(highest, number);
        came[number] = true;
        if (g_test_rand_int_range(0, 50) == 0) {
            mirror_take(&mirror, &made);
            copies++;
            duplicates++;
        }
    }
    uint64_t lost = 0;
    for (uint32_t i = 0; i < highest; i++)
        lost += came[i] ? 0 : 1;
    const struct report_session *session = mirror_sum(&mirror, 0);
    g_assert_cmpuint(session->sequence.copies, ==, copies);
    g_assert_cmpuint(session->sequence.lost, ==, lost);
    g_assert_cmpuint(session->sequence.late, ==, late);
    g_assert_cmpuint(session->sequence.duplicates, ==, duplicates);
    uint64_t listed = 0;
    for (size_t i = 0; i < report_gap_count(mirror.report); i++)
        listed += report_gap(mirror.report, i)->lost - report_gap(mirror.report, i)->came_late;
    g_assert_cmpuint(listed, ==, lost);
    mirror_end(&mirror);
}

/* Two reports over one analysis: one sees every copy, the other only those of session 2. */
static void test_filter(void)
{
    struct mirror mirror;
    mirror_begin(&mirror, &(struct analysis_policy){.domain = DOMAIN_AS_SOURCE},
                 ANALYSIS_MEMORY_DEFAULT);
    struct report *all = mirror.report;
    struct report *some = report_new(ANALYSIS_MEMORY_DEFAULT);
    static const struct {
        int16_t id;
        uint32_t sequence;
    } rows[] = {{1, 0}, {2, 1}, {1, 3}, {2, 6}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct made_copy made = {
            .id = rows[i].id, .sequence = rows[i].sequence, .content = (uint32_t)i};
        struct analysis_place place = {.frame = i + 1, .outer_length = 150, .depth = 1};
        struct session_key key = {{4, {1}}, {4, {2}}, made.id};
        struct session *session = session_get(mirror.sessions, &key);
        session_appear(mirror.sessions, session);
        struct copy copy = {.header.type = ERSPAN_TYPE_II,
                            .has_sequence = true,
                            .sequence = made.sequence,
                            .session = session,
                            .inner_length = 100,
                            .mirrored_length = 100};
        struct analysis_finding finding;
        const struct fingerprint_frame nothing = {0};
        analysis_take(mirror.analysis, &place, &copy, &nothing, &finding);
        report_add(all, &place, &copy, NULL, &finding);
        if (made.id == 2)
            report_add(some, &place, &copy, NULL, &finding);
    }
    report_sum(all, mirror.analysis);
    report_sum(some, mirror.analysis);
    g_assert_cmpuint(report_session_count(all), ==, 2);
    g_assert_cmpuint(report_session_count(some), ==, 1);
    g_assert_cmpuint(report_session(some, 0)->state.stream, ==, 1);
    g_assert_cmpuint(report_domain(all, 0)->sequence.lost, ==, 3);
    g_assert_cmpuint(report_domain(some, 0)->sequence.lost, ==, 2);
    g_assert_cmpuint(report_gap_count(all), ==, 2);
    g_assert_cmpuint(report_gap_count(some), ==, 1);
    /* The copy before the gap is known by number, but was not seen. */
    g_assert_cmpuint(report_gap(some, 0)->frame_before, ==, 3);
    g_assert_cmpuint(report_gap(some, 0)->size_before, ==, 0);
    g_assert_cmpuint(report_gap(all, 1)->size_before, ==, 100);
    report_free(some);
    mirror_end(&mirror);
}

/* Three sessions share a counter of their source (quirk Q1), of which 5 numbers never came. */
static void test_shared_counter(void)
{
    enum { NUMBERS = 300 };
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (uint32_t i = 0; i < NUMBERS; i++)
        mirror_take(&mirror, &(struct made_copy){.id = (int16_t)(i % 3),
                                                 .sequence = i,
                                                 .content = i,
                                                 .lost = i >= 200 && i < 205});
    mirror_sum(&mirror, 0);
    g_assert_cmpuint(report_domain_count(mirror.report), ==, 1);
    const struct report_domain *domain = report_domain(mirror.report, 0);
    g_assert_cmpint(domain->kind, ==, DOMAIN_SOURCE);
    g_assert_cmpint(domain->id, ==, SESSION_NO_ID);
    g_assert_cmpuint(domain->sequence.copies, ==, NUMBERS - 5);
    g_assert_cmpuint(domain->sequence.lost, ==, 5);
    uint64_t lost = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct report_session *session = report_session(mirror.report, i);
        g_assert_cmpint(session->state.domain, ==, DOMAIN_SOURCE);
        g_assert_cmpuint(session->state.domain_row, ==, 0);
        lost += session->sequence.lost;
    }
    g_assert_cmpuint(lost, ==, 5);
    g_assert_cmpuint(report_gap_count(mirror.report), ==, 1); /* not those that others would see */
    g_assert_cmpint(report_gap(mirror.report, 0)->kind, ==, DOMAIN_SOURCE);
    g_assert_cmpuint(report_gap(mirror.report, 0)->first, ==, 200);
    mirror_end(&mirror);
}

/* What one session revealed as missing another brings late: nothing is lost, and nobody below 0. */
static void test_late_in_other_session(void)
{
    struct mirror mirror;
    mirror_begin(&mirror, &(struct analysis_policy){.domain = DOMAIN_AS_SOURCE},
                 ANALYSIS_MEMORY_DEFAULT);
    static const struct made_copy copies[] = {
        {.id = 1, .sequence = 5, .content = 1},
        {.id = 1, .sequence = 7, .content = 2},
        {.id = 2, .sequence = 6, .content = 3},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(copies); i++)
        mirror_take(&mirror, &copies[i]);
    g_assert_cmpuint(mirror_sum(&mirror, 1)->sequence.lost, ==, 0);
    g_assert_cmpuint(report_session(mirror.report, 1)->sequence.late, ==, 1);
    g_assert_cmpuint(report_domain(mirror.report, 0)->sequence.lost, ==, 0);
    g_assert_cmpuint(report_gap(mirror.report, 0)->came_late, ==, 1);
    mirror_end(&mirror);
}

/* Two line cards count their copies of one session. */
static void test_engines(void)
{
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (uint32_t i = 0; i < 200; i++)
        mirror_take(&mirror, &(struct made_copy){.id = 1,
                                                 .type = ERSPAN_TYPE_III,
                                                 .hardware_id = i % 2 ? 9 : 4,
                                                 .egress = i % 4 == 0,
                                                 .sequence = i / 2 + (i % 2 ? 7000 : 0),
                                                 .content = i,
                                                 .lost = i == 151});
    const struct report_session *session = mirror_sum(&mirror, 0);
    g_assert_cmpint(session->state.domain, ==, DOMAIN_HARDWARE_ID);
    g_assert_cmpuint(session->sequence.lost, ==, 1);
    g_assert_cmpuint(session->counts.ingress, ==, 149);
    g_assert_cmpuint(session->counts.egress, ==, 50);
    g_assert_cmpuint(session->state.domain_row, ==, 0);
    g_assert_cmpuint(report_domain_count(mirror.report), ==, 2);
    g_assert_cmpuint(report_domain(mirror.report, 0)->hardware_id, ==, 4);
    g_assert_cmpuint(report_domain(mirror.report, 0)->sequence.lost, ==, 0);
    g_assert_cmpuint(report_domain(mirror.report, 1)->hardware_id, ==, 9);
    g_assert_cmpuint(report_domain(mirror.report, 1)->sequence.lost, ==, 1);
    mirror_end(&mirror);
}

static void test_without_sequence(void)
{
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (uint32_t i = 0; i < 5; i++)
        mirror_take(&mirror, &(struct made_copy){.id = 1, .unnumbered = true, .content = i});
    for (uint32_t i = 0; i < 5; i++) /* quirk Q3 */
        mirror_take(&mirror, &(struct made_copy){.id = 2, .content = 100 + i});
    const struct report_session *none = mirror_sum(&mirror, 0);
    g_assert_cmpuint(none->counts.without_sequence, ==, 5);
    g_assert_cmpuint(none->sequence.copies, ==, 0);
    g_assert_cmpuint(none->state.domain_row, ==, REPORT_NO_ROW);
    g_assert_false(none->state.constant_sequence);
    const struct report_session *constant = report_session(mirror.report, 1);
    g_assert_true(constant->state.constant_sequence);
    g_assert_cmpuint(constant->sequence.lost, ==, 0);
    g_assert_cmpuint(constant->sequence.duplicates, ==, 0);
    mirror_end(&mirror);
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
                                                 .timestamp = (uint32_t)(FIRST_NS / 100000) +
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
                FIRST_NS + (int64_t)(millisecond + 1) * MILLISECOND + i * 50000 - MILLISECOND;
            mirror.now_ns -= MILLISECOND; /* which mirror_take() adds */
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
    g_assert_cmpint(session->state.busy_ns, ==, 2 * MILLISECOND + REPORT_SILENCE_NS);
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

/* The list of gaps is bounded; the counts are not. */
static void test_many_gaps(void)
{
    enum { GAPS = REPORT_GAPS_DEFAULT + 500 };
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (uint32_t i = 0; i <= GAPS; i++)
        mirror_take(&mirror, &(struct made_copy){.sequence = 2 * i, .content = i});
    g_assert_cmpuint(mirror_sum(&mirror, 0)->sequence.lost, ==, GAPS);
    g_assert_cmpuint(report_gap_count(mirror.report), ==, REPORT_GAPS_DEFAULT);
    g_assert_cmpuint(report_gaps_dropped(mirror.report), ==, 500);
    g_assert_cmpuint(report_gap(mirror.report, 0)->first, ==, 1);
    mirror_end(&mirror);
}

/* Sessions with one copy make room for others; all their copies stay in the sum. */
static void test_memory(void)
{
    enum { SESSIONS = 10000, LIMIT = 1 << 20 };
    struct mirror mirror;
    mirror_begin(&mirror, &(struct analysis_policy){.domain = DOMAIN_AUTO}, LIMIT);
    for (unsigned i = 0; i < SESSIONS; i++)
        mirror_take(&mirror, &(struct made_copy){.source = (uint8_t)(i >> 8),
                                                 .id = (int16_t)(i & 0xff),
                                                 .content = i});
    mirror_sum(&mirror, 0);
    size_t fit = report_session_count(mirror.report);
    g_assert_cmpuint(fit, <, SESSIONS);
    g_assert_cmpuint(fit, >, 100);
    g_assert_cmpuint(report_given_up(mirror.report), ==, 0);
    g_assert_cmpuint(report_merged(mirror.report)->sessions, ==, SESSIONS - fit);
    g_assert_cmpuint(report_merged(mirror.report)->sum.counts.copies, ==, SESSIONS - fit);
    for (size_t i = 0; i < fit; i++)
        g_assert_cmpuint(report_session(mirror.report, i)->counts.copies, ==, 1);
    mirror_end(&mirror);
}

/* A flood of made-up sessions changes nothing for one that lives, nor for one that begins in it. */
static void test_flood(void)
{
    enum { FLOOD = 60000, LIMIT = 1 << 20, LOSE_EVERY = 100, LATE_AT = FLOOD / 2 };
    struct mirror mirror;
    mirror_begin(&mirror, &(struct analysis_policy){.domain = DOMAIN_AUTO}, LIMIT);
    uint64_t lost[2] = {0};
    uint64_t copies = 0;
    for (uint32_t i = 0; i < FLOOD; i++) {
        mirror_take(&mirror, &(struct made_copy){.source = (uint8_t)(10 + (i >> 10)),
                                                 .id = (int16_t)(i & 0x3ff),
                                                 .sequence = i * 2654435761u,
                                                 .content = i});
        copies++;
        for (unsigned real = 0; real < 2; real++) {
            bool is_lost = i % LOSE_EVERY == 50;
            if (real == 1 && i < LATE_AT)
                continue;
            lost[real] += is_lost;
            if (is_lost)
                continue;
            mirror_take(&mirror, &(struct made_copy){.source = (uint8_t)(1 + real),
                                                     .id = 7,
                                                     .sequence = i,
                                                     .content = FLOOD + 2 * i + real});
            copies++;
        }
    }
    mirror_sum(&mirror, 0);
    uint64_t in_all = report_merged(mirror.report)->sum.counts.copies;
    unsigned found = 0;
    for (size_t i = 0; i < report_session_count(mirror.report); i++) {
        const struct report_session *session = report_session(mirror.report, i);
        in_all += session->counts.copies;
        unsigned real = session->state.key.source.bytes[3] - 1u;
        if (session->state.key.id != 7 || real > 1)
            continue;
        found++;
        g_assert_cmpuint(session->sequence.lost, ==, lost[real]);
        g_assert_cmpuint(session->sequence.late, ==, 0);
    }
    g_assert_cmpuint(found, ==, 2);
    g_assert_cmpuint(in_all, ==, copies);
    g_assert_cmpuint(report_merged(mirror.report)->sessions, >, 0);
    g_assert_cmpuint(report_given_up(mirror.report), ==, 0);
    mirror_end(&mirror);
}

/* What the analysis had no room for is missing in a report that had enough. */
static void test_memory_of_the_analysis(void)
{
    enum { COPIES = 10000, LIMIT = 1 << 16, ENOUGH = 1 << 28 };
    struct mirror mirror;
    mirror_begin(&mirror, &(struct analysis_policy){.memory_limit = LIMIT}, ENOUGH);
    for (unsigned i = 0; i < COPIES; i++)
        mirror_take(&mirror, &(struct made_copy){.source = (uint8_t)(i >> 8),
                                                 .type = ERSPAN_TYPE_III,
                                                 .hardware_id = (uint8_t)i,
                                                 .content = i});
    mirror_sum(&mirror, 0);
    g_assert_cmpuint(analysis_given_up(mirror.analysis), >, 0);
    g_assert_cmpuint(report_given_up(mirror.report), ==, analysis_given_up(mirror.analysis));
    mirror_end(&mirror);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/lengths", test_lengths);
    g_test_add_func("/report/sizes", test_sizes);
    g_test_add_func("/report/overhead", test_overhead);
    g_test_add_func("/report/gaps", test_gaps);
    g_test_add_func("/report/gap-filled-much-later", test_gap_filled_much_later);
    g_test_add_func("/report/random-order", test_random_order);
    g_test_add_func("/report/filter", test_filter);
    g_test_add_func("/report/shared-counter", test_shared_counter);
    g_test_add_func("/report/late-in-other-session", test_late_in_other_session);
    g_test_add_func("/report/engines", test_engines);
    g_test_add_func("/report/without-sequence", test_without_sequence);
    g_test_add_func("/report/delays", test_delays);
    g_test_add_func("/report/segments-above-the-mss", test_segments_above_the_mss);
    g_test_add_func("/report/windows", test_windows);
    g_test_add_func("/report/icmp", test_icmp);
    g_test_add_func("/report/nesting", test_nesting);
    g_test_add_func("/report/many-gaps", test_many_gaps);
    g_test_add_func("/report/memory", test_memory);
    g_test_add_func("/report/flood", test_flood);
    g_test_add_func("/report/memory-of-the-analysis", test_memory_of_the_analysis);
    return g_test_run();
}
