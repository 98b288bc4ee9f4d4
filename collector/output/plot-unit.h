/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Units in which the numbers of an axis are short.
 */
#ifndef COLLECTOR_OUTPUT_PLOT_UNIT_H
#define COLLECTOR_OUTPUT_PLOT_UNIT_H

#include "common/svg.h"

struct plot_unit {
    double from; /* the lowest highest number that it is for */
    double size;
    const char *name;
};

extern const struct plot_unit plot_unit_percent; /* of parts of 1 */

/** @param highest  of the axis: bits per second, seconds. */
const struct plot_unit *plot_unit_of_rate(double highest);
const struct plot_unit *plot_unit_of_time(double highest);

/** An axis of seconds whose steps are round in the unit. */
struct svg_axis plot_unit_time_axis(double begin_s, double end_s, const struct plot_unit *unit);

/** "NAME, UNIT" above the box. */
void plot_unit_put_name(GString *svg, const struct svg_box *box, const char *name,
                        const struct plot_unit *unit);

#endif
