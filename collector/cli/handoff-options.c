/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/handoff-options.h"

#include <string.h>

#include "common/errors.h"
#include "core/base/time-units.h"

enum { WAIT_MS_MAX = 10000, SPREAD_MAX = 128, ROOM = 64 << 20 /* bytes of frames that wait */ };

void handoff_options_add(struct handoff_options *options, GOptionGroup *group)
{
    const GOptionEntry entries[] = {
        {"once", 0, 0, G_OPTION_ARG_NONE, &options->once, "Hand each mirrored frame on once", NULL},
        {"in-order", 0, 0, G_OPTION_ARG_DOUBLE, &options->wait_ms,
         "Put frames back in order; wait MS for a missing one", "MS"},
        {"session", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->sessions,
         "Hand on frames of these sessions alone", "IDS"},
        {"source", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->sources,
         "Hand on frames of this source alone", "ADDRESS"},
        {"spread", 0, 0, G_OPTION_ARG_INT, &options->spread,
         "With -b strip: N processors share the flows", "N"},
        {"per-session", 0, 0, G_OPTION_ARG_NONE, &options->per_session,
         "With -w: a capture for each session", NULL},
        {0},
    };
    g_option_group_add_entries(group, entries);
}

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

gboolean handoff_options_check_use(const struct handoff_options *options, bool hands_on,
                                   GError **error)
{
    return hands_on || !handoff_options_given(options) ||
           fail(error, STATUS_USAGE,
                "--once, --in-order, --session and --source choose mirrored frames: they need "
                "--decapsulate, --to or --pcap-server");
}

gboolean handoff_options_check_strip(const struct handoff_options *options, bool strips,
                                     const char *to, GError **error)
{
    if (options->spread != 0 && !strips)
        return fail(error, STATUS_USAGE, "--spread needs --backend=strip");
    if (options->spread < 0 || options->spread > SPREAD_MAX)
        return fail(error, STATUS_USAGE, "--spread=%d: must be 0 to %d processors", options->spread,
                    SPREAD_MAX);
    if (strips && to == NULL)
        return fail(error, STATUS_USAGE, "--backend=strip needs --to NAME");
    if (strips && handoff_options_given(options))
        return fail(error, STATUS_USAGE,
                    "--backend=strip hands frames on in the kernel, as they come: --once, "
                    "--in-order, --session and --source are not available there, and need "
                    "another --backend");
    return TRUE;
}

gboolean handoff_options_check_per_session(const struct handoff_options *options, const char *write,
                                           bool decapsulate, GError **error)
{
    if (!options->per_session)
        return TRUE;
    if (!decapsulate)
        return fail(error, STATUS_USAGE, "--per-session needs --decapsulate");
    return strcmp(write, "-") != 0 ||
           fail(error, STATUS_USAGE, "--per-session needs -w FILE: standard output is one capture");
}

void handoff_options_clear(struct handoff_options *options)
{
    g_strfreev(options->sessions);
    g_strfreev(options->sources);
}
