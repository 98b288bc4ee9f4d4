/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/output/path-text.h"

#include "core/base/quantity.h"
#include "core/output/path-words.h"
#include "core/output/text-table.h"

static const struct text_column columns[] = {
    {"From", false},   {"To", false},     {"Both", true}, {"Lost", true},   {"Loss", true},
    {"Unknown", true}, {"Only to", true}, {"Hops", true}, {"50 %", true},   {"90 %", true},
    {"99 %", true},    {"99.9 %", true},  {"Max", true},  {"Within", true}, {"Clock", false},
};

static void put_count(struct text_table *table, uint64_t count, bool bad)
{
    text_table_add_marked(table, quantity_count(count).text,
                          count == 0 ? TEXT_FAINT
                          : bad      ? TEXT_BAD
                                     : TEXT_PLAIN);
}

static void put_loss(struct text_table *table, const struct path_pair_row *pair)
{
    if (pair->loss_known)
        put_count(table, pair->lost, true);
    else
        text_table_add_marked(table, "-", TEXT_FAINT);
    text_table_add_marked(table, quantity_percent(path_report_loss(pair)).text,
                          pair->lost > 0 ? TEXT_BAD : TEXT_FAINT);
    put_count(table, pair->unknown, false);
    put_count(table, pair->only_to, false);
}

static void put_delay(struct text_table *table, const struct path_delay_row *delay)
{
    const int64_t figures_ns[] = {delay->p50_ns, delay->p90_ns, delay->p99_ns, delay->p99_9_ns,
                                  delay->max_ns};
    for (size_t i = 0; i < G_N_ELEMENTS(figures_ns); i++)
        text_table_add_marked(
            table, delay->frames > 0 ? quantity_duration((double)figures_ns[i]).text : "-",
            TEXT_PLAIN);
    text_table_add_marked(
        table, delay->has_uncertainty ? quantity_duration((double)delay->uncertainty_ns).text : "-",
        TEXT_PLAIN);
    text_table_add_marked(table, delay->frames > 0 ? path_words_clock(delay->basis) : "-",
                          TEXT_PLAIN);
}

static void put_row(struct text_table *table, const struct path_report *report,
                    const struct path_pair_row *pair)
{
    g_autofree char *from = path_words_point(path_report_point(report, pair->from));
    g_autofree char *to = path_words_point(path_report_point(report, pair->to));
    text_table_add_marked(table, from, TEXT_PLAIN);
    text_table_add_marked(table, to, TEXT_PLAIN);
    put_count(table, pair->both, false);
    put_loss(table, pair);
    if (pair->has_hops)
        text_table_add(table, "%d", pair->hops);
    else
        text_table_add_marked(table, "-", TEXT_FAINT);
    put_delay(table, &pair->delay);
}

static void put_footnote(const struct path_report *report, guint shown, GString *out)
{
    for (guint i = 0; i < shown; i++) {
        if (path_report_pair(report, i)->lost == 0)
            continue;
        g_string_append(
            out,
            "  Lost: the second point did not show the frame, and none of its sequence numbers is "
            "missing there.\n  A mirror that drops copies before it numbers them looks the same, "
            "unless it drops all above a length.\n");
        return;
    }
}

/* Who sees whom. */
static void put_ways(const struct path_report *report, guint limit, bool colour, GString *out)
{
    static const struct text_column way_columns[] = {
        {"Frames", true}, {"Order by", false}, {"Way", false}};
    guint shown = MIN(report->ways->len, limit);
    uint64_t others = report->frames_of_other_ways;
    if (report->ways->len == 0)
        return;
    g_string_append(out, "\nWho sees whom: the points in the order in which frames pass them\n");
    struct text_table *table = text_table_new(way_columns, G_N_ELEMENTS(way_columns));
    for (guint i = 0; i < shown; i++) {
        const struct path_way *way = path_report_way(report, i);
        g_autofree char *points = path_words_way(report, way);
        text_table_add(table, "%s", quantity_count(way->frames).text);
        text_table_add(table, "%s", path_words_order(way->order));
        text_table_add(table, "%s", points);
    }
    text_table_put(table, colour, out);
    text_table_free(table);
    for (guint i = shown; i < report->ways->len; i++)
        others += path_report_way(report, i)->frames;
    if (others > 0)
        g_string_append_printf(out, "  And %s on other ways.\n",
                               quantity_of(others, "frame", "frames").text);
}

void path_text_put(const struct path_report *report, size_t limit, bool colour, GString *out)
{
    guint shown = (guint)MIN(report->pairs->len, limit);
    if (report->pairs->len == 0) {
        g_string_append(out, "Paths: no frame was mirrored at two points\n");
        return;
    }
    g_string_append(out, "Paths\n");
    struct text_table *table = text_table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < shown; i++)
        put_row(table, report, path_report_pair(report, i));
    text_table_put(table, colour, out);
    text_table_free(table);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < shown; i++) {
        g_autofree char *sentence = path_words_pair(report, path_report_pair(report, i));
        g_string_append_printf(out, "  %s.\n", sentence);
    }
    put_footnote(report, shown, out);
    put_ways(report, (guint)MIN(limit, G_MAXUINT), colour, out);
    if (report->given_up > 0)
        g_string_append_printf(
            out, "  Memory is bounded: %s not followed.\n",
            quantity_of(report->given_up, "copy or flow was", "copies or flows were").text);
}
