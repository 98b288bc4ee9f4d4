/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The diagram of a plot: rates over time, below them what was lost, below that what was found out.
 */
#ifndef COLLECTOR_OUTPUT_PLOT_DRAWING_H
#define COLLECTOR_OUTPUT_PLOT_DRAWING_H

#include "collector/meter/snapshot.h"
#include "core/report/loss.h"

/** An interval. */
struct plot_point {
    double begin_s;
    double end_s;
    double outer_bits;
    double inner_bits;
    struct sequence_counts sequence;
    bool loss_known; /* as in the report; where it is not, the interval is shaded */
};

/** As session_loss_ratio(). */
static inline double plot_point_loss(const struct plot_point *point)
{
    return point->loss_known ? loss_ratio(&point->sequence) : LOSS_UNKNOWN;
}

static inline double plot_point_seconds(const struct plot_point *point)
{
    return point->end_s - point->begin_s;
}

/**
 * @param points  struct plot_point, in order of time; may be empty
 * @param all     of the whole run: the conclusions about its busiest sessions are the captions
 * @param from    names what is shown
 * @return        SVG; the caller frees.
 */
GString *plot_drawing_make(const GArray *points, const struct snapshot *all, const char *from);

#endif
