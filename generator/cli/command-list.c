/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen list: the built-in scenarios.
 */
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "generator/cli/command.h"
#include "generator/load/builtin.h"

static gboolean carry_out(void *data, const struct options *options, GError **error)
{
    char ***arguments = data;
    (void)options;
    if (*arguments != NULL)
        return fail(error, STATUS_USAGE, "%s: there is nothing to name", **arguments);
    GPtrArray *list = builtin_list(error);
    if (list == NULL)
        return FALSE;
    size_t width = 0;
    for (guint i = 0; i < list->len; i++)
        width = MAX(width, strlen(((struct builtin *)list->pdata[i])->name));
    for (guint i = 0; i < list->len; i++) {
        const struct builtin *builtin = list->pdata[i];
        printf("%-*s  %s\n", (int)width, builtin->name, builtin->description);
    }
    g_ptr_array_unref(list);
    return TRUE;
}

int command_list(int argc, char **argv)
{
    char **arguments = NULL;
    const GOptionEntry entries[] = {
        COMMAND_ARGUMENTS(&arguments),
        {0},
    };
    const struct command command = {
        .summary = "Lists the scenarios that come with erspangen, by name.",
        .examples = "Example:\n"
                    "  erspangen write q1-shared-sequence -o x.pcap\n",
        .entries = entries,
        .carry_out = carry_out,
    };
    int status = command_run(&command, argc, argv, &arguments);
    g_strfreev(arguments);
    return status;
}
