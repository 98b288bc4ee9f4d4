/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report keeps when memory is short. */
#include "core/report/report.h"
#include "tests/unit/support/mirror.h"
#include "tests/unit/support/support.h"

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
    g_test_add_func("/report/memory", test_memory);
    g_test_add_func("/report/flood", test_flood);
    g_test_add_func("/report/memory-of-the-analysis", test_memory_of_the_analysis);
    return g_test_run();
}
