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
    int spread;      /* 0: none */
    gboolean per_session;
};

/** Adds them to a group; their values go to @p options. */
void handoff_options_add(struct handoff_options *options, GOptionGroup *group);

/** True if any was given that chooses frames. */
bool handoff_options_given(const struct handoff_options *options);

/** Checks them and puts them into @p plan, whose selection the caller clears. FALSE after an error.
 */
gboolean handoff_options_take(const struct handoff_options *options, struct handoff_plan *plan,
                              GError **error);

/** FALSE with an error if frames are chosen, and none are handed on. */
gboolean handoff_options_check_use(const struct handoff_options *options, bool hands_on,
                                   GError **error);

/** Checks what --backend=strip excludes and needs. FALSE after an error.
 *
 * @param strips  true: it was given.
 * @param to      the interface that gets the frames; NULL: none. */
gboolean handoff_options_check_strip(const struct handoff_options *options, bool strips,
                                     const char *to, GError **error);

/** Checks that --per-session has a capture of frames to go to. FALSE after an error.
 *
 * @param write        the name of a capture; NULL: none is written.
 * @param decapsulate  true: it gets the mirrored frames. */
gboolean handoff_options_check_per_session(const struct handoff_options *options, const char *write,
                                           bool decapsulate, GError **error);

void handoff_options_clear(struct handoff_options *options);

#endif
