/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen check: what is wrong with scenarios.
 */
#include "generator/builtin.h"
#include "generator/command.h"
#include "generator/scenario.h"
#include "tool/errors.h"

static gboolean carry_out(void *data, const struct options *options, GError **error)
{
    char ***arguments = data;
    gboolean good = TRUE;
    if (*arguments == NULL)
        return fail(error, STATUS_USAGE, "SCENARIO is missing; - is standard input");
    for (char **name = *arguments; *name != NULL; name++) {
        GError *wrong = NULL;
        struct scenario *scenario = builtin_load(*name, options, &wrong);
        good = scenario != NULL && good;
        scenario_free(scenario);
        if (wrong != NULL)
            errors_add(error, wrong);
    }
    return good;
}

int command_check(int argc, char **argv)
{
    char **arguments = NULL;
    const GOptionEntry entries[] = {
        COMMAND_ARGUMENTS(&arguments),
        {0},
    };
    const struct command command = {
        .arguments = "SCENARIO...",
        .summary =
            "Says all that is wrong with the scenarios, by file and line, and writes nothing.\n"
            "The exit status is 0 if all can be carried out, 1 if one cannot be read, 2 if\n"
            "one is wrong.",
        .examples = "Example:\n"
                    "  erspangen check mine.ini --type 3\n",
        .entries = entries,
        .offers = offers_every_key,
        .carry_out = carry_out,
    };
    int status = command_run(&command, argc, argv, &arguments);
    g_strfreev(arguments);
    return status;
}
