/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/encapsulate/outer-template.h"

#include "core/base/checksum.h"
#include "core/wire/ip.h"
#include "core/wire/link.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"

enum { DEVICE_ETHERNET = 1, DEVICE_GRE = 778, DEVICE_GRE6 = 823, SLL_ADDRESS_LENGTH = 8 };

/* Tags, and the EtherType behind them. */
static void put_tags(const struct outer_plan *plan, uint16_t ethertype, struct buffer *out)
{
    for (uint8_t i = 0; i < plan->tags.count; i++) {
        bool last = i + 1 == plan->tags.count;
        buffer_put16(out, last ? ETHER_TYPE_DOT1Q : ETHER_TYPE_DOT1AD);
        buffer_put16(out, plan->tags.id[i]);
    }
    buffer_put16(out, ethertype);
}

static void put_ethernet(const struct outer_plan *plan, uint16_t ethertype, struct buffer *out)
{
    buffer_put(out, plan->destination_mac.bytes, sizeof plan->destination_mac.bytes);
    buffer_put(out, plan->source_mac.bytes, sizeof plan->source_mac.bytes);
    put_tags(plan, ethertype, out);
}

/* A cooked header: packet type 0 is "to us". Longer addresses are cut, their length is not. */
static void put_sll(const struct outer_plan *plan, uint16_t device, const uint8_t *address,
                    size_t address_length, uint16_t protocol, struct buffer *out)
{
    size_t kept = MIN(address_length, (size_t)SLL_ADDRESS_LENGTH);
    buffer_put16(out, 0);
    buffer_put16(out, device);
    buffer_put16(out, (uint16_t)address_length);
    buffer_put(out, address, kept);
    buffer_zero(out, SLL_ADDRESS_LENGTH - kept);
    put_tags(plan, protocol, out);
}

static void put_ipv4(const struct outer_plan *plan, const struct ip_fields *fields,
                     struct buffer *out)
{
    size_t start = out->len;
    ip_header_put(fields, out);
    buffer_put(out, plan->options.data, plan->options.len);
    out->data[start] = (uint8_t)(0x40 | (IPV4_MIN_LENGTH + plan->options.len) / 4);
}

/* RFC 2473: a destination options header with the limit and a PadN option to fill 8 bytes. */
static void put_encapsulation_limit(const struct outer_plan *plan, uint8_t next_header,
                                    struct buffer *out)
{
    buffer_put8(out, next_header);
    buffer_put8(out, 0);
    buffer_put8(out, 4);
    buffer_put8(out, 1);
    buffer_put8(out, (uint8_t)plan->encapsulation_limit);
    buffer_put8(out, 1);
    buffer_put16(out, 1 << 8);
}

static void put_ip(const struct outer_plan *plan, uint8_t protocol, struct buffer *out)
{
    struct ip_fields fields = {
        .source = &plan->source,
        .destination = &plan->destination,
        .traffic_class = (uint8_t)(plan->dscp << 2),
        .ttl = plan->ttl,
        .protocol = protocol,
        .flags_and_offset = plan->dont_fragment ? IPV4_DONT_FRAGMENT : 0,
    };
    if (plan->source.len == 4) {
        put_ipv4(plan, &fields, out);
        return;
    }
    bool limited = plan->encapsulation_limit != AUTO;
    if (limited)
        fields.protocol = IP_PROTOCOL_DESTINATION_OPTIONS;
    ip_header_put(&fields, out);
    if (limited)
        put_encapsulation_limit(plan, protocol, out);
}

/* What does not change from packet to packet. */
static uint32_t sum_ipv4(const struct outer_template *template, struct buffer *out)
{
    buffer_patch16(out, template->ip_at + IPV4_AT_LENGTH, 0);
    buffer_patch16(out, template->ip_at + IPV4_AT_ID, 0);
    buffer_patch16(out, template->ip_at + IPV4_AT_CHECKSUM, 0);
    return internet_checksum_add(
        0, (struct bytes){out->data + template->ip_at, template->ip_header_length});
}

struct outer_template outer_template_make(const struct outer_plan *plan, enum link_kind link,
                                          uint8_t ip_protocol, struct udp_ports ports,
                                          uint16_t gre_protocol)
{
    struct outer_template template = {.interface = interface_of(plan), .length = plan->length};
    struct buffer out = {template.bytes, sizeof template.bytes, 0, false};
    bool v4 = plan->source.len == 4;
    uint16_t ethertype = v4 ? ETHER_TYPE_IPV4 : ETHER_TYPE_IPV6;
    switch (link) {
    case LINK_KIND_ETHERNET:
        put_ethernet(plan, ethertype, &out);
        break;
    case LINK_KIND_SLL:
        put_sll(plan, DEVICE_ETHERNET, plan->source_mac.bytes, sizeof plan->source_mac.bytes,
                ethertype, &out);
        break;
    case LINK_KIND_SLL_WITHOUT_GRE:
        put_sll(plan, v4 ? DEVICE_GRE : DEVICE_GRE6, plan->source.bytes, plan->source.len,
                gre_protocol, &out);
        template.len = out.len;
        return template;
    case LINK_KIND_RAW:
        break;
    }
    template.ip_version = v4 ? 4 : 6;
    template.ip_at = out.len;
    template.ip_header_length = v4 ? IPV4_MIN_LENGTH + plan->options.len : IPV6_LENGTH;
    put_ip(plan, ports.used ? IP_PROTOCOL_UDP : ip_protocol, &out);
    if (v4)
        template.ipv4_sum = sum_ipv4(&template, &out);
    if (ports.used) {
        template.udp_at = out.len;
        buffer_put16(&out, ports.source);
        buffer_put16(&out, ports.destination);
        buffer_put32(&out, 0);
    }
    template.len = out.len;
    return template;
}

size_t outer_begin(const struct outer_template *template, struct buffer *out)
{
    size_t start = out->len;
    buffer_put(out, template->bytes, template->len);
    return start;
}

uint32_t outer_pseudo_sum(const struct outer_template *template, uint8_t protocol, size_t len)
{
    struct bytes header =
        bytes_from((struct bytes){template->bytes, template->len}, template->ip_at);
    bool v4 = template->ip_version == 4;
    size_t address_length = v4 ? 4 : 16;
    size_t source_at = v4 ? IPV4_AT_SOURCE : IPV6_AT_SOURCE;
    const struct address source = address_at(header, source_at, address_length);
    const struct address destination =
        address_at(header, source_at + address_length, address_length);
    struct ip_fields fields = {.source = &source,
                               .destination = &destination,
                               .protocol = protocol,
                               .payload_length = len};
    return ip_pseudo_sum(&fields);
}

/* The length and, where a checksum is required, that too: IPv6 (RFC 8200, section 8.1). */
static void end_udp(const struct outer_template *template, size_t at, struct buffer *out)
{
    size_t len = out->len - at;
    buffer_patch16(out, at + UDP_AT_LENGTH, (uint16_t)len);
    if (template->ip_version != 6)
        return;
    uint16_t checksum = internet_checksum_end(internet_checksum_add(
        outer_pseudo_sum(template, IP_PROTOCOL_UDP, len), (struct bytes){out->data + at, len}));
    buffer_patch16(out, at + UDP_AT_CHECKSUM, checksum == 0 ? 0xffff : checksum);
}

void outer_end(const struct outer_template *template, size_t start, uint16_t id, struct buffer *out)
{
    if (template->ip_version == 0 || out->overflow)
        return;
    size_t ip_at = start + template->ip_at;
    if (template->udp_at != 0)
        end_udp(template, start + template->udp_at, out);
    size_t len = out->len - ip_at;
    if (template->ip_version == 6)
        len -= IPV6_LENGTH;
    if (len > UINT16_MAX && template->length == AUTO) {
        out->overflow = true;
        return;
    }
    if (template->ip_version == 6) {
        buffer_patch16(out, ip_at + IPV6_AT_LENGTH,
                       (uint16_t)(template->length == AUTO ? (int64_t)len : template->length));
        return;
    }
    uint16_t length = (uint16_t)(template->length == AUTO ? (int64_t)len : template->length);
    buffer_patch16(out, ip_at + IPV4_AT_LENGTH, length);
    buffer_patch16(out, ip_at + IPV4_AT_ID, id);
    buffer_patch16(out, ip_at + IPV4_AT_CHECKSUM,
                   internet_checksum_end(template->ipv4_sum + length + id));
}

struct outer_plan outer_reversed(const struct outer_plan *plan)
{
    struct outer_plan reversed = *plan;
    reversed.source = plan->destination;
    reversed.destination = plan->source;
    reversed.source_mac = plan->destination_mac;
    reversed.destination_mac = plan->source_mac;
    reversed.encapsulation_limit = AUTO;
    reversed.options.len = 0;
    reversed.length = AUTO;
    return reversed;
}
