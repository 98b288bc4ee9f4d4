/* analysis-items.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * What a copy means compared with earlier copies: lost, late, duplicate, restart, copy of a copy.
 * Each has the frames it refers to and a filterable expert item.
 */
#ifndef PLUGIN_TREE_ANALYSIS_ITEMS_H
#define PLUGIN_TREE_ANALYSIS_ITEMS_H

#include "plugin/revisit/copy-analysis.h"

void analysis_items_register(int proto);

/** Adds the sequence domain and, if anything is odd, the subtree of the analysis. @p root is the
 *  protocol's item. */
void analysis_items_add(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, proto_item *root,
                        const struct copy_analysis *meaning);

#endif
