/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a router does to a frame on its way through: the same frame mirrored before and behind it
 * differs by that (quirk Q21).
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

#endif
