/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/table.h"

enum { GAP = 2 /* blanks between columns */ };

struct cell {
    char *text;
    enum mark mark;
};

struct table {
    const char *const *titles;
    guint columns;
    guint shown;   /* of them, from the left */
    GArray *cells; /* struct cell, row by row */
};

static void clear_cell(gpointer cell)
{
    g_free(((struct cell *)cell)->text);
}

struct table *table_new(const char *const *titles)
{
    struct table *table = g_new0(struct table, 1);
    table->titles = titles;
    table->columns = g_strv_length((char **)titles);
    table->shown = table->columns;
    table->cells = g_array_new(FALSE, FALSE, sizeof(struct cell));
    g_array_set_clear_func(table->cells, clear_cell);
    return table;
}

void table_free(struct table *table)
{
    g_array_free(table->cells, TRUE);
    g_free(table);
}

void table_put(struct table *table, const char *text, enum mark mark)
{
    const struct cell cell = {g_strdup(text), mark};
    g_array_append_val(table->cells, cell);
}

static const struct cell *cell_at(const struct table *table, guint index)
{
    return &g_array_index(table->cells, struct cell, index);
}

static int column_width(const struct table *table, guint column)
{
    glong width = g_utf8_strlen(table->titles[column], -1);
    for (guint i = column; i < table->cells->len; i += table->columns)
        width = MAX(width, g_utf8_strlen(cell_at(table, i)->text, -1));
    return (int)width;
}

/* A column in which nothing stands is not. */
static bool is_shown(const struct table *table, guint column)
{
    for (guint i = column; i < table->cells->len; i += table->columns)
        if (cell_at(table, i)->text[0] != '\0')
            return column < table->shown;
    return false;
}

size_t table_width(const struct table *table)
{
    int width = 0;
    for (guint column = 0; column < table->columns; column++)
        if (is_shown(table, column))
            width += column_width(table, column) + (column > 0 ? GAP : 0);
    return (size_t)width;
}

void table_fit(struct table *table, size_t width, guint least)
{
    while (table->shown > least && table_width(table) > width)
        table->shown--;
}

static void print_cell(FILE *stream, guint column, int width, const char *text, const char *on)
{
    int blanks = width - (int)g_utf8_strlen(text, -1);
    const char *off = on[0] != '\0' ? "\033[0m" : "";
    if (column == 0)
        fprintf(stream, "%s%s%s%*s", on, text, off, blanks, "");
    else
        fprintf(stream, "%*s%s%s%s", blanks + GAP, "", on, text, off);
}

size_t table_print(const struct table *table, FILE *stream, bool colour)
{
    static const char *const marks[] = {
        [MARK_NONE] = "", [MARK_BAD] = "\033[1;31m", [MARK_FAINT] = "\033[2m"};
    int *widths = g_new0(int, table->columns); /* 0: not shown */
    for (guint column = 0; column < table->columns; column++) {
        if (!is_shown(table, column))
            continue;
        widths[column] = column_width(table, column);
        print_cell(stream, column, widths[column], table->titles[column], colour ? "\033[1m" : "");
    }
    fputc('\n', stream);
    for (guint i = 0; i < table->cells->len; i++) {
        guint column = i % table->columns;
        const struct cell *cell = cell_at(table, i);
        if (widths[column] > 0)
            print_cell(stream, column, widths[column], cell->text, colour ? marks[cell->mark] : "");
        if (column + 1 == table->columns)
            fputc('\n', stream);
    }
    g_free(widths);
    return 1 + table->cells->len / table->columns;
}
