/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The options that say which mirrored frames are handed on, and how.
 */
#ifndef COLLECTOR_CLI_HANDOFF_OPTIONS_H
#define COLLECTOR_CLI_HANDOFF_OPTIONS_H

#include "collector/handoff/handoff.h"

/** As GLib hands them over. */
struct handoff_options {
    gboolean once;
    double wait_ms;  /* 0: frames stay as they came */
    char **sessions; /* end in NULL; or NULL */
    char **sources;  /* likewise */
};

/** True if any of them was given. */
bool handoff_options_given(const struct handoff_options *options);

/** Checks them and puts them into @p plan, whose selection the caller clears. FALSE after an error.
 */
gboolean handoff_options_take(const struct handoff_options *options, struct handoff_plan *plan,
                              GError **error);

void handoff_options_clear(struct handoff_options *options);

#endif
