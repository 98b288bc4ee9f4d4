/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/confine-run.h"

#include <errno.h>

#include "collector/output/packet-encoding.h"
#include "common/atomic-file.h"
#include "common/confinement/confinement.h"
#include "common/errors.h"

/* In which captures are made while the run goes on, to be freed; NULL: none. */
static char *directory_of(const struct reporter_outputs *outputs)
{
    if (outputs->files != NULL)
        return session_files_directory(outputs->files);
    return outputs->writer != NULL ? packet_writer_directory(outputs->writer) : NULL;
}

gboolean confine_run(const struct options *options, struct reporter *reporter,
                     const struct reporter_outputs *outputs, GError **error)
{
    struct confinement_plan plan = {.user = options->user, .off = options->confinement_off};
    const char *metrics = options->report.prometheus;
    /* Of a file, root may make its outputs where only root can. */
    g_autofree char *directory = metrics != NULL ? atomic_file_directory(metrics) : NULL;
    if (metrics != NULL && directory == NULL)
        return fail(error, STATUS_FAILED, "%s: %s", metrics, g_strerror(errno));
    if (directory != NULL)
        confinement_plan_add(&plan, directory, options->files != NULL);
    g_autofree char *captures = directory_of(outputs);
    if (captures != NULL)
        confinement_plan_add(&plan, captures, options->files != NULL);
    if (outputs->writer != NULL || outputs->files != NULL)
        packet_encoding_hold();
    struct confinement confinement;
    if (!confinement_begin(&plan, &confinement, error))
        return FALSE;
    reporter_confined(reporter, &confinement);
    if (options->confinement_off)
        reporter_warn(reporter, "this run is not confined: --no-confinement");
    confinement_clear(&confinement);
    if (outputs->files != NULL)
        return session_files_check(outputs->files, error);
    return outputs->writer == NULL || packet_writer_check(outputs->writer, error);
}
