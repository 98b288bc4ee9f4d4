/* statistic-paths.c
 * -z erspan,paths: what the network did between two mirrors
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <epan/tap.h>
#include <stdio.h>
#include <wsutil/report_message.h>

#include "core/output/path-text.h"
#include "plugin/base/compat.h"
#include "plugin/taps/statistics.h"
#include "plugin/taps/tap.h"

static tap_packet_status take_packet(void *data _U_, packet_info *pinfo _U_,
                                     epan_dissect_t *edt _U_, const void *tapped _U_,
                                     tap_flags_t flags _U_)
{
    return TAP_PACKET_DONT_REDRAW; /* copies are followed when they are analysed */
}

static void draw(void *data _U_)
{
    const struct path_table *paths = copy_analysis_paths();
    if (paths == NULL) {
        fputs(copy_analysis_current() == NULL
                  ? "ERSPAN: the analysis is switched off (preference erspan.analyse)\n"
                  : "No copies.\n",
              stdout);
        return;
    }
    struct path_table *ended = path_table_ended(paths);
    struct path_report *report = path_report_new(ended);
    GString *out = g_string_new(NULL);
    path_text_put(report, SIZE_MAX, false, out);
    fputs(out->str, stdout);
    g_string_free(out, TRUE);
    path_report_release(report);
    path_table_free(ended);
}

static stat_tap_init_result begin(const char *argument, void *data)
{
    const stat_tap_ui *ui = data;
    GString *error = NULL;
    if (argument[strlen(ui->cli_string)] != '\0')
        error = g_string_new("it follows all frames, and takes no filter");
    else
        error = register_tap_listener(ERSPAN_TAP, data, NULL, TL_REQUIRES_NOTHING, NULL,
                                      take_packet, draw, NULL);
    if (error != NULL) { /* not every version asks whether a statistic could begin */
        report_failure("-z %s: %s", argument, error->str);
        quick_exit(EXIT_FAILURE);
    }
    return (stat_tap_init_result) true;
}

void statistic_paths_register(void)
{
    static stat_tap_ui ui = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .title = NULL,
        .cli_string = "erspan,paths",
        .tap_init_cb = begin,
    };
    register_stat_tap_ui(&ui, &ui);
}
