/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where the IP header of a frame, its addresses and its ports stand: for what changes or compares
 * them.
 */
#ifndef GENERATOR_TRAFFIC_FRAME_IP_H
#define GENERATOR_TRAFFIC_FRAME_IP_H

#include "core/base/bytes.h"

/** Offsets in the frame. */
struct frame_ip {
    size_t at; /* of the IP header, which is there as a whole */
    uint8_t version;
    uint8_t protocol;
    size_t source_at; /* of the source address; the destination follows it */
    size_t address_length;
    size_t payload_at;
    size_t ports_at; /* of the ports of TCP and UDP; 0: there are none, or in another fragment */
};

/**
 * @param mac  the frame has a MAC header; false: it is an IP packet alone.
 * @return false if it holds no IP header behind MAC addresses and VLAN tags.
 */
bool frame_ip_find(struct bytes frame, bool mac, struct frame_ip *found);

#endif
