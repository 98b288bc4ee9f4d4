/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/encapsulate/fragment.h"

#include "core/base/checksum.h"
#include "core/wire/ip.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"

static bool is_ipv4(struct bytes packet, size_t ip_at)
{
    return bytes_u8(packet, ip_at) >> 4 == 4;
}

static size_t header_length(struct bytes packet, size_t ip_at)
{
    return is_ipv4(packet, ip_at) ? IPV4_MIN_LENGTH : IPV6_LENGTH;
}

bool fragment_needed(struct bytes packet, size_t ip_at, size_t first)
{
    return packet.len > ip_at + header_length(packet, ip_at) + first;
}

static void patch_ipv4(size_t at, size_t offset, bool more, struct buffer *out)
{
    buffer_patch16(out, at + IPV4_AT_LENGTH, (uint16_t)(out->len - at));
    buffer_patch16(out, at + IPV4_AT_FRAGMENT,
                   (uint16_t)((more ? IPV4_MORE_FRAGMENTS : 0) | offset / 8));
    buffer_patch16(out, at + IPV4_AT_CHECKSUM, 0);
    buffer_patch16(out, at + IPV4_AT_CHECKSUM,
                   internet_checksum((struct bytes){out->data + at, IPV4_MIN_LENGTH}));
}

static void put_ipv6_fragment(uint8_t next_header, size_t offset, bool more, struct buffer *out)
{
    buffer_put8(out, next_header);
    buffer_put8(out, 0);
    buffer_put16(out, (uint16_t)(offset | more)); /* in units of 8 bytes, above 3 bits */
    buffer_put32(out, 1);                         /* identification */
}

size_t fragment_put(struct bytes packet, size_t ip_at, size_t from, size_t to, struct buffer *out)
{
    bool v4 = is_ipv4(packet, ip_at);
    size_t payload_at = ip_at + header_length(packet, ip_at);
    struct bytes payload = bytes_from(packet, payload_at);
    bool more = to < payload.len;
    struct bytes part = bytes_from(bytes_first(payload, to), from);

    size_t start = out->len;
    buffer_put(out, packet.data, payload_at);
    if (!v4)
        put_ipv6_fragment(bytes_u8(packet, ip_at + IPV6_AT_NEXT_HEADER), from, more, out);
    buffer_put(out, part.data, part.len);
    if (out->overflow)
        return out->len;
    if (v4) {
        patch_ipv4(start + ip_at, from, more, out);
    } else {
        buffer_patch16(out, start + ip_at + IPV6_AT_LENGTH,
                       (uint16_t)(IPV6_EXTENSION_MIN_LENGTH + part.len));
        out->data[start + ip_at + IPV6_AT_NEXT_HEADER] = IP_PROTOCOL_FRAGMENT;
    }
    return out->len - part.len;
}
