/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * SNAP (IEEE 802), which gives an EtherType to a frame with a length in its place: AA AA 03 of LLC
 * · organization 3 bytes, which are 0 · EtherType 2 bytes.
 */
#ifndef CORE_WIRE_SNAP_H
#define CORE_WIRE_SNAP_H

#include "core/base/bytes.h"

enum { SNAP_TYPE_AT = 6, SNAP_LENGTH = 8 };

/** True if the header is at @p at, captured whole. */
static inline bool snap_is_at(struct bytes bytes, size_t at)
{
    static const uint8_t fixed[SNAP_TYPE_AT] = {0xaa, 0xaa, 0x03, 0, 0, 0};
    return bytes_has(bytes, at, SNAP_LENGTH) && bytes_equal(bytes, at, fixed, sizeof fixed);
}

#endif
