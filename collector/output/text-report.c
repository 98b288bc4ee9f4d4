/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/text-report.h"

#include <inttypes.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "collector/output/session-label.h"
#include "collector/output/text-absence.h"
#include "collector/output/text-losses.h"
#include "collector/output/text-paths.h"
#include "core/base/printable.h"
#include "core/base/quantity.h"
#include "core/base/time-units.h"
#include "core/output/text-table.h"
#include "core/output/words.h"
#include "core/report/loss.h"
#include "core/report/report-counts.h"
#include "core/verdict/verdict.h"

enum { BITS = 8, LINES_AROUND = 5 };

/* Of an interval: up to what is lost, for which people look. */

/* Of the copies that a counter numbers, those of a second session are more than one in so many. */
enum { SHARED_SHARE = 64 };

void text_begin(struct text_report *text, FILE *stream, size_t top, const char *filter)
{
    const char *no_color = g_getenv("NO_COLOR"); /* no-color.org */
    *text = (struct text_report){.stream = stream, .top = top, .filter = filter};
    text->terminal = isatty(fileno(stream)) && (no_color == NULL || no_color[0] == '\0');
}

static void put_rate(struct text_table *table, uint64_t count, double seconds)
{
    struct quantity rate = {"-"};
    if (seconds > 0)
        rate = quantity_prefixed((double)count / seconds);
    text_table_add_marked(table, rate.text, TEXT_PLAIN);
}

/* Most of these are 0 most of the time: they are to be seen when they are not. */
static void put_bad(struct text_table *table, uint64_t difference)
{
    int64_t count = loss_signed(difference);
    text_table_add_marked(table, quantity_signed(count).text, count > 0 ? TEXT_BAD : TEXT_FAINT);
}

static void put_bad_if(bool known, struct text_table *table, uint64_t difference)
{
    if (known)
        put_bad(table, difference);
    else
        text_table_add_marked(table, "-", TEXT_FAINT);
}

static void put_loss(struct text_table *table, const struct report_session *counts)
{
    const struct sequence_counts *sequence = &counts->sequence;
    const bool known = counts->state.loss_known;
    double loss = session_loss_ratio(counts);
    put_bad_if(known, table, sequence->lost);
    text_table_add_marked(table, quantity_percent(loss).text, loss > 0 ? TEXT_BAD : TEXT_FAINT);
    put_bad_if(loss_order_is_known(known, sequence->late), table, sequence->late);
    put_bad_if(loss_order_is_known(known, sequence->duplicates), table, sequence->duplicates);
    put_bad(table, counts->counts.cut);
}

static void put_visibility(struct text_table *table, const struct report_session *counts)
{
    double visibility = session_visibility(counts);
    const double nearly_all = 0.995;
    text_table_add_marked(table, quantity_percent(visibility).text,
                          visibility >= 0 && visibility < nearly_all ? TEXT_BAD : TEXT_PLAIN);
}

static void put_rates(struct text_table *table, const struct report_session *counts, double seconds)
{
    put_rate(table, counts->counts.copies, seconds);
    put_rate(table, counts->counts.outer_bytes * BITS, seconds);
    put_rate(table, counts->counts.inner_bytes * BITS, seconds);
}

static void put_interval_row(struct text_table *table, const char *label,
                             const struct report_session *counts, const struct snapshot *interval)
{
    bool timed = counts->state.delays > 0;
    bool peaks = interval->times_exact;
    text_table_add_marked(table, label, TEXT_PLAIN);
    put_rates(table, counts, interval->seconds);
    put_loss(table, counts);
    put_visibility(table, counts);
    text_table_add_marked(table, timed ? quantity_duration(counts->state.delay_mean_ns).text : "",
                          TEXT_PLAIN);
    text_table_add_marked(table, timed ? quantity_duration(counts->state.jitter_ns).text : "",
                          TEXT_PLAIN);
    bool unknown =
        counts->counts.copies > 0 && counts->extremes.peak_1ms_bps == 0; /* of a sum of sessions */
    text_table_add_marked(table,
                          !peaks    ? ""
                          : unknown ? "-"
                                    : quantity_prefixed((double)counts->extremes.peak_1ms_bps).text,
                          TEXT_PLAIN);
}

static void put_interval_rows(struct text_table *table, const struct snapshot *interval, size_t top)
{
    GArray *order = snapshot_busiest(interval);
    char label[SESSION_LABEL_MAX];
    for (guint i = 0; i < order->len && i < top; i++) {
        const struct report_session *session =
            snapshot_session(interval, g_array_index(order, guint, i));
        session_label_put(session, label);
        put_interval_row(table, label, session, interval);
    }
    if (order->len > top || interval->merged.sessions > 0) {
        const struct report_others others = snapshot_others(interval, order, top);
        g_snprintf(label, sizeof label, "other, %s",
                   quantity_of(others.sessions, "session", "sessions").text);
        put_interval_row(table, label, &others.sum, interval);
    }
    if (order->len != 1) {
        g_snprintf(label, sizeof label, "all, %s",
                   quantity_of(order->len + interval->merged.sessions, "session", "sessions").text);
        put_interval_row(table, label, &interval->all, interval);
    }
    g_array_free(order, TRUE);
}

/* Returns the lines. */
static size_t print_table(const struct text_table *table, const struct text_report *text)
{
    GString *out = g_string_new(NULL);
    size_t lines = text_table_put(table, text->terminal, out);
    fwrite(out->str, 1, out->len, text->stream);
    g_string_free(out, TRUE);
    return lines;
}

static struct winsize terminal_size(FILE *stream)
{
    struct winsize size = {0};
    ioctl(fileno(stream), TIOCGWINSZ, &size);
    return size;
}

void text_interval(struct text_report *text, const struct snapshot *interval,
                   const struct snapshot *now)
{
    char time[QUANTITY_TEXT_MAX];
    int digits = interval->seconds < 0.001 ? 6 : interval->seconds < 1 ? 3 : 1;
    g_snprintf(time, sizeof time, "%.*f - %.*f s", digits, now->seconds - interval->seconds, digits,
               now->seconds);
    const struct text_column columns[] = {
        {time, false},       {"copies/s", true}, {"outer bit/s", true}, {"inner bit/s", true},
        {"lost", true},      {"%", true},        {"late", true},        {"dup", true},
        {"cut", true},       {"visible", true},  {"delay", true},       {"jitter", true},
        {"peak 1 ms", true},
    };
    /* What a narrow terminal has no room for: peak, jitter, delay, ... but never the loss. */
    static const unsigned char least_first[] = {12, 11, 10, 8, 7, 6, 3, 2, 9, 1};
    struct text_table *table = text_table_new(columns, G_N_ELEMENTS(columns));
    struct winsize size = terminal_size(text->stream);
    size_t rows_that_fit = size.ws_row > LINES_AROUND ? (size_t)size.ws_row - LINES_AROUND : 0;
    put_interval_rows(table, interval, text->terminal ? MIN(text->top, rows_that_fit) : text->top);
    if (text->terminal && size.ws_col > 0)
        text_table_fit(table, size.ws_col, least_first, G_N_ELEMENTS(least_first));
    bool in_place = text->terminal && text_table_width(table) <= size.ws_col;
    if (in_place && text->lines_back > 0)
        fprintf(text->stream, "\033[%zuA\033[J", text->lines_back);
    size_t lines = print_table(table, text);
    if (!in_place)
        fputc('\n', text->stream);
    text->lines_back = in_place ? lines : 0;
    text_table_free(table);
    fflush(text->stream);
}

static void put_summary_row(struct text_table *table, const char *label,
                            const struct report_session *counts, double run_seconds)
{
    char *types = words_session_types(&counts->state.key, counts->state.types, "+");
    text_table_add_marked(table, label, TEXT_PLAIN);
    text_table_add_marked(table, types, TEXT_PLAIN);
    g_free(types);
    text_table_add_marked(table, quantity_count(counts->counts.copies).text, TEXT_PLAIN);
    put_rates(table, counts, session_seconds(counts, run_seconds));
    put_loss(table, counts);
    put_visibility(table, counts);
}

static void print_sessions(struct text_report *text, const struct snapshot *snapshot,
                           const GArray *order)
{
    static const struct text_column columns[] = {
        {"session", false},    {"type", true},        {"copies", true}, {"copies/s", true},
        {"outer bit/s", true}, {"inner bit/s", true}, {"lost", true},   {"%", true},
        {"late", true},        {"dup", true},         {"cut", true},    {"visible", true},
    };
    /* What a narrow terminal has no room for: copies/s, dup, cut, ... but never the loss. */
    static const unsigned char least_first[] = {3, 9, 10, 5, 8, 1, 4, 11, 2};
    struct text_table *table = text_table_new(columns, G_N_ELEMENTS(columns));
    char label[SESSION_LABEL_MAX];
    for (guint i = 0; i < order->len && i < text->top; i++) {
        const struct report_session *session =
            snapshot_session(snapshot, g_array_index(order, guint, i));
        session_label_put(session, label);
        put_summary_row(table, label, session, snapshot->seconds);
    }
    if (order->len > text->top || snapshot->merged.sessions > 0) {
        const struct report_others others = snapshot_others(snapshot, order, text->top);
        g_snprintf(label, sizeof label, "other, %s",
                   quantity_of(others.sessions, "session", "sessions").text);
        put_summary_row(table, label, &others.sum, snapshot->seconds);
    }
    if (order->len > 1) {
        g_snprintf(label, sizeof label, "all, %s",
                   quantity_of(order->len + snapshot->merged.sessions, "session", "sessions").text);
        put_summary_row(table, label, &snapshot->all, snapshot->seconds);
    }
    unsigned short width = terminal_size(text->stream).ws_col;
    if (text->terminal && width > 0)
        text_table_fit(table, width, least_first, G_N_ELEMENTS(least_first));
    fputc('\n', text->stream);
    print_table(table, text);
    text_table_free(table);
}

static void print_head(const struct text_report *text, const struct snapshot *snapshot,
                       const char *from, const char *how)
{
    const struct report_totals *totals = &snapshot->totals;
    const struct {
        const char *what;
        uint64_t count;
    } parts[] = {
        {"copies", snapshot->all.counts.copies},
        {"inside others", snapshot->all.counts.nested},
        {"quoted in ICMP errors", totals->icmp_errors},
        {"broken", totals->broken},
        {"of these in first fragments", totals->first_fragments},
        {"later fragments", totals->later_fragments},
        {"marker packets", totals->markers},
        {"not ERSPAN", totals->not_erspan},
    };
    g_autofree char *shown = printable_text(from, "");
    fprintf(text->stream, "%s%s%s: %s in %s: copies %s", shown, how != NULL ? ", " : "",
            how != NULL ? how : "", quantity_of(totals->frames, "packet", "packets").text,
            quantity_duration(snapshot->seconds * 1e9).text, quantity_count(parts[0].count).text);
    for (size_t i = 1; i < G_N_ELEMENTS(parts); i++)
        if (parts[i].count > 0)
            fprintf(text->stream, ", %s %s", parts[i].what, quantity_count(parts[i].count).text);
    fputc('\n', text->stream);
}

static void print_mirror(FILE *stream, const struct report_session *session)
{
    if (session->state.key.mirror == MIRROR_ERSPAN)
        return;
    fprintf(stream, "  mirror    %s, taken for one because %s\n",
            mirror_name(session->state.key.mirror),
            mirror_reason_text(session->state.mirror_reason));
    if (session->state.mirror_before > 0)
        fprintf(
            stream,
            "            %s before that was known, and %s not counted: --mirror %s counts all\n",
            quantity_of(session->state.mirror_before, "packet came", "packets came").text,
            session->state.mirror_before == 1 ? "is" : "are",
            mirror_word(session->state.key.mirror));
}

static void print_drops_only(FILE *stream, const struct report_session *session)
{
    if (session->state.drops_only)
        fputs("  drops     the session mirrors dropped packets alone, as --drops-only says: no "
              "visibility, and no verdict on loss\n",
              stream);
}

static void print_sizes(FILE *stream, const struct report_session *session)
{
    const char *comma = "";
    fputs("  sizes     ", stream);
    for (size_t i = 0; i < REPORT_SIZE_BUCKETS; i++) {
        if (session->counts.sizes[i] == 0)
            continue;
        size_t least = i > 0 ? report_size_bounds[i - 1] + 1 : 0;
        struct quantity part =
            quantity_percent((double)session->counts.sizes[i] / (double)session->counts.copies);
        if (i + 1 < REPORT_SIZE_BUCKETS)
            fprintf(stream, "%s%zu-%zu: %s", comma, least, report_size_bounds[i], part.text);
        else
            fprintf(stream, "%sfrom %zu: %s", comma, least, part.text);
        comma = ", ";
    }
    fprintf(stream, "; largest %zu bytes\n", session->extremes.mirrored_max);
}

/* A counter that all sessions of a source share shows what it did as a whole. */
static const struct sequence_counts *counts_of_counter(const struct snapshot_entry *entry)
{
    const struct report_session *session = &entry->session;
    bool shared = session->state.domain == DOMAIN_SOURCE &&
                  session->state.domain_row < report_domain_count(entry->report);
    return shared ? &report_domain(entry->report, session->state.domain_row)->sequence
                  : &session->sequence;
}

/* Whose the counter is. A few copies under other session IDs, whose bits may have flipped, do not
 * make it the counter of several sessions. */
static void print_domain(FILE *stream, const struct report_session *session,
                         const struct sequence_counts *counts)
{
    uint64_t own = session->sequence.copies;
    uint64_t others = counts->copies > own ? counts->copies - own : 0;
    if (session->state.domain == DOMAIN_SOURCE && MIN(own, others) <= counts->copies / SHARED_SHARE)
        fprintf(stream, "  sequence  one counter, which also numbers %s with other session IDs",
                quantity_of(others, "copy", "copies").text);
    else
        fprintf(stream, "  sequence  %s", words_domain_long(session->state.domain));
}

/* NULL: it is known. */
static const char *why_loss_is_unknown(const struct report_session *session)
{
    if (session->state.constant_sequence)
        return "always the same number";
    if (session->sequence.copies == 0)
        return "none";
    if (session->state.loss_known)
        return NULL;
    return session->counts.unfollowed > 0 ? "memory was short, and not all numbers were followed"
                                          : "no number that follows another";
}

static void print_sequence(FILE *stream, const struct snapshot_entry *entry)
{
    const struct report_session *session = &entry->session;
    const struct sequence_counts *counts = counts_of_counter(entry);
    const char *why = why_loss_is_unknown(session);
    if (why != NULL) {
        fprintf(stream, "  sequence  %s: loss cannot be known\n", why);
        return;
    }
    if (session->state.counters > 1 && session->state.domain != DOMAIN_HARDWARE_ID) {
        char *counters = words_counters(session->state.counters, session->state.counters_apart);
        fprintf(stream, "  sequence  %s", counters);
        g_free(counters);
    } else {
        print_domain(stream, session, counts);
    }
    if (counts->late > 0)
        fprintf(stream, "; late by up to %s",
                quantity_of(counts->extent_max, "copy", "copies").text);
    if (counts->strays > 0)
        fprintf(stream, "; %s", quantity_of(counts->strays, "stray copy", "stray copies").text);
    if (counts->restarts > 0)
        fprintf(stream, "; restarted %s", quantity_of(counts->restarts, "time", "times").text);
    fputc('\n', stream);
}

static void print_time(FILE *stream, const struct report_session *session)
{
    if (session->counts.timed == 0)
        return;
    fprintf(stream, "  time      %s, ticks of %s%s", clock_method_text(session->state.method),
            quantity_duration((double)session->state.tick_ps / 1000).text,
            session->state.granularity_contradicted ? " (not as declared)" : "");
    if (session->state.delays > 0)
        fprintf(stream, "; delay %s to %s, mean %s",
                quantity_duration((double)session->extremes.delay_min_ns).text,
                quantity_duration((double)session->extremes.delay_max_ns).text,
                quantity_duration(session->state.delay_mean_ns).text);
    fprintf(stream, "; jitter %s\n", quantity_duration(session->state.jitter_ns).text);
}

static void print_visibility(FILE *stream, const struct report_session *session)
{
    const struct flow_totals *flows = &session->flows;
    if (flows->delivered == 0)
        return;
    fprintf(stream, "  visible   %s of %s that TCP acknowledges, in %s\n",
            quantity_bytes(flows->captured).text, quantity_bytes(flows->delivered).text,
            quantity_of(flows->flows, "connection", "connections").text);
}

static void print_headers(FILE *stream, const struct report_session *session)
{
    if (session->counts.headers_cut == 0)
        return;
    fprintf(stream, "  headers   %s before a TCP header could be read",
            quantity_of(session->counts.headers_cut, "copy ends", "copies end").text);
    if (session->counts.headers_snapped > 0)
        fprintf(stream, "; the snap length of the capture cut %s of them: --snap keeps more",
                quantity_count(session->counts.headers_snapped).text);
    fputc('\n', stream);
}

static void print_verdicts(const struct text_report *text, const struct snapshot_entry *entry)
{
    struct verdict verdicts[CAUSES];
    size_t count = verdict_find(entry->report, &entry->session, verdicts);
    for (size_t i = 0; i < count; i++) {
        fprintf(text->stream, "  %s%s%s\n", text->terminal ? "\033[1m" : "", verdicts[i].summary,
                text->terminal ? "\033[0m" : "");
        for (size_t line = 0; line < verdicts[i].evidence_count; line++)
            fprintf(text->stream, "    - %s\n", verdicts[i].evidence[line]);
    }
}

static void print_details(const struct text_report *text, const struct snapshot *snapshot,
                          const struct snapshot_entry *entry)
{
    char label[SESSION_LABEL_MAX];
    if (entry->report == NULL) /* counted in the kernel: there is no more than figures */
        return;
    session_label_put(&entry->session, label);
    fprintf(text->stream, "\n%s\n", label);
    if (entry->session.counts.copies > 0) {
        print_mirror(text->stream, &entry->session);
        print_drops_only(text->stream, &entry->session);
        print_sequence(text->stream, entry);
        print_sizes(text->stream, &entry->session);
        if (snapshot->times_exact)
            fprintf(
                text->stream, "  peaks     %s in 1 ms, %s in 100 us\n",
                quantity_per_second((double)entry->session.extremes.peak_1ms_bps, "bit").text,
                quantity_per_second((double)entry->session.extremes.peak_100us_bps, "bit").text);
        print_time(text->stream, &entry->session);
        print_headers(text->stream, &entry->session);
        print_visibility(text->stream, &entry->session);
    }
    print_verdicts(text, entry);
}

static void print_merged(const struct text_report *text, const struct snapshot *snapshot)
{
    const struct report_merged *merged = &snapshot->merged;
    if (merged->sessions > 0)
        fprintf(text->stream,
                "\nMemory is bounded: %s, with %s, were evicted for busier ones and are only in "
                "the sum\n",
                quantity_of(merged->sessions, "session", "sessions").text,
                quantity_of(merged->sum.counts.copies, "copy", "copies").text);
}

static void print_given_up(const struct text_report *text, const struct snapshot *snapshot)
{
    if (snapshot->given_up > 0)
        fprintf(text->stream, "\nMemory limit reached %s: the figures above are incomplete\n",
                quantity_of(snapshot->given_up, "time", "times").text);
}

void text_summary(struct text_report *text, const struct snapshot *snapshot, const char *from,
                  const char *how)
{
    GArray *order = snapshot_busiest(snapshot);
    if (text->lines_back > 0)
        fputc('\n', text->stream);
    print_head(text, snapshot, from, how);
    if (order->len > 0)
        print_sessions(text, snapshot, order);
    for (guint i = 0; i < order->len && i < text->top; i++)
        print_details(text, snapshot, snapshot_entry(snapshot, g_array_index(order, guint, i)));
    if (order->len > text->top)
        fprintf(text->stream, "\n%s more: see --top\n",
                quantity_of(order->len - text->top, "session", "sessions").text);
    if (snapshot->all.counts.copies == 0)
        text_absence(text, snapshot);
    if (snapshot->live)
        text_losses(text, snapshot);
    if (snapshot->paths != NULL)
        text_paths(text, snapshot->paths);
    print_merged(text, snapshot);
    print_given_up(text, snapshot);
    g_array_free(order, TRUE);
    fflush(text->stream);
}
