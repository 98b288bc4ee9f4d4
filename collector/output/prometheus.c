/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/prometheus.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/atomic-file.h"
#include "common/errors.h"
#include "core/base/time-units.h"

enum { NS_DIGITS = 9 };

static double copies(const struct report_session *session)
{
    return (double)session->copies;
}

static double outer_bytes(const struct report_session *session)
{
    return (double)session->outer_bytes;
}

static double inner_bytes(const struct report_session *session)
{
    return (double)session->inner_bytes;
}

static double lost(const struct report_session *session)
{
    return session->loss_known ? (double)session->sequence.lost : NAN;
}

static double late(const struct report_session *session)
{
    return (double)session->sequence.late;
}

static double duplicates(const struct report_session *session)
{
    return (double)session->sequence.duplicates;
}

static double cut(const struct report_session *session)
{
    return (double)session->cut;
}

static double visibility(const struct report_session *session)
{
    double part = visibility_ratio(session);
    return part < 0 ? NAN : part;
}

static double delay(const struct report_session *session)
{
    return session->delays == 0 ? NAN : session->delay_mean_ns / NS_PER_SECOND;
}

static double jitter(const struct report_session *session)
{
    return session->timed == 0 ? NAN : session->jitter_ns / NS_PER_SECOND;
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

/* The format knows three escapes; any other makes its readers refuse the file. */
static char *label_value(const char *text)
{
    GString *value = g_string_new(NULL);
    for (; *text != '\0'; text++)
        if (*text == '\n')
            g_string_append(value, "\\n");
        else if (*text == '"' || *text == '\\')
            g_string_append_printf(value, "\\%c", *text);
        else
            g_string_append_c(value, *text);
    return g_string_free(value, FALSE);
}

static void put_labels(GString *text, const char *from, const struct report_session *session)
{
    char source[ADDRESS_TEXT_MAX];
    char destination[ADDRESS_TEXT_MAX];
    char *escaped = label_value(from);
    g_string_append_printf(text, "{from=\"%s\",source=\"%s\",destination=\"%s\",session=\"",
                           escaped, address_format(&session->key.source, source),
                           address_format(&session->key.destination, destination));
    if (session->key.id != SESSION_NO_ID)
        g_string_append_printf(text, "%d", session->key.id);
    g_string_append(text, "\"}");
    g_free(escaped);
}

static void put_number(GString *text, double value)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(text, " %s\n", g_ascii_formatd(number, sizeof number, "%.15g", value));
}

static void put_metric(GString *text, const struct metric *metric, const struct snapshot *snapshot,
                       const char *from)
{
    g_string_append_printf(text, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
                           metric->name, metric->type);
    for (guint i = 0; i < snapshot->entries->len; i++) {
        const struct report_session *session = snapshot_session(snapshot, i);
        double value = metric->value(session);
        if (isnan(value))
            continue;
        g_string_append(text, metric->name);
        put_labels(text, from, session);
        put_number(text, value);
    }
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
    char *escaped = label_value(from);
    g_string_append(text, "# HELP erspan_collector_dropped_total Packets dropped by the collector "
                          "itself.\n# TYPE erspan_collector_dropped_total counter\n");
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
        g_string_append_printf(
            text, "erspan_collector_dropped_total{from=\"%s\",place=\"%s\"} %" PRIu64 "\n", escaped,
            places[i].place, places[i].count);
    g_free(escaped);
}

static bool write_all(int fd, const GString *text)
{
    for (size_t done = 0; done < text->len;) {
        ssize_t count = write(fd, text->str + done, text->len - done);
        if (count < 0 && errno != EINTR)
            return false;
        done += count > 0 ? (size_t)count : 0;
    }
    return true;
}

static bool replace_file(const char *path, const GString *text)
{
    struct atomic_file file;
    int fd = atomic_file_open(&file, path);
    bool good = fd >= 0 && write_all(fd, text);
    if (fd >= 0 && close(fd) != 0)
        good = false;
    if (good && atomic_file_commit(&file))
        return true;
    int why = errno;
    atomic_file_abort(&file);
    errno = why;
    return false;
}

/* Who has opened an interface as root is root no more. */
static gboolean fail_write(const char *path, bool live, GError **error)
{
    const char *hint = live && errno == EACCES ? ": --user says who writes it" : "";
    return fail(error, STATUS_FAILED, "%s: %s%s", path, g_strerror(errno), hint);
}

gboolean prometheus_write(const char *path, const struct snapshot *snapshot, const char *from,
                          GError **error)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++)
        put_metric(text, &metrics[i], snapshot, from);
    if (snapshot->live)
        put_drops(text, snapshot, from);
    gboolean good = replace_file(path, text) || fail_write(path, snapshot->live, error);
    g_string_free(text, TRUE);
    return good;
}
