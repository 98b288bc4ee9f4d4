/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/wire/icmp-quote.h"

#include "core/wire/ip.h"

/* ICMP for IPv4. */
enum {
    UNREACHABLE = 3,
    UNREACHABLE_FRAGMENTATION_NEEDED = 4, /* a code */
    SOURCE_QUENCH = 4,
    REDIRECT = 5,
    TIME_EXCEEDED = 11,
    PARAMETER_PROBLEM = 12
};

/* ICMPv6: all types below 128 are errors. */
enum { V6_UNREACHABLE = 1, V6_PACKET_TOO_BIG = 2, V6_TIME_EXCEEDED = 3, V6_PARAMETER_PROBLEM = 4 };

/* RFC 4884: if extensions follow the quoted packet, the header states its length. Returns it in
 * bytes; 0: not stated. */
static size_t stated_length(struct bytes icmp, uint8_t ip_version)
{
    uint8_t type = bytes_u8(icmp, 0);
    if (ip_version == 4)
        return type == UNREACHABLE || type == TIME_EXCEEDED || type == PARAMETER_PROBLEM
                   ? bytes_u8(icmp, 5) * sizeof(uint32_t)
                   : 0;
    return type == V6_UNREACHABLE || type == V6_TIME_EXCEEDED ? bytes_u8(icmp, 4) * sizeof(uint64_t)
                                                              : 0;
}

static bool is_error(uint8_t type, uint8_t ip_version)
{
    if (ip_version == 4)
        return type == UNREACHABLE || type == SOURCE_QUENCH || type == REDIRECT ||
               type == TIME_EXCEEDED || type == PARAMETER_PROBLEM;
    return type >= V6_UNREACHABLE && type <= V6_PARAMETER_PROBLEM;
}

void icmp_quote_read_header(struct bytes icmp, uint8_t ip_version, struct icmp_quote *quote)
{
    uint8_t type = bytes_u8(icmp, 0);
    if (ip_version == 4) {
        quote->too_big =
            type == UNREACHABLE && bytes_u8(icmp, 1) == UNREACHABLE_FRAGMENTATION_NEEDED;
        quote->mtu = quote->too_big ? bytes_u16(icmp, 6) : 0;
    } else {
        quote->too_big = type == V6_PACKET_TOO_BIG;
        quote->mtu = quote->too_big ? bytes_u32(icmp, 4) : 0;
    }
}

bool icmp_quote_find(struct bytes packet, uint8_t ip_version, size_t length,
                     struct icmp_quote *quote)
{
    struct ip_header ip;
    if (ip_decode(packet, ip_version, &ip).kind != FAILURE_NONE ||
        ip.protocol != (ip_version == 4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6))
        return false;
    size_t end = ip.length != 0 && ip.length < length ? ip.length : length;
    struct bytes icmp = bytes_from(bytes_first(packet, end), ip.header_length);
    if (!bytes_has(icmp, 0, ICMP_LENGTH) || !is_error(bytes_u8(icmp, 0), ip_version))
        return false;
    *quote = (struct icmp_quote){.ip_version = ip_version};
    icmp_quote_read_header(icmp, ip_version, quote);
    quote->bytes = bytes_from(icmp, ICMP_LENGTH);
    quote->length = end - ip.header_length - ICMP_LENGTH;
    size_t stated = stated_length(icmp, ip_version);
    if (stated > 0 && stated < quote->length) {
        quote->bytes = bytes_first(quote->bytes, stated);
        quote->length = stated;
    }
    return true;
}
