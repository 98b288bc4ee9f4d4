/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/reporter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/json-lines.h"
#include "collector/text.h"
#include "generator/errors.h"

struct reporter {
    const struct options *options;
    const char *from; /* what is received or read */
    const char *how;
    struct look last; /* at the end of the interval before */
    struct text_report text;
    bool broken; /* nothing more can be written to standard output */
};

static const char *name_of(const struct options *options)
{
    if (options->file == NULL)
        return options->interface;
    return strcmp(options->file, "-") == 0 ? "standard input" : options->file;
}

struct reporter *reporter_new(const struct options *options, const char *how)
{
    struct reporter *reporter = g_new0(struct reporter, 1);
    reporter->options = options;
    reporter->from = name_of(options);
    reporter->how = how;
    look_init(&reporter->last);
    text_begin(&reporter->text, stdout, options->top);
    return reporter;
}

static gboolean flush(struct reporter *reporter, GError **error)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return TRUE;
    reporter->broken = true;
    return fail(error, STATUS_FAILED, "standard output: %s", g_strerror(errno));
}

gboolean reporter_interval(struct reporter *reporter, struct look *now, GError **error)
{
    struct look interval;
    look_between(&reporter->last, now, &interval);
    if (reporter->options->json)
        json_lines_interval(stdout, &interval, now);
    else
        text_interval(&reporter->text, &interval, now);
    look_clear(&interval);
    look_clear(&reporter->last);
    reporter->last = *now;
    return flush(reporter, error);
}

/* What was counted is not lost with standard output. */
static void summarize_elsewhere(const struct reporter *reporter, const struct look *look)
{
    struct text_report text;
    text_begin(&text, stderr, reporter->options->top);
    text_summary(&text, look, reporter->from, reporter->how);
}

gboolean reporter_end(struct reporter *reporter, const struct look *look, GError **error)
{
    bool was_broken = reporter->broken;
    gboolean good = TRUE;
    if (!was_broken) {
        if (reporter->options->json)
            json_lines_total(stdout, look, reporter->from, reporter->how);
        else
            text_summary(&reporter->text, look, reporter->from, reporter->how);
        good = flush(reporter, error);
    }
    if (reporter->broken)
        summarize_elsewhere(reporter, look);
    return good;
}

void reporter_free(struct reporter *reporter)
{
    look_clear(&reporter->last);
    g_free(reporter);
}
