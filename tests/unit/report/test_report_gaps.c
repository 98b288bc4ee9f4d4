/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loss in a report: gaps, and counters that sessions share. */
#include "core/report/report.h"
#include "tests/unit/support/mirror.h"
#include "tests/unit/support/support.h"

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
    g_assert_cmpuint(session->counts.gaps, ==, 2);
    g_assert_cmpuint(session->counts.revealed, ==, 5);
    g_assert_cmpuint(session->extremes.gap_max, ==, 3);
    g_assert_cmpuint(report_totals_so_far(mirror.report)->lost, ==, 4);

    g_assert_cmpuint(report_gap_count(mirror.report), ==, 2);
    const struct report_gap *first = report_gap(mirror.report, 0);
    g_assert_cmpuint(first->first, ==, 12);
    g_assert_cmpuint(first->lost, ==, 2);
    g_assert_cmpuint(first->came_late, ==, 0);
    g_assert_cmpuint(first->frame_before, ==, 2);
    g_assert_cmpuint(first->frame_after, ==, 3);
    g_assert_cmpint(first->before_ns, ==, MIRROR_FIRST_NS + NS_PER_MS);
    g_assert_cmpint(first->after_ns, ==, MIRROR_FIRST_NS + 2 * NS_PER_MS);
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
        struct session_key key = {.source = {4, {1}}, .destination = {4, {2}}, .id = made.id};
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

/* What one session revealed as missing another brings late: it is nobody's loss. Of 6, 8 and 9 the
 * first two come in the other session, and 9 is what is lost. */
static void test_late_in_other_session(void)
{
    struct mirror mirror;
    mirror_begin(&mirror, &(struct analysis_policy){.domain = DOMAIN_AS_SOURCE},
                 ANALYSIS_MEMORY_DEFAULT);
    static const struct made_copy copies[] = {
        {.id = 1, .sequence = 5, .content = 1}, {.id = 1, .sequence = 7, .content = 2},
        {.id = 2, .sequence = 6, .content = 3}, {.id = 1, .sequence = 10, .content = 4},
        {.id = 2, .sequence = 8, .content = 5},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(copies); i++)
        mirror_take(&mirror, &copies[i]);
    g_assert_cmpuint(mirror_sum(&mirror, 0)->sequence.lost, ==, 1);
    g_assert_cmpuint(report_session(mirror.report, 1)->sequence.lost, ==, 0);
    g_assert_cmpuint(report_session(mirror.report, 1)->sequence.late, ==, 2);
    g_assert_cmpuint(report_domain(mirror.report, 0)->sequence.lost, ==, 1);
    g_assert_cmpuint(report_gap(mirror.report, 0)->came_late, ==, 1);
    g_assert_cmpuint(report_gap(mirror.report, 1)->came_late, ==, 1);
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

/* Two sessions share a counter, and the number of a third does not move (quirk Q3), wherever among
 * the others' it is. */
static void test_constant_beside_a_shared_counter(void)
{
    enum { COPIES = 1500, START = 32821139, LOST = 700 };
    static const int32_t places[] = {0, 1, 3, 40, 500, 900, 5000, 100000, -1, -2000, -70000};
    for (size_t place = 0; place < G_N_ELEMENTS(places); place++)
        for (int32_t first = 0; first < 30; first += 5) {
            struct mirror mirror;
            uint32_t next = START;
            GRand *draw = g_rand_new_with_seed((guint32)(place * 100 + (size_t)first));
            g_test_message("at %d, after %d copies", places[place], first);
            mirror_begin_usual(&mirror);
            for (int32_t i = 0; i < COPIES; i++) {
                bool still = i >= first && (i < 2 * first || g_rand_int_range(draw, 0, 3) == 0);
                /* A first copy just beside the others' number may be theirs. */
                if (ABS(places[place]) < 8 && places[place] != 0 && i < 2)
                    still = false;
                struct made_copy made = {.id = 3, .content = (uint32_t)i};
                made.sequence = (uint32_t)(START + places[place]);
                if (!still) {
                    made.id = (int16_t)g_rand_int_range(draw, 1, 3);
                    made.lost = next - START == LOST;
                    made.sequence = next++;
                }
                mirror_take(&mirror, &made);
            }
            mirror_sum(&mirror, 0);
            g_assert_cmpuint(report_session_count(mirror.report), ==, 3);
            for (size_t i = 0; i < 3; i++) {
                const struct report_session *session = report_session(mirror.report, i);
                bool still = session->state.key.id == 3;
                g_assert_cmpint(session->state.constant_sequence, ==, still);
                g_assert_cmpint(session->state.domain, ==, still ? DOMAIN_SESSION : DOMAIN_SOURCE);
                if (still)
                    continue;
                const struct sequence_counts *counts =
                    &report_domain(mirror.report, session->state.domain_row)->sequence;
                g_assert_cmpuint(counts->lost, ==, 1);
                g_assert_cmpuint(counts->strays, ==, 0);
                g_assert_cmpuint(counts->duplicates, ==, 0);
                g_assert_cmpuint(counts->restarts, ==, 0);
            }
            mirror_end(&mirror);
            g_rand_free(draw);
        }
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/gaps", test_gaps);
    g_test_add_func("/report/gap-filled-much-later", test_gap_filled_much_later);
    g_test_add_func("/report/random-order", test_random_order);
    g_test_add_func("/report/filter", test_filter);
    g_test_add_func("/report/shared-counter", test_shared_counter);
    g_test_add_func("/report/late-in-other-session", test_late_in_other_session);
    g_test_add_func("/report/engines", test_engines);
    g_test_add_func("/report/without-sequence", test_without_sequence);
    g_test_add_func("/report/constant-beside-a-shared-counter",
                    test_constant_beside_a_shared_counter);
    g_test_add_func("/report/many-gaps", test_many_gaps);
    return g_test_run();
}
