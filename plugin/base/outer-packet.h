/* outer-packet.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * What stands in the packet before the bytes that a GRE subdissector is handed. Wireshark passes on
 * GRE's flags but not its sequence number, and not the outer IP length: both are read again here,
 * from the same data source, and only where they verify.
 */
#ifndef PLUGIN_BASE_OUTER_PACKET_H
#define PLUGIN_BASE_OUTER_PACKET_H

#include "core/copy/copy.h"
#include "plugin/base/compat.h"

struct outer_packet {
    struct copy_input copy; /* all but the visit */
    size_t headers;         /* bytes from the IP header to the end of GRE; 0: not known */
    /* Of a copy quoted in an ICMP error: */
    bool too_big; /* fragmentation needed, or Packet Too Big */
    uint32_t mtu; /* that it states; 0 without */
};

/** @param gre  what the GRE dissector handed on; NULL when something else called. */
void outer_packet_read(tvbuff_t *tvb, packet_info *pinfo, const void *gre,
                       struct outer_packet *outer);

/** The source address of the innermost network header so far, else of the link. */
struct address outer_packet_source(const packet_info *pinfo);

/** When the frame was captured, Unix time; 0 where the capture does not say. */
int64_t outer_packet_arrival_ns(const packet_info *pinfo);

/** True if the outermost packet ends, behind this copy, in a right Ethernet FCS (quirk Q17). */
bool outer_packet_has_fcs(tvbuff_t *tvb, packet_info *pinfo);

#endif
