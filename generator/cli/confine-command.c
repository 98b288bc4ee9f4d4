/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/cli/confine-command.h"

#include "common/capture-reader.h"
#include "common/confinement/confinement.h"
#include "common/confinement/file-keeper.h"

struct confine_request confine_request;

gboolean confine_command_hold(const struct scenario *scenario, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; good && i < scenario->traffics->len; i++) {
        const char *file = g_array_index(scenario->traffics, struct traffic_plan, i).file;
        good = *file == '\0' || capture_reader_hold(file, error);
    }
    return good;
}

gboolean confine_command(struct atomic_file *const *outputs, bool xdp_sockets, GError **error)
{
    const struct confinement_plan plan = {
        .user = confine_request.user, .off = confine_request.off, .xdp_sockets = xdp_sockets};
    struct confinement confinement;
    if (!file_keeper_begin(outputs, error) || !confinement_begin(&plan, &confinement, error))
        return FALSE;
    confinement_clear(&confinement);
    if (confine_request.off)
        g_printerr("%s: this run is not confined: --no-confinement\n", g_get_prgname());
    return TRUE;
}
