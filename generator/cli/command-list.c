/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen list: the built-in scenarios.
 */
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "generator/cli/command.h"
#include "generator/load/builtin.h"

static gboolean carry_out(void *data, char **arguments, const struct options *options,
                          GError **error)
{
    (void)data;
    (void)arguments;
    (void)options;
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
    const GOptionEntry entries[] = {{0}};
    const struct command command = {
        .summary = "Lists the scenarios that come with erspangen, by name.",
        .examples = "Example:\n"
                    "  erspangen write q1-shared-sequence -o x.pcap\n",
        .entries = entries,
        .carry_out = carry_out,
    };
    return command_run(&command, argc, argv, NULL);
}
