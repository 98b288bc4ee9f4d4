/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspanrate measures ERSPAN: the rate and loss of each session, and where copies were lost.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "collector/cli/live.h"
#include "collector/cli/memory.h"
#include "collector/cli/replay.h"
#include "collector/output/packet-writer.h"
#include "common/errors.h"
#include "common/signals.h"

/* What is opened next would take its number, and the file that is read takes that over. */
static void hold_standard_input(void)
{
    if (fcntl(STDIN_FILENO, F_GETFD) < 0)
        (void)!open("/dev/null", O_RDONLY);
}

static gboolean receive_or_read(const struct options *options,
                                const struct packet_processor_policy *policy,
                                struct packet_writer *writer, GError **error)
{
    return options->file != NULL ? replay_run(options, policy, writer, error)
                                 : live_run(options, policy, writer, error);
}

/* The same, and writes what comes. */
static gboolean record(const struct options *options, struct packet_processor_policy *policy,
                       GError **error)
{
    const struct packet_writer_plan plan = {
        .path = options->write,
        .waiting = options->buffer,
        .waits = options->file != NULL,
        .many_links = options->decapsulate,
        .rotation = options->rotation,
    };
    struct packet_writer *writer = packet_writer_open(&plan, error);
    if (writer == NULL)
        return FALSE;
    *(options->decapsulate ? &policy->mirrored : &policy->packets) = packet_writer_sink(writer);
    GError *wrong = NULL;
    GError *unwritten = NULL;
    receive_or_read(options, policy, writer, &wrong);
    if (!packet_writer_close(writer, wrong != NULL, &unwritten))
        errors_add(&wrong, unwritten);
    if (wrong != NULL)
        g_propagate_error(error, wrong);
    return wrong == NULL;
}

static gboolean run(const struct options *options, GError **error)
{
    struct packet_processor_policy policy = {
        .analysis = {.domain = options->domain},
        .mirrors = options->mirrors,
    };
    if (!memory_share(options->memory_mib, options->threads, &policy, error))
        return FALSE;
    if (g_strcmp0(options->file, "-") != 0)
        hold_standard_input();
    signals_catch();
    return options->write != NULL ? record(options, &policy, error)
                                  : receive_or_read(options, &policy, NULL, error);
}

int main(int argc, char **argv)
{
    g_set_prgname("erspanrate");
    struct options options;
    GError *error = NULL;
    int status = STATUS_OK;
    gboolean good = options_parse(&options, argc, argv, &error);
    if (good && options.version)
        puts("erspanrate " ERSPANRATE_VERSION);
    else if (good)
        good = run(&options, &error);
    if (!good) {
        status = errors_print(error);
        g_error_free(error);
    }
    options_clear(&options);
    return status;
}
