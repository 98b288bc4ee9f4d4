/* packet-erspan-marker.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Nexus marker packets, found on any UDP port by their length and tail. They stay Wireshark's own
 * protocol "erspan-marker" with its fields, and gain the times that the packet really states.
 */
#ifndef PLUGIN_DISSECTOR_PACKET_ERSPAN_MARKER_H
#define PLUGIN_DISSECTOR_PACKET_ERSPAN_MARKER_H

void proto_register_erspan_marker_found(void);
void proto_reg_handoff_erspan_marker_found(void);

#endif
