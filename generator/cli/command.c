/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/cli/command.h"

#include <string.h>

#include "common/errors.h"
#include "generator/cli/help.h"

/* @p option: "--name" or "--name=value" or "-n". */
static gboolean fail_unknown(const struct command *command, const char *option, GError **error)
{
    const char *start = option + strspn(option, "-");
    char *name = g_strndup(start, strcspn(start, "="));
    const struct key *like = command->offers == NULL ? NULL : key_most_like(name, SECTION_ANY);
    bool known = key_find(name, SECTION_ANY) != NULL;
    g_free(name);
    if (known)
        return fail(error, STATUS_USAGE, "this command does not take %s", option);
    if (like == NULL)
        return fail(error, STATUS_USAGE, "unknown option %s; see --help", option);
    return fail(error, STATUS_USAGE, "unknown option %s (did you mean --%s?)", option, like->name);
}

int command_run(const struct command *command, int argc, char **argv, void *request)
{
    const char *help = NULL;
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, command->entries, NULL);
    struct options *options = options_add(context, command->offers);
    help_add(context, command, &help);
    g_option_context_set_ignore_unknown_options(context, TRUE); /* they get an error of our own */

    GError *error = NULL;
    int status = STATUS_OK;
    bool parsed = g_option_context_parse(context, &argc, &argv, &error);
    if (help != NULL)
        help_print(command, help);
    else if (!parsed || (argc > 1 && !fail_unknown(command, argv[1], &error)) ||
             !command->carry_out(request, options, &error))
        status = errors_print(error);
    g_clear_error(&error);
    options_free(options);
    g_option_context_free(context);
    return status;
}
