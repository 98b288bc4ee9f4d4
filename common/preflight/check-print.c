/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/preflight/check-print.h"

#include <errno.h>
#include <stdio.h>

#include "common/errors.h"
#include "core/base/json.h"
#include "core/base/printable.h"
#include "core/base/quantity.h"

enum { NAME_WIDTH = 11 };

static void put_line(GString *out, const char *name, const char *text)
{
    g_autofree char *shown = printable_text(text, "");
    g_string_append_printf(out, "%-*s %s\n", NAME_WIDTH, name, shown);
}

static void put_text(const struct check_report *report, const char *interface, GString *out)
{
    guint found = report->findings->len;
    guint missing = report->gaps->len;
    g_autofree char *shown = printable_text(interface, "");
    g_string_append_printf(out, "%s: %s (%s", shown,
                           found == 0 ? "nothing found"
                                      : quantity_of(found, "fault", "faults").text,
                           quantity_of(report->made->len - missing, "check", "checks").text);
    if (missing > 0)
        g_string_append_printf(out, "; %u could not be made", missing);
    g_string_append(out, ")\n");
    for (guint i = 0; i < found; i++) {
        const struct check_finding *one = &g_array_index(report->findings, struct check_finding, i);
        put_line(out, one->check, one->found);
        if (one->mend != NULL)
            put_line(out, "", one->mend);
    }
    for (guint i = 0; i < missing; i++) {
        const struct check_gap *one = &g_array_index(report->gaps, struct check_gap, i);
        g_autofree char *line = g_strdup_printf("could not be checked: %s", one->reason);
        put_line(out, one->check, line);
    }
}

static void put_json(const struct check_report *report, const char *interface, GString *out)
{
    struct json_writer json = {.text = out};
    json_open_object_flat(&json, NULL);
    json_put_text(&json, "type", "check");
    json_put_text(&json, "interface", interface);
    json_open_array(&json, "checks");
    for (guint i = 0; i < report->made->len; i++)
        json_put_text(&json, NULL, g_ptr_array_index(report->made, i));
    json_close_array(&json);
    json_open_array(&json, "findings");
    for (guint i = 0; i < report->findings->len; i++) {
        const struct check_finding *one = &g_array_index(report->findings, struct check_finding, i);
        json_open_object(&json, NULL);
        json_put_text(&json, "check", one->check);
        json_put_text(&json, "found", one->found);
        json_put_text(&json, "mend", one->mend);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_open_array(&json, "not_checked");
    for (guint i = 0; i < report->gaps->len; i++) {
        const struct check_gap *one = &g_array_index(report->gaps, struct check_gap, i);
        json_open_object(&json, NULL);
        json_put_text(&json, "check", one->check);
        json_put_text(&json, "reason", one->reason);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    g_string_append_c(out, '\n');
}

gboolean check_print(const struct check_report *report, const char *interface, bool json,
                     GError **error)
{
    GString *out = g_string_new(NULL);
    (json ? put_json : put_text)(report, interface, out);
    bool written = fputs(out->str, stdout) >= 0 && fflush(stdout) == 0;
    g_string_free(out, TRUE);
    if (!written)
        return fail(error, STATUS_FAILED, "standard output: %s", g_strerror(errno));
    guint found = report->findings->len;
    return found == 0 || fail(error, STATUS_FAILED, "%s: %s found", interface,
                              quantity_of(found, "fault was", "faults were").text);
}
