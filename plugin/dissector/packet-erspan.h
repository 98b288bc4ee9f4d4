/* packet-erspan.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The ERSPAN protocol. It attaches to Wireshark's own protocol "erspan": old filters, names and
 * types stay, and this plugin fills all fields.
 */
#ifndef PLUGIN_DISSECTOR_PACKET_ERSPAN_H
#define PLUGIN_DISSECTOR_PACKET_ERSPAN_H

#include "plugin/base/outer-packet.h"

void proto_register_erspan_copy(void);
void proto_reg_handoff_erspan_copy(void);

/** Takes a copy of a mirror that is not ERSPAN: as dissect_erspan() does, but nothing is shown.
 *  @param payload  from the mirrored frame on. @p outer  all but the visit is filled in. */
void packet_erspan_take(tvbuff_t *payload, packet_info *pinfo, struct outer_packet *outer);

#endif
