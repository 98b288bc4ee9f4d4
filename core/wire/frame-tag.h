/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Tags that stand between the addresses of an Ethernet frame and the EtherType of its content.
 */
#ifndef CORE_WIRE_FRAME_TAG_H
#define CORE_WIRE_FRAME_TAG_H

#include "core/base/bytes.h"

/**
 * Bytes between an EtherType that stands before another one and that other one.
 *
 * @param at    the offset in @p frame behind the EtherType
 * @param type  the EtherType
 * @return 0 for an EtherType that stands last. A tag that hides what follows, as MACsec's does,
 *         stands last.
 */
size_t frame_tag_length(struct bytes frame, size_t at, uint16_t type);

/** True for 802.1Q, 802.1ad and the provider's tag before it. */
bool frame_tag_is_vlan(uint16_t type);

/** The time in a tag of Arista's: when the switch that put the tag in saw the frame. */
struct frame_stamp {
    uint32_t seconds;
    uint32_t nanoseconds;
    uint8_t seconds_bits; /* 32, or the lowest 16 of them; 0: there is no time */
    bool tai;             /* as it says; else UTC */
};

/** Reads it at @p at, behind the EtherType 0xd28b. All zero if another subtype or version is there,
 * or the frame is cut. */
struct frame_stamp frame_stamp_read(struct bytes frame, size_t at);

#endif
