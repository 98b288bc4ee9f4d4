/* outer-packet.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * What lies in the packet before the bytes that GRE passes to a subdissector. Wireshark passes on
 * GRE's flags, but not the sequence number and not the outer IP length. Both are read again here
 * from the same data source, and used only if they are consistent.
 */
#ifndef PLUGIN_BASE_OUTER_PACKET_H
#define PLUGIN_BASE_OUTER_PACKET_H

#include "core/copy/copy.h"
#include "plugin/base/compat.h"

struct outer_packet {
    struct copy_input copy; /* all but the visit */
    size_t headers;         /* bytes from the IP header to the end of GRE; 0: not known */
    uint8_t ttl;            /* of that IP header; 0: not known */
    uint64_t mac;           /* source of the frame's Ethernet header; 0: it has none */
    uint16_t vlan;          /* of its outermost tag; 0 without */
    /* Of a copy quoted in an ICMP error: */
    bool too_big; /* fragmentation needed, or Packet Too Big */
    uint32_t mtu; /* that it states; 0 without */
};

/** Reads the outer packet. @p gre is what the GRE dissector passed on; NULL when another dissector
 * called. */
void outer_packet_read(tvbuff_t *tvb, packet_info *pinfo, const void *gre,
                       struct outer_packet *outer);

/** The source address of the innermost network header so far, else that of the link layer. */
struct address outer_packet_source(const packet_info *pinfo);

/** The capture time of the frame as Unix time in nanoseconds; 0 if the capture has none. */
int64_t outer_packet_arrival_ns(const packet_info *pinfo);

/** Bytes of the frame: as many as its record states, and no fewer than the capture holds of it. */
size_t outer_packet_frame_length(const packet_info *pinfo);

/** True if the outermost packet ends, behind this copy, in a valid Ethernet FCS (quirk Q17, FCS
 * kept). */
bool outer_packet_has_fcs(tvbuff_t *tvb, packet_info *pinfo);

#endif
