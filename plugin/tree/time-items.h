/* time-items.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * When the source saw the frame, and how long its copy took to arrive.
 */
#ifndef PLUGIN_TREE_TIME_ITEMS_H
#define PLUGIN_TREE_TIME_ITEMS_H

#include "plugin/revisit/copy-analysis.h"

void time_items_register(int proto);

/** Adds what is known of the time of a copy, of Type III or with a time in its frame. */
void time_items_add(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, proto_item *granularity,
                    const struct copy *copy, const struct copy_analysis *meaning);

#endif
