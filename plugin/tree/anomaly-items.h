/* anomaly-items.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Filterable expert items: one for each anomaly that core names, and two that only the plugin can
 * see (nesting and the outer FCS).
 */
#ifndef PLUGIN_TREE_ANOMALY_ITEMS_H
#define PLUGIN_TREE_ANOMALY_ITEMS_H

#include "core/copy/copy.h"
#include "plugin/base/compat.h"

/** The tree items that an anomaly can refer to. An item that is not in the tree is NULL. */
enum erspan_item {
    ITEM_ROOT,
    ITEM_VERSION,
    ITEM_VLAN,
    ITEM_ENCAP_BSO,
    ITEM_TRUNCATED,
    ITEM_RESERVED,
    ITEM_FRAME_TYPE,
    ITEM_GRANULARITY,
    ITEM_OPTIONAL,
    ITEM_MIRRORED_LENGTH,
    ERSPAN_ITEMS
};

/** Where to say something about @p which. */
static inline proto_item *erspan_item_or_root(proto_item *const items[ERSPAN_ITEMS],
                                              enum erspan_item which)
{
    return items[which] != NULL ? items[which] : items[ITEM_ROOT];
}

void anomaly_items_register(int proto);

/**
 * Adds one expert item for each anomaly of the copy.
 *
 * @param tree  of the header, for what an anomaly counts; it may be NULL.
 */
void anomaly_items_add(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb,
                       proto_item *const items[ERSPAN_ITEMS], const struct copy *copy);

void anomaly_item_nested(packet_info *pinfo, proto_item *root);
void anomaly_item_outer_fcs(packet_info *pinfo, proto_item *root);
void anomaly_item_fcs_bad(packet_info *pinfo, proto_item *fcs);

#endif
