/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. Tags, labels and tunnels before a copy (quirk Q39, copy in a tunnel) are
 * read step by step. A step is described by a next-protocol number, its number space, and the start
 * and the end of the bytes. enclosure_enter() reads one header and gives the next step. An IP
 * packet is parsed as outer_parse() does it; where no copy is in it, the next step is what its last
 * header announced. Each turn reads at least one header, and there are at most OUTER_DEPTH_MAX.
 */
#include "core/wire/enclosure.h"
#include "core/wire/ip.h"
#include "core/wire/link.h"
#include "core/wire/marker.h"
#include "core/wire/outer-walk.h"

struct layer_place {
    enum enclosure_announcement announcement;
    uint32_t number;
    size_t start;
    size_t end; /* or OUTER_END_UNSTATED */
};

bool outer_may_be_behind(const struct failure *failure)
{
    switch (failure->kind) {
    case FAILURE_NOT_IP:
    case FAILURE_VLAN_DEPTH:
    case FAILURE_NOT_ERSPAN:
    case FAILURE_GRE_VERSION:
        return true;
    /* Most mirrored frames end here, too, so these are looked at before anything is read again. */
    case FAILURE_UDP_PORT:
        return enclosure_has(ENCLOSURE_BY_UDP_PORT, failure->found);
    case FAILURE_NOT_GRE:
        return enclosure_has(ENCLOSURE_BY_IP_PROTOCOL, failure->found);
    default:
        return false;
    }
}

bool outer_is_plain_udp(struct bytes frame)
{
    enum { WITHOUT_OPTIONS = 0x45, UDP_AT = ETHERNET_LENGTH + IPV4_MIN_LENGTH };
    struct bytes ip = bytes_from(frame, ETHERNET_LENGTH);
    if (bytes_u16(frame, ETHERNET_AT_TYPE) != ETHER_TYPE_IPV4 ||
        bytes_u8(ip, 0) != WITHOUT_OPTIONS || bytes_u8(ip, IPV4_AT_PROTOCOL) != IP_PROTOCOL_UDP ||
        !bytes_has(frame, UDP_AT, UDP_LENGTH))
        return false;
    size_t by_ip = bytes_u16(ip, IPV4_AT_LENGTH);
    uint16_t port = bytes_u16(frame, UDP_AT + 2);
    return by_ip >= IPV4_MIN_LENGTH + UDP_LENGTH &&
           by_ip != IPV4_MIN_LENGTH + UDP_LENGTH + MARKER_LENGTH &&
           bytes_u16(frame, UDP_AT + UDP_AT_LENGTH) != UDP_LENGTH + MARKER_LENGTH &&
           port != UDP_PORT_GRE && !enclosure_has(ENCLOSURE_BY_UDP_PORT, port);
}

static size_t payload_end(const struct outer *outer)
{
    return outer->payload_offset + outer->payload_claimed;
}

/* What the IP packet in @p outer says that it holds. */
static bool place_in_ip(struct bytes packet, const struct outer *outer, uint32_t protocol,
                        struct layer_place *place)
{
    struct ip_header ip;
    size_t end = place->end;
    if (outer->ip_version == 0 ||
        ip_decode(bytes_from(packet, outer->ip_offset), outer->ip_version, &ip).kind !=
            FAILURE_NONE)
        return false;
    if (ip.length != 0 && outer->ip_offset + ip.length < end)
        end = outer->ip_offset + ip.length;
    *place = (struct layer_place){ENCLOSURE_BY_IP_PROTOCOL, protocol,
                                  outer->ip_offset + ip.header_length, end};
    return true;
}

/* Moves @p place from the IP packet in @p outer to what follows the header at which parsing
 * stopped. */
static bool place_behind_ip(struct bytes packet, const struct failure *failure,
                            const struct outer *outer, struct layer_place *place)
{
    switch (failure->kind) {
    case FAILURE_NOT_ERSPAN:
        *place = (struct layer_place){ENCLOSURE_BY_ETHER_TYPE, failure->found,
                                      outer->payload_offset, payload_end(outer)};
        return true;
    case FAILURE_UDP_PORT:
        *place = (struct layer_place){ENCLOSURE_BY_UDP_PORT, failure->found, outer->payload_offset,
                                      payload_end(outer)};
        return true;
    case FAILURE_NOT_GRE:
        return place_in_ip(packet, outer, failure->found, place);
    case FAILURE_GRE_VERSION:
        return !outer->in_udp && place_in_ip(packet, outer, IP_PROTOCOL_GRE, place);
    default:
        return false;
    }
}

/* True if the link layer announces something, be it IP or not. */
static bool link_is_whole(const struct failure *failure)
{
    return failure->kind == FAILURE_NONE || failure->kind == FAILURE_NOT_IP ||
           failure->kind == FAILURE_VLAN_DEPTH;
}

/* What the link layer, or an Ethernet frame at @p start, announces. */
static struct failure place_behind_link(uint32_t link_type, struct bytes packet, size_t start,
                                        size_t end, struct link_header *link,
                                        struct layer_place *place)
{
    struct failure failure =
        link_decode(link_type, bytes_from(bytes_first(packet, end), start), link);
    uint16_t type = link->protocol;
    if (link->ip_version != 0)
        type = link->ip_version == 4 ? ETHER_TYPE_IPV4 : ETHER_TYPE_IPV6;
    *place = (struct layer_place){ENCLOSURE_BY_ETHER_TYPE, type, start + link->length, end};
    return failure;
}

static struct failure walk_ip(struct bytes packet, const struct layer_place *place,
                              struct outer *outer)
{
    uint8_t version = bytes_u8(packet, place->start) >> 4;
    uint8_t tags = outer->tags;
    uint16_t vlan = outer->vlan;
    bool more_fragments = outer->more_fragments;
    *outer = (struct outer){.tags = tags, .vlan = vlan, .more_fragments = more_fragments};
    if (version != 4 && version != 6)
        return (struct failure){FAILURE_IP_VERSION, place->start, version};
    return outer_walk_ip(packet, place->start, place->end, version, outer);
}

/* The place of what @p content says, which was found in the header at @p place. */
static struct layer_place place_of(const struct enclosure_content *content,
                                   const struct layer_place *place)
{
    size_t start = place->start + content->offset;
    size_t end = place->end;
    if (content->length != 0 && start + content->length < end)
        end = start + content->length;
    bool protocol = content->kind == ENCLOSURE_IP_PROTOCOL;
    return (struct layer_place){protocol ? ENCLOSURE_BY_IP_PROTOCOL : ENCLOSURE_BY_ETHER_TYPE,
                                content->number, start, end};
}

enum step_result { STEP_ON, STEP_WALKED, STEP_STOPPED };

/* Reads the header at @p place, and sets @p place behind it. STEP_WALKED: that was IP and what is
 * in it, as far as @p failure says. */
static enum step_result step(struct bytes packet, struct layer_place *place, struct outer *outer,
                             struct failure *failure)
{
    struct enclosure_content content;
    struct link_header link;
    struct bytes view = bytes_from(bytes_first(packet, place->end), place->start);
    if (!enclosure_enter(place->announcement, place->number, view, &content))
        return STEP_STOPPED;
    *place = place_of(&content, place);
    if (content.kind == ENCLOSURE_ETHERNET) {
        struct failure of_link =
            place_behind_link(LINK_ETHERNET, packet, place->start, place->end, &link, place);
        return link_is_whole(&of_link) ? STEP_ON : STEP_STOPPED;
    }
    if (content.kind == ENCLOSURE_IP)
        *failure = walk_ip(packet, place, outer);
    else if (content.kind == ENCLOSURE_IP_PROTOCOL && content.number == IP_PROTOCOL_GRE)
        *failure = outer_walk_gre(packet, place->start, place->end, outer);
    else if (content.kind == ENCLOSURE_IP_PROTOCOL && content.number == IP_PROTOCOL_UDP)
        *failure = outer_walk_udp(packet, place->start, place->end, outer);
    else
        return STEP_ON;
    return STEP_WALKED;
}

struct failure outer_parse_behind(uint32_t link_type, struct bytes packet, struct outer *outer)
{
    struct link_header link;
    struct layer_place place;
    *outer = (struct outer){0};
    struct failure failure =
        place_behind_link(link_type, packet, 0, OUTER_END_UNSTATED, &link, &place);
    outer->tags = link.tags;
    outer->vlan = link.vlan;
    if (!link_is_whole(&failure))
        return failure;
    if (failure.kind == FAILURE_NONE) /* of what the link layer announces, nothing is read yet */
        failure = (struct failure){FAILURE_NOT_IP, link.protocol_offset, place.number};
    for (unsigned depth = 0; depth < OUTER_DEPTH_MAX; depth++) {
        enum step_result result = step(packet, &place, outer, &failure);
        if (result == STEP_STOPPED || failure.kind == FAILURE_NONE)
            break;
        if (result == STEP_WALKED && !place_behind_ip(packet, &failure, outer, &place))
            break;
    }
    return failure;
}
