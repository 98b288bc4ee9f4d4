/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/confine-run.h"

#include <errno.h>
#include <stdio.h>

#include "collector/confinement/confinement.h"
#include "common/atomic-file.h"
#include "common/errors.h"

gboolean confine_run(const struct options *options, struct reporter *reporter,
                     const struct packet_writer *writer, GError **error)
{
    struct confinement_plan plan = {.user = options->user, .off = options->confinement_off};
    size_t count = 0;
    const char *metrics = options->report.prometheus;
    g_autofree char *directory = metrics != NULL ? atomic_file_directory(metrics) : NULL;
    if (metrics != NULL && directory == NULL)
        return fail(error, STATUS_FAILED, "%s: %s", metrics, g_strerror(errno));
    if (directory != NULL)
        plan.directories[count++] = directory;
    g_autofree char *captures = writer != NULL ? packet_writer_directory(writer) : NULL;
    if (captures != NULL)
        plan.directories[count++] = captures;
    /* Of a file, root may make its outputs where only root can. */
    for (size_t i = 0; options->file != NULL && i < count; i++)
        plan.needs[i] = plan.directories[i];
    if (writer != NULL) /* a capture may have to be opened again */
        plan.directories[count++] = P_tmpdir;
    struct confinement confinement;
    if (!confinement_begin(&plan, &confinement, error))
        return FALSE;
    reporter_confined(reporter, &confinement);
    if (options->confinement_off)
        reporter_warn(reporter, "this run is not confined: --no-confinement");
    confinement_clear(&confinement);
    return writer == NULL || packet_writer_check(writer, error);
}
