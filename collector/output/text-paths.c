/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/text-paths.h"

#include "core/output/path-text.h"

void text_paths(const struct text_report *text, const struct path_report *report)
{
    GString *out = g_string_new("\n");
    path_text_put(report, text->top, text->terminal, out);
    fputs(out->str, text->stream);
    g_string_free(out, TRUE);
}
