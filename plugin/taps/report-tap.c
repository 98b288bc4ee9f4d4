/* report-tap.c
 * Statistics over a report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/taps/report-tap.h"

#include <epan/funnel.h>
#include <epan/tap.h>
#include <stdio.h>
#include <wsutil/report_message.h>

#include "plugin/taps/report-fill.h"

struct statistic {
    stat_tap_ui ui;
    report_print print;
};

/* One request for a statistic; there may be several, each with a filter of its own. */
struct report_tap {
    struct report_fill fill;
    const char *filter; /* or NULL */
    report_print print;
    funnel_text_window_t *window; /* where to print; NULL: standard output */
    struct report_tap *itself;    /* listeners are told apart by their data: that of frames */
};

static void reset(void *data)
{
    struct report_tap *report_tap = data;
    report_fill_reset(&report_tap->fill);
}

static tap_packet_status take_packet(void *data, packet_info *pinfo, epan_dissect_t *edt,
                                     const void *tapped, tap_flags_t flags _U_)
{
    struct report_tap *report_tap = data;
    report_fill_look(&report_tap->fill, pinfo, edt);
    report_fill_take(&report_tap->fill, tapped);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status take_frame(void *data, packet_info *pinfo, epan_dissect_t *edt,
                                    const void *tapped _U_, tap_flags_t flags _U_)
{
    struct report_tap **report_tap = data;
    report_fill_look(&(*report_tap)->fill, pinfo, edt);
    return TAP_PACKET_DONT_REDRAW;
}

static void put(const struct report_tap *report_tap, const char *text)
{
    if (report_tap->window != NULL)
        funnel_get_funnel_ops()->set_text(report_tap->window, text);
    else
        fputs(text, stdout);
}

static void draw(void *data)
{
    struct report_tap *report_tap = data;
    const struct report *report = report_fill_sum(&report_tap->fill);
    if (report == NULL) {
        put(report_tap, "ERSPAN: the analysis is switched off (preference erspan.analyse)\n");
        return;
    }
    GString *out = g_string_new(NULL);
    report_tap->print(report, report_tap->filter, out);
    put(report_tap, out->str);
    g_string_free(out, TRUE);
}

static void finish(void *data)
{
    struct report_tap *report_tap = data;
    report_fill_clear(&report_tap->fill);
    g_free((char *)report_tap->filter);
    g_free(report_tap);
}

static struct report_tap *report_tap_new(report_print print, const char *filter)
{
    struct report_tap *report_tap = g_new0(struct report_tap, 1);
    report_tap->print = print;
    report_tap->itself = report_tap;
    report_tap->filter = filter != NULL && filter[0] != '\0' ? g_strdup(filter) : NULL;
    reset(report_tap);
    return report_tap;
}

/* NULL, or what is wrong with the filter. */
static GString *register_report_tap(struct report_tap *report_tap)
{
    GString *error = register_tap_listener(ERSPAN_TAP, report_tap, report_tap->filter,
                                           TL_REQUIRES_ERROR_PACKETS | TL_REQUIRES_PROTO_TREE,
                                           reset, take_packet, draw, finish);
    if (error != NULL)
        return error;
    return register_tap_listener("frame", &report_tap->itself, NULL, TL_REQUIRES_NOTHING, NULL,
                                 take_frame, NULL, NULL);
}

/* Not every version asks whether a statistic could begin. */
static void refuse(const char *argument, const char *why)
{
    report_failure("-z %s: %s", argument, why);
    quick_exit(EXIT_FAILURE);
}

/* "erspan,sessions,FILTER": what stands behind the name and a comma. Whatever only begins with the
 * name comes here, too. */
static stat_tap_init_result begin(const char *argument, void *data)
{
    const struct statistic *statistic = data;
    const char *filter = argument + strlen(statistic->ui.cli_string);
    if (*filter != '\0' && *filter != ',')
        refuse(argument, "a comma belongs between the statistic and its filter");
    GString *error =
        register_report_tap(report_tap_new(statistic->print, *filter == ',' ? filter + 1 : NULL));
    if (error != NULL)
        refuse(argument, error->str);
    return (stat_tap_init_result) true;
}

void report_tap_register(const char *name, const char *title, report_print print)
{
    struct statistic *statistic = g_new0(struct statistic, 1);
    statistic->print = print;
    statistic->ui = (stat_tap_ui){
        .group = REGISTER_STAT_GROUP_GENERIC,
        .title = title,
        .cli_string = name,
        .tap_init_cb = begin,
    };
    register_stat_tap_ui(&statistic->ui, statistic);
}

static void close_window(void *data)
{
    struct report_tap *report_tap = data;
    report_tap->window = NULL;
    remove_tap_listener(&report_tap->itself);
    remove_tap_listener(report_tap);
}

/* Opens a window with the copies that the display filter shows. */
static void open_window(void *data)
{
    const struct statistic *statistic = data;
    const funnel_ops_t *gui = funnel_get_funnel_ops();
    if (gui == NULL || gui->new_text_window == NULL)
        return;
    struct report_tap *report_tap = report_tap_new(statistic->print, gui->get_filter(gui->ops_id));
    GString *error = register_report_tap(report_tap);
    if (error != NULL) {
        report_failure("%s: %s", statistic->ui.title, error->str);
        g_string_free(error, TRUE);
        finish(report_tap);
        return;
    }
    report_tap->window = gui->new_text_window(gui->ops_id, statistic->ui.title);
    gui->set_close_cb(report_tap->window, close_window, report_tap);
    gui->retap_packets(gui->ops_id);
}

void report_window_register(const char *title, report_print print)
{
    struct statistic *statistic = g_new0(struct statistic, 1);
    statistic->print = print;
    statistic->ui.title = title;
    funnel_register_menu(title, REGISTER_PACKET_STAT_GROUP_UNSORTED, open_window, statistic, NULL,
                         FALSE);
}
