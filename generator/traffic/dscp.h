/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a switch does to a packet that it remarks.
 */
#ifndef GENERATOR_TRAFFIC_DSCP_H
#define GENERATOR_TRAFFIC_DSCP_H

#include <stddef.h>
#include <stdint.h>

/** Gives the IP packet in an Ethernet frame that DSCP, with IPv4's checksum; ECN stays (RFC 2474,
 * RFC 3168). A frame that holds no IP is left as it is. */
void dscp_mark(uint8_t *frame, size_t len, uint8_t dscp);

#endif
