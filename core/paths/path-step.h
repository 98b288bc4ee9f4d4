/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Single frames, for those who need more than the counts of pairs: where each copy stands on the
 * way of its frame, and which frames a point did not show.
 */
#ifndef CORE_PATHS_PATH_STEP_H
#define CORE_PATHS_PATH_STEP_H

#include "core/paths/path-pair.h"

/** One copy of a frame that several points have shown. */
struct path_step {
    uint64_t frame;  /* of the capture, as those below */
    uint64_t before; /* the copy of the point before; 0: none, and then the rest but `after` too */
    uint64_t after;  /* the copy of the next point; 0: none so far */
    uint16_t from;   /* the point before */
    uint16_t to;     /* the point of this copy */
    struct path_delay delay; /* between the two; basis PATH_ARRIVAL: its uncertainty is not known */
    bool has_hops;
    int hops;
};

/** A frame that the first point of a pair has shown and the second has not. */
struct path_absence {
    uint64_t frame; /* of its copy at the first point */
    uint16_t pair;
    bool lost; /* the network lost it, if path_pair_claims_loss(); else that is not known */
};

/** Whom it is told. A function that is NULL is not called. */
struct path_watcher {
    void *data;
    /** When a further copy of the frame comes and when the frame is judged, for each of its copies:
     * what is told later replaces what was told before. */
    void (*step)(void *data, const struct path_step *step);
    /** When the frame is judged; again when its loss is certain, or is not any more. */
    void (*absence)(void *data, const struct path_absence *absence);
};

#endif
