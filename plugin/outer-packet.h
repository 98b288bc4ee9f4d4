/* outer-packet.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * What stands in the packet before the bytes that a GRE subdissector is handed. Wireshark passes on
 * GRE's flags but not its sequence number, and not the outer IP length: both are read again here,
 * from the same data source, and only where they verify.
 */
#ifndef PLUGIN_OUTER_PACKET_H
#define PLUGIN_OUTER_PACKET_H

#include "core/copy.h"
#include "plugin/compat.h"

/**
 * Fills everything in @p input but the visit.
 *
 * @param gre  what the GRE dissector handed on; NULL when something else called.
 */
void outer_packet_read(tvbuff_t *tvb, packet_info *pinfo, const void *gre,
                       struct copy_input *input);

/** True if the outermost packet ends, behind this copy, in a right Ethernet FCS (quirk Q17). */
bool outer_packet_has_fcs(tvbuff_t *tvb, packet_info *pinfo);

#endif
