/* packet-erspan.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The ERSPAN protocol. It attaches itself to Wireshark's own protocol "erspan": every old filter,
 * name and type stays, every field is filled by this plugin.
 */
#ifndef PLUGIN_DISSECTOR_PACKET_ERSPAN_H
#define PLUGIN_DISSECTOR_PACKET_ERSPAN_H

void proto_register_erspan_copy(void);
void proto_reg_handoff_erspan_copy(void);

#endif
