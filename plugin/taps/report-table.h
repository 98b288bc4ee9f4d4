/* report-table.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Tables in Wireshark's Statistics menu (sortable; Copy and Save as CSV; with a display filter) and
 * tshark -z NAME, filled from a core report when they are drawn.
 *
 * Wireshark has no call for "draw now" in such a table: rows are expected to grow with each packet.
 * But what a report knows of a session depends on all copies. So a listener is registered behind
 * the table's own, when its first copy comes: Wireshark draws the latest listener first, and that
 * one writes the rows. It stays when the table is closed, and does nothing then.
 *
 * Lines of text stand above the rows in Wireshark's window. Each is a table of its own without
 * rows, of which the window shows the title alone, over all columns. The window reads a title once.
 * Therefore the lines are added when the last copy of the capture has come. They are sorted by
 * their first letters, before the rows. tshark prints them below the rows.
 */
#ifndef PLUGIN_TAPS_REPORT_TABLE_H
#define PLUGIN_TAPS_REPORT_TABLE_H

#include "core/report/report.h"
#include "plugin/base/compat.h"

struct report_table;

/** Adds all cells of all rows, from left to right, and any lines. */
typedef void (*report_table_rows)(struct report_table *table, const struct report *report);

/**
 * @param heading  the title of the rows where lines stand above them. It sorts behind all lines.
 * @param title    with @p name, @p heading and @p columns it lives as long as the program.
 * @param columns  of type TABLE_ITEM_UINT, TABLE_ITEM_FLOAT or TABLE_ITEM_STRING.
 */
void report_table_register(const char *name, const char *title, const char *heading,
                           stat_tap_table_item *columns, unsigned count, report_table_rows rows);

/** Adds a line above the rows. It is copied. */
void report_table_add_line(struct report_table *table, const char *line);

/** The next cell, by the type of its column. A text is copied. */
void report_table_add_count(struct report_table *table, uint64_t count);
void report_table_add_number(struct report_table *table, double number);
void report_table_add_text(struct report_table *table, const char *text);

/** A number in a column of texts, "-" where it is not @p known. Aligned, so that it sorts. */
void report_table_add_known(struct report_table *table, bool known, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
