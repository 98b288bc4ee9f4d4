/* followed-paths.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The frames that are followed from one observation point to the next, and what each copy shows of
 * that: on the first visit what is known when it comes, later what turned out. It keeps 32 bytes
 * for each copy of a frame that several points have shown, 4 for each frame of the capture up to
 * the last of these, and a note for each frame that a point did not show.
 */
#ifndef PLUGIN_REVISIT_FOLLOWED_PATHS_H
#define PLUGIN_REVISIT_FOLLOWED_PATHS_H

#include "core/paths/path-table.h"

/** A frame that a point behind this copy's did not show. */
struct path_missing_at {
    const struct path_missing_at *next;
    uint16_t pair;
    bool lost; /* as in struct path_absence */
};

struct copy_path {
    bool followed; /* several points have shown the frame */
    struct path_step step;
    const struct path_missing_at *missing; /* the points that did not show it; NULL: none */
};

struct followed_paths;

struct followed_paths *followed_paths_new(void);
void followed_paths_free(struct followed_paths *followed);

/** The table that follows the copies. */
struct path_table *followed_paths_table(struct followed_paths *followed);

/** What the copy in that frame of the capture shows; valid until the next copy is taken. */
void followed_paths_find(const struct followed_paths *followed, uint64_t frame,
                         struct copy_path *path);

#endif
