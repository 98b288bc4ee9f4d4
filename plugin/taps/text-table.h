/* text-table.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * A table for a terminal: columns as wide as what stands in them.
 */
#ifndef PLUGIN_TAPS_TEXT_TABLE_H
#define PLUGIN_TAPS_TEXT_TABLE_H

#include <glib.h>
#include <stdbool.h>

struct text_column {
    const char *title;
    bool right; /* aligned, as numbers are */
};

struct text_table;

/** @param columns  lives as long as the table. */
struct text_table *text_table_new(const struct text_column *columns, unsigned count);

/** The next cell, row by row from the left. */
void text_table_add(struct text_table *table, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** Appends it to @p out, the titles first, and frees it. */
void text_table_put(struct text_table *table, GString *out);

#endif
