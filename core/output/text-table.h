/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A text table with titles. Each column is as wide as its longest cell. Empty columns are hidden.
 */
#ifndef CORE_OUTPUT_TEXT_TABLE_H
#define CORE_OUTPUT_TEXT_TABLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct text_column {
    const char *title;
    bool right; /* aligned, as numbers are */
};

/** How a cell stands out on a terminal. */
enum text_mark { TEXT_PLAIN, TEXT_BAD, TEXT_FAINT };

struct text_table;

/** @param columns  live as long as the table; at most 64. */
struct text_table *text_table_new(const struct text_column *columns, unsigned count);
void text_table_free(struct text_table *table);

/** Adds the next cell: from left to right, then in the next row. */
void text_table_add(struct text_table *table, const char *format, ...) G_GNUC_PRINTF(2, 3);
void text_table_add_marked(struct text_table *table, const char *text, enum text_mark mark);

/** Appends the table to @p out. @param colour  for a terminal. @return lines. */
size_t text_table_put(const struct text_table *table, bool colour, GString *out);

/** Columns of a terminal that it needs. */
size_t text_table_width(const struct text_table *table);

/** Leaves out the @p count columns with these numbers, one after the other, until a terminal of
 * @p width has room. */
void text_table_fit(struct text_table *table, size_t width, const unsigned char *columns,
                    size_t count);

#endif
