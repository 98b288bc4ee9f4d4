/* statistic-tables.c
 * The sessions, their bandwidth and what is missing, as tables of the Statistics menu
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/base/time-units.h"
#include "core/output/path-words.h"
#include "core/output/words.h"
#include "core/report/loss.h"
#include "core/report/report-counts.h"
#include "core/verdict/verdict.h"
#include "plugin/revisit/copy-analysis.h"
#include "plugin/taps/report-table.h"
#include "plugin/taps/report-text.h"
#include "plugin/taps/statistics.h"

#define COUNT(title)                                                                               \
    {                                                                                              \
        TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, title, "%10u"                                            \
    }
#define NUMBER(title)                                                                              \
    {                                                                                              \
        TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, title, "%14.6f"                                         \
    }
#define TEXT(title, format)                                                                        \
    {                                                                                              \
        TABLE_ITEM_STRING, TAP_ALIGN_LEFT, title, format                                           \
    }
/* A text, for "-" where the number is not known. */
#define KNOWN(title)                                                                               \
    {                                                                                              \
        TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, title, "%10s"                                          \
    }

static void add_address(struct report_table *table, const struct address *address)
{
    char text[ADDRESS_TEXT_MAX];
    report_table_add_text(table, address->len > 0 ? address_format(address, text) : "-");
}

static void add_id(struct report_table *table, int64_t id)
{
    report_table_add_known(table, id != SESSION_NO_ID, "%" PRId64, id);
}

static void add_share(struct report_table *table, bool known, double ratio)
{
    report_table_add_known(table, known && ratio >= 0, "%.3f", 100 * ratio);
}

static void add_visibility(struct report_table *table, const struct report_session *session)
{
    double visibility = session_visibility(session);
    add_share(table, visibility >= 0, visibility);
}

static void add_order(struct report_table *table, bool loss_known, uint64_t count)
{
    report_table_add_known(table, loss_order_is_known(loss_known, count), "%" PRIu64, count);
}

static void add_session(struct report_table *table, const struct report_session *session)
{
    const struct session_state *state = &session->state;
    report_table_add_count(table, state->stream);
    add_address(table, &state->key.source);
    add_address(table, &state->key.destination);
    add_id(table, state->key.id);
    char *types = words_session_types(&state->key, state->types, "+");
    report_table_add_text(table, types);
    g_free(types);
    report_table_add_count(table, session->counts.copies);
    report_table_add_known(table, true, "%" PRIu64, session->counts.mirrored_bytes);
    report_table_add_known(table, state->loss_known, "%" PRIu64, session->sequence.lost);
    add_share(table, state->loss_known, session_loss_ratio(session));
    add_visibility(table, session);
    add_order(table, state->loss_known, session->sequence.late);
    add_order(table, state->loss_known, session->sequence.duplicates);
    report_table_add_count(table, session->counts.copies_of_copies);
    report_table_add_count(table, session->counts.cut);
}

/* The likeliest cause. */
static void add_verdict(struct report_table *table, const struct report *report,
                        const struct report_session *session)
{
    struct verdict *verdicts = g_new(struct verdict, CAUSES);
    size_t count = verdict_find(report, session, verdicts);
    report_table_add_text(table, count > 0 ? verdicts[0].summary : "-");
    g_free(verdicts);
}

/* "Session 86 of 192.0.2.1: 2. the summary". The number keeps several causes in order. */
static void add_verdict_line(struct report_table *table, const struct session_key *key,
                             size_t number, const struct verdict *verdict)
{
    char source[ADDRESS_TEXT_MAX];
    GString *line = g_string_new("Session ");
    if (key->id != SESSION_NO_ID)
        g_string_append_printf(line, "%" PRId64 " ", key->id);
    if (key->source.len > 0)
        g_string_append_printf(line, "of %s", address_format(&key->source, source));
    g_string_append(line, ": ");
    if (number > 0)
        g_string_append_printf(line, "%zu. ", number);
    g_string_append(line, verdict->summary);
    report_table_add_line(table, line->str);
    g_string_free(line, TRUE);
}

/* Above the rows: all causes, likeliest first, of as many sessions as there is room for. */
static void add_verdict_lines(struct report_table *table, const struct report *report)
{
    enum { LINES_MAX = 8 };
    struct verdict *verdicts = g_new(struct verdict, CAUSES);
    size_t found = 0;
    for (size_t i = 0; i < report_session_count(report); i++) {
        const struct report_session *session = report_session(report, i);
        size_t count = verdict_find(report, session, verdicts);
        for (size_t cause = 0; cause < count; cause++, found++)
            if (found < LINES_MAX)
                add_verdict_line(table, &session->state.key, count > 1 ? cause + 1 : 0,
                                 &verdicts[cause]);
    }
    g_free(verdicts);
    if (found > LINES_MAX) {
        char *line =
            g_strdup_printf("Statistics, ERSPAN verdicts has %zu more verdicts", found - LINES_MAX);
        report_table_add_line(table, line);
        g_free(line);
    }
}

static void add_sessions(struct report_table *table, const struct report *report)
{
    add_verdict_lines(table, report);
    for (size_t i = 0; i < report_session_count(report); i++)
        add_session(table, report_session(report, i));
}

/* Megabytes or megabits: Wireshark shows a number of its own with six digits behind the point. An
 * amount below 0 is not known. */
static void add_millions(struct report_table *table, double amount)
{
    report_table_add_known(table, amount >= 0, "%.3f", amount / 1e6);
}

static void add_rates(struct report_table *table, const struct report *report,
                      const struct report_session *session)
{
    int64_t first_ns = session->extremes.first_ns;
    int64_t last_ns = session->extremes.last_ns;
    report_table_add_count(table, session->state.stream);
    add_address(table, &session->state.key.source);
    add_id(table, session->state.key.id);
    report_table_add_number(table, (double)(last_ns - first_ns) / NS_PER_SECOND);
    add_millions(table, report_text_rate(session->counts.outer_bytes, first_ns, last_ns));
    add_millions(table, report_text_rate(session->counts.mirrored_bytes, first_ns, last_ns));
    add_millions(table, (double)session->extremes.peak_1ms_bps);
    report_table_add_count(table, session->flows.flows);
    add_millions(table, (double)session->flows.delivered);
    add_millions(table, (double)session->flows.captured);
    add_visibility(table, session);
    add_verdict(table, report, session);
}

static void add_bandwidth(struct report_table *table, const struct report *report)
{
    add_verdict_lines(table, report);
    for (size_t i = 0; i < report_session_count(report); i++)
        add_rates(table, report, report_session(report, i));
}

static void add_gap(struct report_table *table, const struct report_gap *gap, int64_t first_ns)
{
    report_table_add_count(table, gap->frame_after);
    report_table_add_number(table, (double)(gap->after_ns - first_ns) / NS_PER_SECOND);
    add_address(table, &gap->source);
    if (gap->kind == DOMAIN_SOURCE)
        report_table_add_text(table, "       all");
    else
        add_id(table, gap->id);
    report_table_add_count(table, gap->first);
    report_table_add_count(table, gap->lost);
    report_table_add_count(table, gap->came_late);
    bool known = gap->frame_before != 0;
    /* A filter may have left out the copy before the gap: then its time is not known. */
    report_table_add_known(table, known && gap->size_before > 0, "%.3f",
                           (double)(gap->after_ns - gap->before_ns) / NS_PER_MS);
    report_table_add_known(table, known, "%" PRIu64, gap->frame_before);
    report_table_add_known(table, known && gap->size_before > 0, "%zu", gap->size_before);
    report_table_add_known(table, gap->size_after > 0, "%zu", gap->size_after);
}

static void add_gaps(struct report_table *table, const struct report *report)
{
    add_verdict_lines(table, report);
    int64_t first_ns = report_first_arrival(report);
    for (size_t i = 0; i < report_gap_count(report); i++)
        add_gap(table, report_gap(report, i), first_ns);
}

static void add_point(struct report_table *table, const struct path_report *paths, unsigned point)
{
    char *name = path_words_point(path_report_point(paths, point));
    report_table_add_text(table, name);
    g_free(name);
}

static void add_pair(struct report_table *table, const struct path_report *paths,
                     const struct path_pair_row *pair)
{
    const struct path_delay_row *delay = &pair->delay;
    const int64_t delays_ns[] = {delay->p50_ns, delay->p99_ns, delay->max_ns};
    double loss = path_report_loss(pair);
    add_point(table, paths, pair->from);
    add_point(table, paths, pair->to);
    report_table_add_known(table, true, "%" PRIu64, pair->both);
    report_table_add_known(table, pair->loss_known, "%" PRIu64, pair->lost);
    add_share(table, loss >= 0, loss);
    report_table_add_known(table, true, "%" PRIu64, pair->unknown);
    report_table_add_known(table, true, "%" PRIu64, pair->only_to);
    report_table_add_known(table, pair->has_hops, "%d", pair->hops);
    for (size_t i = 0; i < G_N_ELEMENTS(delays_ns); i++)
        report_table_add_known(table, delay->frames > 0, "%.3f", (double)delays_ns[i] / NS_PER_US);
    report_table_add_known(table, delay->has_uncertainty, "%.3f",
                           (double)delay->uncertainty_ns / NS_PER_US);
    report_table_add_text(table, delay->frames > 0 ? path_words_clock(delay->basis) : "-");
}

/* Of all copies, whatever the filter of the table. */
static void add_pairs(struct report_table *table, const struct report *report _U_)
{
    struct path_table *ended = path_table_ended(copy_analysis_paths());
    struct path_report *paths = path_report_new(ended);
    for (guint i = 0; paths != NULL && i < paths->pairs->len; i++)
        add_pair(table, paths, path_report_pair(paths, i));
    path_report_release(paths);
    path_table_free(ended);
}

void statistic_tables_register(void)
{
    static stat_tap_table_item sessions[] = {
        COUNT("Stream"),
        TEXT("Source", "%-15s"),
        TEXT("Destination", "%-15s"),
        KNOWN("Session"),
        TEXT("Type", "%-5s"),
        COUNT("Copies"),
        KNOWN("Frame bytes"),
        KNOWN("Lost"),
        KNOWN("Lost %"),
        KNOWN("Visible %"),
        KNOWN("Late"),
        KNOWN("Duplicates"),
        COUNT("Copies again"),
        COUNT("Cut"),
    };
    static stat_tap_table_item bandwidth[] = {
        COUNT("Stream"),
        TEXT("Source", "%-15s"),
        KNOWN("Session"),
        NUMBER("Seconds"),
        KNOWN("Copies, Mbit/s"),
        KNOWN("Mirrored, Mbit/s"),
        KNOWN("Peak 1 ms, Mbit/s"),
        COUNT("TCP flows"),
        KNOWN("TCP delivered, MB"),
        KNOWN("of this seen, MB"),
        KNOWN("Visible %"),
        TEXT("Where the rest went", "%s"),
    };
    static stat_tap_table_item loss[] = {
        COUNT("Frame"),        NUMBER("Time s"),      TEXT("Source", "%-15s"), KNOWN("Session"),
        COUNT("First number"), COUNT("Missing"),      COUNT("Came late"),      KNOWN("Gap ms"),
        KNOWN("Frame before"), KNOWN("Bytes before"), KNOWN("Bytes after"),
    };
    static stat_tap_table_item pairs[] = {
        TEXT("From", "%-20s"), TEXT("To", "%-20s"), KNOWN("Both"),    KNOWN("Lost"),
        KNOWN("Loss %"),       KNOWN("Unknown"),    KNOWN("Only to"), KNOWN("Hops"),
        KNOWN("50 %, us"),     KNOWN("99 %, us"),   KNOWN("Max, us"), KNOWN("Within, us"),
        TEXT("Clock", "%-7s"),
    };
    report_table_register("erspan,table", ERSPAN_MENU("sessions", "Sessions"), "Table of sessions",
                          sessions, G_N_ELEMENTS(sessions), add_sessions);
    report_table_register("erspan,rates", ERSPAN_MENU("bandwidth", "Bandwidth"),
                          "Table of sessions", bandwidth, G_N_ELEMENTS(bandwidth), add_bandwidth);
    report_table_register("erspan,gaps", ERSPAN_MENU("loss", "Loss"), "Table of gaps", loss,
                          G_N_ELEMENTS(loss), add_gaps);
    report_table_register("erspan,pairs", ERSPAN_MENU("paths", "Paths"), "Table of paths", pairs,
                          G_N_ELEMENTS(pairs), add_pairs);
}
