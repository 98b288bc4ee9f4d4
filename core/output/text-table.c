/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/output/text-table.h"

enum { GAP = 2 /* blanks between columns */ };

struct cell {
    char *text;
    enum text_mark mark;
};

struct text_table {
    const struct text_column *columns;
    unsigned count;
    uint64_t left_out; /* a bit for each column */
    GArray *cells;     /* struct cell, row by row */
};

static void clear_cell(gpointer cell)
{
    g_free(((struct cell *)cell)->text);
}

struct text_table *text_table_new(const struct text_column *columns, unsigned count)
{
    struct text_table *table = g_new(struct text_table, 1);
    *table = (struct text_table){columns, count, 0, g_array_new(FALSE, FALSE, sizeof(struct cell))};
    g_array_set_clear_func(table->cells, clear_cell);
    return table;
}

void text_table_free(struct text_table *table)
{
    g_array_free(table->cells, TRUE);
    g_free(table);
}

void text_table_add(struct text_table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const struct cell cell = {g_strdup_vprintf(format, arguments), TEXT_PLAIN};
    va_end(arguments);
    g_array_append_val(table->cells, cell);
}

void text_table_add_marked(struct text_table *table, const char *text, enum text_mark mark)
{
    const struct cell cell = {g_strdup(text), mark};
    g_array_append_val(table->cells, cell);
}

static const struct cell *cell_at(const struct text_table *table, guint index)
{
    return &g_array_index(table->cells, struct cell, index);
}

static bool is_shown(const struct text_table *table, unsigned column)
{
    for (guint i = column; i < table->cells->len; i += table->count)
        if (cell_at(table, i)->text[0] != '\0')
            return (table->left_out >> column & 1) == 0;
    return false;
}

/* 0 where it is not shown. */
static int column_width(const struct text_table *table, unsigned column)
{
    if (!is_shown(table, column))
        return 0;
    glong width = g_utf8_strlen(table->columns[column].title, -1);
    for (guint i = column; i < table->cells->len; i += table->count)
        width = MAX(width, g_utf8_strlen(cell_at(table, i)->text, -1));
    return (int)width;
}

size_t text_table_width(const struct text_table *table)
{
    size_t width = 0;
    for (unsigned column = 0; column < table->count; column++) {
        size_t own = (size_t)column_width(table, column);
        width += own + (own > 0 && width > 0 ? GAP : 0);
    }
    return width;
}

void text_table_fit(struct text_table *table, size_t width, const unsigned char *columns,
                    size_t count)
{
    for (size_t i = 0; i < count && text_table_width(table) > width; i++)
        table->left_out |= UINT64_C(1) << columns[i];
}

/* Blanks behind the text of the last column that is shown are left out. */
static void put_cell(const struct text_table *table, const int *widths, unsigned column,
                     const char *text, const char *on, GString *out)
{
    if (widths[column] == 0)
        return;
    int blanks = widths[column] - (int)g_utf8_strlen(text, -1);
    bool right = table->columns[column].right;
    bool last = column + 1 == table->count;
    const char *off = on[0] != '\0' ? "\033[0m" : "";
    g_string_append_printf(out, "%*s%s%s%s%*s", (column > 0 ? GAP : 0) + (right ? blanks : 0), "",
                           on, text, off, right || last ? 0 : blanks, "");
}

size_t text_table_put(const struct text_table *table, bool colour, GString *out)
{
    static const char *const marks[] = {
        [TEXT_PLAIN] = "", [TEXT_BAD] = "\033[1;31m", [TEXT_FAINT] = "\033[2m"};
    int *widths = g_new(int, table->count);
    for (unsigned column = 0; column < table->count; column++)
        widths[column] = column_width(table, column);
    for (unsigned column = 0; column < table->count; column++)
        put_cell(table, widths, column, table->columns[column].title, colour ? "\033[1m" : "", out);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < table->cells->len; i++) {
        const struct cell *cell = cell_at(table, i);
        unsigned column = i % table->count;
        put_cell(table, widths, column, cell->text, colour ? marks[cell->mark] : "", out);
        if (column + 1 == table->count)
            g_string_append_c(out, '\n');
    }
    g_free(widths);
    return 1 + table->cells->len / table->count;
}
