/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/analysis/frame-evidence.h"

#include <glib.h>

#include "core/base/hash.h"
#include "core/wire/protocol.h"

static struct bytes packet_of(const struct evidence_frame *frame)
{
    return bytes_from(frame->bytes, frame->payload.offset);
}

/* What no router changes, without padding: behind the IP header; without one, from the EtherType
 * on. @p ended is true if the frame ends there. */
static struct bytes content_of(const struct evidence_frame *frame, bool *ended)
{
    struct bytes packet = packet_of(frame);
    size_t header = 0;
    size_t total = 0; /* 0: not stated (quirk Q24, super-frames) */
    if (frame->payload.ip_version == 4) {
        header = MAX((size_t)(bytes_u8(packet, 0) & 0xf) * 4, (size_t)IPV4_MIN_LENGTH);
        total = bytes_u16(packet, IPV4_AT_LENGTH);
    } else if (frame->payload.ip_version == 6) {
        header = IPV6_LENGTH;
        total = bytes_u16(packet, IPV6_AT_LENGTH) != 0
                    ? (size_t)IPV6_LENGTH + bytes_u16(packet, IPV6_AT_LENGTH)
                    : 0;
    }
    *ended = frame->whole || (total != 0 && packet.len >= total);
    if (total >= header && total != 0)
        packet = bytes_first(packet, total);
    return bytes_from(packet, header);
}

static bool all_zero(struct bytes b)
{
    for (size_t i = 0; i < b.len; i++)
        if (b.data[i] != 0)
            return false;
    return true;
}

bool frame_evidence_alike(const struct evidence_frame *a, const struct evidence_frame *b)
{
    bool a_ended;
    bool b_ended;
    struct bytes first = content_of(a, &a_ended);
    struct bytes second = content_of(b, &b_ended);
    size_t common = MIN(first.len, second.len);
    if (common == 0)
        return a->bytes.len > 0 && b->bytes.len > 0;
    if (memcmp(first.data, second.data, common) != 0)
        return false;
    /* Behind the end of one, the other has padding at most. */
    return (!a_ended || all_zero(bytes_from(second, common))) &&
           (!b_ended || all_zero(bytes_from(first, common)));
}

bool frame_evidence_hash(const struct evidence_frame *frame, size_t depth, uint64_t begin,
                         uint64_t *hash)
{
    bool ended;
    struct bytes content = content_of(frame, &ended);
    if (content.len < depth && !ended)
        return false;
    content = bytes_first(content, depth);
    while (frame->payload.ip_version == 0 && content.len > 0 && content.data[content.len - 1] == 0)
        content.len--; /* it may be padding */
    *hash = hash_bytes(begin, content);
    return true;
}

uint8_t frame_evidence_ttl(const struct evidence_frame *frame)
{
    if (frame->payload.ip_version == 0)
        return 0;
    return bytes_u8(packet_of(frame),
                    frame->payload.ip_version == 4 ? IPV4_AT_TTL : IPV6_AT_HOP_LIMIT);
}

uint32_t frame_evidence_point(const struct evidence_frame *frame, uint64_t hash)
{
    hash = hash_bytes(hash, bytes_first(frame->bytes, frame->payload.offset));
    hash = hash_word(hash, frame_evidence_ttl(frame));
    return (uint32_t)(hash >> 32);
}

uint16_t frame_evidence_id(const struct evidence_frame *frame)
{
    return frame->payload.ip_version == 4 ? bytes_u16(packet_of(frame), IPV4_AT_ID) : 0;
}

bool frame_evidence_same_sender(const struct evidence_frame *a, const struct evidence_frame *b)
{
    enum { ADDRESSES_LENGTH = 8 };
    struct bytes first = packet_of(a);
    struct bytes second = packet_of(b);
    return a->payload.ip_version == 4 && b->payload.ip_version == 4 &&
           bytes_has(first, 0, IPV4_MIN_LENGTH) &&
           bytes_u8(first, IPV4_AT_PROTOCOL) == bytes_u8(second, IPV4_AT_PROTOCOL) &&
           bytes_equal(second, IPV4_AT_SOURCE, first.data + IPV4_AT_SOURCE, ADDRESSES_LENGTH);
}
