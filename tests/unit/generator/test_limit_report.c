/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a limit test says limits, of trials that are made up. */
#include <glib.h>

#include "generator/limit/limit-report.h"

enum { SENT = 10000 };

static const int64_t held_up_ns = NS_PER_SECOND;

static void add(struct limit_size *size, const struct limit_outcome *outcome)
{
    struct trial_record record = {.purpose = TRIAL_SEARCH, .outcome = *outcome};
    record.outcome.sent = SENT;
    record.outcome.received = SENT - (outcome->on_the_way + outcome->interface + outcome->kernel);
    g_array_append_val(size->found.trials, record);
}

/* Whether the sentence begins so, after these trials. */
static void check(const struct limit_outcome *trials, size_t count, const char *begins)
{
    struct limit_report report = {.sizes = g_array_new(FALSE, TRUE, sizeof(struct limit_size))};
    struct limit_size size = {
        .found = {.rate = 1, .trials = g_array_new(FALSE, FALSE, sizeof(struct trial_record))}};
    for (size_t i = 0; i < count; i++)
        add(&size, &trials[i]);
    g_array_append_val(report.sizes, size);
    g_autofree char *sentence = limit_report_sentence(&report);
    g_assert_true(g_str_has_prefix(sentence, begins));
    rate_search_clear(&size.found);
    g_array_free(report.sizes, TRUE);
}

/* The first trial is as fast as it goes: it overruns places that do not limit. */
static void test_what_a_flood_fills(void)
{
    const struct limit_outcome trials[] = {
        {.rate = 500000, .kernel = 9000, .backlog = 9000},
        {.rate = 50000, .kernel = 100, .ring = 100},
        {.rate = 25000},
        {.rate = 55000, .kernel = 300, .ring = 300},
    };
    check(trials, G_N_ELEMENTS(trials), "The ring between");
}

/* That trial alone lost: it tells. */
static void test_flood_alone(void)
{
    const struct limit_outcome trials[] = {
        {.rate = 500000, .kernel = 9000, .backlog = 9000},
        {.rate = 400000},
    };
    check(trials, G_N_ELEMENTS(trials), "The collector's backlog");
}

/* What a sender that was held up lost has no rate, however low. */
static void test_sender_held_up(void)
{
    const struct limit_outcome trials[] = {
        {.rate = 100, .kernel = 5000, .ring = 5000, .late_ns = held_up_ns},
        {.rate = 1000, .on_the_way = 10},
    };
    check(trials, G_N_ELEMENTS(trials), "No counter of the collector");
    check(trials, 1, "The generator was held up");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/limit-report/flood", test_what_a_flood_fills);
    g_test_add_func("/limit-report/flood-alone", test_flood_alone);
    g_test_add_func("/limit-report/held-up", test_sender_held_up);
    return g_test_run();
}
