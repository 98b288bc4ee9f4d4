/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Tunnels between two endpoints, around mirrored packets: what passes such a port is alike but for
 * what stands deep inside it (quirk Q21, mirrored twice).
 *
 * VXLAN (RFC 7348) and Geneve (RFC 8926) carry the whole frame, GTP-U (3GPP TS 29.281), GRE
 * (RFC 2784) and IP in IP (RFC 2003, RFC 2473, RFC 4213) the IP packet. As Linux makes them, the
 * outer IPv4 packet has the identification 0, and UDP over IPv4 no checksum.
 */
#ifndef GENERATOR_TRAFFIC_TUNNEL_H
#define GENERATOR_TRAFFIC_TUNNEL_H

#include "core/base/bytes.h"
#include "generator/scenario/scenario.h"

/** Bytes by which the plan's tunnel makes a frame longer, at most; 0 without a tunnel. */
size_t tunnel_length(const struct inner_plan *plan);

/**
 * Appends the Ethernet frame @p frame, which has no VLAN tag, inside the plan's tunnel. A frame
 * without IP, which a tunnel for IP packets cannot carry, is appended as it is.
 *
 * @param frame  may stand in the room of @p out, tunnel_length() bytes or more behind its end.
 */
void tunnel_put(const struct inner_plan *plan, struct bytes frame, struct buffer *out);

#endif
