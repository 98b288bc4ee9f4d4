/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/analysis/analysis.h"

#include "tests/unit/support/mirror.h"
#include "tests/unit/support/support.h"

/* Unix time in 100 us, modulo 2^32 (quirk Q11), of the first copy of a mirror. */
#define FIRST_TIMESTAMP ((uint32_t)(1700000000001 * 10))

static void test_what_counts(void)
{
    static const struct {
        struct made_copy made;
        bool counts;
    } rows[] = {
        {{.id = 5}, true},
        {{.id = SESSION_NO_ID}, true},
        {{.id = 5, .unnumbered = true}, true},
        {{.id = 5, .depth = 2}, false},
        {{.id = 5, .quoted = true}, false},
        {{.id = 6, .quoted = true}, false}, /* of a session that nobody saw */
        {{.id = 7, .broken = true}, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mirror mirror;
        mirror_begin_usual(&mirror);
        mirror_take(&mirror, &(struct made_copy){.id = 5});
        struct analysis_finding finding = mirror_take(&mirror, &rows[i].made);
        g_assert_cmpint(finding.counts, ==, rows[i].counts);
        g_assert_cmpint(finding.has_sequence, ==, rows[i].counts && !rows[i].made.unnumbered);
        g_assert_false(finding.has_time);
        g_assert_cmpint(finding.time.method, ==, CLOCK_UNKNOWN);
        mirror_end(&mirror);
    }
}

/* The same number and content again is a duplicate; the same content alone a frame that was sent
 * again, or where another session shows it a copy of a copy. */
static void test_content(void)
{
    static const struct {
        struct made_copy made;
        enum sequence_kind kind;
        uint64_t copy_of;
        bool other_session;
    } rows[] = {
        {{.id = 1, .sequence = 10, .content = 70}, SEQUENCE_FIRST, 0, false},
        {{.id = 1, .sequence = 11, .content = 71}, SEQUENCE_NEXT, 0, false},
        {{.id = 1, .sequence = 11, .content = 71}, SEQUENCE_DUPLICATE, 0, false},
        {{.id = 1, .sequence = 12, .content = 71}, SEQUENCE_NEXT, 0, false},
        {{.id = 2, .sequence = 500, .content = 70}, SEQUENCE_FIRST, 1, true},
        {{.id = 2, .sequence = 501, .content = 72}, SEQUENCE_NEXT, 0, false},
    };
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct analysis_finding finding = mirror_take(&mirror, &rows[i].made);
        g_assert_true(finding.has_sequence);
        g_assert_cmpint(finding.domain.kind, ==, DOMAIN_SESSION);
        g_assert_cmpint(finding.domain.finding[DOMAIN_SESSION].kind, ==, rows[i].kind);
        g_assert_cmpuint(finding.copy_of, ==, rows[i].copy_of);
        g_assert_cmpint(finding.copy_of_other_session, ==, rows[i].other_session);
    }
    mirror_end(&mirror);
}

/* Differences between times are those of one session and one Hw ID. */
static void test_time(void)
{
    static const struct {
        struct made_copy made; /* timestamp: behind the first */
        bool has_delta;
        int64_t delta_ns;
        int64_t delay_ns; /* the copies arrive a millisecond apart */
    } rows[] = {
        {{.id = 1, .hardware_id = 3, .timestamp = 0}, false, 0, 0},
        {{.id = 1, .hardware_id = 3, .timestamp = 8}, true, 800000, 200000},
        {{.id = 2, .hardware_id = 3, .timestamp = 20}, false, 0, 0},
        {{.id = 1, .hardware_id = 3, .timestamp = 30}, true, 2200000, 0},
        {{.id = 1, .hardware_id = 4, .timestamp = 40}, false, 0, 0},
        {{.id = 1, .hardware_id = 4, .timestamp = 49}, true, 900000, 100000},
    };
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct made_copy made = rows[i].made;
        made.type = ERSPAN_TYPE_III;
        made.sequence = (uint32_t)i;
        made.content = (uint32_t)i;
        made.timestamp += FIRST_TIMESTAMP;
        struct analysis_finding finding = mirror_take(&mirror, &made);
        g_assert_true(finding.has_time);
        g_assert_cmpint(finding.time.method, ==, CLOCK_UNIX_100US);
        g_assert_cmpint(finding.has_time_delta, ==, rows[i].has_delta);
        g_assert_cmpint(finding.time_delta_ns, ==, rows[i].delta_ns);
        g_assert_cmpint(finding.delay_ns, ==, rows[i].delay_ns);
    }
    mirror_end(&mirror);
}

/* A copy visited again gets the time that it got. */
static void test_time_again(void)
{
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    const struct address source = {4, {192, 0, 2, 0}};
    int64_t first_ns = 0;
    for (uint32_t i = 0; i < 100; i++) {
        struct analysis_finding finding =
            mirror_take(&mirror, &(struct made_copy){.type = ERSPAN_TYPE_III,
                                                     .sequence = i,
                                                     .content = i,
                                                     .timestamp = FIRST_TIMESTAMP + 10 * i});
        if (i == 0)
            first_ns = finding.time.time_ns;
    }
    const struct erspan_header header = {.type = ERSPAN_TYPE_III, .timestamp = FIRST_TIMESTAMP};
    struct clock_time again =
        analysis_time_again(mirror.analysis, &source, &header, INT64_C(1700000000001000000), 1);
    g_assert_cmpint(again.method, ==, CLOCK_UNIX_100US);
    g_assert_cmpint(again.time_ns, ==, first_ns);
    mirror_end(&mirror);
}

static void test_domain(void)
{
    static const struct {
        enum sequence_domain_policy policy;
        enum sequence_domain_kind kind;
    } rows[] = {
        {DOMAIN_AUTO, DOMAIN_SESSION},
        {DOMAIN_AS_SOURCE, DOMAIN_SOURCE},
        {DOMAIN_AS_SESSION, DOMAIN_SESSION},
        {DOMAIN_AS_HARDWARE_ID, DOMAIN_HARDWARE_ID},
    };
    const struct session_key key = {
        .source = {4, {192, 0, 2, 0}}, .destination = {4, {198, 51, 100, 1}}, .id = 1};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mirror mirror;
        mirror_begin(&mirror, &(struct analysis_policy){.domain = rows[i].policy},
                     ANALYSIS_MEMORY_DEFAULT);
        g_assert_cmpint(analysis_domain(mirror.analysis, &key), ==, rows[i].kind);
        mirror_take(&mirror, &(struct made_copy){.id = 1});
        g_assert_cmpint(analysis_domain(mirror.analysis, &key), ==, rows[i].kind);
        mirror_end(&mirror);
    }
}

/* Whatever comes, memory stays at its limit, and what did not fit is counted. */
static void test_memory(void)
{
    enum { LIMIT = 1 << 18, SESSIONS = 20000, OF_A_SOURCE = 256 };
    struct mirror mirror;
    mirror_begin(&mirror, &(struct analysis_policy){.memory_limit = LIMIT}, LIMIT);
    uint64_t without = 0;
    for (unsigned i = 0; i < SESSIONS; i++) {
        struct analysis_finding finding =
            mirror_take(&mirror, &(struct made_copy){.source = (uint8_t)(i >> 8),
                                                     .id = (int16_t)(i & 0xff),
                                                     .type = ERSPAN_TYPE_III,
                                                     .timestamp = FIRST_TIMESTAMP + 10 * i,
                                                     .content = i});
        g_assert_true(finding.counts);
        /* A source that is idle gave its clock's room to this one. */
        g_assert_true(finding.has_time || i % OF_A_SOURCE < OF_A_SOURCE - 1);
        without += finding.has_sequence ? 0 : 1;
    }
    g_assert_cmpuint(without, >, 0); /* of one source that alone takes all the memory */
    g_assert_cmpuint(analysis_given_up(mirror.analysis), ==, without);
    g_assert_cmpuint(analysis_unfollowed(mirror.analysis), ==, without);
    g_assert_cmpuint(analysis_memory(mirror.analysis), <=, LIMIT);
    mirror_end(&mirror);
}

/* A copy with a number that found no session is followed by no counter; one without is none's. */
static void test_without_session(void)
{
    struct analysis *analysis = analysis_new(&(struct analysis_policy){0});
    struct analysis_finding finding;
    const struct analysis_place place = {.frame = 1, .depth = 1};
    const struct analysis_place inside = {.frame = 2, .depth = 2};
    const struct copy numbered = {.has_sequence = true, .sequence = 7};
    const struct copy unnumbered = {0};
    const struct fingerprint_frame content = {0};
    analysis_take(analysis, &place, &numbered, &content, &finding);
    g_assert_false(finding.counts);
    analysis_take(analysis, &place, &unnumbered, &content, &finding);
    analysis_take(analysis, &inside, &numbered, &content, &finding);
    g_assert_cmpuint(analysis_unfollowed(analysis), ==, 1);
    g_assert_cmpuint(analysis_given_up(analysis), ==, 0);
    analysis_free(analysis);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/analysis/what-counts", test_what_counts);
    g_test_add_func("/analysis/content", test_content);
    g_test_add_func("/analysis/time", test_time);
    g_test_add_func("/analysis/time-again", test_time_again);
    g_test_add_func("/analysis/domain", test_domain);
    g_test_add_func("/analysis/memory", test_memory);
    g_test_add_func("/analysis/without-session", test_without_session);
    return g_test_run();
}
