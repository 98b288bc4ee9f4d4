/* path-items.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The way of a frame that was mirrored at several points: the copies at the point before and at the
 * next one, how long it took between them, and which point did not show it.
 */
#ifndef PLUGIN_TREE_PATH_ITEMS_H
#define PLUGIN_TREE_PATH_ITEMS_H

#include "plugin/revisit/copy-analysis.h"

void path_items_register(int proto);

/** Adds the subtree, if there is anything to say. @p root is the protocol's item. */
void path_items_add(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, proto_item *root,
                    const struct copy_analysis *meaning);

#endif
