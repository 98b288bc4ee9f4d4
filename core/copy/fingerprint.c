/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/copy/fingerprint.h"

#include <glib.h>

#include "core/base/hash.h"
#include "core/wire/ip.h"

enum { LEAST = 8 /* bytes that tell frames apart */ };

/* Takes what counts of the bytes behind the IP header. Nearly always all of it is there. */
static inline uint64_t hash_behind_ip(uint64_t hash, struct bytes behind)
{
    uint64_t first;
    uint32_t last;
    _Static_assert(FINGERPRINT_BEHIND_IP == sizeof first + sizeof last, "these are all");
    if (!bytes_copy(behind, sizeof first, &last, sizeof last))
        return hash_bytes(hash, behind);
    bytes_copy(behind, 0, &first, sizeof first);
    return hash_word(hash_word(hash, first), last);
}

/* The fields of the IP header that routers do not change. Of IPv4: length and ID; fragmentation
 * and protocol; addresses. A length of 0 (quirk Q24, super-frames) bounds nothing. */
static uint64_t ipv4_fingerprint(struct bytes packet)
{
    size_t header_length = (size_t)(bytes_u8(packet, 0) & 0xf) * 4;
    uint32_t length_and_id = bytes_u32(packet, 2);
    size_t total_length = length_and_id >> 16;
    if (header_length < IPV4_MIN_LENGTH)
        header_length = IPV4_MIN_LENGTH;
    if (total_length >= header_length)
        packet = bytes_first(packet, total_length);
    else
        total_length = SIZE_MAX;
    if (!bytes_has(packet, header_length, MIN(LEAST, total_length - header_length)))
        return FINGERPRINT_TOO_LITTLE;

    uint32_t fragment_and_protocol = (bytes_u32(packet, 6) & 0x3fff0000) | bytes_u8(packet, 9);
    uint64_t hash = hash_word(4, (uint64_t)length_and_id << 32 | fragment_and_protocol);
    hash = hash_word(hash, bytes_u64(packet, 12));
    return hash_behind_ip(hash, bytes_from(packet, header_length));
}

/* Of IPv6: length and next header; addresses. */
static uint64_t ipv6_fingerprint(struct bytes packet)
{
    size_t payload_length = bytes_u16(packet, 4);
    if (payload_length != 0)
        packet = bytes_first(packet, IPV6_LENGTH + payload_length);
    else
        payload_length = SIZE_MAX;
    if (!bytes_has(packet, IPV6_LENGTH, MIN(LEAST, payload_length)))
        return FINGERPRINT_TOO_LITTLE;

    uint64_t hash = hash_word(6, bytes_u32(packet, 4) >> 8);
    for (size_t at = IPV6_AT_SOURCE; at < IPV6_LENGTH; at += sizeof(uint64_t))
        hash = hash_word(hash, bytes_u64(packet, at));
    return hash_behind_ip(hash, bytes_from(packet, IPV6_LENGTH));
}

/* Zeros at the end may be padding that only one of two copies has. */
static uint64_t other_fingerprint(struct bytes from_type)
{
    struct bytes b = bytes_first(from_type, FINGERPRINT_WITHOUT_IP);
    while (b.len > 0 && bytes_u8(b, b.len - 1) == 0)
        b.len--;
    return b.len < 2 + LEAST ? FINGERPRINT_TOO_LITTLE : hash_bytes(0, b);
}

uint64_t fingerprint_of(struct bytes frame, struct frame_payload packet)
{
    if (frame.len == 0)
        return 0;
    struct bytes b = bytes_from(frame, packet.offset);
    uint64_t hash;
    if (packet.ip_version == 4)
        hash = ipv4_fingerprint(b);
    else if (packet.ip_version == 6)
        hash = ipv6_fingerprint(b);
    else
        hash = other_fingerprint(b);
    return hash != 0 ? hash : FINGERPRINT_TOO_LITTLE + 1;
}
