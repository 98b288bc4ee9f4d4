/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/reporter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/text.h"
#include "generator/errors.h"

struct reporter {
    const struct options *options;
    const char *how;
    struct look last; /* at the end of the interval before */
    struct text_report text;
};

struct reporter *reporter_new(const struct options *options, const char *how)
{
    struct reporter *reporter = g_new0(struct reporter, 1);
    reporter->options = options;
    reporter->how = how;
    look_init(&reporter->last);
    text_begin(&reporter->text, stdout, options->top);
    return reporter;
}

static gboolean flush(GError **error)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return TRUE;
    return fail(error, STATUS_FAILED, "standard output: %s", g_strerror(errno));
}

gboolean reporter_interval(struct reporter *reporter, struct look *now, GError **error)
{
    struct look interval;
    look_between(&reporter->last, now, &interval);
    text_interval(&reporter->text, &interval, now);
    look_clear(&interval);
    look_clear(&reporter->last);
    reporter->last = *now;
    return flush(error);
}

gboolean reporter_end(struct reporter *reporter, const struct look *look, GError **error)
{
    const struct options *options = reporter->options;
    const char *from = options->file != NULL ? options->file : options->interface;
    if (strcmp(from, "-") == 0)
        from = "standard input";
    text_summary(&reporter->text, look, from, reporter->how);
    return flush(error);
}

void reporter_free(struct reporter *reporter)
{
    look_clear(&reporter->last);
    g_free(reporter);
}
