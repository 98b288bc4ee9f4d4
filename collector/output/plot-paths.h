/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The diagrams of a plot about what the network did between two mirrors: how long frames took over
 * time, and how many it lost.
 */
#ifndef COLLECTOR_OUTPUT_PLOT_PATHS_H
#define COLLECTOR_OUTPUT_PLOT_PATHS_H

#include "common/svg.h"
#include "core/paths/path-report.h"

/** Pixels that plot_paths_put() takes; 0 without pairs. */
int plot_paths_height(const struct path_report *report);

/** Draws the pairs with the most frames, one below the other, from @p top on. */
void plot_paths_put(GString *svg, const struct path_report *report, int top);

#endif
