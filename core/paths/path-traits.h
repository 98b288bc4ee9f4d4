/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What core/paths keeps of a mirrored frame: to which flow it belongs, and what switches and
 * routers change in it.
 */
#ifndef CORE_PATHS_PATH_TRAITS_H
#define CORE_PATHS_PATH_TRAITS_H

#include "core/paths/path-alike.h"
#include "core/wire/frame-probe.h"
#include "core/wire/protocol.h"

struct path_traits {
    uint64_t flow;   /* a hash of addresses, protocol and ports, of one direction; 0: not IP, or cut
                        before the ports */
    uint64_t hosts;  /* a hash of the addresses; 0 without IP */
    uint32_t source; /* of the two alone, a hash each */
    uint32_t destination;
    uint8_t macs[2 * MAC_ADDRESS_LENGTH];
    bool has_macs;
    uint16_t vlan;  /* ID of the outermost tag; 0: none */
    uint32_t ports; /* as they stand in the packet; 0: none */
    uint8_t ttl;    /* or hop limit; 0 without IP */
    uint8_t dscp;
    uint32_t ip_length; /* bytes of the packet, as its header says; 0: it does not, or without IP */
    struct path_stays stays;
    bool single; /* every point of its way shows it once and alike: it is no fragment, and not for a
                    group of receivers */
};

/** @param frame  the first bytes of the mirrored frame. @param payload  what it carries. @param
 * traits  all zero. */
void path_traits_read(struct bytes frame, struct frame_payload payload, struct path_traits *traits);

#endif
