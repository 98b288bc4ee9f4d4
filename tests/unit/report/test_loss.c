/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expected values are counted by hand, from what each kind of number means. */
#include "core/report/loss.h"

#include <glib.h>

#include "core/report/report-counts.h"
#include "tests/unit/support/mirror.h"

#define NEGATIVE(COUNT) ((uint64_t) - (int64_t)(COUNT))

static void test_ratio(void)
{
    static const struct {
        const char *what;
        struct sequence_counts counts;
        uint64_t expected;
        double ratio;
    } rows[] = {
        {.what = "no number", .ratio = LOSS_UNKNOWN},
        {.what = "one copy", .counts = {.copies = 1}, .expected = 1},
        {.what = "in order", .counts = {.copies = 10}, .expected = 10},
        {.what = "2 of 10", .counts = {.copies = 8, .lost = 2}, .expected = 10, .ratio = 0.2},
        {.what = "late ones came",
         .counts = {.copies = 8, .lost = 2, .late = 3},
         .expected = 10,
         .ratio = 0.2},
        {.what = "a duplicate brings no number",
         .counts = {.copies = 9, .lost = 2, .duplicates = 1},
         .expected = 10,
         .ratio = 0.2},
        {.what = "26 of 28, and 3 strays",
         .counts = {.copies = 29, .lost = 2, .strays = 3},
         .expected = 28,
         .ratio = 2.0 / 28},
        {.what = "constant",
         .counts = {.copies = 5, .constants = 4},
         .expected = 5,
         .ratio = LOSS_UNKNOWN},
        {.what = "constant for a while, then 1 of 10",
         .counts = {.copies = 9, .lost = 1, .constants = 4},
         .expected = 10,
         .ratio = 0.1},
        {.what = "nothing but strays", .counts = {.copies = 3, .strays = 3}},
        /* Differences between two looks. */
        {.what = "nothing came in this interval", .ratio = LOSS_UNKNOWN},
        {.what = "4 that were lost came late",
         .counts = {.copies = 10, .lost = NEGATIVE(4), .late = 4},
         .expected = 6},
        {.what = "all that came are duplicates of before, 2 lost",
         .counts = {.copies = 5, .lost = 2, .duplicates = 5},
         .expected = 2,
         .ratio = 1},
        {.what = "more came late than copies in order",
         .counts = {.copies = 1, .lost = NEGATIVE(4)},
         .expected = 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].what);
        g_assert_cmpuint(expected_numbers(&rows[i].counts), ==, rows[i].expected);
        g_assert_cmpfloat_with_epsilon(loss_ratio(&rows[i].counts), rows[i].ratio, 1e-12);
    }
}

/* Each row is a mirror of a few copies; loss can be known or not. */
static void test_known(void)
{
    static const struct {
        const char *what;
        struct made_copy copies[4];
        size_t count;
        bool known;
    } rows[] = {
        {"Type I", {{.id = SESSION_NO_ID}, {.id = SESSION_NO_ID, .content = 1}}, 2, false},
        {"Type II without numbers",
         {{.unnumbered = true}, {.unnumbered = true, .content = 1}},
         2,
         false},
        {"always number 7",
         {{.sequence = 7, .content = 1}, {.sequence = 7, .content = 2}, {.sequence = 7}},
         3,
         false},
        {"one copy", {{.sequence = 7}}, 1, false},
        {"one copy, sent twice", {{.sequence = 7}, {.sequence = 7}}, 2, false},
        {"a constant number, and a foreign copy",
         {{.sequence = 7},
          {.sequence = 7, .content = 1},
          {.sequence = 7, .content = 2},
          {.sequence = 900000, .content = 3}},
         4,
         false},
        {"one copy of each of two sources",
         {{.sequence = 7}, {.source = 1, .sequence = 8, .content = 1}},
         2,
         false},
        {"numbers that move", {{.sequence = 7, .content = 1}, {.sequence = 8}}, 2, true},
        {"some with a number, some without",
         {{.sequence = 7}, {.unnumbered = true, .content = 1}, {.sequence = 8, .content = 2}},
         3,
         true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct mirror mirror;
        mirror_begin_usual(&mirror);
        for (size_t n = 0; n < rows[i].count; n++)
            mirror_take(&mirror, &rows[i].copies[n]);
        g_test_message("%s", rows[i].what);
        const struct report_session *session = mirror_sum(&mirror, 0);
        g_assert_true(session->state.loss_known == rows[i].known);
        g_assert_true((session_loss_ratio(session) >= 0) == rows[i].known);
        if (report_domain_count(mirror.report) > 0)
            g_assert_true(report_domain(mirror.report, 0)->loss_known == rows[i].known);
        g_assert_true(report_totals_so_far(mirror.report)->loss_known == rows[i].known);
        mirror_end(&mirror);
    }
}

/* Two sessions number their copies together. What one reveals as missing, the other brings; but
 * for 9, which is lost. */
static void test_shared(void)
{
    struct mirror mirror;
    mirror_begin(&mirror, &(struct analysis_policy){.domain = DOMAIN_AS_SOURCE}, 1 << 20);
    static const struct made_copy copies[] = {
        {.id = 1, .sequence = 1, .content = 1},  {.id = 1, .sequence = 4, .content = 4},
        {.id = 2, .sequence = 2, .content = 2},  {.id = 2, .sequence = 3, .content = 3},
        {.id = 2, .sequence = 5, .content = 5},  {.id = 1, .sequence = 6, .content = 6},
        {.id = 1, .sequence = 8, .content = 8},  {.id = 2, .sequence = 7, .content = 7},
        {.id = 2, .sequence = 10, .content = 10}};
    for (size_t i = 0; i < G_N_ELEMENTS(copies); i++)
        mirror_take(&mirror, &copies[i]);
    mirror_sum(&mirror, 0);
    uint64_t lost = 0;
    for (size_t i = 0; i < report_session_count(mirror.report); i++)
        lost += report_session(mirror.report, i)->sequence.lost;
    g_assert_cmpuint(report_session_count(mirror.report), ==, 2);
    g_assert_cmpuint(report_totals_so_far(mirror.report)->lost, ==, 1);
    g_assert_cmpuint(lost, ==, 1);
    mirror_end(&mirror);
}

/* Some of the copies never reached their counter: what is missing there may have come. */
static void test_unfollowed(void)
{
    static const struct sequence_counts counts = {.copies = 10, .lost = 5};
    g_assert_true(loss_is_known(&counts, 0));
    g_assert_false(loss_is_known(&counts, 1));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/loss/ratio", test_ratio);
    g_test_add_func("/loss/known", test_known);
    g_test_add_func("/loss/shared", test_shared);
    g_test_add_func("/loss/unfollowed", test_unfollowed);
    return g_test_run();
}
