/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/errors.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/base/printable.h"

gboolean fail(GError **error, enum tool_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    errors_add(error, g_error_new_valist(TOOL_ERROR, (gint)status, format, arguments));
    va_end(arguments);
    return FALSE;
}

/* A long file may contain thousands of errors; more than these do not help. */
enum { TOLD_MAX = 8192 };
static const char untold[] = "\nand more mistakes";

void errors_add(GError **all, GError *one)
{
    if (all == NULL || *all == NULL) {
        g_propagate_error(all, one);
        return;
    }
    const char *told = (*all)->message;
    bool fits = strlen(told) + strlen(one->message) < TOLD_MAX;
    if (!g_str_has_suffix(told, untold)) {
        char *message =
            fits ? g_strconcat(told, "\n", one->message, NULL) : g_strconcat(told, untold, NULL);
        g_free((*all)->message);
        (*all)->message = message;
    }
    (*all)->domain = TOOL_ERROR;
    (*all)->code = MIN((*all)->code, one->code);
    g_error_free(one);
}

/* GLib's own errors are of other domains: those of options are the user's. */
static int status_of(const GError *error)
{
    if (error->domain == TOOL_ERROR)
        return error->code;
    return error->domain == G_OPTION_ERROR ? STATUS_USAGE : STATUS_FAILED;
}

int errors_print(const GError *error)
{
    char **lines = g_strsplit(error->message, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *shown = printable_text(*line, "\t");
        fprintf(stderr, "%s: %s\n", g_get_prgname(), shown);
    }
    g_strfreev(lines);
    return status_of(error);
}

int errors_end_output(int status)
{
    if (status != STATUS_OK || (fflush(stdout) == 0 && !ferror(stdout)))
        return status;
    fprintf(stderr, "%s: standard output: %s\n", g_get_prgname(), g_strerror(errno));
    return STATUS_FAILED;
}

/* UTF-8 is not cut within a character: 10xxxxxx continues one. */
static size_t whole_characters(const char *text, size_t len)
{
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

struct excerpt excerpt_of(const char *text)
{
    struct excerpt excerpt = {""};
    size_t len = strnlen(text, EXCERPT_MAX + 1);
    bool cut = len > EXCERPT_MAX;
    if (cut)
        len = whole_characters(text, EXCERPT_MAX);
    memcpy(excerpt.text, text, len);
    if (cut)
        memcpy(excerpt.text + len, "...", sizeof "...");
    return excerpt;
}
