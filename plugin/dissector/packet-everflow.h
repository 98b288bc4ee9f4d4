/* packet-everflow.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Mellanox's mirror of SONiC: GRE protocol type 0x8949, 22 bytes of the vendor's, then the mirrored
 * frame. It is not ERSPAN and never matches the filter "erspan".
 */
#ifndef PLUGIN_DISSECTOR_PACKET_EVERFLOW_H
#define PLUGIN_DISSECTOR_PACKET_EVERFLOW_H

void proto_register_everflow(void);
void proto_reg_handoff_everflow(void);

#endif
