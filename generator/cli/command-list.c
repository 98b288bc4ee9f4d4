/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen list: the built-in scenarios, those of devices first.
 */
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "generator/cli/command.h"
#include "generator/load/builtin.h"

enum { WIDTH = 80, COLUMN = 20 };

/* The words, the first at @p column, in lines of the width of a terminal. */
static void print_wrapped(const char *text, int column)
{
    int at = column;
    char **words = g_strsplit(text, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        int len = (int)g_utf8_strlen(*word, -1);
        if (word != words && at + 1 + len > WIDTH) {
            printf("\n%*s", column, "");
            at = column;
        } else if (word != words) {
            putchar(' ');
            at++;
        }
        printf("%s", *word);
        at += len;
    }
    putchar('\n');
    g_strfreev(words);
}

static void print_device(const struct builtin *builtin)
{
    printf("%-*s", COLUMN, builtin->name);
    print_wrapped(builtin->description, COLUMN);
    g_autofree char *rest =
        g_strdup_printf("quirks: %s; based on %s", builtin->quirks,
                        builtin->based_on != NULL ? builtin->based_on : "an unnamed source");
    printf("%*s", COLUMN, "");
    print_wrapped(rest, COLUMN);
}

/* Whether @p text holds the word, in whatever case. */
static bool holds(const char *text, const char *word)
{
    return text != NULL && strcasestr(text, word) != NULL;
}

static bool is_wanted(const struct builtin *builtin, const char *word)
{
    return word == NULL || holds(builtin->name, word) || holds(builtin->description, word) ||
           holds(builtin->quirks, word);
}

static void print_list(const GPtrArray *list, const char *word)
{
    int width = COLUMN;
    bool is_first = true;
    bool devices = false;
    for (guint i = 0; i < list->len; i++)
        if (is_wanted(list->pdata[i], word))
            width = MAX(width, (int)strlen(((struct builtin *)list->pdata[i])->name) + 2);
    for (guint i = 0; i < list->len; i++) {
        const struct builtin *builtin = list->pdata[i];
        bool is_device = builtin->quirks != NULL;
        if (!is_wanted(builtin, word))
            continue;
        if (is_first || is_device != devices)
            printf("%s%s:\n", is_first ? "" : "\n", is_device ? "Devices" : "Situations");
        is_first = false;
        devices = is_device;
        if (is_device)
            print_device(builtin);
        else {
            printf("%-*s", width, builtin->name);
            print_wrapped(builtin->description, width);
        }
    }
}

static gboolean carry_out(void *data, char **arguments, const struct key_options *options,
                          GError **error)
{
    (void)data;
    (void)options;
    GPtrArray *list = builtin_list(error);
    if (list == NULL)
        return FALSE;
    const char *word = arguments[0];
    bool is_any = false;
    for (guint i = 0; i < list->len; i++)
        is_any = is_any || is_wanted(list->pdata[i], word);
    if (is_any)
        print_list(list, word);
    else
        fail(error, STATUS_FAILED, "no built-in scenario contains \"%s\"", excerpt_of(word).text);
    g_ptr_array_unref(list);
    return is_any;
}

int command_list(int argc, char **argv)
{
    const GOptionEntry entries[] = {{0}};
    const struct command command = {
        .arguments = "[WORD]",
        .summary = "Lists the scenarios that come with erspangen: devices, with their quirks and\n"
                   "the sources of this knowledge, and situations. With WORD: those whose name,\n"
                   "description or quirks have it. docs/quirks.md explains the quirks.",
        .examples = "Examples:\n"
                    "  erspangen list nexus\n"
                    "  erspangen write nexus-5000 --session 10 --late 2% --late-by 3 -o x.pcap\n"
                    "  erspangen write q1-shared-sequence -o x.pcap\n",
        .entries = entries,
        .carry_out = carry_out,
    };
    return command_run(&command, argc, argv, NULL);
}
