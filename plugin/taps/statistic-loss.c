/* statistic-loss.c
 * -z erspan,loss: each run of missing numbers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>

#include "core/base/quantity.h"
#include "core/base/time-units.h"
#include "plugin/taps/report-tap.h"
#include "plugin/taps/report-text.h"
#include "plugin/taps/statistics.h"

/* What stands on both sides of the gap; 0 is not known. */
static void add_pair(struct text_table *table, uint64_t before, uint64_t after)
{
    if (before == 0)
        text_table_add(table, "?-%" PRIu64, after);
    else
        text_table_add(table, "%" PRIu64 "-%" PRIu64, before, after);
}

static void add_gap(struct text_table *table, const struct report_gap *gap, int64_t first_ns)
{
    text_table_add(table, "%.6f", (double)(gap->after_ns - first_ns) / NS_PER_SECOND);
    text_table_add_address(table, &gap->source);
    if (gap->kind == DOMAIN_SOURCE)
        text_table_add(table, "all");
    else
        text_table_add_session(table, gap->id);
    text_table_add(table, "%" PRIu64, gap->first);
    text_table_add(table, "%u", gap->lost);
    text_table_add(table, "%u", gap->came_late);
    text_table_add(table, "%.3f", (double)(gap->after_ns - gap->before_ns) / NS_PER_MS);
    add_pair(table, gap->frame_before, gap->frame_after);
    add_pair(table, gap->size_before, gap->size_after);
}

static void put_gaps(const struct report *report, int64_t first_ns, GString *out)
{
    static const struct text_column columns[] = {
        {"Time s", true},       {"Source", false},       {"Session", true},
        {"First number", true}, {"Missing", true},       {"Came late", true},
        {"Gap ms", true},       {"Frames around", true}, {"Bytes around", true},
    };
    struct text_table *table = text_table_new(columns, G_N_ELEMENTS(columns));
    for (size_t i = 0; i < report_gap_count(report); i++)
        add_gap(table, report_gap(report, i), first_ns);
    text_table_put(table, false, out);
    text_table_free(table);
}

/* Sessions without numbers, or with one that did not move. */
static unsigned unknown_sessions(const struct report *report)
{
    unsigned unknown = 0;
    for (size_t i = 0; i < report_session_count(report); i++)
        unknown += !report_session(report, i)->state.loss_known;
    return unknown;
}

static void print(const struct report *report, const char *filter, GString *out)
{
    report_text_title(out, "loss", filter);
    unsigned unknown = unknown_sessions(report);
    if (report_session_count(report) == 0)
        g_string_append(out, "No copies.\n");
    else if (unknown == report_session_count(report))
        g_string_append(out, "Loss cannot be known: no copy has a sequence number that follows "
                             "another.\n");
    else if (report_gap_count(report) == 0)
        g_string_append(out, "No sequence number is missing.\n");
    else
        put_gaps(report, report_first_arrival(report), out);
    if (unknown > 0 && unknown < report_session_count(report))
        g_string_append_printf(out,
                               "Loss cannot be known of %s, whose copies have no number that "
                               "follows another.\n",
                               quantity_of(unknown, "session", "sessions").text);
    uint64_t dropped = report_gaps_dropped(report);
    if (dropped > 0)
        g_string_append_printf(out, "And %" PRIu64 " more.\n", dropped);
    report_text_limits(out, report);
}

void statistic_loss_register(void)
{
    report_tap_register("erspan,loss", "ERSPAN loss", print);
}
