/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ICMP errors prove of an MTU, and what they do not. Limits of single numbers are in
 * test_verdict_limits.c. */
#include <glib.h>

#include "core/verdict/verdict.h"

#include "tests/unit/support/mirror.h"
#include "tests/unit/support/session-by-hand.h"

/* Fewer than four missing numbers are quoted, and no TCP tells of longer frames: anyone may have
 * sent the ICMP errors. */
static void test_icmp_alone(void)
{
    static const struct {
        struct report_session session;
        bool alone;
    } rows[] = {
        {{NUMBERS(100, 9, 4), ICMP(1500, 3, 3, 1550)}, true},
        {{NUMBERS(100, 9, 4), ICMP(1500, 4, 4, 1550)}, false},
        {{NUMBERS(100, 9, 4), ICMP(0, 3, 3, 1550)}, true},
        {{OWN, .counts.copies = 100, ICMP(1500, 0, 4, 1550)}, true},
        {{FULL_SIZE(9, 1, 10, 1448, 100), ICMP(1563, 1, 1, 1564)}, false},
        {{FULL_SIZE(9, 1, 10, 1448, 100), ICMP(1564, 1, 1, 1600)}, true},
        {{FULL_SIZE(9, 1, 10, 14480, 100), ICMP(1563, 1, 1, 1564)}, true},
    };
    struct report *report = report_new(1 << 20);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct verdict verdicts[CAUSES];
        g_assert_cmpuint(verdict_find(report, &rows[i].session, verdicts), >=, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
        g_test_message("%s", verdicts[0].summary);
        g_assert_true(g_str_has_prefix(verdicts[0].summary, "ICMP says") == rows[i].alone);
    }
    report_free(report);
}

/* An ICMP error that states less than what came is made up. */
static void test_icmp_below_what_came(void)
{
    struct mirror mirror;
    mirror_begin_usual(&mirror);
    const struct made_copy made = {.type = ERSPAN_TYPE_II};
    mirror_take(&mirror, &made);
    struct report_session session = *mirror_sum(&mirror, 0);
    uint32_t came = (uint32_t)(session.extremes.inner_max + session.extremes.overhead);
    g_assert_cmpuint(came, >, 0);
    struct verdict verdicts[CAUSES] = {0};
    session.counts.icmp_too_big = 1;
    for (uint32_t mtu = came - 1; mtu <= came; mtu++) {
        session.state.icmp_mtus[0] =
            (struct report_mtu){.mtu = mtu, .missing = 1, .plausible = 1, .quoted_least = came + 1};
        g_assert_cmpuint(verdict_find(mirror.report, &session, verdicts), ==, mtu == came ? 1 : 0);
    }
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
    mirror_end(&mirror);
}

/* Errors state several MTUs: the smallest of those that most speaks for. */
static void test_icmp_of_several_mtus(void)
{
    static const struct {
        struct report_mtu mtus[2];
        size_t cliff;
    } rows[] = {
        {{{.mtu = 1500, .missing = 1}, {.mtu = 1400, .missing = 1}}, 1350},
        {{{.mtu = 1400, .missing = 1}, {.mtu = 1500, .missing = 1}}, 1350},
        {{{.mtu = 1400, .missing = 3}, {.mtu = 1500, .missing = 4}}, 1450},
        {{{.mtu = 1400, .missing = 1}, {.mtu = 0, .missing = 1}}, 1350},
        {{{.mtu = 0, .missing = 1}, {.mtu = 1400, .missing = 1}}, 1350},
    };
    struct report *report = report_new(1 << 20);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct report_session session = {NUMBERS(100, 9, 4), .counts.icmp_too_big = 2,
                                         .extremes.overhead = 50};
        for (size_t n = 0; n < 2; n++) {
            session.state.icmp_mtus[n] = rows[i].mtus[n];
            session.state.icmp_mtus[n].plausible = 4;
            session.state.icmp_mtus[n].quoted_least = 1550;
        }
        struct verdict verdicts[CAUSES];
        g_assert_cmpuint(verdict_find(report, &session, verdicts), >=, 1);
        g_assert_cmpint(verdicts[0].cause, ==, CAUSE_MTU);
        g_assert_cmpuint(verdicts[0].cliff, ==, rows[i].cliff);
    }
    report_free(report);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verdict-icmp/alone", test_icmp_alone);
    g_test_add_func("/verdict-icmp/several-mtus", test_icmp_of_several_mtus);
    g_test_add_func("/verdict-icmp/below-what-came", test_icmp_below_what_came);
    return g_test_run();
}
