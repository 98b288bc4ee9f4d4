/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
 *  |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         |
 *  +-------------------------------+-------------------------------+
 *  |      Checksum (C or R)        |       Offset (C or R)         |
 *  +-------------------------------+-------------------------------+
 *  |                          Key (K)                              |
 *  +---------------------------------------------------------------+
 *  |                    Sequence Number (S)                        |
 *  +---------------------------------------------------------------+
 *  |  Source routes (R): family 16, offset 8, length 8, data; ends |
 *  |  with family 0 and length 0                                   |
 *  +---------------------------------------------------------------+
 */
#include "core/wire/gre.h"

#include "core/base/checksum.h"

enum {
    ROUTE_HEADER_LENGTH = 4,
    ROUTES_MAX = 64 /* limit of the loop over source routes in a malicious packet */
};

size_t gre_length(uint16_t flags)
{
    size_t length = GRE_BASE_LENGTH;
    if (flags & (GRE_BIT_CHECKSUM | GRE_BIT_ROUTING))
        length += 4;
    if (flags & GRE_BIT_KEY)
        length += 4;
    if (flags & GRE_BIT_SEQUENCE)
        length += 4;
    return length;
}

/* Steps over the source routes at *offset. */
static struct failure skip_routes(struct bytes packet, size_t *offset)
{
    for (uint32_t routes = 0; routes < ROUTES_MAX; routes++) {
        if (!bytes_has(packet, *offset, ROUTE_HEADER_LENGTH))
            return (struct failure){FAILURE_GRE_ROUTING_CUT, *offset, routes};
        uint16_t family = bytes_u16(packet, *offset);
        uint8_t route_length = bytes_u8(packet, *offset + 3);
        if (!bytes_has(packet, *offset, (size_t)ROUTE_HEADER_LENGTH + route_length))
            return (struct failure){FAILURE_GRE_ROUTING_CUT, *offset, routes};
        *offset += (size_t)ROUTE_HEADER_LENGTH + route_length;
        if (family == 0 && route_length == 0)
            return (struct failure){FAILURE_NONE, 0, 0};
    }
    return (struct failure){FAILURE_GRE_ROUTING_CUT, *offset, ROUTES_MAX};
}

struct failure gre_decode(struct bytes packet, struct gre_header *header, size_t *length)
{
    *header = (struct gre_header){0};
    *length = 0;
    if (!bytes_has(packet, 0, GRE_BASE_LENGTH))
        return (struct failure){FAILURE_GRE_CUT, 0, GRE_BASE_LENGTH};
    header->flags = bytes_u16(packet, 0);
    header->protocol = bytes_u16(packet, 2);
    if ((header->flags & GRE_BITS_VERSION) != 0)
        return (struct failure){FAILURE_GRE_VERSION, 0, header->flags & GRE_BITS_VERSION};

    size_t fixed = gre_length(header->flags);
    if (!bytes_has(packet, 0, fixed))
        return (struct failure){FAILURE_GRE_CUT, 0, (uint32_t)fixed};
    size_t offset = GRE_BASE_LENGTH;
    if (header->flags & (GRE_BIT_CHECKSUM | GRE_BIT_ROUTING)) {
        header->checksum = bytes_u16(packet, offset);
        header->offset = bytes_u16(packet, offset + 2);
        offset += 4;
    }
    if (header->flags & GRE_BIT_KEY) { /* quirk Q18 (GRE key) */
        header->key = bytes_u32(packet, offset);
        offset += 4;
    }
    if (header->flags & GRE_BIT_SEQUENCE) {
        header->sequence = bytes_u32(packet, offset);
        offset += 4;
    }
    if (header->flags & GRE_BIT_ROUTING) {
        struct failure failure = skip_routes(packet, &offset);
        if (failure.kind != FAILURE_NONE)
            return failure;
    }
    *length = offset;
    return (struct failure){FAILURE_NONE, 0, 0};
}

void gre_encode(const struct gre_header *header, struct buffer *out)
{
    buffer_put16(out, header->flags);
    buffer_put16(out, header->protocol);
    if (header->flags & (GRE_BIT_CHECKSUM | GRE_BIT_ROUTING)) {
        buffer_put16(out, header->checksum);
        buffer_put16(out, header->offset);
    }
    if (header->flags & GRE_BIT_KEY)
        buffer_put32(out, header->key);
    if (header->flags & GRE_BIT_SEQUENCE)
        buffer_put32(out, header->sequence);
    if (header->flags & GRE_BIT_ROUTING)
        buffer_put32(out, 0);
}

void gre_set_checksum(uint8_t *packet, size_t len)
{
    struct bytes view = {packet, len};
    if (!(bytes_u16(view, 0) & GRE_BIT_CHECKSUM) || !bytes_has(view, 0, GRE_BASE_LENGTH + 4))
        return;
    struct buffer field = {packet + GRE_BASE_LENGTH, 2, 0, false};
    buffer_put16(&field, 0);
    uint16_t sum = internet_checksum(view);
    field.len = 0;
    buffer_put16(&field, sum);
}

bool gre_checksum_right(struct bytes packet)
{
    return !(bytes_u16(packet, 0) & GRE_BIT_CHECKSUM) || internet_checksum(packet) == 0;
}

bool gre_find_before(struct bytes packet, size_t payload_offset, uint16_t flags, uint16_t protocol,
                     struct gre_header *header, size_t *start)
{
    if (payload_offset > packet.len)
        return false;
    /* Without source routes there is one candidate; with them, one for each whole word of routes.
     */
    size_t shortest = gre_length(flags);
    size_t longest = flags & GRE_BIT_ROUTING ? shortest + ROUTES_MAX * 4 : shortest;
    struct bytes before = bytes_first(packet, payload_offset);
    for (size_t length = shortest; length <= longest && length <= before.len; length += 4) {
        size_t at = before.len - length;
        if (bytes_u16(before, at) != flags || bytes_u16(before, at + 2) != protocol)
            continue;
        size_t decoded;
        struct failure failure = gre_decode(bytes_from(before, at), header, &decoded);
        if (failure.kind == FAILURE_NONE && decoded == length) {
            *start = at;
            return true;
        }
    }
    return false;
}
