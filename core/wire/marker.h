/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The Nexus marker packet: UDP, not GRE. It ties the ASIC clock that stamps Type III copies to the
 * time of day. Layout as observed on Nexus 3000 and 9000; Cisco publishes the purpose, not the
 * bytes.
 */
#ifndef CORE_WIRE_MARKER_H
#define CORE_WIRE_MARKER_H

#include "core/base/bytes.h"
#include "core/base/failure.h"

enum { MARKER_LENGTH = 58, MARKER_PROPRIETARY_LENGTH = 20 };

#define MARKER_TAIL 0xa5a5a5a5u

struct marker {
    uint8_t proprietary[MARKER_PROPRIETARY_LENGTH];
    uint16_t info;
    uint8_t type;        /* 4 bits */
    uint8_t version;     /* 4 bits */
    uint8_t ssid;        /* which engine of the switch: pairs with the copies' Hw ID */
    uint8_t granularity; /* of the ASIC clock; 4 is 0.1 ns */
    uint8_t utc_offset;  /* TAI - UTC in seconds: 37 since 2017 */
    uint16_t pad;
    uint64_t asic_time; /* 48 bits. Some NX-OS 10 devices send 0; then the marker cannot be used. */
    uint32_t tai_seconds;
    uint32_t microseconds;
    uint32_t sequence; /* the one little-endian field */
    uint32_t reserved;
    uint32_t pad2;
};

/**
 * Decodes a UDP payload. Length and tail must be those of a marker packet. The version is not
 * checked, because no list of versions is published.
 *
 * @return FAILURE_NONE, FAILURE_MARKER_LENGTH or FAILURE_MARKER_TAIL.
 */
struct failure marker_decode(struct bytes payload, struct marker *marker);

/**
 * True if microseconds is below 1,000,000, and tai_seconds is not below utc_offset (UTC is not
 * before 1970).
 */
bool marker_is_plausible(const struct marker *marker);

/** Appends 58 bytes: the inverse of marker_decode(). */
void marker_encode(const struct marker *marker, struct buffer *out);

/** Seconds of UTC since 1970: the TAI seconds less the offset the packet states. */
uint32_t marker_utc_seconds(const struct marker *marker);

#endif
