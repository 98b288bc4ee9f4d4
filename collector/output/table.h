/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A table for people: columns as wide as what stands in them, the first to the left, the others to
 * the right, the titles above.
 */
#ifndef COLLECTOR_OUTPUT_TABLE_H
#define COLLECTOR_OUTPUT_TABLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

struct table;

/** How a cell stands out on a terminal. */
enum mark { MARK_NONE, MARK_BAD, MARK_FAINT };

/** @param titles  of the columns, then NULL. Kept as a pointer. */
struct table *table_new(const char *const *titles);
void table_free(struct table *table);

/** Cells go from left to right, then to the next row. */
void table_put(struct table *table, const char *text, enum mark mark);

/** Prints what was put. @return lines printed. */
size_t table_print(const struct table *table, FILE *stream, bool colour);

/** Columns of a terminal that it needs. */
size_t table_width(const struct table *table);

/** Leaves out the columns on the right for which a terminal of that width has no room; never the
 * first so many. */
void table_fit(struct table *table, size_t width, guint least);

#endif
