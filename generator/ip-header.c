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
    uint8_t bytes[IPV4_MIN_LENGTH];
    struct buffer header = {bytes, sizeof bytes, 0, false};
    buffer_put8(&header, 0x45);
    buffer_put8(&header, fields->traffic_class);
    buffer_put16(&header, (uint16_t)(IPV4_MIN_LENGTH + fields->payload_length));
    buffer_put16(&header, fields->id);
    buffer_put16(&header, fields->flags_and_offset);
    buffer_put8(&header, fields->ttl);
    buffer_put8(&header, fields->protocol);
    buffer_put16(&header, 0);
    buffer_put(&header, fields->source.bytes, 4);
    buffer_put(&header, fields->destination.bytes, 4);
    buffer_patch16(&header, IPV4_AT_CHECKSUM,
                   internet_checksum((struct bytes){bytes, sizeof bytes}));
    buffer_put(out, bytes, sizeof bytes);
}

static void put_ipv6(const struct ip_fields *fields, struct buffer *out)
{
    uint8_t bytes[IPV6_LENGTH];
    struct buffer header = {bytes, sizeof bytes, 0, false};
    buffer_put32(&header, UINT32_C(6) << 28 | (uint32_t)fields->traffic_class << 20);
    buffer_put16(&header, (uint16_t)fields->payload_length);
    buffer_put8(&header, fields->protocol);
    buffer_put8(&header, fields->ttl);
    buffer_put(&header, fields->source.bytes, 16);
    buffer_put(&header, fields->destination.bytes, 16);
    buffer_put(out, bytes, sizeof bytes);
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
    uint8_t bytes[2 * 16 + 4];
    struct buffer header = {bytes, sizeof bytes, 0, false};
    size_t address_length = fields->source.len == 4 ? 4 : 16;
    buffer_put(&header, fields->source.bytes, address_length);
    buffer_put(&header, fields->destination.bytes, address_length);
    buffer_put16(&header, fields->protocol);
    buffer_put16(&header, (uint16_t)fields->payload_length);
    return internet_checksum_add(0, (struct bytes){bytes, header.len});
}
