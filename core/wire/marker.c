/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |               Proprietary header, 20 bytes                    |
 *  +-------------------------------+-------+-------+---------------+
 *  |             Info              | Type  |Version|     SSID      |
 *  +---------------+---------------+-------+-------+---------------+
 *  |  Granularity  |  UTC offset   |              Pad              |
 *  +---------------+---------------+-------------------------------+
 *  |                  ASIC timestamp, 48 bits                      |
 *  |                               +-------------------------------+
 *  |                               |  (the rest follows unaligned) |
 *  +-------------------------------+-------------------------------+
 *  |  TAI seconds 32 · microseconds 32 · sequence 32, little-endian |
 *  |  reserved 32 · pad 32 · A5 A5 A5 A5                           |
 *  +---------------------------------------------------------------+
 */
#include "core/wire/marker.h"

enum {
    AT_INFO = 20,
    AT_TYPE = 22,
    AT_SSID = 23,
    AT_GRANULARITY = 24,
    AT_UTC_OFFSET = 25,
    AT_PAD = 26,
    AT_ASIC_TIME = 28,
    AT_SECONDS = 34,
    AT_MICROSECONDS = 38,
    AT_SEQUENCE = 42,
    AT_RESERVED = 46,
    AT_PAD2 = 50,
    AT_TAIL = 54
};

struct failure marker_decode(struct bytes payload, struct marker *marker)
{
    *marker = (struct marker){0};
    if (payload.len != MARKER_LENGTH)
        return (struct failure){FAILURE_MARKER_LENGTH, 0, (uint32_t)payload.len};
    if (bytes_u32(payload, AT_TAIL) != MARKER_TAIL)
        return (struct failure){FAILURE_MARKER_TAIL, AT_TAIL, bytes_u32(payload, AT_TAIL)};
    bytes_copy(payload, 0, marker->proprietary, MARKER_PROPRIETARY_LENGTH);
    marker->info = bytes_u16(payload, AT_INFO);
    marker->type = bytes_u8(payload, AT_TYPE) >> 4;
    marker->version = bytes_u8(payload, AT_TYPE) & 0xf;
    marker->ssid = bytes_u8(payload, AT_SSID);
    marker->granularity = bytes_u8(payload, AT_GRANULARITY);
    marker->utc_offset = bytes_u8(payload, AT_UTC_OFFSET);
    marker->pad = bytes_u16(payload, AT_PAD);
    marker->asic_time = bytes_u48(payload, AT_ASIC_TIME);
    marker->tai_seconds = bytes_u32(payload, AT_SECONDS);
    marker->microseconds = bytes_u32(payload, AT_MICROSECONDS);
    marker->sequence = bytes_u32le(payload, AT_SEQUENCE);
    marker->reserved = bytes_u32(payload, AT_RESERVED);
    marker->pad2 = bytes_u32(payload, AT_PAD2);
    return (struct failure){FAILURE_NONE, 0, 0};
}

void marker_encode(const struct marker *marker, struct buffer *out)
{
    buffer_put(out, marker->proprietary, MARKER_PROPRIETARY_LENGTH);
    buffer_put16(out, marker->info);
    buffer_put8(out, (uint8_t)((marker->type & 0xf) << 4 | (marker->version & 0xf)));
    buffer_put8(out, marker->ssid);
    buffer_put8(out, marker->granularity);
    buffer_put8(out, marker->utc_offset);
    buffer_put16(out, marker->pad);
    buffer_put16(out, (uint16_t)(marker->asic_time >> 32));
    buffer_put32(out, (uint32_t)marker->asic_time);
    buffer_put32(out, marker->tai_seconds);
    buffer_put32(out, marker->microseconds);
    buffer_put32le(out, marker->sequence);
    buffer_put32(out, marker->reserved);
    buffer_put32(out, marker->pad2);
    buffer_put32(out, MARKER_TAIL);
}

uint32_t marker_utc_seconds(const struct marker *marker)
{
    return marker->tai_seconds - marker->utc_offset;
}

bool marker_is_plausible(const struct marker *marker)
{
    return marker->microseconds < 1000000 && marker->tai_seconds >= marker->utc_offset;
}
