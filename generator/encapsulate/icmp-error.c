/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/encapsulate/icmp-error.h"

#include "core/base/checksum.h"
#include "core/wire/ip.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"

enum {
    ICMP_UNREACHABLE = 3,
    ICMP_CODE_PROTOCOL = 2,
    ICMP_CODE_FRAGMENTATION_NEEDED = 4,
    ICMPV6_PACKET_TOO_BIG = 2,
    ICMPV6_PARAMETER_PROBLEM = 4,
    ICMPV6_CODE_NEXT_HEADER = 1
};

struct outer_template icmp_error_template(const struct outer_plan *plan)
{
    struct outer_plan back = outer_reversed(plan);
    uint8_t protocol = plan->source.len == 4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6;
    return outer_template_make(&back, back.link, protocol, no_udp, 0);
}

static void put_ipv4_head(const struct icmp_answer *answer, struct buffer *out)
{
    bool mtu = answer->error == ICMP_ERROR_MTU;
    buffer_put8(out, ICMP_UNREACHABLE);
    buffer_put8(out, mtu ? ICMP_CODE_FRAGMENTATION_NEEDED : ICMP_CODE_PROTOCOL);
    buffer_put16(out, 0);
    buffer_put32(out, mtu ? answer->mtu : 0);
}

/* The collector points at the field that named a protocol it does not know: next header. */
static void put_ipv6_head(const struct icmp_answer *answer, struct buffer *out)
{
    bool mtu = answer->error == ICMP_ERROR_MTU;
    buffer_put8(out, mtu ? ICMPV6_PACKET_TOO_BIG : ICMPV6_PARAMETER_PROBLEM);
    buffer_put8(out, mtu ? 0 : ICMPV6_CODE_NEXT_HEADER);
    buffer_put16(out, 0);
    buffer_put32(out, mtu ? answer->mtu : IPV6_AT_NEXT_HEADER);
}

void icmp_error_put(const struct outer_template *template, const struct icmp_answer *answer,
                    struct bytes packet, struct buffer *out)
{
    bool v4 = template->ip_version == 4;
    size_t start = outer_begin(template, out);
    size_t icmp_at = out->len;
    if (v4)
        put_ipv4_head(answer, out);
    else
        put_ipv6_head(answer, out);
    struct bytes quote = bytes_first(packet, answer->quote);
    buffer_put(out, quote.data, quote.len);
    if (out->overflow)
        return;
    struct bytes message = {out->data + icmp_at, out->len - icmp_at};
    /* ICMP over IPv4 alone has no pseudo-header. */
    uint32_t sum = v4 ? 0 : outer_pseudo_sum(template, IP_PROTOCOL_ICMPV6, message.len);
    buffer_patch16(out, icmp_at + ICMP_AT_CHECKSUM,
                   internet_checksum_end(internet_checksum_add(sum, message)));
    outer_end(template, start, 0, out);
}
