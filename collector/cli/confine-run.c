/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/confine-run.h"

#include <errno.h>

#include "collector/output/packet-encoding.h"
#include "common/atomic-file.h"
#include "common/confinement/confinement.h"
#include "common/errors.h"

/* They are made by the user that the process became; of a capture by root where only root may write
 * to the directory. */
static gboolean check_maker(const struct options *options, struct file_maker *maker, GError **error)
{
    if (maker == NULL || file_maker_check(maker))
        return TRUE;
    const char *reason = g_strerror(errno);
    g_autofree char *directory = g_path_get_dirname(options->write);
    return fail(error, STATUS_FAILED,
                "%s: %s: the user of --user makes the files of -C, -G and --per-session", directory,
                reason);
}

gboolean confine_run(const struct options *options, struct reporter *reporter,
                     const struct reporter_outputs *outputs, GError **error)
{
    struct confinement_plan plan = {.user = options->user, .off = options->confinement_off};
    const char *metrics = outputs->metrics == NULL ? options->report.prometheus : NULL;
    g_autofree char *pipe = metrics != NULL ? atomic_file_place(metrics) : NULL;
    if (metrics != NULL && pipe == NULL)
        return fail(error, STATUS_FAILED, "%s: %s", metrics, g_strerror(errno));
    plan.directory = pipe;
    plan.directory_is_needed = options->files != NULL;
    if (outputs->writer != NULL || outputs->files != NULL)
        packet_encoding_hold();
    struct confinement confinement;
    if (!confinement_begin(&plan, &confinement, error))
        return FALSE;
    reporter_confined(reporter, &confinement);
    if (options->confinement_off)
        reporter_warn(reporter, "this run is not confined: --no-confinement");
    confinement_clear(&confinement);
    return check_maker(options, outputs->maker, error);
}
