/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/report-selection.h"

static void test_busiest(void)
{
    static const struct {
        const char *what;
        uint64_t bytes[5]; /* of the sessions in their order; 0 ends */
        size_t limit;
        const char *chosen; /* a letter for each session: y or n */
    } rows[] = {
        {.what = "all fit", .bytes = {10, 30, 20}, .limit = 3, .chosen = "yyy"},
        {.what = "room for more", .bytes = {10, 30, 20}, .limit = 1000, .chosen = "yyy"},
        {.what = "two of three", .bytes = {10, 30, 20}, .limit = 2, .chosen = "nyy"},
        {.what = "one", .bytes = {10, 30, 20, 5}, .limit = 1, .chosen = "nynn"},
        {.what = "none", .bytes = {10, 30}, .limit = 0, .chosen = "nn"},
        {.what = "equal ones: the first", .bytes = {7, 7, 7, 7}, .limit = 2, .chosen = "yynn"},
        {.what = "equal at the end", .bytes = {7, 9, 7, 8, 7}, .limit = 3, .chosen = "yynyn"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].what);
        GArray *bytes = g_array_new(FALSE, FALSE, sizeof(uint64_t));
        for (size_t n = 0; rows[i].chosen[n] != '\0'; n++)
            g_array_append_val(bytes, rows[i].bytes[n]);
        struct report_selection selection = report_select(bytes, rows[i].limit);
        for (size_t n = 0; rows[i].chosen[n] != '\0'; n++) {
            const struct report_session session = {.counts.outer_bytes = rows[i].bytes[n]};
            g_assert_true(report_selection_take(&selection, &session) ==
                          (rows[i].chosen[n] == 'y'));
        }
        g_array_free(bytes, TRUE);
    }
}

/* Loss is the sum over those of which it is known. */
static void test_others(void)
{
    const struct report_session known = {.counts.copies = 8,
                                         .counts.outer_bytes = 800,
                                         .sequence = {.copies = 8, .lost = 2},
                                         .state.loss_known = true};
    const struct report_session unknown = {.counts.copies = 5, .counts.outer_bytes = 500};
    struct report_others others = {0};
    report_others_add(&others, &unknown);
    g_assert_false(others.sum.state.loss_known);
    report_others_add(&others, &known);
    g_assert_cmpuint(others.sessions, ==, 2);
    g_assert_cmpuint(others.sum.counts.copies, ==, 13);
    g_assert_cmpuint(others.sum.counts.outer_bytes, ==, 1300);
    g_assert_true(others.sum.state.loss_known);
    g_assert_cmpuint(others.sum.sequence.lost, ==, 2);
    g_assert_cmpuint(others.sum.sequence.copies, ==, 8);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report-selection/busiest", test_busiest);
    g_test_add_func("/report-selection/others", test_others);
    return g_test_run();
}
