/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/base/ip-header.h"

#include "core/base/checksum.h"
#include "core/wire/ip.h"
#include "core/wire/protocol.h"

size_t ip_header_length(const struct ip_fields *fields)
{
    return fields->source->len == 4 ? IPV4_MIN_LENGTH : IPV6_LENGTH;
}

uint16_t ip_ethertype(const struct ip_fields *fields)
{
    return fields->source->len == 4 ? ETHER_TYPE_IPV4 : ETHER_TYPE_IPV6;
}

void buffer_patch16(struct buffer *buffer, size_t offset, uint16_t value)
{
    if (buffer->overflow || offset + 2 > buffer->len)
        return;
    buffer->data[offset] = (uint8_t)(value >> 8);
    buffer->data[offset + 1] = (uint8_t)value;
}

/* RFC 1071's running sum over both addresses. */
static uint32_t sum_addresses(const struct ip_fields *fields)
{
    size_t len = fields->source->len;
    uint32_t sum = internet_checksum_add(0, (struct bytes){fields->source->bytes, len});
    return internet_checksum_add(sum, (struct bytes){fields->destination->bytes, len});
}

/* The checksum is made of the fields: to read bytes that were just written takes as long as all
 * else here. */
static void put_ipv4(const struct ip_fields *fields, struct buffer *out)
{
    const uint16_t before[] = {
        (uint16_t)(0x4500 | fields->traffic_class),
        (uint16_t)(IPV4_MIN_LENGTH + fields->payload_length),
        fields->id,
        fields->flags_and_offset,
        (uint16_t)(fields->ttl << 8 | fields->protocol),
    };
    uint32_t sum = sum_addresses(fields);
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        buffer_put16(out, before[i]);
        sum += before[i];
    }
    buffer_put16(out, internet_checksum_end(sum));
    buffer_put(out, fields->source->bytes, 4);
    buffer_put(out, fields->destination->bytes, 4);
}

static void put_ipv6(const struct ip_fields *fields, struct buffer *out)
{
    buffer_put32(out, UINT32_C(6) << 28 | (uint32_t)fields->traffic_class << 20);
    buffer_put16(out, (uint16_t)fields->payload_length);
    buffer_put8(out, fields->protocol);
    buffer_put8(out, fields->ttl);
    buffer_put(out, fields->source->bytes, 16);
    buffer_put(out, fields->destination->bytes, 16);
}

void ip_header_put(const struct ip_fields *fields, struct buffer *out)
{
    if (fields->source->len == 4)
        put_ipv4(fields, out);
    else
        put_ipv6(fields, out);
}

uint32_t ipv4_sum_without_id(struct bytes header)
{
    return (uint16_t)~bytes_u16(header, IPV4_AT_CHECKSUM) +
           (uint32_t)(uint16_t)~bytes_u16(header, IPV4_AT_ID);
}

uint32_t ip_pseudo_sum(const struct ip_fields *fields)
{
    return sum_addresses(fields) + fields->protocol + (uint16_t)fields->payload_length;
}
