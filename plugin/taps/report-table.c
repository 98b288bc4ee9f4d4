/* report-table.c
 * Tables of the Statistics menu that are filled from a report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/taps/report-table.h"

#include "plugin/revisit/copy-analysis.h"
#include "plugin/taps/report-fill.h"

struct report_table {
    stat_tap_table_ui ui; /* first: Wireshark hands on its address */
    report_table_rows rows;
    const char *heading;
    struct report_fill fill;
    uint32_t last_frame;             /* of those that were taken */
    GPtrArray *lines;                /* texts, above the rows */
    bool listens;                    /* draw() is registered behind the table's own listener */
    stat_tap_table_item_type *cells; /* of the row that is being added */
    unsigned cells_added;
    unsigned rows_added;
};

static GPtrArray *tables; /* of struct report_table */

/* NULL: neither a window nor a -z asks for it. */
static stat_tap_table *shown(const struct report_table *table)
{
    const GArray *all = table->ui.tables;
    return all == NULL || all->len == 0 ? NULL : g_array_index(all, stat_tap_table *, 0);
}

static bool is_text(const stat_tap_table_item_type *cell)
{
    return cell->type == TABLE_ITEM_STRING;
}

static void free_cell(stat_tap_table *of _U_, unsigned row _U_, unsigned column _U_,
                      stat_tap_table_item_type *cell)
{
    if (is_text(cell))
        g_free((char *)cell->value.string_value);
}

static void remove_rows(stat_tap_table *of)
{
    for (unsigned row = 0; row < of->num_elements; row++) {
        for (unsigned column = 0; column < of->num_fields; column++)
            free_cell(of, row, column, &of->elements[row][column]);
        g_free(of->elements[row]);
    }
    of->num_elements = 0;
}

/* A row that there is no more. Wireshark's window cannot take one out before a reset. */
static void blank_rows(struct report_table *table, stat_tap_table *of)
{
    for (unsigned row = table->rows_added; row < of->num_elements; row++)
        for (unsigned column = 0; column < of->num_fields; column++) {
            stat_tap_table_item_type *cell = &of->elements[row][column];
            bool text = is_text(cell);
            free_cell(of, row, column, cell);
            memset(&cell->value, 0, sizeof cell->value);
            if (text)
                cell->value.string_value = g_strdup("");
        }
}

/* Of the tables of a window the first has the rows; each of the others is a line. */
static void remove_lines(struct report_table *table)
{
    GArray *all = table->ui.tables;
    for (unsigned i = 1; all != NULL && i < all->len; i++)
        g_free(g_array_index(all, stat_tap_table *, i));
    if (all != NULL && all->len > 1)
        g_array_set_size(all, 1);
    g_ptr_array_set_size(table->lines, 0);
}

static bool has_lines(const struct report_table *table)
{
    return table->ui.tables->len > 1;
}

static void show_lines(struct report_table *table)
{
    for (unsigned i = 0; i < table->lines->len; i++)
        stat_tap_add_table(&table->ui, stat_tap_init_table(g_ptr_array_index(table->lines, i),
                                                           (int)table->ui.nfields, 0, NULL));
}

static void draw(void *data)
{
    struct report_table *table = data;
    stat_tap_table *of = shown(table);
    if (of == NULL || table->fill.report == NULL)
        return;
    const struct report *report = report_fill_sum(&table->fill);
    table->cells_added = 0;
    table->rows_added = 0;
    bool shows_lines = has_lines(table);
    if (!shows_lines)
        g_ptr_array_set_size(table->lines, 0);
    if (report != NULL)
        table->rows(table, report);
    blank_rows(table, of);
    if (!shows_lines && table->last_frame >= copy_analysis_last_frame())
        show_lines(table);
}

static void reset_report(void *data)
{
    struct report_table *table = data;
    report_fill_reset(&table->fill);
    table->last_frame = 0;
}

static tap_packet_status take_frame(void *data, packet_info *pinfo, epan_dissect_t *edt,
                                    const void *tapped _U_, tap_flags_t flags _U_)
{
    struct report_table *table = data;
    if (shown(table) == NULL || table->fill.report == NULL)
        return TAP_PACKET_DONT_REDRAW;
    table->last_frame = pinfo->num;
    report_fill_look(&table->fill, pinfo, edt);
    return TAP_PACKET_REDRAW;
}

static void listen(struct report_table *table)
{
    GString *error = register_tap_listener("frame", table, NULL, TL_REQUIRES_NOTHING, reset_report,
                                           take_frame, draw, NULL);
    table->listens = error == NULL;
    if (error != NULL)
        g_string_free(error, TRUE);
}

static tap_packet_status take_copy(void *data, packet_info *pinfo, epan_dissect_t *edt,
                                   const void *tapped, tap_flags_t flags _U_)
{
    const stat_data_t *statistic = data;
    struct report_table *table = (struct report_table *)statistic->stat_tap_data;
    if (!table->listens)
        listen(table);
    table->last_frame = pinfo->num;
    report_fill_look(&table->fill, pinfo, edt);
    report_fill_take(&table->fill, tapped);
    return TAP_PACKET_REDRAW;
}

static void reset_table(stat_tap_table *of)
{
    for (unsigned i = 0; i < tables->len; i++) {
        struct report_table *table = g_ptr_array_index(tables, i);
        if (shown(table) != of)
            continue;
        reset_report(table);
        remove_lines(table);
    }
    remove_rows(of);
}

/* The listener of a window that is opened after draw() was registered would be drawn before it. */
static void begin(stat_tap_table_ui *ui)
{
    struct report_table *table = (struct report_table *)ui;
    if (table->listens)
        remove_tap_listener(table);
    table->listens = false;
    reset_report(table);
    remove_lines(table);
    stat_tap_table *of = shown(table);
    if (of != NULL)
        remove_rows(of);
    else
        stat_tap_add_table(ui, stat_tap_init_table(table->heading, (int)ui->nfields, 0, NULL));
}

void report_table_register(const char *name, const char *title, const char *heading,
                           stat_tap_table_item *columns, unsigned count, report_table_rows rows)
{
    static tap_param params[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
    struct report_table *table = g_new0(struct report_table, 1);
    table->rows = rows;
    table->heading = heading;
    table->lines = g_ptr_array_new_with_free_func(g_free);
    table->cells = g_new0(stat_tap_table_item_type, count);
    table->ui = (stat_tap_table_ui){
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = title,
        .tap_name = ERSPAN_TAP,
        .cli_string = name,
        .stat_tap_init_cb = begin,
        .packet_func = take_copy,
        .stat_tap_reset_table_cb = reset_table,
        .stat_tap_free_table_item_cb = free_cell,
        .nfields = count,
        .fields = columns,
        .nparams = G_N_ELEMENTS(params),
        .params = params,
    };
    if (tables == NULL)
        tables = g_ptr_array_new();
    g_ptr_array_add(tables, table);
    register_stat_tap_table_ui(&table->ui);
}

void report_table_add_line(struct report_table *table, const char *line)
{
    if (!has_lines(table)) /* the window has read the lines that it shows */
        g_ptr_array_add(table->lines, g_strdup(line));
}

static void add(struct report_table *table, stat_tap_table_item_type cell)
{
    cell.type = table->ui.fields[table->cells_added].type;
    table->cells[table->cells_added++] = cell;
    if (table->cells_added < table->ui.nfields)
        return;
    stat_tap_table *of = shown(table);
    unsigned row = table->rows_added++;
    /* Wireshark's window keeps the address of each row from one drawing to the next. */
    for (unsigned column = 0; row < of->num_elements && column < of->num_fields; column++)
        free_cell(of, row, column, &of->elements[row][column]);
    stat_tap_init_table_row(of, row, (unsigned)table->ui.nfields, table->cells);
    table->cells_added = 0;
}

void report_table_add_count(struct report_table *table, uint64_t count)
{
    add(table, (stat_tap_table_item_type){.value.uint_value = (unsigned)MIN(count, UINT_MAX)});
}

void report_table_add_number(struct report_table *table, double number)
{
    add(table, (stat_tap_table_item_type){.value.float_value = number});
}

void report_table_add_text(struct report_table *table, const char *text)
{
    add(table, (stat_tap_table_item_type){.value.string_value = g_strdup(text)});
}

void report_table_add_known(struct report_table *table, bool known, const char *format, ...)
{
    enum { WIDTH = 10 };
    va_list arguments;
    va_start(arguments, format);
    char *text = known ? g_strdup_vprintf(format, arguments) : g_strdup("-");
    va_end(arguments);
    char *aligned = g_strdup_printf("%*s", WIDTH, text);
    report_table_add_text(table, aligned);
    g_free(aligned);
    g_free(text);
}
