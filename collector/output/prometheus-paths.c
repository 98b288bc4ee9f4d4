/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/prometheus-paths.h"

#include <inttypes.h>
#include <math.h>

#include "collector/output/prometheus-text.h"
#include "core/output/path-words.h"

/* The pairs that have series. */
struct pairs {
    const struct path_report *report;
    guint count;
    char **labels; /* of each: what stands between the braces */
};

/* A name that stays: which of these parts tell a point from others is known only when the others
 * have come. */
static char *point_name(const struct path_report *report, unsigned number)
{
    struct path_point_row row = *path_report_point(report, number);
    row.by_direction = row.by_hardware_id = row.type == ERSPAN_TYPE_III;
    row.by_index = row.type == ERSPAN_TYPE_II;
    return path_words_point(&row);
}

static char *labels_of(const struct path_report *report, const struct path_pair_row *pair,
                       const char *from)
{
    g_autofree char *before = point_name(report, pair->from);
    g_autofree char *next = point_name(report, pair->to);
    return g_strdup_printf("from=\"%s\",point=\"%s\",next=\"%s\"", from, before, next);
}

static double both(const struct path_pair_row *pair)
{
    return (double)pair->both;
}

static double lost(const struct path_pair_row *pair)
{
    return pair->loss_known ? (double)pair->lost : NAN;
}

static double unknown(const struct path_pair_row *pair)
{
    return (double)pair->unknown;
}

static double only_next(const struct path_pair_row *pair)
{
    return (double)pair->only_to;
}

static double reordered(const struct path_pair_row *pair)
{
    return (double)pair->reordered;
}

/* What is not known of a pair is NaN, and left out. */
static const struct metric {
    const char *name;
    const char *type;
    const char *help;
    double (*value)(const struct path_pair_row *pair);
} metrics[] = {
    {"erspan_path_frames_total", "counter", "Frames that both points have shown.", both},
    /* A mirror that turns out to sample takes them back. */
    {"erspan_path_lost", "gauge", "Frames that the network certainly lost before the next point.",
     lost},
    {"erspan_path_unknown", "gauge",
     "Other frames that the point has shown and the next one has not.", unknown},
    {"erspan_path_only_next_total", "counter",
     "Frames that the next point has shown and the point has not.", only_next},
    {"erspan_path_reordered_total", "counter",
     "Frames that came later than frames sent after them.", reordered},
};

static void put_metric(GString *text, const struct metric *metric, const struct pairs *pairs)
{
    prometheus_text_put_head(text, metric->name, metric->type, metric->help);
    for (guint i = 0; i < pairs->count; i++) {
        double value = metric->value(path_report_pair(pairs->report, i));
        if (isnan(value))
            continue;
        g_string_append_printf(text, "%s{%s}", metric->name, pairs->labels[i]);
        prometheus_text_put_number(text, value);
    }
}

#define DELAY  "erspan_path_delay_seconds"
#define WITHIN "erspan_path_delay_uncertainty_seconds"

static void put_bucket(GString *text, const char *labels, const char *clock, const char *limit,
                       uint64_t count)
{
    g_string_append_printf(text, DELAY "_bucket{%s,clock=\"%s\",le=\"%s\"} %" PRIu64 "\n", labels,
                           clock, limit, count);
}

/* With another clock the delays are others: then it is another series. */
static void put_histogram(GString *text, const char *labels, const struct path_delay_row *delay)
{
    const char *clock = path_words_clock(delay->basis);
    for (unsigned i = 0; i < PATH_BUCKETS; i++) {
        char limit[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd(limit, sizeof limit, "%.15g",
                        (double)path_report_bucket_ns(i) / NS_PER_SECOND);
        put_bucket(text, labels, clock, limit, delay->buckets[i]);
    }
    put_bucket(text, labels, clock, "+Inf", delay->frames);
    g_string_append_printf(text, DELAY "_sum{%s,clock=\"%s\"}", labels, clock);
    prometheus_text_put_number(text, (double)delay->sum_ns / NS_PER_SECOND);
    g_string_append_printf(text, DELAY "_count{%s,clock=\"%s\"} %" PRIu64 "\n", labels, clock,
                           delay->frames);
}

static void put_delays(GString *text, const struct pairs *pairs)
{
    prometheus_text_put_head(text, DELAY, "histogram",
                             "Time from the point to the next one. By arrival it includes what the "
                             "ways of both mirrors differ.");
    for (guint i = 0; i < pairs->count; i++) {
        const struct path_delay_row *delay = &path_report_pair(pairs->report, i)->delay;
        if (delay->frames > 0)
            put_histogram(text, pairs->labels[i], delay);
    }
    prometheus_text_put_head(text, WITHIN, "gauge",
                             "These times are right to so much; absent: not known.");
    for (guint i = 0; i < pairs->count; i++) {
        const struct path_delay_row *delay = &path_report_pair(pairs->report, i)->delay;
        if (delay->frames == 0 || !delay->has_uncertainty)
            continue;
        g_string_append_printf(text, WITHIN "{%s,clock=\"%s\"}", pairs->labels[i],
                               path_words_clock(delay->basis));
        prometheus_text_put_number(text, (double)delay->uncertainty_ns / NS_PER_SECOND);
    }
}

void prometheus_paths_put(GString *text, const struct path_report *report, const char *from,
                          size_t limit)
{
    struct pairs pairs = {report, (guint)MIN(report->pairs->len, limit), NULL};
    if (pairs.count == 0)
        return;
    pairs.labels = g_new0(char *, pairs.count + 1);
    for (guint i = 0; i < pairs.count; i++)
        pairs.labels[i] = labels_of(report, path_report_pair(report, i), from);
    for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++)
        put_metric(text, &metrics[i], &pairs);
    put_delays(text, &pairs);
    g_strfreev(pairs.labels);
}
