/* statistic-bandwidth.c
 * -z erspan,bandwidth: how much of the mirrored traffic came, and where the rest went
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>

#include "core/base/quantity.h"
#include "core/base/time-units.h"
#include "core/verdict/verdict.h"
#include "core/visibility/visibility.h"
#include "plugin/taps/report-tap.h"
#include "plugin/taps/report-text.h"
#include "plugin/taps/statistics.h"

static void add_flows(struct text_table *table, struct flow_union flows)
{
    text_table_add(table, "%" PRIu64, flows.flows);
    text_table_add(table, "%" PRIu64, flows.delivered);
    text_table_add(table, "%" PRIu64, flows.captured);
    double visibility = visibility_ratio(flows.captured, flows.delivered);
    if (visibility < 0)
        text_table_add(table, "-");
    else
        text_table_add(table, "%.2f", 100 * visibility);
}

/* What two sessions saw of one connection counts once. */
static void add_all(struct text_table *table, const struct report *report)
{
    enum { COLUMNS_OF_SESSION = 6 };
    text_table_add(table, "all");
    for (unsigned i = 0; i < COLUMNS_OF_SESSION; i++)
        text_table_add(table, "-");
    add_flows(table, report_totals_so_far(report)->flows);
}

static void add_session(struct text_table *table, const struct report_session *session)
{
    const struct flow_totals *flows = &session->flows;
    text_table_add(table, "%u", session->state.stream);
    text_table_add_address(table, &session->state.key.source);
    text_table_add_session(table, session->state.key.id);
    text_table_add(table, "%.3f",
                   (double)(session->extremes.last_ns - session->extremes.first_ns) /
                       NS_PER_SECOND);
    text_table_add_rate(table,
                        report_text_rate(session->counts.outer_bytes, session->extremes.first_ns,
                                         session->extremes.last_ns));
    text_table_add_rate(table,
                        report_text_rate(session->counts.mirrored_bytes, session->extremes.first_ns,
                                         session->extremes.last_ns));
    text_table_add_rate(table, (double)session->extremes.peak_1ms_bps);
    add_flows(table, (struct flow_union){flows->flows, flows->delivered, flows->captured});
}

static void put_sessions(const struct report *report, GString *out)
{
    static const struct text_column columns[] = {
        {"Stream", true},        {"Source", false},      {"Session", true},   {"Time s", true},
        {"Copies", true},        {"Mirrored", true},     {"Peak 1 ms", true}, {"Flows", true},
        {"TCP delivered", true}, {"of this seen", true}, {"%", true},
    };
    struct text_table *table = text_table_new(columns, G_N_ELEMENTS(columns));
    struct report_selection selection = report_select_of(&report, 1, REPORT_SESSIONS_SHOWN);
    for (size_t i = 0; i < report_session_count(report); i++)
        if (report_selection_take(&selection, report_session(report, i)))
            add_session(table, report_session(report, i));
    if (report_session_count(report) > 1)
        add_all(table, report);
    text_table_put(table, false, out);
    text_table_free(table);
    report_text_others(out, report);
}

static void put_left_out(const struct report_session *session, GString *out)
{
    if (session->counts.left_out > 0)
        g_string_append_printf(out,
                               "\nStream %u: no verdict, as the filter left out %" PRIu64
                               " of its %" PRIu64 " copies\n",
                               session->state.stream, session->counts.left_out,
                               session->counts.copies + session->counts.left_out);
}

static void put_headers(const struct report_session *session, GString *out)
{
    if (session->counts.headers_cut == 0)
        return;
    g_string_append_printf(
        out, "\nStream %u: %s before a TCP header could be read", session->state.stream,
        quantity_of(session->counts.headers_cut, "copy ends", "copies end").text);
    if (session->counts.headers_snapped > 0)
        g_string_append_printf(out, "; the snap length of the capture cut %s of them",
                               quantity_count(session->counts.headers_snapped).text);
    g_string_append_c(out, '\n');
}

static void put_verdicts(const struct report *report, const struct report_session *session,
                         GString *out)
{
    struct verdict *verdicts = g_new(struct verdict, CAUSES);
    size_t count = verdict_find(report, session, verdicts);
    if (count > 0)
        g_string_append_printf(out, "\nStream %u: where the rest went, likeliest first\n",
                               session->state.stream);
    for (size_t i = 0; i < count; i++) {
        g_string_append_printf(out, "  %zu. %s\n", i + 1, verdicts[i].summary);
        for (size_t line = 0; line < verdicts[i].evidence_count; line++)
            g_string_append_printf(out, "     - %s\n", verdicts[i].evidence[line]);
    }
    g_free(verdicts);
}

static void put_findings(const struct report *report, GString *out)
{
    struct report_selection selection = report_select_of(&report, 1, REPORT_SESSIONS_SHOWN);
    for (size_t i = 0; i < report_session_count(report); i++) {
        if (!report_selection_take(&selection, report_session(report, i)))
            continue;
        put_headers(report_session(report, i), out);
        put_left_out(report_session(report, i), out);
        put_verdicts(report, report_session(report, i), out);
    }
    report_text_limits(out, report);
}

static void print(const struct report *report, const char *filter, GString *out)
{
    report_text_title(out, "bandwidth", filter);
    if (report_session_count(report) == 0) {
        g_string_append(out, "No copies.\n");
        return;
    }
    put_sessions(report, out);
    put_findings(report, out);
}

/* A window of text, for which a table is too wide: the tables of the menu have the figures. */
static void print_verdicts(const struct report *report, const char *filter, GString *out)
{
    report_text_title(out, "verdicts", filter);
    size_t before = out->len;
    put_findings(report, out);
    if (out->len == before)
        g_string_append(out, report_session_count(report) == 0
                                 ? "No copies.\n"
                                 : "No session has a verdict: nothing is known to be missing.\n");
}

void statistic_bandwidth_register(void)
{
    report_tap_register("erspan,bandwidth", "ERSPAN bandwidth", print);
    report_window_register(ERSPAN_MENU("verdicts", "Verdicts"), print_verdicts);
}
