/* subheader-items.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The platform-specific sub-header of Type III in the packet tree.
 */
#ifndef PLUGIN_TREE_SUBHEADER_ITEMS_H
#define PLUGIN_TREE_SUBHEADER_ITEMS_H

#include "core/wire/erspan.h"
#include "plugin/base/compat.h"

void subheader_items_register(int proto);

/** Adds the 8 bytes at offset 12 of @p tvb, which are there. */
void subheader_items_add(proto_tree *tree, tvbuff_t *tvb, const struct erspan_header *header);

#endif
