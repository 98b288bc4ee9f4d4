/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a router does to a frame on its way through: the same frame mirrored before and behind it
 * differs by that (quirk Q21, mirrored twice).
 */
#ifndef GENERATOR_TRAFFIC_ROUTING_H
#define GENERATOR_TRAFFIC_ROUTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Gives the frame the router's MAC addresses, and its IP header a TTL (hop limit) that is one less,
 * with IPv4's checksum. A frame that holds no IP is left as it is; then false.
 *
 * @param mac  the frame has a MAC header; false: it is an IP packet alone.
 */
bool routing_pass(uint8_t *frame, size_t len, bool mac);

/** The first half of that, for any number of routers: the TTL is as many less, at least 0. */
bool routing_age(uint8_t *frame, size_t len, bool mac, unsigned hops);

/**
 * The second half: the addresses of the port on the far side of a router, and of the next hop.
 *
 * @param frame    has two MAC addresses.
 * @param router   which; the first is 0.
 * @param reverse  the frame comes from that next hop, and goes to the port.
 */
void routing_set_macs(uint8_t *frame, unsigned router, bool reverse);

#endif
