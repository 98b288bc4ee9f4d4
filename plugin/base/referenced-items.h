/* referenced-items.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Adds items to the packet tree only if they are used: the tree is shown, or a filter, a column or
 * a tap refers to the field. Otherwise the result is NULL, as without a tree. Wireshark omits such
 * items too, but only after most of the work; tshark builds whole trees for one field in a filter.
 *
 * An item that carries an expert item must be there: use this for it only if it is one of enum
 * erspan_item, for which erspan_item_or_root() finds another place.
 */
#ifndef PLUGIN_BASE_REFERENCED_ITEMS_H
#define PLUGIN_BASE_REFERENCED_ITEMS_H

#include "plugin/base/compat.h"

/** Adds a field of the packet, big-endian. */
static inline proto_item *referenced_item_add(proto_tree *tree, int hf, tvbuff_t *tvb, int offset,
                                              int length)
{
    if (!proto_field_is_referenced(tree, hf))
        return NULL;
    return proto_tree_add_item(tree, hf, tvb, offset, length, ENC_BIG_ENDIAN);
}

/** Adds a generated value. It refers to the bytes at @p offset if @p length is not 0. */
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
