/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/cli/command.h"

#include <string.h>

#include "common/errors.h"
#include "generator/cli/help.h"

/* The command whose own option it is; NULL if it is none. A short option may be glued to its value.
 */
static const char *command_with(const char *name, bool is_short)
{
    static const struct {
        char letter;
        const char *name;
        const char *command;
    } own[] = {
        {'i', "interface", "send"}, {'r', "rate", "send"},    {0, "ramp", "send"},
        {0, "ramp-time", "send"},   {'n', "count", "send"},   {'d', "duration", "send"},
        {0, "repeat", "send"},      {'b', "backend", "send"}, {'o', "output", "write"},
        {'t', "truth", "write"},    {0, "keep-fcs", "wrap"},  {0, "truth-frames", "write"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
        if (is_short ? name[0] == own[i].letter : strcmp(name, own[i].name) == 0)
            return own[i].command;
    return NULL;
}

/* @p option: "--name" or "--name=value" or "-n". */
static gboolean fail_unknown(const struct command *command, const char *option, GError **error)
{
    const char *start = option + strspn(option, "-");
    bool is_short = start - option == 1;
    g_autofree char *name = g_strndup(start, strcspn(start, "="));
    const struct key *like =
        command->offers == NULL || is_short ? NULL : key_most_like(name, SECTION_ANY);
    bool known = !is_short && key_find(name, SECTION_ANY) != NULL;
    const char *other = command_with(name, is_short);
    if (other != NULL)
        return fail(error, STATUS_USAGE, "this command does not take %s; erspangen %s does", option,
                    other);
    if (known)
        return fail(error, STATUS_USAGE, "this command does not take %s", option);
    if (like == NULL)
        return fail(error, STATUS_USAGE, "unknown option %s; see --help", option);
    return fail(error, STATUS_USAGE, "unknown option %s (did you mean --%s?)", option, like->name);
}

/* Whether there are as many as the command says. */
static gboolean check_arguments(const struct command *command, char **arguments, GError **error)
{
    guint count = g_strv_length(arguments);
    if (command->arguments == NULL)
        return count == 0 ||
               fail(error, STATUS_USAGE, "%s: this command takes only options", arguments[0]);
    bool optional = command->arguments[0] == '[';
    char *name =
        g_strndup(command->arguments + optional, strcspn(command->arguments + optional, "]."));
    bool several = g_str_has_suffix(command->arguments, "...");
    gboolean good = TRUE;
    if (count == 0 && !optional)
        good = fail(error, STATUS_USAGE, "%s is missing; - is standard input", name);
    for (char *letter = name; *letter != '\0'; letter++)
        *letter = g_ascii_tolower(*letter);
    if (count > 1 && !several)
        good = fail(error, STATUS_USAGE, "%s: one %s at a time", arguments[1], name);
    g_free(name);
    return good;
}

/* Other words for an option, which other tools have for the same. */
static const struct {
    const char *other;
    const char *name;
} option_aliases[] = {{"--reorder", "--late"}, {"--out-of-order", "--late"}};

static void rename_option(char **option)
{
    for (size_t i = 0; i < G_N_ELEMENTS(option_aliases); i++) {
        size_t len = strlen(option_aliases[i].other);
        const char *value = *option + len;
        if (!g_str_has_prefix(*option, option_aliases[i].other) ||
            (*value != '\0' && *value != '='))
            continue;
        g_autofree char *renamed = g_strconcat(option_aliases[i].name, value, NULL);
        *option = (char *)g_intern_string(renamed);
        return;
    }
}

/* GLib's parser; what it leaves is an error of our own. */
static gboolean command_parse(const struct command *command, GOptionContext *context, int argc,
                              char **argv, GError **error)
{
    return g_option_context_parse(context, &argc, &argv, error) &&
           (argc <= 1 || fail_unknown(command, argv[1], error));
}

static void free_strings(const GOptionEntry *entries)
{
    for (; entries->long_name != NULL; entries++)
        if (entries->arg == G_OPTION_ARG_STRING || entries->arg == G_OPTION_ARG_FILENAME)
            g_free(*(char **)entries->arg_data);
}

int command_run(const struct command *command, int argc, char **argv, void *request)
{
    static char *no_arguments[] = {NULL};
    char **arguments = NULL;
    const GOptionEntry rest[] = {
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL, NULL},
        {0},
    };
    const char *help = NULL;
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, command->entries, NULL);
    g_option_context_add_main_entries(context, rest, NULL);
    struct key_options *options = key_options_add(context, command->offers);
    help_add(context, command, &help);
    g_option_context_set_ignore_unknown_options(context, TRUE);

    for (int i = 1; i < argc && command->offers != NULL; i++)
        rename_option(&argv[i]);
    GError *error = NULL;
    int status = STATUS_OK;
    gboolean good = command_parse(command, context, argc, argv, &error);
    char **given = arguments != NULL ? arguments : no_arguments;
    if (help != NULL)
        help_print(command, help);
    else if (!good || !check_arguments(command, given, &error) ||
             !command->carry_out(request, given, options, &error))
        status = errors_print(error);
    g_clear_error(&error);
    g_strfreev(arguments);
    free_strings(command->entries);
    key_options_free(options);
    g_option_context_free(context);
    return status;
}
