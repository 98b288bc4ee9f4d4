/* statistic-sessions.c
 * -z erspan,sessions: what came of each session, and of each shared counter
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>

#include "core/output/words.h"
#include "plugin/taps/report-tap.h"
#include "plugin/taps/report-text.h"
#include "plugin/taps/statistics.h"

static void add_session(struct text_table *table, const struct report_session *session)
{
    const char *domain = words_domain(session->state.domain);
    if (session->sequence.copies == 0)
        domain = "none";
    else if (session->state.constant_sequence)
        domain = "constant";
    text_table_add(table, "%u", session->state.stream);
    text_table_add_address(table, &session->state.key.source);
    text_table_add_address(table, &session->state.key.destination);
    text_table_add_session(table, session->state.key.id);
    text_table_add_types(table, &session->state.key, session->state.types);
    text_table_add(table, "%" PRIu64, session->counts.copies);
    text_table_add(table, "%" PRIu64, session->counts.mirrored_bytes);
    text_table_add(table, "%s", domain);
    text_table_add_counts(table, &session->sequence, session->state.loss_known);
    text_table_add(table, "%" PRIu64, session->counts.copies_of_copies);
    text_table_add(table, "%" PRIu64, session->counts.cut);
}

static void put_sessions(const struct report *report, GString *out)
{
    static const struct text_column columns[] = {
        {"Stream", true}, {"Source", false}, {"Destination", false}, {"Session", true},
        {"Type", false},  {"Copies", true},  {"Frame bytes", true},  {"Sequence", false},
        {"Lost", true},   {"Lost %", true},  {"Late", true},         {"Dup", true},
        {"Rst", true},    {"Again", true},   {"Cut", true},
    };
    struct text_table *table = text_table_new(columns, G_N_ELEMENTS(columns));
    struct report_selection selection = report_select_of(&report, 1, REPORT_SESSIONS_SHOWN);
    for (size_t i = 0; i < report_session_count(report); i++)
        if (report_selection_take(&selection, report_session(report, i)))
            add_session(table, report_session(report, i));
    text_table_put(table, false, out);
    text_table_free(table);
    report_text_others(out, report);
}

/* Sessions under whose name several counters count. */
static void put_counters(const struct report *report, GString *out)
{
    for (size_t i = 0; i < MIN(report_session_count(report), REPORT_SESSIONS_SHOWN); i++) {
        const struct report_session *session = report_session(report, i);
        if (session->state.counters <= 1 || session->state.domain == DOMAIN_HARDWARE_ID)
            continue;
        char *counters = words_counters(session->state.counters, session->state.counters_apart);
        g_string_append_printf(out, "Stream %u: %s.\n", session->state.stream, counters);
        g_free(counters);
    }
}

/* Sessions that mirror dropped packets alone. */
static void put_drops_only(const struct report *report, GString *out)
{
    for (size_t i = 0; i < MIN(report_session_count(report), REPORT_SESSIONS_SHOWN); i++)
        if (report_session(report, i)->state.drops_only)
            g_string_append_printf(out,
                                   "Stream %u mirrors dropped packets alone (preference "
                                   "erspan.drops_only): no visibility, and no verdict on loss.\n",
                                   report_session(report, i)->state.stream);
}

static bool any_shared(const struct report *report)
{
    for (size_t i = 0; i < report_domain_count(report); i++)
        if (report_domain(report, i)->kind != DOMAIN_SESSION)
            return true;
    return false;
}

static void put_domains(const struct report *report, GString *out)
{
    static const struct text_column columns[] = {
        {"Source", false}, {"Destination", false}, {"Session", true}, {"Hw ID", true},
        {"Copies", true},  {"Lost", true},         {"Lost %", true},  {"Late", true},
        {"Dup", true},     {"Rst", true},
    };
    struct text_table *table = text_table_new(columns, G_N_ELEMENTS(columns));
    for (size_t i = 0; i < report_domain_count(report); i++) {
        const struct report_domain *domain = report_domain(report, i);
        if (domain->kind == DOMAIN_SESSION)
            continue;
        text_table_add_address(table, &domain->source);
        text_table_add_address(table, &domain->destination);
        if (domain->kind == DOMAIN_SOURCE)
            text_table_add(table, "all");
        else
            text_table_add_session(table, domain->id);
        if (domain->kind == DOMAIN_SOURCE)
            text_table_add(table, "all");
        else
            text_table_add(table, "%u", domain->hardware_id);
        text_table_add(table, "%" PRIu64, domain->sequence.copies);
        text_table_add_counts(table, &domain->sequence, domain->loss_known);
    }
    text_table_put(table, false, out);
    text_table_free(table);
}

static void print(const struct report *report, const char *filter, GString *out)
{
    report_text_title(out, "sessions", filter);
    if (report_session_count(report) == 0) {
        g_string_append(out, "No copies.\n");
        return;
    }
    put_sessions(report, out);
    put_counters(report, out);
    put_drops_only(report, out);
    if (any_shared(report)) {
        g_string_append(
            out,
            "\nSequence counters that are not the session's. What is lost of one that sessions "
            "share may be any of them's:\n");
        put_domains(report, out);
    }
    report_text_limits(out, report);
}

void statistic_sessions_register(void)
{
    report_tap_register("erspan,sessions", "ERSPAN sessions", print);
}
