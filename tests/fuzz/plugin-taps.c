/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fuzz/plugin-taps.h"

#include <wireshark.h>

#include <epan/conversation_table.h>
#include <epan/exported_pdu.h>
#include <epan/proto.h>
#include <epan/stat_tap_ui.h>
#include <epan/stats_tree_priv.h>
#include <epan/tap.h>
#include <stdio.h>

/* Wireshark's tables, which tshark and Wireshark each draw in their own way. */
static conv_hash_t conversations;
static conv_hash_t endpoints;

static void require(GString *error)
{
    if (error == NULL)
        return;
    fprintf(stderr, "%s\n", error->str);
    abort();
}

static void listen(const char *tap, void *data, tap_reset_cb reset, tap_packet_cb take,
                   tap_draw_cb draw)
{
    require(register_tap_listener(tap, data, NULL, TL_REQUIRES_NOTHING, reset, take, draw, NULL));
}

static tap_packet_status take_exported(void *data, packet_info *pinfo, epan_dissect_t *edt,
                                       const void *exported, tap_flags_t flags)
{
    static volatile guint8 last;
    const exp_pdu_data_t *frame = exported;
    (void)data, (void)pinfo, (void)edt, (void)flags;
    for (guint i = 0; i < frame->tvb_captured_length; i++)
        last = tvb_get_guint8(frame->pdu_tvb, (gint)i);
    (void)last;
    return TAP_PACKET_DONT_REDRAW;
}

static void draw_tree(void *data)
{
    GString *text =
        stats_tree_format_as_str(data, ST_FORMAT_PLAIN, stats_tree_get_default_sort_col(data),
                                 stats_tree_is_default_sort_DESC(data));
    g_string_free(text, TRUE);
}

static void listen_to_tree(void)
{
    stats_tree_cfg *settings = stats_tree_get_cfg_by_abbr("erspan");
    stats_tree *tree = stats_tree_new(settings, NULL, NULL);
    stats_tree_reinit(tree);
    listen("erspan", tree, stats_tree_reinit, stats_tree_packet, draw_tree);
}

static void reset_table(void *data)
{
    stat_data_t *statistic = data;
    reset_stat_table(statistic->stat_tap_data);
}

static gboolean listen_to_table(const void *key, void *value, void *unused)
{
    stat_tap_table_ui *ui = value;
    (void)key, (void)unused;
    if (!g_str_has_prefix(ui->cli_string, "erspan,"))
        return FALSE;
    ui->stat_tap_init_cb(ui);
    stat_data_t *table = g_new0(stat_data_t, 1);
    table->stat_tap_data = ui;
    listen(ui->tap_name, table, reset_table, ui->packet_func, NULL);
    return FALSE; /* there are more */
}

static void reset_conversations(void *data)
{
    reset_conversation_table_data(data);
}

/* The filter that Wireshark makes of a row. */
static void draw_conversations(void *data)
{
    const GArray *rows = ((conv_hash_t *)data)->conv_array;
    for (guint i = 0; rows != NULL && i < rows->len; i++)
        g_free(get_conversation_filter(&g_array_index(rows, conv_item_t, i), CONV_DIR_A_TO_B));
}

static void reset_endpoints(void *data)
{
    reset_endpoint_table_data(data);
}

static void draw_endpoints(void *data)
{
    const GArray *rows = ((conv_hash_t *)data)->conv_array;
    for (guint i = 0; rows != NULL && i < rows->len; i++)
        g_free(get_endpoint_filter(&g_array_index(rows, endpoint_item_t, i)));
}

static void listen_to_conversations(void)
{
    register_ct_t *erspan = get_conversation_by_proto_id(proto_get_id_by_filter_name("erspan"));
    listen("erspan", &conversations, reset_conversations, get_conversation_packet_func(erspan),
           draw_conversations);
    listen("erspan", &endpoints, reset_endpoints, get_endpoint_packet_func(erspan), draw_endpoints);
}

void plugin_taps_start(void)
{
    static const char *const statistics[] = {"erspan,sessions", "erspan,loss", "erspan,bandwidth",
                                             "erspan,json", "erspan,sessions,erspan.session == 1"};
    if (freopen("/dev/null", "w", stdout) == NULL)
        abort();
    for (size_t i = 0; i < G_N_ELEMENTS(statistics); i++)
        if (!process_stat_cmd_arg(statistics[i]))
            abort();
    start_requested_stats();
    listen_to_tree();
    stat_tap_iterate_tables(listen_to_table, NULL);
    listen_to_conversations();
    listen("ERSPAN", NULL, NULL, take_exported, NULL);
}

void plugin_taps_reset(void)
{
    reset_tap_listeners();
}

void plugin_taps_draw(void)
{
    draw_tap_listeners(TRUE);
}
