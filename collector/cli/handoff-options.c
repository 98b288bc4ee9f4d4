/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/handoff-options.h"

#include "common/errors.h"
#include "core/base/time-units.h"

enum { WAIT_MS_MAX = 10000, ROOM = 64 << 20 /* bytes of frames that wait */ };

bool handoff_options_given(const struct handoff_options *options)
{
    return options->once || options->wait_ms != 0 || options->sessions != NULL ||
           options->sources != NULL;
}

gboolean handoff_options_take(const struct handoff_options *options, struct handoff_plan *plan,
                              GError **error)
{
    if (!(options->wait_ms >= 0 && options->wait_ms <= WAIT_MS_MAX))
        return fail(error, STATUS_USAGE, "--in-order=%.10g: must be 0 to %d ms", options->wait_ms,
                    WAIT_MS_MAX);
    *plan = (struct handoff_plan){
        .once = options->once,
        .wait_ns = (int64_t)(options->wait_ms * NS_PER_MS),
        .room = ROOM,
    };
    for (char **text = options->sessions; text != NULL && *text != NULL; text++)
        if (!frame_selection_add_ids(&plan->selection, *text, error))
            return FALSE;
    for (char **text = options->sources; text != NULL && *text != NULL; text++)
        if (!frame_selection_add_source(&plan->selection, *text, error))
            return FALSE;
    return TRUE;
}

void handoff_options_clear(struct handoff_options *options)
{
    g_strfreev(options->sessions);
    g_strfreev(options->sources);
}
