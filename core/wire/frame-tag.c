/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Behind its EtherType, each tag has these bytes, and then the next EtherType:
 *
 *   VLAN, 2             priority 3 · DEI 1 · VLAN ID 12
 *   VN-Tag, 4           direction 1 · pointer 1 · destination 14 · looped 1 · reserved 1 ·
 *                       version 2 · source 12 bits
 *   802.1BR E-Tag, 6    priority 3 · DEI 1 · ingress E-CID 12 · reserved 2 · group 2 · E-CID 12 ·
 *                       extensions 16 bits
 *   Cisco metadata, 6   version 1 · length 1 · option 2 · security group 2 bytes
 *   Cisco TTag, 6       time (quirk Q29, vendor tag)
 *   HSR, 4              path 4 · size 12 · sequence 16 bits
 *   802.1CB R-Tag, 4    reserved 16 · sequence 16 bits
 *   802.1ah I-Tag, 16   priority and flags 8 · service 24 bits · addresses of the customer's frame
 *   Arista time, 10/12  subtype 2 · version: 0 TAI or 1 UTC, 0x10 or 0x20 · seconds 4 or 2 bytes ·
 *                       nanoseconds 4 bytes
 */
#include "core/wire/frame-tag.h"

#include "core/wire/protocol.h"

enum { STAMP_SUBTYPE = 1, STAMP_64_BITS = 1, STAMP_48_BITS = 2, STAMP_UTC = 1 };
enum { STAMP_AT_TIME = 4, STAMP_NANOSECONDS_LENGTH = 4 };

/* The format in the version says how long the seconds are: bytes, or 0. */
static size_t stamp_seconds_length(struct bytes frame, size_t at)
{
    if (bytes_u16(frame, at) != STAMP_SUBTYPE)
        return 0;
    switch (bytes_u8(frame, at + 3) >> 4) {
    case STAMP_64_BITS:
        return 4;
    case STAMP_48_BITS:
        return 2;
    default:
        return 0;
    }
}

static size_t arista_time_length(struct bytes frame, size_t at)
{
    size_t seconds = stamp_seconds_length(frame, at);
    return seconds != 0 ? STAMP_AT_TIME + seconds + STAMP_NANOSECONDS_LENGTH : 0;
}

struct frame_stamp frame_stamp_read(struct bytes frame, size_t at)
{
    size_t seconds = stamp_seconds_length(frame, at);
    size_t time = at + STAMP_AT_TIME;
    if (seconds == 0 || !bytes_has(frame, time, seconds + STAMP_NANOSECONDS_LENGTH))
        return (struct frame_stamp){0};
    return (struct frame_stamp){
        .seconds = seconds == 4 ? bytes_u32(frame, time) : bytes_u16(frame, time),
        .nanoseconds = bytes_u32(frame, time + seconds),
        .seconds_bits = (uint8_t)(seconds * 8),
        .tai = bytes_u8(frame, at + 2) != STAMP_UTC,
    };
}

size_t frame_tag_length(struct bytes frame, size_t at, uint16_t type)
{
    switch (type) {
    case ETHER_TYPE_DOT1Q:
    case ETHER_TYPE_DOT1AD:
    case ETHER_TYPE_QINQ_OLD:
        return 2;
    case ETHER_TYPE_VN_TAG:
    case ETHER_TYPE_HSR:
    case ETHER_TYPE_R_TAG:
        return 4;
    case ETHER_TYPE_CISCO_METADATA:
    case ETHER_TYPE_E_TAG:
    case ETHER_TYPE_CISCO_TIME:
        return 6;
    case ETHER_TYPE_I_TAG:
        return 16;
    case ETHER_TYPE_ARISTA_TIME:
        return arista_time_length(frame, at);
    default:
        return 0;
    }
}

bool frame_tag_is_vlan(uint16_t type)
{
    return type == ETHER_TYPE_DOT1Q || type == ETHER_TYPE_DOT1AD || type == ETHER_TYPE_QINQ_OLD;
}
