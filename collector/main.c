/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspanrate says at which rate ERSPAN arrives, what is lost of which session, and where.
 */
#include <signal.h>
#include <stdio.h>

#include "collector/live.h"
#include "collector/replay.h"
#include "generator/errors.h"
#include "generator/interruption.h"

static int fail_with(const GError *error)
{
    char **lines = g_strsplit(error->message, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        g_printerr("erspanrate: %s\n", *line);
    g_strfreev(lines);
    if (error->domain == ERSPANGEN_ERROR)
        return error->code;
    return error->domain == G_OPTION_ERROR ? STATUS_USAGE : STATUS_FAILED;
}

static gboolean run(const struct options *options, GError **error)
{
    interruption_catch();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error like any other */
    return options->file != NULL ? replay_run(options, error) : live_run(options, error);
}

int main(int argc, char **argv)
{
    struct options options;
    GError *error = NULL;
    int status = STATUS_OK;
    gboolean good = options_parse(&options, argc, argv, &error);
    if (good && options.version)
        puts("erspanrate " ERSPANRATE_VERSION);
    else if (good)
        good = run(&options, &error);
    if (!good) {
        status = fail_with(error);
        g_error_free(error);
    }
    options_clear(&options);
    return status;
}
