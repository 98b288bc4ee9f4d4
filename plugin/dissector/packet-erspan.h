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

void proto_register_erspan_copy(void);
void proto_reg_handoff_erspan_copy(void);

#endif
