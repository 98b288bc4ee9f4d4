/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What verdicts say beside the cause, on either side of each limit. */
#include <glib.h>
#include <string.h>

#include "core/verdict/verdict.h"

#include "tests/unit/support/session-by-hand.h"

/* What is said beside the cause. */
static void test_texts(void)
{
    static const struct {
        struct report_session session;
        const char *text;
    } rows[] = {
        {{OWN, .extremes.mirrored_max = 1522, .extremes.inner_max = 1522,
          .flows = {.above_mss = 2}},
         "than the other end takes"},
        {{OWN, .extremes.mirrored_max = 1523, .extremes.inner_max = 1523,
          .flows = {.above_mss = 2}},
         "that no wire carries"},
        {{LOST_ACKS(40 * 49152 - 1)}, "or the source does not mirror such frames"},
        {{LOST_ACKS(40 * 49152)}, "are dropped: each missing copy held"},
    };
    struct report *report = report_new(1 << 20);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct report_session session = rows[i].session;
        session.flows.frames.frames[0] = session.flows.frames.copies[0];
        struct verdict verdicts[CAUSES];
        g_assert_cmpuint(verdict_find(report, &session, verdicts), ==, 1);
        g_test_message("%s", verdicts[0].summary);
        g_assert_nonnull(strstr(verdicts[0].summary, rows[i].text));
    }
    report_free(report);
}

/* Half of the copies are missing, and a part of the payload: of a quarter more, sizes are alike. */
static void test_sizes(void)
{
    static const struct {
        uint64_t captured; /* of 10,000 full-size segments */
        const char *text;
    } sizes[] = {
        {10000 * 1448 * 64 / 100, ", small ones rather than large ones:"},
        {10000 * 1448 * 62 / 100, ", regardless of frame size:"},
        {10000 * 1448 * 38 / 100, ", regardless of frame size:"},
        {10000 * 1448 * 36 / 100, ", large ones rather than small ones:"},
    };
    struct report *report = report_new(1 << 20);
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        const struct report_session session = {NUMBERS(10000, 10000, 2),
                                               .flows = {.delivered = 10000 * 1448,
                                                         .captured = sizes[i].captured,
                                                         .implied_frames = 10000}};
        struct verdict verdicts[CAUSES];
        g_assert_cmpuint(verdict_find(report, &session, verdicts), ==, 1);
        g_test_message("%s", verdicts[0].summary);
        g_assert_nonnull(strstr(verdicts[0].summary, sizes[i].text));
    }
    report_free(report);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verdict-texts/causes", test_texts);
    g_test_add_func("/verdict-texts/sizes", test_sizes);
    return g_test_run();
}
