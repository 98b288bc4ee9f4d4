/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/cli/command-files.h"

#include <string.h>

static void add(GArray *files, const char *path, bool written)
{
    const struct run_file file = {.path = path, .written = written};
    if (path != NULL && *path != '\0')
        g_array_append_val(files, file);
}

gboolean command_files_check(const struct run_file *own, size_t count, const char *argument,
                             const struct scenario *scenario, GError **error)
{
    GArray *files = g_array_new(FALSE, FALSE, sizeof(struct run_file));
    bool takes_standard_output = false;
    g_array_append_vals(files, own, (guint)count);
    for (size_t i = 0; i < count; i++)
        takes_standard_output |= own[i].written && g_strcmp0(own[i].path, "-") == 0;
    if (!takes_standard_output) /* what the command says goes there */
        add(files, "-", true);
    add(files, argument, false);
    for (guint i = 0; scenario != NULL && i < scenario->traffics->len; i++)
        add(files, g_array_index(scenario->traffics, struct traffic_plan, i).file, false);
    gboolean good =
        run_files_check((const struct run_file *)(void *)files->data, files->len, error);
    g_array_free(files, TRUE);
    return good;
}
