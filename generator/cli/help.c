/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/cli/help.h"

#include <stdio.h>
#include <string.h>

#include "generator/load/key-values.h"

enum { COLUMN = 24, WIDTH = 80 };

static const struct {
    const char *name;
    const char *title;
} topics[TOPICS] = {
    [TOPIC_CAPTURE] = {"capture", "the file"},
    [TOPIC_OUTER] = {"outer", "count, time and the outer packet"},
    [TOPIC_GRE] = {"gre", "GRE"},
    [TOPIC_HEADER] = {"header", "the ERSPAN header"},
    [TOPIC_SUBHEADER] = {"subheader", "the sub-header of type 3"},
    [TOPIC_INNER] = {"inner", "the mirrored traffic"},
    [TOPIC_FATE] = {"fate", "what happens to a copy"},
    [TOPIC_IMPAIRMENT] = {"impairment", "what goes wrong"},
    [TOPIC_MARKER] = {"marker", "marker packets, in [marker NAME]"},
    [TOPIC_TRAFFIC] = {"traffic", "traffic to mirror, in [traffic NAME]"},
    [TOPIC_PATH] = {"path", "the network between points"},
};

/* A name may have rows in several sections: the first is the option. */
static bool is_option_of(const struct key *key, const struct command *command, int topic)
{
    return (int)key->topic == topic && key_find(key->name, SECTION_ANY) == key &&
           command->offers(key);
}

static bool offers_topic(const struct command *command, int topic)
{
    for (const struct key *key = keys; command->offers != NULL && key->name != NULL; key++)
        if (is_option_of(key, command, topic))
            return true;
    return false;
}

static gboolean on_help(const char *name, const char *value, gpointer data, GError **error)
{
    const char **asked = data;
    (void)value;
    (void)error;
    *asked = g_intern_string(name + strspn(name, "-"));
    return TRUE;
}

/* @p topic: NULL for --help itself. */
static void add(GArray *entries, const char *topic, char letter)
{
    char *name = topic != NULL ? g_strconcat("help-", topic, NULL) : g_strdup("help");
    const GOptionEntry entry = {.long_name = g_intern_string(name),
                                .short_name = letter,
                                .flags = G_OPTION_FLAG_NO_ARG,
                                .arg = G_OPTION_ARG_CALLBACK,
                                .arg_data = (gpointer)on_help};
    g_array_append_val(entries, entry);
    g_free(name);
}

void help_add(GOptionContext *context, const struct command *command, const char **asked)
{
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    GOptionGroup *group = g_option_group_new("help", "", "", asked, NULL);
    add(entries, NULL, 'h');
    add(entries, "all", 0);
    for (int topic = 0; topic < TOPICS; topic++)
        if (offers_topic(command, topic))
            add(entries, topics[topic].name, 0);
    g_option_group_add_entries(group, (const GOptionEntry *)(void *)entries->data);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_group(context, group);
    g_array_free(entries, TRUE);
}

/* The option; a list of words that is too long for a line goes on in the next. Returns how long the
 * last line is. */
static int print_option(const char *option)
{
    int indent = printf("  ");
    while (indent + (int)strlen(option) > WIDTH) {
        int length = WIDTH - indent;
        while (length > 1 && option[length - 1] != '|')
            length--;
        printf("%.*s\n", length, option);
        option += length;
        indent = printf("      ");
    }
    return indent + printf("%s", option);
}

/* The option, and from a column of its own on what it does, in as many lines as that takes. */
static void print_row(const char *option, const char *text)
{
    int at = print_option(option);
    char **words = g_strsplit(text, " ", -1);
    if (at + 2 > COLUMN && *words != NULL)
        at = WIDTH;
    for (char **word = words; *word != NULL; word++) {
        bool fits = at + 1 + (int)strlen(*word) <= WIDTH;
        if (!fits) {
            putchar('\n');
            at = 0;
        }
        at += printf("%*s%s", at < COLUMN ? COLUMN - at : 1, "", *word);
    }
    putchar('\n');
    g_strfreev(words);
}

static void print_own(const struct command *command, bool all)
{
    for (const GOptionEntry *entry = command->entries; entry->long_name != NULL; entry++) {
        if (!all && (entry->flags & G_OPTION_FLAG_HIDDEN) != 0)
            continue;
        const char letter[] = {'-', entry->short_name, ',', ' ', '\0'};
        const char *form = entry->arg_description;
        char *option = g_strconcat(entry->short_name != 0 ? letter : "", "--", entry->long_name,
                                   form != NULL ? "=" : "", form, NULL);
        print_row(option, entry->description);
        g_free(option);
    }
    print_row("-h, --help", "Prints this.");
}

static void print_topics(const struct command *command)
{
    if (command->offers == NULL)
        return;
    GString *text = g_string_new("Prints keys of a scenario, which are options, too. TOPIC:");
    for (int topic = 0; topic < TOPICS; topic++)
        if (offers_topic(command, topic))
            g_string_append_printf(text, " %s (%s),", topics[topic].name, topics[topic].title);
    g_string_append(text, " or all");
    print_row("--help-TOPIC", text->str);
    g_string_free(text, TRUE);
}

static void print_keys(const struct command *command, int topic)
{
    printf("\nOptions: %s:\n", topics[topic].title);
    for (const struct key *key = keys; key->name != NULL; key++) {
        if (!is_option_of(key, command, topic))
            continue;
        char *right = key_values(key);
        char *option = g_strconcat("--", key->name, "=", right, NULL);
        print_row(option, key->help != NULL ? key->help : "");
        g_free(option);
        g_free(right);
    }
}

void help_print(const struct command *command, const char *asked)
{
    const char *name = strchr(asked, '-') != NULL ? strchr(asked, '-') + 1 : "";
    bool screen = *name == '\0';
    bool all = strcmp(name, "all") == 0;
    printf("Usage: %s [OPTION...]%s%s\n", g_get_prgname(), command->arguments != NULL ? " " : "",
           command->arguments != NULL ? command->arguments : "");
    if (screen || all) {
        printf("%s\n\nOptions:\n", command->summary);
        print_own(command, all);
    }
    if (screen) {
        print_topics(command);
        printf("\n%s", command->examples);
    }
    for (int topic = 0; topic < TOPICS; topic++)
        if (offers_topic(command, topic) && (all || strcmp(name, topics[topic].name) == 0))
            print_keys(command, topic);
}
