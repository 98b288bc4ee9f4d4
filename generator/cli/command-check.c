/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen check: what is wrong with scenarios.
 */
#include <string.h>

#include "common/capture-reader.h"
#include "common/errors.h"
#include "generator/cli/command.h"
#include "generator/load/builtin.h"
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

static gboolean carry_out(void *data, char **arguments, const struct options *options,
                          GError **error)
{
    gboolean good = TRUE;
    (void)data;
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
    const GOptionEntry entries[] = {{0}};
    const struct command command = {
        .arguments = "SCENARIO...",
        .summary =
            "Says all that is wrong with the scenarios, by file and line, and writes nothing.\n"
            "The exit status is 0 if all can be carried out, 1 if one, or a capture that it\n"
            "replays, cannot be read, 2 if one is wrong.",
        .examples = "Example:\n"
                    "  erspangen check mine.ini --type 3\n",
        .entries = entries,
        .offers = offers_every_key,
        .carry_out = carry_out,
    };
    return command_run(&command, argc, argv, NULL);
}
