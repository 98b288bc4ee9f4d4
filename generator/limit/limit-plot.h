/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a limit test found as a diagram: the loss at each rate, a curve for each frame size.
 */
#ifndef GENERATOR_LIMIT_LIMIT_PLOT_H
#define GENERATOR_LIMIT_LIMIT_PLOT_H

#include "common/atomic-file.h"
#include "generator/limit/limit-report.h"

/** The diagram as SVG; the caller frees it. */
GString *limit_plot_draw(const struct limit_report *report);

struct limit_plot;

/** Opens the file, which is not there until it is complete. NULL after an error. */
struct limit_plot *limit_plot_open(const char *path, GError **error);

/** Where it will be, for who is to finish it. */
struct atomic_file *limit_plot_place(struct limit_plot *plot);

/** Draws, writes and closes. FALSE after an error. */
gboolean limit_plot_commit(struct limit_plot *plot, const struct limit_report *report,
                           GError **error);

/** Closes, and leaves no file. NULL does nothing. */
void limit_plot_abort(struct limit_plot *plot);

#endif
