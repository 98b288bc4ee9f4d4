/* text-table.c
 * Tables for a terminal
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/taps/text-table.h"

struct text_table {
    const struct text_column *columns;
    unsigned count;
    GPtrArray *cells;
};

struct text_table *text_table_new(const struct text_column *columns, unsigned count)
{
    struct text_table *table = g_new(struct text_table, 1);
    *table = (struct text_table){columns, count, g_ptr_array_new_with_free_func(g_free)};
    for (unsigned i = 0; i < count; i++)
        text_table_add(table, "%s", columns[i].title);
    return table;
}

void text_table_add(struct text_table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(table->cells, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static int column_width(const struct text_table *table, unsigned column)
{
    glong width = 0;
    for (guint i = column; i < table->cells->len; i += table->count)
        width = MAX(width, g_utf8_strlen(g_ptr_array_index(table->cells, i), -1));
    return (int)width;
}

static void put_cell(const struct text_table *table, guint cell, int width, GString *out)
{
    unsigned column = cell % table->count;
    const char *text = g_ptr_array_index(table->cells, cell);
    int padding = width - (int)g_utf8_strlen(text, -1);
    bool right = table->columns[column].right;
    bool last = column + 1 == table->count;
    g_string_append_printf(out, "%*s%s%*s%s", right ? padding : 0, "", text,
                           right || last ? 0 : padding, "", last ? "\n" : "  ");
}

void text_table_put(struct text_table *table, GString *out)
{
    int *widths = g_new(int, table->count);
    for (unsigned column = 0; column < table->count; column++)
        widths[column] = column_width(table, column);
    for (guint cell = 0; cell < table->cells->len; cell++)
        put_cell(table, cell, widths[cell % table->count], out);
    g_free(widths);
    g_ptr_array_free(table->cells, TRUE);
    g_free(table);
}
