/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/prometheus-text.h"

#include "core/base/printable.h"

char *prometheus_text_label(const char *value)
{
    GString *label = g_string_new(NULL);
    g_autofree char *shown = printable_text(value, "\n\t");
    for (const char *text = shown; *text != '\0'; text++)
        if (*text == '\n')
            g_string_append(label, "\\n");
        else if (*text == '"' || *text == '\\')
            g_string_append_printf(label, "\\%c", *text);
        else
            g_string_append_c(label, *text);
    return g_string_free(label, FALSE);
}

void prometheus_text_put_number(GString *text, double value)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(text, " %s\n", g_ascii_formatd(number, sizeof number, "%.15g", value));
}

void prometheus_text_put_head(GString *text, const char *name, const char *type, const char *help)
{
    g_string_append_printf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}
