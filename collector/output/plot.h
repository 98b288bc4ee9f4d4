/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Rate and loss over time, as a diagram: SVG, which browsers show.
 */
#ifndef COLLECTOR_OUTPUT_PLOT_H
#define COLLECTOR_OUTPUT_PLOT_H

#include "collector/meter/snapshot.h"

struct plot;

/** Opens the file at once: later this process may not be allowed to. NULL after an error. */
struct plot *plot_open(const char *path, GError **error);

/** Adds an interval that ends at @p now. Of very many, neighbours are put together. */
void plot_add(struct plot *plot, const struct snapshot *interval, const struct snapshot *now);

/**
 * Draws, writes and closes. Below the diagram stands what was found out about the busiest sessions.
 *
 * @param all   of the whole run
 * @param from  names what is shown
 */
gboolean plot_close(struct plot *plot, const struct snapshot *all, const char *from,
                    GError **error);

/** Closes, and leaves the file as it was. */
void plot_abort(struct plot *plot);

#endif
