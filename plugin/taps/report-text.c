/* report-text.c
 * Pieces that the printed statistics share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/taps/report-text.h"

#include <inttypes.h>

#include "core/base/quantity.h"
#include "core/output/words.h"
#include "core/report/loss.h"
#include "plugin/revisit/copy-analysis.h"

void report_text_title(GString *out, const char *title, const char *filter)
{
    g_string_append_printf(out, "\n== ERSPAN %s%s%s\n", title, filter != NULL ? ", filter: " : "",
                           filter != NULL ? filter : "");
}

void report_text_limits(GString *out, const struct report *report)
{
    const struct report_merged *merged = report_merged(report);
    if (merged->sessions > 0)
        g_string_append_printf(out,
                               "Memory is bounded (preference erspan.memory_limit): %s, with %s, "
                               "were evicted for busier ones and are only in the sum.\n",
                               quantity_of(merged->sessions, "session", "sessions").text,
                               quantity_of(merged->sum.counts.copies, "copy", "copies").text);
    uint64_t given_up = report_given_up(report);
    if (given_up > 0)
        g_string_append_printf(out,
                               "Memory limit reached %" PRIu64
                               " times (preference erspan.memory_limit): the figures above "
                               "are incomplete.\n",
                               given_up);
}

void report_text_others(GString *out, const struct report *report)
{
    struct report_selection selection = report_select_of(&report, 1, REPORT_SESSIONS_SHOWN);
    struct report_others others = {0};
    for (size_t i = 0; i < report_session_count(report); i++)
        if (!report_selection_take(&selection, report_session(report, i)))
            report_others_add(&others, report_session(report, i));
    report_others_add_merged(&others, report_merged(report));
    if (others.sessions > 0)
        g_string_append_printf(out,
                               "And %s with fewer bytes: %s, %s; a display filter shows them.\n",
                               quantity_of(others.sessions, "session", "sessions").text,
                               quantity_of(others.sum.counts.copies, "copy", "copies").text,
                               quantity_bytes(others.sum.counts.outer_bytes).text);
}

void text_table_add_address(struct text_table *table, const struct address *address)
{
    char text[ADDRESS_TEXT_MAX];
    /* Quirk Q20 (GRE not captured): a source may have taken the outer headers off. */
    text_table_add(table, "%s", address->len > 0 ? address_format(address, text) : "-");
}

void text_table_add_session(struct text_table *table, int64_t id)
{
    if (id == SESSION_NO_ID)
        text_table_add(table, "-");
    else
        text_table_add(table, "%" PRId64, id);
}

void text_table_add_types(struct text_table *table, const struct session_key *key, uint32_t types)
{
    char *text = words_session_types(key, types, ",");
    text_table_add_marked(table, text, TEXT_PLAIN);
    g_free(text);
}

static void add_if(bool known, struct text_table *table, uint64_t count)
{
    if (known)
        text_table_add(table, "%" PRIu64, count);
    else
        text_table_add(table, "-");
}

void text_table_add_counts(struct text_table *table, const struct sequence_counts *counts,
                           bool loss_known)
{
    double loss = loss_ratio(counts);
    add_if(loss_known, table, counts->lost);
    if (loss_known && loss >= 0)
        text_table_add(table, "%.3f", 100 * loss);
    else
        text_table_add(table, "-");
    add_if(loss_order_is_known(loss_known, counts->late), table, counts->late);
    add_if(loss_order_is_known(loss_known, counts->duplicates), table, counts->duplicates);
    add_if(loss_order_is_known(loss_known, counts->restarts), table, counts->restarts);
}

double report_text_rate(uint64_t bytes, int64_t first_ns, int64_t last_ns)
{
    return last_ns > first_ns ? 8e9 * (double)bytes / (double)(last_ns - first_ns) : -1;
}

void text_table_add_rate(struct text_table *table, double bits_per_second)
{
    if (bits_per_second < 0)
        text_table_add(table, "-");
    else
        text_table_add(table, "%s", quantity_per_second(bits_per_second, "bit").text);
}

int64_t report_first_arrival(const struct report *report)
{
    int64_t first_ns = INT64_MAX;
    for (size_t i = 0; i < report_session_count(report); i++)
        first_ns = MIN(first_ns, report_session(report, i)->extremes.first_ns);
    return first_ns;
}
