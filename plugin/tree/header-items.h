/* header-items.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The ERSPAN header of Type II and III in the packet tree.
 */
#ifndef PLUGIN_TREE_HEADER_ITEMS_H
#define PLUGIN_TREE_HEADER_ITEMS_H

#include "core/copy/copy.h"
#include "plugin/base/compat.h"
#include "plugin/tree/anomaly-items.h"

void header_items_register(int proto);

/**
 * Adds the header's words as far as they are captured; it never reads past them. Sets the items
 * that anomalies are about.
 */
void header_items_add(proto_tree *tree, tvbuff_t *tvb, const struct copy *copy,
                      proto_item *items[ERSPAN_ITEMS]);

#endif
