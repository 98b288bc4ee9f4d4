/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each step knows where its header starts and where the outer lengths say that the copy ends, and
 * hands both on to the next. The end may lie beyond the captured bytes: the view that a step reads
 * is what both allow, and the difference is what payload_claimed reports.
 */
#include "core/wire/outer.h"

#include "core/wire/ip.h"
#include "core/wire/link.h"
#include "core/wire/outer-walk.h"

/* A failure that counts its offset from @p base, counted from the start of the packet. */
static struct failure from_start(struct failure failure, size_t base)
{
    if (failure.kind != FAILURE_NONE)
        failure.offset += base;
    return failure;
}

static void set_payload(struct bytes packet, size_t offset, size_t end, struct outer *outer)
{
    outer->payload_offset = offset;
    outer->payload = bytes_from(bytes_first(packet, end), offset);
    outer->payload_claimed = (end != OUTER_END_UNSTATED ? end : packet.len) - offset;
}

static struct failure require_erspan(uint16_t protocol, size_t protocol_offset)
{
    if (protocol != GRE_PROTOCOL_ERSPAN && protocol != GRE_PROTOCOL_ERSPAN_III)
        return (struct failure){FAILURE_NOT_ERSPAN, protocol_offset, protocol};
    return (struct failure){FAILURE_NONE, 0, 0};
}

struct failure outer_walk_gre(struct bytes packet, size_t start, size_t end, struct outer *outer)
{
    size_t length;
    struct bytes view = bytes_from(bytes_first(packet, end), start);
    outer->gre_offset = start;
    struct failure failure = gre_decode(view, &outer->gre, &length);
    if (failure.kind != FAILURE_NONE)
        return from_start(failure, start);
    outer->has_gre = true;
    set_payload(packet, start + length, end, outer);
    return require_erspan(outer->gre.protocol, start + 2);
}

struct failure outer_walk_udp(struct bytes packet, size_t start, size_t end, struct outer *outer)
{
    struct bytes view = bytes_from(bytes_first(packet, end), start);
    outer->in_udp = true;
    if (!bytes_has(view, 0, UDP_LENGTH))
        return (struct failure){FAILURE_UDP_CUT, start, 0};
    uint16_t port = bytes_u16(view, 2);
    uint16_t length = bytes_u16(view, 4);
    /* Where IP leaves its length to the NIC, UDP may do the same. */
    bool unstated = length == 0 && end == OUTER_END_UNSTATED;
    if (length < UDP_LENGTH && !unstated)
        return (struct failure){FAILURE_UDP_LENGTH, start + 4, length};
    /* In the first of several fragments UDP's length is that of them all: it can only shorten. */
    if (!unstated && start + length < end)
        end = start + length;
    set_payload(packet, start + UDP_LENGTH, end, outer);
    if (port != UDP_PORT_GRE)
        return (struct failure){FAILURE_UDP_PORT, start + 2, port};
    return outer_walk_gre(packet, start + UDP_LENGTH, end, outer);
}

struct failure outer_walk_ip(struct bytes packet, size_t start, size_t end, uint8_t version,
                             struct outer *outer)
{
    struct ip_header ip;
    struct failure failure = ip_decode(bytes_from(packet, start), version, &ip);
    outer->ip_version = ip.version;
    outer->source = ip.source;
    outer->destination = ip.destination;
    outer->traffic_class = ip.traffic_class;
    outer->ttl = ip.ttl;
    outer->dont_fragment = ip.dont_fragment;
    outer->more_fragments |= ip.more_fragments; /* of a tunnel's header, too */
    outer->identification = ip.identification;
    outer->ip_offset = start;
    outer->ip_length = ip.length;
    if (ip.length != 0)
        outer->trailer = bytes_from(bytes_first(packet, end), start + ip.length);
    if (failure.kind != FAILURE_NONE)
        return from_start(failure, start);

    if (ip.length != 0 && start + ip.length < end)
        end = start + ip.length;
    switch (ip.protocol) {
    case IP_PROTOCOL_GRE:
        return outer_walk_gre(packet, start + ip.header_length, end, outer);
    case IP_PROTOCOL_UDP:
        return outer_walk_udp(packet, start + ip.header_length, end, outer);
    default:
        return (struct failure){FAILURE_NOT_GRE, start, ip.protocol};
    }
}

/* Quirk Q20 (GRE not captured): the device has taken IP and GRE off. */
static struct failure walk_stripped(struct bytes packet, const struct link_header *link,
                                    struct outer *outer)
{
    outer->source = link->sender;
    outer->gre.protocol = link->protocol;
    set_payload(packet, link->length, OUTER_END_UNSTATED, outer);
    return require_erspan(link->protocol, link->protocol_offset);
}

struct failure outer_parse(uint32_t link_type, struct bytes packet, struct outer *outer)
{
    *outer = (struct outer){0};
    struct link_header link;
    struct failure failure = link_decode(link_type, packet, &link);
    outer->tags = link.tags;
    outer->vlan = link.vlan;
    if (failure.kind != FAILURE_NONE)
        return failure;
    return link.ip_version != 0
               ? outer_walk_ip(packet, link.length, OUTER_END_UNSTATED, link.ip_version, outer)
               : walk_stripped(packet, &link, outer);
}
