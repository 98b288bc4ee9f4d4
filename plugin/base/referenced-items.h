/* referenced-items.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Items for the packet tree, added only where somebody will look at them: the tree is shown, or a
 * filter, a column or a tap asks for the field. Otherwise, as without a tree, the result is NULL.
 * Wireshark leaves such items out as well, but only after most of the work; tshark, for example,
 * builds whole trees for the sake of one field in a filter.
 *
 * Not for an item that carries an expert item: that would be left out with it.
 */
#ifndef PLUGIN_BASE_REFERENCED_ITEMS_H
#define PLUGIN_BASE_REFERENCED_ITEMS_H

#include "plugin/base/compat.h"

/** As it stands in the packet, big-endian. */
static inline proto_item *referenced_item_add(proto_tree *tree, int hf, tvbuff_t *tvb, int offset,
                                              int length)
{
    if (!proto_field_is_referenced(tree, hf))
        return NULL;
    return proto_tree_add_item(tree, hf, tvb, offset, length, ENC_BIG_ENDIAN);
}

/** What was found out, about the bytes at @p offset if @p length is not 0. */
static inline proto_item *referenced_uint_add(proto_tree *tree, int hf, tvbuff_t *tvb, int offset,
                                              int length, uint32_t value)
{
    if (!proto_field_is_referenced(tree, hf))
        return NULL;
    proto_item *item = proto_tree_add_uint(tree, hf, tvb, offset, length, value);
    proto_item_set_generated(item);
    return item;
}

#endif
