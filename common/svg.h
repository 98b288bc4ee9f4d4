/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The parts of a diagram as SVG: texts, axes at round numbers, lines and bars.
 */
#ifndef COMMON_SVG_H
#define COMMON_SVG_H

#include <glib.h>

enum {
    SVG_CURVES = 6 /* classes of lines that differ: "curve0" to "curve5" */
};

/** Places are in pixels, y downwards. */
struct svg_box {
    int left;
    int right;
    int top;
    int bottom;
};

/** What an axis shows: from @p first to @p last, with a line each @p step. */
struct svg_axis {
    double first;
    double last;
    double step;
};

/** An axis from 0 on whose end and step are round, 1, 2 or 5 times a power of ten, and that shows
 * @p highest, which is above 0. It has four or five steps. */
struct svg_axis svg_axis_from_zero(double highest);

/** An axis that ends where the data end; its step is round, and there are @p steps at most. */
struct svg_axis svg_axis_between(double first, double last, unsigned steps);

/** The place of @p value along an axis that is drawn from @p from to @p to. */
double svg_place(const struct svg_axis *axis, double value, int from, int to);

/** Opens the document: its size, and colours for light and for dark pages. */
void svg_begin(GString *svg, int width, int height, const char *title);

void svg_end(GString *svg);

/** @param anchor  "start", "middle" or "end": where the text stands to x
 * @param kind    a class of the style: "title", "caption", ...; NULL for plain text
 * @param text    any: what is hidden is written out, see core/base/printable.h */
void svg_put_text(GString *svg, int x, int y, const char *anchor, const char *kind,
                  const char *text);

/** Horizontal lines across the box with their values, each divided by @p unit, at its left. */
void svg_put_horizontal_lines(GString *svg, const struct svg_box *box, const struct svg_axis *axis,
                              double unit);

/** One tick at @p x below the box, with @p value. */
void svg_put_tick(GString *svg, const struct svg_box *box, int x, double value);

/** Ticks below the box with their values, each divided by @p unit. */
void svg_put_ticks(GString *svg, const struct svg_box *box, const struct svg_axis *axis,
                   double unit);

/** "x,y ", with a point in the numbers whatever the user's language. */
void svg_put_point(GString *svg, double x, double y);

/** Adds the text to @p lines, which own their strings, as lines that end at spaces and are no
 * longer than a caption. */
void svg_add_lines(GPtrArray *lines, const char *text);

#endif
