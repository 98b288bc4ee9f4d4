/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/option-help.h"

#include <stdio.h>

/* GLib writes an ellipsis, which a locale of ASCII has not. */
void option_help_print(GOptionContext *context, gboolean main_only)
{
    g_autofree char *text = g_option_context_get_help(context, main_only, NULL);
    g_auto(GStrv) parts = g_strsplit(text, "\u2026", -1);
    g_autofree char *plain = g_strjoinv("...", parts);
    fputs(plain, stdout);
}
