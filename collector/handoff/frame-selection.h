/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Which sessions' mirrored frames are handed on: by ID and by source, as the user names them.
 */
#ifndef COLLECTOR_HANDOFF_FRAME_SELECTION_H
#define COLLECTOR_HANDOFF_FRAME_SELECTION_H

#include <glib.h>

#include "core/copy/session.h"

struct frame_selection {
    GArray *ids;     /* int64_t; NULL: any */
    GArray *sources; /* struct address; NULL: any */
};

/**
 * Adds the IDs in a text such as "7,10-12".
 *
 * @return FALSE with an error that quotes the text; none of it is added then.
 */
gboolean frame_selection_add_ids(struct frame_selection *selection, const char *text,
                                 GError **error);

/** Adds an IPv4 or IPv6 address, likewise. */
gboolean frame_selection_add_source(struct frame_selection *selection, const char *text,
                                    GError **error);

/** True if frames of that session are handed on. */
bool frame_selection_has(const struct frame_selection *selection, const struct session_key *key);

void frame_selection_clear(struct frame_selection *selection);

#endif
