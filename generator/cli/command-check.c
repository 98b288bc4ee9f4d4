/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen check: what is wrong with scenarios, or with the host that is to send them.
 */
#include <string.h>

#include "common/capture-reader.h"
#include "common/errors.h"
#include "common/preflight/check-print.h"
#include "generator/cli/command.h"
#include "generator/load/builtin.h"
#include "generator/preflight/sender-preflight.h"
#include "generator/scenario/scenario.h"

/* A pipe is not opened here: its bytes can be read once, by the command that replays it. */
static gboolean can_be_opened(const char *file, GError **error)
{
    if (strcmp(file, "-") == 0 ||
        (g_file_test(file, G_FILE_TEST_EXISTS) && !g_file_test(file, G_FILE_TEST_IS_REGULAR)))
        return TRUE;
    struct capture_reader *reader = capture_reader_open(file, error);
    if (reader != NULL)
        capture_reader_close(reader);
    return reader != NULL;
}

/* The captures that it replays. */
static gboolean check_captures(const struct scenario *scenario, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; i < scenario->traffics->len; i++) {
        const char *file = g_array_index(scenario->traffics, struct traffic_plan, i).file;
        GError *wrong = NULL;
        if (file[0] == '\0' || can_be_opened(file, &wrong))
            continue;
        errors_add(error, wrong);
        good = FALSE;
    }
    return good;
}

struct request {
    char *interface; /* NULL: none is checked */
    gboolean json;
};

static gboolean check_interface(const struct request *request, GError **error)
{
    struct check_report *report = sender_preflight_run(request->interface, error);
    if (report == NULL)
        return FALSE;
    gboolean good = check_print(report, request->interface, request->json, error);
    check_report_free(report);
    return good;
}

static gboolean carry_out(void *data, char **arguments, const struct options *options,
                          GError **error)
{
    gboolean good = TRUE;
    const struct request *request = data;
    if (arguments[0] == NULL && request->interface == NULL)
        return fail(error, STATUS_USAGE, "SCENARIO is missing; - is standard input");
    if (request->json && request->interface == NULL)
        return fail(error, STATUS_USAGE, "--json needs -i INTERFACE");
    if (request->interface != NULL)
        good = check_interface(request, error);
    for (char **name = arguments; *name != NULL; name++) {
        GError *wrong = NULL;
        struct scenario *scenario = builtin_load(*name, options, &wrong);
        good = scenario != NULL && check_captures(scenario, &wrong) && good;
        scenario_free(scenario);
        if (wrong != NULL)
            errors_add(error, wrong);
    }
    return good;
}

int command_check(int argc, char **argv)
{
    struct request request = {0};
    const GOptionEntry entries[] = {
        {"interface", 'i', 0, G_OPTION_ARG_STRING, &request.interface,
         "Say what of this host holds back or drops what is sent", "INTERFACE"},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &request.json, "Say that as JSON", NULL},
        {0},
    };
    const struct command command = {
        .arguments = "[SCENARIO]...",
        .summary =
            "Says all that is wrong with the scenarios, by file and line, and writes nothing;\n"
            "with -i, what of this host holds back or drops copies that are sent. The exit\n"
            "status is 0 if nothing is wrong, 1 if the host is not set up, or a scenario or a\n"
            "capture that it replays cannot be read, 2 if a scenario is wrong.",
        .examples = "Example:\n"
                    "  erspangen check mine.ini --type 3\n"
                    "  erspangen check -i eth1\n",
        .entries = entries,
        .offers = offers_every_key,
        .carry_out = carry_out,
    };
    return command_run(&command, argc, argv, &request);
}
