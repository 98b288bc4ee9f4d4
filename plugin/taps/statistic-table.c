/* statistic-table.c
 * The sessions in Wireshark's Statistics menu
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/base/compat.h"

#include <epan/to_str.h>

#include "core/output/words.h"
#include "core/report/loss.h"
#include "plugin/taps/statistics.h"
#include "plugin/taps/tap.h"

enum column {
    COLUMN_STREAM,
    COLUMN_SOURCE,
    COLUMN_DESTINATION,
    COLUMN_SESSION,
    COLUMN_TYPE,
    COLUMN_COPIES,
    COLUMN_BYTES,
    COLUMN_LOST,
    COLUMN_LOST_SHARE,
    COLUMN_LATE,
    COLUMN_DUPLICATES,
    COLUMN_AGAIN,
    COLUMNS
};

static stat_tap_table_item fields[COLUMNS] = {
    [COLUMN_STREAM] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Stream", "%7u"},
    [COLUMN_SOURCE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Source", "%-15s"},
    [COLUMN_DESTINATION] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Destination", "%-15s"},
    [COLUMN_SESSION] = {TABLE_ITEM_INT, TAP_ALIGN_RIGHT, "Session", "%7d"},
    [COLUMN_TYPE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Type", "%-5s"},
    [COLUMN_COPIES] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Copies", "%10u"},
    /* Wireshark shows six digits behind the point whatever is said here: megabytes are exact. */
    [COLUMN_BYTES] = {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Frame MB", "%14.6f"},
    /* A text, for "-" where loss cannot be known. */
    [COLUMN_LOST] = {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Lost", "%10s"},
    [COLUMN_LOST_SHARE] = {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Lost %", "%9s"},
    [COLUMN_LATE] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Late", "%8u"},
    [COLUMN_DUPLICATES] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Duplicates", "%10u"},
    [COLUMN_AGAIN] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Mirrored before", "%15u"},
};

static void begin(stat_tap_table_ui *statistic)
{
    static const char title[] = "ERSPAN sessions";
    stat_tap_table *table = stat_tap_find_table(statistic, title);
    if (table != NULL) {
        if (statistic->stat_tap_reset_table_cb != NULL)
            statistic->stat_tap_reset_table_cb(table);
        return;
    }
    stat_tap_add_table(statistic, stat_tap_init_table(title, COLUMNS, 0, NULL));
}

static void set_text(stat_tap_table *table, uint32_t row, enum column column, char *text)
{
    stat_tap_table_item_type *cell = stat_tap_get_field_data(table, row, column);
    g_free((char *)cell->value.string_value);
    cell->value.string_value = text;
    stat_tap_set_field_data(table, row, column, cell);
}

/* A sum that no cell shows as it is lies beside the cell of that column. */
static unsigned *hidden(stat_tap_table *table, uint32_t row, enum column column)
{
    return &stat_tap_get_field_data(table, row, column)->user_data.uint_value;
}

static bool is_text(unsigned column)
{
    return fields[column].type == TABLE_ITEM_STRING;
}

static void reset(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++) {
        for (unsigned column = COLUMN_COPIES; column < COLUMNS; column++) {
            stat_tap_table_item_type *cell = stat_tap_get_field_data(table, row, column);
            memset(&cell->user_data, 0, sizeof cell->user_data);
            if (!is_text(column))
                memset(&cell->value, 0, sizeof cell->value);
            stat_tap_set_field_data(table, row, column, cell);
        }
        *hidden(table, row, COLUMN_TYPE) = 0;
        set_text(table, row, COLUMN_LOST, g_strdup("-"));
        set_text(table, row, COLUMN_LOST_SHARE, g_strdup("-"));
    }
}

static void free_cell(stat_tap_table *table _U_, unsigned row _U_, unsigned column,
                      stat_tap_table_item_type *cell)
{
    if (is_text(column))
        g_free((char *)cell->value.string_value);
}

/* Streams appear in order, but a filter may keep the first copies of one away: rows before it are
 * made, and stay as they are until it comes. */
static void make_rows(stat_tap_table *table, uint32_t stream)
{
    for (unsigned row = table->num_elements; row <= stream; row++) {
        stat_tap_table_item_type cells[COLUMNS];
        memset(cells, 0, sizeof cells);
        for (unsigned column = 0; column < COLUMNS; column++)
            cells[column].type = fields[column].type;
        cells[COLUMN_STREAM].value.uint_value = row;
        cells[COLUMN_SOURCE].value.string_value = g_strdup("");
        cells[COLUMN_DESTINATION].value.string_value = g_strdup("");
        cells[COLUMN_TYPE].value.string_value = g_strdup("");
        cells[COLUMN_LOST].value.string_value = g_strdup("-");
        cells[COLUMN_LOST_SHARE].value.string_value = g_strdup("-");
        stat_tap_init_table_row(table, row, COLUMNS, cells);
    }
}

static void show_address(stat_tap_table *table, uint32_t row, enum column column,
                         packet_info *pinfo, const address *from)
{
    stat_tap_table_item_type *cell = stat_tap_get_field_data(table, row, column);
    if (cell->value.string_value[0] == '\0')
        set_text(table, row, column, g_strdup(address_to_str(pinfo->pool, from)));
}

static void increase(stat_tap_table *table, uint32_t row, enum column column, double by)
{
    stat_tap_table_item_type *cell = stat_tap_get_field_data(table, row, column);
    if (cell->type == TABLE_ITEM_FLOAT)
        cell->value.float_value += by;
    else
        cell->value.uint_value += (unsigned)by;
    stat_tap_set_field_data(table, row, column, cell);
}

static void show_count(stat_tap_table *table, uint32_t row, enum column column, uint64_t count)
{
    stat_tap_table_item_type *cell = stat_tap_get_field_data(table, row, column);
    cell->value.uint_value = (unsigned)count;
    stat_tap_set_field_data(table, row, column, cell);
}

static uint64_t count_in(stat_tap_table *table, uint32_t row, enum column column)
{
    return stat_tap_get_field_data(table, row, column)->value.uint_value;
}

/* A session may have copies of several types. */
static void add_type(stat_tap_table *table, uint32_t row, const struct session *session,
                     enum erspan_type type)
{
    unsigned *types = hidden(table, row, COLUMN_TYPE);
    if (*types >> type & 1)
        return;
    *types |= 1U << type;
    set_text(table, row, COLUMN_TYPE, words_session_types(&session->key, *types, "+"));
}

/* A finding may take back what one before it counted, so it is added to the sums of the row. */
static void add_sequence(stat_tap_table *table, uint32_t row,
                         const struct sequence_finding *finding)
{
    unsigned *numbers = hidden(table, row, COLUMN_COPIES);
    unsigned *lost = hidden(table, row, COLUMN_LOST);
    unsigned *constants = hidden(table, row, COLUMN_DUPLICATES);
    struct sequence_counts counts = {
        .copies = *numbers,
        .lost = *lost,
        .late = count_in(table, row, COLUMN_LATE),
        .duplicates = count_in(table, row, COLUMN_DUPLICATES),
        .constants = *constants,
    };
    sequence_counts_add(&counts, finding);
    *numbers = (unsigned)counts.copies;
    *lost = (unsigned)counts.lost;
    *constants = (unsigned)counts.constants;
    bool known = loss_is_known(&counts, 0);
    set_text(table, row, COLUMN_LOST, known ? g_strdup_printf("%u", *lost) : g_strdup("-"));
    set_text(table, row, COLUMN_LOST_SHARE,
             known ? g_strdup_printf("%.3f", 100 * loss_ratio(&counts)) : g_strdup("-"));
    show_count(table, row, COLUMN_LATE, counts.late);
    show_count(table, row, COLUMN_DUPLICATES, counts.duplicates);
}

static tap_packet_status add(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                             const void *tapped_pointer, tap_flags_t flags _U_)
{
    const stat_data_t *statistic = data;
    const struct tapped_copy *tapped = tapped_pointer;
    if (!tapped->meaning.finding.counts)
        return TAP_PACKET_DONT_REDRAW;
    stat_tap_table *table = g_array_index(statistic->stat_tap_data->tables, stat_tap_table *, 0);
    const struct session *session = tapped->copy.session;
    uint32_t row = session->stream;
    make_rows(table, row);
    show_address(table, row, COLUMN_SOURCE, pinfo, &tapped->source);
    show_address(table, row, COLUMN_DESTINATION, pinfo, &tapped->destination);
    stat_tap_table_item_type *id = stat_tap_get_field_data(table, row, COLUMN_SESSION);
    id->value.int_value = (gint)session->key.id; /* above 31 bits only of GRE keys */
    stat_tap_set_field_data(table, row, COLUMN_SESSION, id);
    add_type(table, row, session, tapped->copy.header.type);
    increase(table, row, COLUMN_COPIES, 1);
    increase(table, row, COLUMN_BYTES, (double)tapped->copy.mirrored_length / 1e6);
    const struct sequence_finding *sequence = copy_analysis_sequence(&tapped->meaning);
    if (sequence != NULL)
        add_sequence(table, row, sequence);
    if (tapped->meaning.finding.copy_of != 0)
        increase(table, row, COLUMN_AGAIN, 1);
    return TAP_PACKET_REDRAW;
}

void statistic_table_register(void)
{
    static tap_param params[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
    static stat_tap_table_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = "ERSPAN sessions",
        .tap_name = ERSPAN_TAP,
        .cli_string = "erspan,table",
        .stat_tap_init_cb = begin,
        .packet_func = add,
        .stat_tap_reset_table_cb = reset,
        .stat_tap_free_table_item_cb = free_cell,
        .nfields = COLUMNS,
        .fields = fields,
        .nparams = G_N_ELEMENTS(params),
        .params = params,
    };
    register_stat_tap_table_ui(&ui);
}
