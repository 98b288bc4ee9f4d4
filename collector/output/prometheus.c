/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/prometheus.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collector/output/prometheus-paths.h"
#include "collector/output/prometheus-text.h"
#include "common/atomic-file.h"
#include "common/errors.h"
#include "core/base/time-units.h"
#include "core/report/loss.h"

enum { NS_DIGITS = 9 };

static double copies(const struct report_session *session)
{
    return (double)session->counts.copies;
}

static double outer_bytes(const struct report_session *session)
{
    return (double)session->counts.outer_bytes;
}

static double inner_bytes(const struct report_session *session)
{
    return (double)session->counts.inner_bytes;
}

static double lost(const struct report_session *session)
{
    return session->state.loss_known ? (double)session->sequence.lost : NAN;
}

static double order(const struct report_session *session, uint64_t count)
{
    return loss_order_is_known(session->state.loss_known, count) ? (double)count : NAN;
}

static double late(const struct report_session *session)
{
    return order(session, session->sequence.late);
}

static double duplicates(const struct report_session *session)
{
    return order(session, session->sequence.duplicates);
}

static double cut(const struct report_session *session)
{
    return (double)session->counts.cut;
}

static double visibility(const struct report_session *session)
{
    double part = session_visibility(session);
    return part < 0 ? NAN : part;
}

static double delay(const struct report_session *session)
{
    return session->state.delays == 0 ? NAN : session->state.delay_mean_ns / NS_PER_SECOND;
}

static double jitter(const struct report_session *session)
{
    return session->counts.timed == 0 ? NAN : session->state.jitter_ns / NS_PER_SECOND;
}

/* What is not known of a session is NaN, and left out. */
static const struct metric {
    const char *name;
    const char *type;
    const char *help;
    double (*value)(const struct report_session *session);
} metrics[] = {
    {"erspan_copies_total", "counter", "Copies received.", copies},
    {"erspan_outer_bytes_total", "counter", "Bytes of the frames that carried copies.",
     outer_bytes},
    {"erspan_inner_bytes_total", "counter", "Bytes of mirrored frames in copies.", inner_bytes},
    /* A copy that comes late makes it fall. */
    {"erspan_lost", "gauge", "Copies that never came, by their sequence numbers.", lost},
    {"erspan_late_total", "counter", "Copies that came after later ones.", late},
    {"erspan_duplicates_total", "counter", "Copies that came again.", duplicates},
    {"erspan_cut_total", "counter", "Copies that do not hold the whole frame.", cut},
    {"erspan_visibility_ratio", "gauge", "Of the payload that TCP acknowledged, what came.",
     visibility},
    {"erspan_delay_seconds", "gauge", "Mean time from source to collector.", delay},
    {"erspan_jitter_seconds", "gauge", "Its jitter, by RFC 3550.", jitter},
};

static void put_labels(GString *text, const char *from, const struct report_session *session)
{
    char source[ADDRESS_TEXT_MAX];
    char destination[ADDRESS_TEXT_MAX];
    char *escaped = prometheus_text_label(from);
    g_string_append_printf(text, "{from=\"%s\",source=\"%s\",destination=\"%s\",session=\"",
                           escaped, address_format(&session->state.key.source, source),
                           address_format(&session->state.key.destination, destination));
    if (session->state.key.id != SESSION_NO_ID)
        g_string_append_printf(text, "%" PRId64, session->state.key.id);
    g_string_append(text, "\"}");
    g_free(escaped);
}

static void put_metric(GString *text, const struct metric *metric, const GPtrArray *sessions,
                       const char *from)
{
    prometheus_text_put_head(text, metric->name, metric->type, metric->help);
    for (guint i = 0; i < sessions->len; i++) {
        const struct report_session *session = g_ptr_array_index(sessions, i);
        double value = metric->value(session);
        if (isnan(value))
            continue;
        g_string_append(text, metric->name);
        put_labels(text, from, session);
        prometheus_text_put_number(text, value);
    }
}

static struct report_selection select_sessions(const struct snapshot *snapshot, size_t limit)
{
    GArray *bytes = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (guint i = 0; i < snapshot->entries->len; i++)
        g_array_append_val(bytes, snapshot_session(snapshot, i)->counts.outer_bytes);
    struct report_selection selection = report_select(bytes, limit);
    g_array_free(bytes, TRUE);
    return selection;
}

/* A session that becomes one of the busiest leaves these sums: they can fall, and are no counters.
 */
static void put_others(GString *text, const struct report_others *others, const char *from)
{
    const struct report_session *sum = &others->sum;
    const struct {
        const char *name;
        const char *help;
        double value;
    } gauges[] = {
        {"erspan_other_sessions", "Sessions without series of their own.",
         (double)others->sessions},
        {"erspan_other_copies", "Copies received of these.", copies(sum)},
        {"erspan_other_outer_bytes", "Bytes of the frames that carried these.", outer_bytes(sum)},
        {"erspan_other_lost", "Copies that never came of these.", lost(sum)},
    };
    char *escaped = prometheus_text_label(from);
    for (size_t i = 0; i < G_N_ELEMENTS(gauges) && others->sessions > 0; i++) {
        if (isnan(gauges[i].value))
            continue;
        prometheus_text_put_head(text, gauges[i].name, "gauge", gauges[i].help);
        g_string_append_printf(text, "%s{from=\"%s\"}", gauges[i].name, escaped);
        prometheus_text_put_number(text, gauges[i].value);
    }
    g_free(escaped);
}

static void put_sessions(GString *text, const struct snapshot *snapshot, const char *from,
                         size_t limit)
{
    struct report_selection selection = select_sessions(snapshot, limit);
    struct report_others others = {0};
    GPtrArray *sessions = g_ptr_array_new();
    for (guint i = 0; i < snapshot->entries->len; i++) {
        const struct report_session *session = snapshot_session(snapshot, i);
        if (report_selection_take(&selection, session))
            g_ptr_array_add(sessions, (gpointer)session);
        else
            report_others_add(&others, session);
    }
    report_others_add_merged(&others, &snapshot->merged);
    for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++)
        put_metric(text, &metrics[i], sessions, from);
    put_others(text, &others, from);
    g_ptr_array_free(sessions, TRUE);
}

/* The sessions' own ratios do not add up: a connection's data and its ACKs may lie in different
 * ones. */
static void put_all(GString *text, const struct snapshot *snapshot, const char *from)
{
    double part = visibility(&snapshot->all);
    if (isnan(part))
        return;
    char *escaped = prometheus_text_label(from);
    g_string_append_printf(text,
                           "# HELP erspan_all_visibility_ratio Of the payload that TCP "
                           "acknowledged in any session, what came in any.\n"
                           "# TYPE erspan_all_visibility_ratio gauge\n"
                           "erspan_all_visibility_ratio{from=\"%s\"}",
                           escaped);
    prometheus_text_put_number(text, part);
    g_free(escaped);
}

static void put_drops(GString *text, const struct snapshot *snapshot, const char *from)
{
    const struct {
        const char *place;
        uint64_t count;
    } places[] = {
        {"ring", snapshot->source.dropped},
        {"backlog", snapshot->drops.backlog},
        {"interface", drops_by_interface(&snapshot->drops, snapshot->source.in_interface)},
        {"program", snapshot->unfollowed},
    };
    char *escaped = prometheus_text_label(from);
    g_string_append(text, "# HELP erspan_collector_dropped_total Packets dropped by the collector "
                          "itself.\n# TYPE erspan_collector_dropped_total counter\n");
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
        g_string_append_printf(
            text, "erspan_collector_dropped_total{from=\"%s\",place=\"%s\"} %" PRIu64 "\n", escaped,
            places[i].place, places[i].count);
    g_free(escaped);
}

static void put_paths(GString *text, const struct path_report *report, const char *from,
                      size_t limit)
{
    g_autofree char *escaped = prometheus_text_label(from);
    prometheus_paths_put(text, report, escaped, limit);
}

static bool replace_file(const char *path, const GString *text)
{
    struct atomic_file file;
    int fd = atomic_file_open(&file, path, PROMETHEUS_MODE);
    if (fd >= 0)
        return atomic_file_put(&file, fd, text);
    int reason = errno;
    atomic_file_abort(&file);
    errno = reason;
    return false;
}

/* Who has opened an interface as root is root no more. */
static gboolean fail_write(const char *path, bool live, GError **error)
{
    const char *hint = live && errno == EACCES ? ": --user says who writes it" : "";
    return fail(error, STATUS_FAILED, "%s: %s%s", path, g_strerror(errno), hint);
}

gboolean prometheus_write(const char *path, struct file_replacer *replacer,
                          const struct snapshot *snapshot, const char *from, size_t limit,
                          GError **error)
{
    GString *text = g_string_new(NULL);
    put_sessions(text, snapshot, from, limit);
    put_all(text, snapshot, from);
    if (snapshot->paths != NULL)
        put_paths(text, snapshot->paths, from, limit);
    if (snapshot->live)
        put_drops(text, snapshot, from);
    bool good = replacer != NULL ? file_replacer_put(replacer, text) : replace_file(path, text);
    if (!good)
        fail_write(path, snapshot->live, error);
    g_string_free(text, TRUE);
    return good;
}
