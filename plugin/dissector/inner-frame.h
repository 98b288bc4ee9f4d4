/* inner-frame.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The mirrored frame: its lengths and FCS in the packet tree, and the call of its dissector.
 */
#ifndef PLUGIN_DISSECTOR_INNER_FRAME_H
#define PLUGIN_DISSECTOR_INNER_FRAME_H

#include "core/copy/copy.h"
#include "plugin/base/compat.h"
#include "plugin/tree/anomaly-items.h"

void inner_frame_register(int proto);
void inner_frame_handoff(int proto);

/** Adds the lengths and the FCS. Only for a copy that was read without failure. */
void inner_frame_add(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, const struct copy *copy,
                     proto_item *items[ERSPAN_ITEMS]);

/**
 * Hands the frame on. A cut one goes with the length that the source saw, so that its dissectors
 * report a packet cut in capture and not a malformed one.
 */
void inner_frame_dissect(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb,
                         const struct copy *copy);

#endif
