/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen check: what is wrong with scenarios, or with the host that is to send them.
 */
#include <string.h>

#include "common/capture-reader.h"
#include "common/errors.h"
#include "common/preflight/check-print.h"
#include "generator/cli/command.h"
#include "generator/cli/confine-command.h"
#include "generator/load/builtin.h"
#include "generator/preflight/sender-preflight.h"
#include "generator/scenario/scenario.h"

/* A pipe is not opened here: its bytes can be read once, by the command that replays it. */
static bool is_checked(const char *file)
{
    return file[0] != '\0' && strcmp(file, "-") != 0 &&
           (!g_file_test(file, G_FILE_TEST_EXISTS) || g_file_test(file, G_FILE_TEST_IS_REGULAR));
}

/* What is held, is what is checked. */
static gboolean can_be_read(const char *file, GError **error)
{
    struct capture_reader *reader = capture_reader_open(file, error);
    if (reader != NULL)
        capture_reader_close(reader);
    return reader != NULL;
}

/* Has it done with each capture that the scenario replays. */
static gboolean with_captures(const struct scenario *scenario,
                              gboolean (*done)(const char *file, GError **error), GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; i < scenario->traffics->len; i++) {
        const char *file = g_array_index(scenario->traffics, struct traffic_plan, i).file;
        GError *wrong = NULL;
        if (!is_checked(file) || done(file, &wrong))
            continue;
        errors_add(error, wrong);
        good = FALSE;
    }
    return good;
}

struct check_request {
    char *interface; /* NULL: none is checked */
    gboolean json;
};

static gboolean check_interface(const struct check_request *request, GError **error)
{
    struct check_report *report = sender_preflight_run(request->interface, error);
    if (report == NULL)
        return FALSE;
    gboolean good = check_print(report, request->interface, request->json, error);
    check_report_free(report);
    return good;
}

static void free_scenario(gpointer scenario)
{
    scenario_free(scenario);
}

static gboolean add(GError *wrong, GError **error)
{
    errors_add(error, wrong);
    return FALSE;
}

static gboolean carry_out(void *data, char **arguments, const struct key_options *options,
                          GError **error)
{
    gboolean good = TRUE;
    const struct check_request *request = data;
    struct atomic_file *const no_outputs[] = {NULL};
    g_autoptr(GPtrArray) readable = g_ptr_array_new_with_free_func(free_scenario);
    if (arguments[0] == NULL && request->interface == NULL)
        return fail(error, STATUS_USAGE, "SCENARIO is missing; - is standard input");
    if (request->json && request->interface == NULL)
        return fail(error, STATUS_USAGE, "--json needs -i INTERFACE");
    if (request->interface != NULL)
        good = check_interface(request, error);
    for (char **name = arguments; *name != NULL; name++) {
        GError *wrong = NULL;
        struct scenario *scenario = builtin_load(*name, options, &wrong);
        if (scenario != NULL && with_captures(scenario, capture_reader_hold, &wrong))
            g_ptr_array_add(readable, scenario);
        else
            scenario_free(scenario);
        if (wrong != NULL)
            good = add(wrong, error);
    }
    if (!confine_command(no_outputs, false, error))
        return FALSE;
    for (guint i = 0; i < readable->len; i++) {
        GError *wrong = NULL;
        if (!with_captures(readable->pdata[i], can_be_read, &wrong))
            good = add(wrong, error);
    }
    return good;
}

int command_check(int argc, char **argv)
{
    struct check_request request = {0};
    const GOptionEntry entries[] = {
        {"interface", 'i', 0, G_OPTION_ARG_STRING, &request.interface,
         "Check this host and the interface for sending", "INTERFACE"},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &request.json, "Say that as JSON", NULL},
        CONFINE_COMMAND_OPTIONS,
        {0},
    };
    const struct command command = {
        .arguments = "[SCENARIO]...",
        .summary =
            "Reports every fault of the scenarios, by file and line, and writes nothing. With\n"
            "-i, reports settings of this host that delay or drop sent copies. The exit\n"
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
