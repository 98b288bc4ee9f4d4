/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/ini.h"

#include <string.h>

#include "common/errors.h"

/* Reads one line, blanks around it gone; writes into it. */
static gboolean read_line(char *line, unsigned number, const struct ini_reader *reader,
                          GError **error)
{
    if (*line == '\0' || *line == '#')
        return TRUE;
    if (*line == '[') {
        size_t len = strlen(line);
        if (line[len - 1] != ']')
            return fail(error, STATUS_USAGE, "\"%s\": a group is [its name]",
                        excerpt_of(line).text);
        line[len - 1] = '\0';
        return reader->group(reader->context, g_strstrip(line + 1), number, error);
    }
    char *equals = strchr(line, '=');
    if (equals == NULL)
        return fail(error, STATUS_USAGE, "\"%s\": must be [group], key = value or # comment",
                    excerpt_of(line).text);
    *equals = '\0';
    return reader->pair(reader->context, g_strstrip(line), g_strstrip(equals + 1), number, error);
}

gboolean ini_read(const char *text, const char *place, const struct ini_reader *reader,
                  GError **error)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf"; /* some editors begin UTF-8 with it */
    if (g_str_has_prefix(text, byte_order_mark))
        text += strlen(byte_order_mark);
    char *lines = g_strdup(text), *left = lines;
    gboolean good = TRUE;
    for (unsigned number = 1; left != NULL; number++) {
        GError *wrong = NULL;
        if (read_line(g_strstrip(strsep(&left, "\n")), number, reader, &wrong))
            continue;
        g_prefix_error(&wrong, "%s:%u: ", place, number);
        errors_add(error, wrong);
        good = FALSE;
    }
    g_free(lines);
    return good;
}
