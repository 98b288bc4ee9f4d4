/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/reporter.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "collector/output/json-lines.h"
#include "collector/output/plot.h"
#include "collector/output/prometheus.h"
#include "collector/output/text-handoff.h"
#include "collector/output/text-report.h"
#include "common/errors.h"
#include "common/retrying-stream.h"
#include "core/base/printable.h"

struct reporter {
    const struct report_options *options;
    char *from; /* what is received or read, in UTF-8 */
    const char *how;
    struct confinement confinement;
    FILE *stream;         /* standard output, unless that is the capture's */
    struct snapshot last; /* at the end of the interval before */
    struct text_report text;
    struct plot *plot; /* NULL: none */
    struct reporter_outputs outputs;
    bool broken;   /* nothing more can be written to the stream */
    bool exported; /* metrics have been written */
    bool stale;    /* they could not be since, which was said */
};

struct reporter *reporter_new(const struct report_options *options, const char *from,
                              const char *how, GError **error)
{
    struct reporter *reporter = g_new0(struct reporter, 1);
    reporter->options = options;
    reporter->from = g_utf8_make_valid(from, -1);
    reporter->how = how;
    reporter->stream = options->on_stderr ? stderr : retrying_stream_new(stdout);
    snapshot_init(&reporter->last);
    text_begin(&reporter->text, reporter->stream, options->top, options->filter);
    if (options->plot != NULL)
        reporter->plot = plot_open(options->plot, error);
    if (options->plot == NULL || reporter->plot != NULL)
        return reporter;
    reporter_free(reporter);
    return NULL;
}

void reporter_confined(struct reporter *reporter, const struct confinement *confinement)
{
    confinement_clear(&reporter->confinement);
    reporter->confinement = *confinement;
    reporter->confinement.user = g_strdup(confinement->user);
}

void reporter_follow(struct reporter *reporter, const struct reporter_outputs *outputs)
{
    reporter->outputs = *outputs;
}

/* What is to be known at once of outputs, to be freed; NULL: nothing new. */
static char *news_of(const struct reporter_outputs *outputs)
{
    char *news = outputs->server != NULL ? pcap_server_news(outputs->server) : NULL;
    if (news != NULL)
        return news;
    if (outputs->writer != NULL)
        return packet_writer_news(outputs->writer);
    return outputs->files != NULL ? session_files_news(outputs->files) : NULL;
}

static char *missing_in(const struct reporter_outputs *outputs)
{
    if (outputs->writer != NULL)
        return packet_writer_missing(outputs->writer);
    return outputs->files != NULL ? session_files_missing(outputs->files) : NULL;
}

/* False: nothing is written. */
static bool count_written(const struct reporter_outputs *outputs,
                          struct packet_writer_counts *counts)
{
    if (outputs->writer != NULL)
        *counts = packet_writer_counts(outputs->writer);
    else if (outputs->files != NULL)
        *counts = session_files_counts(outputs->files);
    return outputs->writer != NULL || outputs->files != NULL;
}

static gboolean flush(struct reporter *reporter, GError **error)
{
    if (fflush(reporter->stream) == 0 && !ferror(reporter->stream))
        return TRUE;
    reporter->broken = true;
    return fail(error, STATUS_FAILED, "standard output: %s", g_strerror(errno));
}

/* Sessions that outputs for machines have at most. */
static size_t shown(const struct reporter *reporter)
{
    return MAX(reporter->options->top, REPORT_SESSIONS_SHOWN);
}

static gboolean write_prometheus(const struct reporter *reporter, const struct snapshot *snapshot,
                                 GError **error)
{
    const char *path = reporter->options->prometheus;
    return path == NULL || prometheus_write(path, reporter->outputs.metrics, snapshot,
                                            reporter->from, shown(reporter), error);
}

void reporter_warn(struct reporter *reporter, const char *what)
{
    g_autofree char *line = g_strdup_printf("%s: %s", reporter->from, what);
    g_autofree char *shown = printable_text(line, "");
    g_printerr("erspanrate: %s\n", shown);
    reporter->text.lines_back = 0;
}

void reporter_check(struct reporter *reporter)
{
    const struct reporter_outputs *outputs = &reporter->outputs;
    if (outputs->server == NULL && outputs->writer == NULL && outputs->files == NULL)
        return; /* called for each packet: most runs write none */
    g_autofree char *news = news_of(outputs);
    if (news != NULL)
        reporter_warn(reporter, news);
}

/* What could be written once and cannot for a while, on a full disk, ends no run. */
static gboolean export_interval(struct reporter *reporter, const struct snapshot *snapshot,
                                GError **error)
{
    GError *wrong = NULL;
    if (write_prometheus(reporter, snapshot, &wrong)) {
        reporter->exported = true;
        reporter->stale = false;
        return TRUE;
    }
    if (!reporter->exported) {
        g_propagate_error(error, wrong);
        return FALSE;
    }
    if (!reporter->stale)
        reporter_warn(reporter, wrong->message);
    reporter->stale = true;
    g_error_free(wrong);
    return TRUE;
}

double reporter_next_s(double end_s, double interval_s, double now_s)
{
    return end_s + interval_s * floor((now_s - end_s) / interval_s + 1);
}

gboolean reporter_interval(struct reporter *reporter, struct snapshot *now, GError **error)
{
    struct snapshot interval;
    snapshot_between(&reporter->last, now, &interval);
    if (reporter->plot != NULL)
        plot_add(reporter->plot, &interval, now);
    if (reporter->options->quiet)
        ;
    else if (reporter->options->json)
        json_lines_interval(reporter->stream, &interval, now, shown(reporter));
    else
        text_interval(&reporter->text, &interval, now);
    snapshot_clear(&interval);
    snapshot_clear(&reporter->last);
    reporter->last = *now;
    return flush(reporter, error) && export_interval(reporter, now, error);
}

/* What is missing in the capture that is written. */
static void say_missing(const struct reporter *reporter, FILE *stream)
{
    g_autofree char *missing = missing_in(&reporter->outputs);
    if (missing != NULL) {
        g_autofree char *shown = printable_text(missing, "");
        fprintf(stream, "\n%s\n", shown);
    }
}

/* Without standard output, which may be no more or another program's. */
static void summarize_elsewhere(const struct reporter *reporter, const struct snapshot *snapshot)
{
    struct text_report text;
    text_begin(&text, stderr, reporter->options->top, reporter->options->filter);
    text_summary(&text, snapshot, reporter->from, reporter->how);
    say_missing(reporter, stderr);
}

void reporter_now(struct reporter *reporter, const struct snapshot *now)
{
    summarize_elsewhere(reporter, now);
    fflush(stderr);
    reporter->text.lines_back = 0;
}

/* What was handed on; false: nothing is. */
static bool read_handed_on(const struct reporter *reporter, const struct snapshot *snapshot,
                           struct handed_on *handed_on)
{
    if (reporter->outputs.handoff == NULL)
        return false;
    *handed_on = (struct handed_on){.frames = handoff_counts(reporter->outputs.handoff),
                                    .kernel = snapshot->strip};
    if (reporter->outputs.interface != NULL) {
        handed_on->has_interface = true;
        handed_on->interface = interface_writer_counts(reporter->outputs.interface);
    }
    handed_on->has_server = reporter->outputs.server != NULL;
    if (handed_on->has_server)
        handed_on->server = pcap_server_counts(reporter->outputs.server);
    return true;
}

static void say_handed_on(const struct reporter *reporter, const struct snapshot *snapshot,
                          FILE *stream)
{
    struct handed_on handed_on;
    if (read_handed_on(reporter, snapshot, &handed_on))
        text_handed_on(stream, &handed_on);
}

static gboolean say_total(struct reporter *reporter, const struct snapshot *snapshot,
                          GError **error)
{
    struct json_lines_run run = {
        .from = reporter->from, .how = reporter->how, .confinement = &reporter->confinement};
    struct handed_on handed_on;
    if (read_handed_on(reporter, snapshot, &handed_on))
        run.handed_on = &handed_on;
    struct packet_writer_counts counts;
    if (count_written(&reporter->outputs, &counts))
        run.written = &counts;
    if (reporter->options->json) {
        json_lines_total(reporter->stream, snapshot, &run, shown(reporter));
    } else {
        text_summary(&reporter->text, snapshot, reporter->from, reporter->how);
        say_missing(reporter, reporter->stream);
        say_handed_on(reporter, snapshot, reporter->stream);
    }
    return flush(reporter, error);
}

/* The interval that the end cut short. */
static void plot_rest(const struct reporter *reporter, const struct snapshot *snapshot)
{
    struct snapshot interval;
    snapshot_between(&reporter->last, snapshot, &interval);
    plot_add(reporter->plot, &interval, snapshot);
    snapshot_clear(&interval);
}

gboolean reporter_end(struct reporter *reporter, const struct snapshot *snapshot, GError **error)
{
    gboolean good = reporter->broken || say_total(reporter, snapshot, error);
    if (reporter->broken)
        summarize_elsewhere(reporter, snapshot);
    if (reporter->plot != NULL) {
        plot_rest(reporter, snapshot);
        good = plot_close(reporter->plot, snapshot, reporter->from, good ? error : NULL) && good;
        reporter->plot = NULL;
    }
    return write_prometheus(reporter, snapshot, good ? error : NULL) && good;
}

void reporter_free(struct reporter *reporter)
{
    if (reporter == NULL)
        return;
    if (reporter->plot != NULL)
        plot_abort(reporter->plot);
    if (!reporter->options->on_stderr)
        retrying_stream_free(reporter->stream, stdout);
    snapshot_clear(&reporter->last);
    confinement_clear(&reporter->confinement);
    g_free(reporter->from);
    g_free(reporter);
}
