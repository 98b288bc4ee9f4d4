/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/ip-header.h"

#include "core/checksum.h"
#include "core/ip.h"

enum { IPV4_AT_CHECKSUM = 10 };

size_t ip_header_length(const struct ip_fields *fields)
{
    return fields->source.len == 4 ? IPV4_MIN_LENGTH : IPV6_LENGTH;
}

uint16_t ip_ethertype(const struct ip_fields *fields)
{
    return fields->source.len == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
}

void buffer_patch16(struct buffer *buffer, size_t offset, uint16_t value)
{
    if (buffer->overflow || offset + 2 > buffer->len)
        return;
    buffer->data[offset] = (uint8_t)(value >> 8);
    buffer->data[offset + 1] = (uint8_t)value;
}

static void put_ipv4(const struct ip_fields *fields, struct buffer *out)
{
    size_t start = out->len;
    buffer_put8(out, 0x45);
    buffer_put8(out, fields->traffic_class);
    buffer_put16(out, (uint16_t)(IPV4_MIN_LENGTH + fields->payload_length));
    buffer_put16(out, fields->id);
    buffer_put16(out, fields->flags_and_offset);
    buffer_put8(out, fields->ttl);
    buffer_put8(out, fields->protocol);
    buffer_put16(out, 0);
    buffer_put(out, fields->source.bytes, 4);
    buffer_put(out, fields->destination.bytes, 4);
    if (!out->overflow)
        buffer_patch16(out, start + IPV4_AT_CHECKSUM,
                       internet_checksum((struct bytes){out->data + start, IPV4_MIN_LENGTH}));
}

static void put_ipv6(const struct ip_fields *fields, struct buffer *out)
{
    buffer_put32(out, UINT32_C(6) << 28 | (uint32_t)fields->traffic_class << 20);
    buffer_put16(out, (uint16_t)fields->payload_length);
    buffer_put8(out, fields->protocol);
    buffer_put8(out, fields->ttl);
    buffer_put(out, fields->source.bytes, 16);
    buffer_put(out, fields->destination.bytes, 16);
}

void ip_header_put(const struct ip_fields *fields, struct buffer *out)
{
    if (fields->source.len == 4)
        put_ipv4(fields, out);
    else
        put_ipv6(fields, out);
}

uint32_t ip_pseudo_sum(const struct ip_fields *fields)
{
    uint32_t sum =
        internet_checksum_add(0, (struct bytes){fields->source.bytes, fields->source.len});
    sum = internet_checksum_add(sum,
                                (struct bytes){fields->destination.bytes, fields->destination.len});
    uint8_t tail[4] = {0, fields->protocol, (uint8_t)(fields->payload_length >> 8),
                       (uint8_t)fields->payload_length};
    return internet_checksum_add(sum, (struct bytes){tail, sizeof tail});
}
