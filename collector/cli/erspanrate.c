/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspanrate measures ERSPAN: the rate and loss of each session, and where copies were lost.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "collector/cli/check-host.h"
#include "collector/cli/live.h"
#include "collector/cli/memory.h"
#include "collector/cli/outputs.h"
#include "collector/cli/replay.h"
#include "collector/cli/version.h"
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
                                const struct reporter_outputs *outputs, GError **error)
{
    return options->files != NULL ? replay_run(options, policy, outputs, error)
                                  : live_run(options, policy, outputs, error);
}

static gboolean run_with_outputs(const struct options *options,
                                 struct packet_processor_policy *policy, GError **error)
{
    struct reporter_outputs outputs;
    GError *wrong = NULL;
    GError *unwritten = NULL;
    if (outputs_open(&outputs, options, policy, &wrong))
        receive_or_read(options, policy, &outputs, &wrong);
    if (!outputs_close(&outputs, wrong != NULL, &unwritten))
        errors_add(&wrong, unwritten);
    if (wrong != NULL)
        g_propagate_error(error, wrong);
    return wrong == NULL;
}

static gboolean run(const struct options *options, GError **error)
{
    struct packet_processor_policy policy = {
        .copy = {.drops_only = &options->drops_only},
        .analysis = {.domain = options->domain},
        .mirrors = options->mirrors,
    };
    /* Threads that receive have an analysis each; those that read a capture share one. */
    unsigned analyses = options->files != NULL ? 1 : options->threads;
    if (!memory_share(options->memory_mib, analyses, &policy, error))
        return FALSE;
    if (options->paths)
        memory_share_paths(&policy);
    if (!options_reads_input(options))
        hold_standard_input();
    signals_catch();
    return run_with_outputs(options, &policy, error);
}

int main(int argc, char **argv)
{
    g_set_prgname("erspanrate");
    struct options options;
    GError *error = NULL;
    int status = STATUS_OK;
    gboolean good = options_parse(&options, argc, argv, &error);
    if (good && options.version)
        version_print();
    else if (good && options.check)
        good = check_host(&options, &error);
    else if (good && !options.help)
        good = run(&options, &error);
    if (!good) {
        status = errors_print(error);
        g_error_free(error);
    }
    bool is_answer = options.version || options.check || options.help;
    options_clear(&options);
    return is_answer ? errors_end_output(status) : status;
}
