/* statistic-json.c
 * -z erspan,json: the whole report for machines
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/output/report-json.h"
#include "plugin/taps/report-tap.h"
#include "plugin/taps/statistics.h"

static void print(const struct report *report, const char *filter, GString *out)
{
    struct json_writer json = {.text = out};
    json_open_object(&json, NULL);
    json_put_text(&json, "filter", filter);
    report_json_put(&json, report);
    json_close_object(&json);
    g_string_append_c(out, '\n');
}

void statistic_json_register(void)
{
    report_tap_register("erspan,json", "ERSPAN report as JSON", print);
}
