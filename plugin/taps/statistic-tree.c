/* statistic-tree.c
 * -z erspan,tree: copies by session, type, sequence and size
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/base/compat.h"

#include <epan/stats_tree.h>
#include <epan/stats_tree_priv.h>
#include <epan/to_str.h>

#include "core/output/words.h"
#include "plugin/taps/statistics.h"
#include "plugin/taps/tap.h"

static const char copies_name[] = "Copies";
static const char sessions_name[] = "Session";
static const char types_name[] = "Type";
static const char sequence_name[] = "Sequence";
static const char sizes_name[] = "Mirrored frame, bytes";

static int copies_node;
static int sessions_node;
static int types_node;
static int sequence_node;
static int sizes_node;

static void begin(stats_tree *tree)
{
    copies_node = stats_tree_create_node(tree, copies_name, 0, STAT_DT_INT, TRUE);
    sessions_node = stats_tree_create_pivot(tree, sessions_name, copies_node);
    types_node = stats_tree_create_pivot(tree, types_name, copies_node);
    sequence_node = stats_tree_create_pivot(tree, sequence_name, copies_node);
    sizes_node = stats_tree_create_range_node(tree, sizes_name, copies_node, "0-63", "64-127",
                                              "128-255", "256-511", "512-1023", "1024-1518",
                                              "1519-4095", "4096-9216", "9217-", NULL);
}

static const char *session_text(packet_info *pinfo, const struct tapped_copy *tapped)
{
    const char *source = address_to_str(pinfo->pool, &tapped->source);
    const char *destination = address_to_str(pinfo->pool, &tapped->destination);
    int64_t id = tapped->copy.session->key.id;
    if (id == SESSION_NO_ID)
        return wmem_strdup_printf(pinfo->pool, "%s to %s", source, destination);
    return wmem_strdup_printf(pinfo->pool, "%s to %s, session %" PRId64, source, destination, id);
}

/* Wireshark appends a new row behind the last one, and looks for that from the first: with many
 * sessions it would be all that it does. A row that begins the list costs the same, however many
 * there are; rows are sorted when they are shown. */
static void tick_session(stats_tree *tree, const char *text)
{
    stat_node *pivot = g_ptr_array_index(tree->parents, sessions_node);
    stat_node *others = pivot->children;
    if (pivot->hash == NULL || g_hash_table_contains(pivot->hash, text)) {
        stats_tree_tick_pivot(tree, sessions_node, text);
        return;
    }
    pivot->children = NULL;
    stats_tree_tick_pivot(tree, sessions_node, text);
    if (pivot->children == NULL)
        pivot->children = others;
    else
        pivot->children->next = others;
}

static const char *type_text(packet_info *pinfo, const struct copy *copy)
{
    if (copy->session->key.mirror != MIRROR_ERSPAN)
        return mirror_name(copy->session->key.mirror);
    return wmem_strdup_printf(pinfo->pool, "Type %s", words_type(copy->header.type));
}

static const char *sequence_text(const struct tapped_copy *tapped)
{
    const struct sequence_finding *sequence = copy_analysis_meaning(&tapped->meaning);
    return sequence == NULL ? "None" : words_sequence(sequence->kind);
}

static tap_packet_status add(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt _U_,
                             const void *tapped_pointer, tap_flags_t flags _U_)
{
    const struct tapped_copy *tapped = tapped_pointer;
    if (!tapped->meaning.finding.counts)
        return TAP_PACKET_DONT_REDRAW;
    tick_stat_node(tree, copies_name, 0, TRUE);
    tick_session(tree, session_text(pinfo, tapped));
    stats_tree_tick_pivot(tree, types_node, type_text(pinfo, &tapped->copy));
    stats_tree_tick_pivot(tree, sequence_node, sequence_text(tapped));
    tick_stat_node(tree, sizes_name, copies_node, TRUE);
    stats_tree_tick_range(tree, sizes_name, copies_node, (int)tapped->copy.mirrored_length);
    return TAP_PACKET_REDRAW;
}

void statistic_tree_register(void)
{
    stats_tree_register_plugin(ERSPAN_TAP, "erspan", "ERSPAN copies", 0, add, begin, NULL);
}
