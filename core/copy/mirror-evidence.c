/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/copy/mirror-evidence.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/wire/frame-probe.h"
#include "core/wire/ip.h"
#include "core/wire/protocol.h"

/* True if the packet belongs to this tunnel. */
static bool is_tunnel(const struct mirror_tunnel *tunnel, const struct outer *outer,
                      const struct mirror_header *header)
{
    return tunnel->kind == header->kind && tunnel->id == header->id &&
           address_equal(&tunnel->source, &outer->source) &&
           address_equal(&tunnel->destination, &outer->destination);
}

/* True if the packet goes from the tunnel's destination to its source. The number is not
 * compared, because an overlay may use another VNI for each direction. */
static bool is_way_back(const struct mirror_tunnel *tunnel, const struct outer *outer,
                        const struct mirror_header *header)
{
    return tunnel->kind == header->kind && address_equal(&tunnel->source, &outer->destination) &&
           address_equal(&tunnel->destination, &outer->source);
}

/* The tunnel of the packet, in the place of the idlest if it is new. */
static struct mirror_tunnel *tunnel_of(struct mirror_evidence *evidence, const struct outer *outer,
                                       const struct mirror_header *header)
{
    struct mirror_tunnel *idlest = &evidence->tunnels[0];
    struct mirror_tunnel *found = NULL;
    bool comes_back = false;
    for (size_t i = 0; i < MIRROR_TUNNELS; i++) {
        struct mirror_tunnel *tunnel = &evidence->tunnels[i];
        if (is_tunnel(tunnel, outer, header))
            found = tunnel;
        if (is_way_back(tunnel, outer, header))
            comes_back = tunnel->comes_back = true;
        if (tunnel->last < idlest->last)
            idlest = tunnel;
    }
    if (found == NULL) {
        found = idlest;
        *found = (struct mirror_tunnel){
            .source = outer->source,
            .destination = outer->destination,
            .kind = header->kind,
            .id = header->id,
            .first = evidence->packets + 1,
        };
    }
    found->comes_back |= comes_back;
    return found;
}

/* A multicast group, or all: nobody answers from there. */
static bool is_group(const struct address *address)
{
    return (address->len == 4 && address->bytes[0] >= 0xe0) ||
           (address->len == 16 && address->bytes[0] == 0xff);
}

/* The two ends of a packet: addresses, with the ports of TCP and UDP. */
struct ends {
    struct address source;
    struct address destination;
    uint64_t source_mac; /* both 0 without an Ethernet header */
    uint64_t destination_mac;
    uint16_t source_port;
    uint16_t destination_port;
    uint8_t protocol;
};

static bool read_ends(struct bytes frame, struct ends *ends)
{
    struct frame_probe probe = frame_probe_identify(frame, frame.len, 0);
    struct frame_payload place = frame_probe_find_ip(frame, probe.kind);
    struct ip_header ip;
    if (place.ip_version == 0)
        return false;
    struct bytes packet = bytes_from(frame, place.offset);
    if (ip_decode(packet, place.ip_version, &ip).kind != FAILURE_NONE)
        return false;
    if (ip.protocol != IP_PROTOCOL_TCP && ip.protocol != IP_PROTOCOL_UDP)
        return false;
    *ends = (struct ends){
        .source = ip.source,
        .destination = ip.destination,
        .source_port = bytes_u16(packet, ip.header_length),
        .destination_port = bytes_u16(packet, ip.header_length + 2),
        .protocol = ip.protocol,
    };
    if (probe.kind == FRAME_ETHERNET) {
        ends->source_mac = bytes_u48(frame, ETHERNET_AT_SOURCE);
        ends->destination_mac = bytes_u48(frame, 0);
    }
    /* What goes to a group has no answer; nor has a host that talks to itself. */
    return !is_group(&ip.destination) && !address_equal(&ip.source, &ip.destination);
}

static uint64_t end_hash(uint64_t seed, const struct address *address, uint16_t port)
{
    return hash_word(address_mix(seed, address), port);
}

/* The station with this address, in the place of the one with the fewest packets if it is new. */
static struct mirror_station *station_of(struct mirror_tunnel *tunnel, uint64_t mac)
{
    struct mirror_station *least = &tunnel->stations[0];
    for (size_t i = 0; i < MIRROR_STATIONS; i++) {
        struct mirror_station *station = &tunnel->stations[i];
        if (station->mac == mac)
            return station;
        if (station->addressed + station->sent < least->addressed + least->sent)
            least = station;
    }
    *least = (struct mirror_station){.mac = mac};
    return least;
}

/*
 * Notes the packet's flow. True if it goes against the direction in which the flow began, to the
 * MAC address from which that came. Where both hosts are at one end of a tunnel and a router at the
 * other end, both directions go through the tunnel, but all frames go to the router's address.
 */
static bool is_answer(struct mirror_tunnel *tunnel, const struct ends *ends)
{
    const uint64_t seed = hash_seed();
    uint64_t source = end_hash(seed, &ends->source, ends->source_port);
    uint64_t destination = end_hash(seed, &ends->destination, ends->destination_port);
    uint32_t hash = (uint32_t)(hash_word(source + destination, ends->protocol) >> 32) | 1;
    bool from_lower = source < destination;
    struct mirror_flow *set = &tunnel->flows[(hash >> 1) % MIRROR_FLOW_SETS * MIRROR_FLOW_WAYS];
    for (size_t i = 0; i < MIRROR_FLOW_WAYS; i++) {
        if (set[i].hash != hash)
            continue;
        if (set[i].from_lower == from_lower || set[i].from != ends->destination_mac)
            return false;
        station_of(tunnel, set[i].to)->is_heard = true;
        station_of(tunnel, ends->source_mac)->is_reached = true;
        return true;
    }
    /* The one that began first makes room. */
    memmove(set + 1, set, (MIRROR_FLOW_WAYS - 1) * sizeof set[0]);
    set[0] = (struct mirror_flow){hash, from_lower, ends->source_mac, ends->destination_mac};
    return false;
}

/* A frame that counts as no packet has stations, too, as ARP and ICMP have. */
static void note_stations(struct mirror_tunnel *tunnel, struct bytes frame)
{
    if (frame_probe_identify(frame, frame.len, 0).kind != FRAME_ETHERNET)
        return;
    station_of(tunnel, bytes_u48(frame, ETHERNET_AT_SOURCE))->is_heard = true;
    station_of(tunnel, bytes_u48(frame, 0))->is_reached = true;
}

static void count_packet(struct mirror_tunnel *tunnel, const struct ends *ends)
{
    tunnel->packets++;
    struct mirror_station *source = station_of(tunnel, ends->source_mac);
    source->sent++;
    source->is_heard = true;
    struct mirror_station *destination = station_of(tunnel, ends->destination_mac);
    destination->addressed++;
    destination->is_reached = true;
}

/* True if many packets go to addresses that nothing is heard of, or come from some that nothing
 * reaches. */
static bool has_one_sided_stations(const struct mirror_tunnel *tunnel)
{
    uint64_t one_sided = 0;
    for (size_t i = 0; i < MIRROR_STATIONS; i++) {
        const struct mirror_station *station = &tunnel->stations[i];
        one_sided += station->is_heard ? 0 : station->addressed;
        one_sided += station->is_reached ? 0 : station->sent;
    }
    return one_sided > tunnel->packets / MIRROR_ONE_SIDED_IN;
}

/* Notes a packet. True if all that came proves a mirror. */
static bool is_proved(struct mirror_tunnel *tunnel, struct bytes frame)
{
    struct ends ends;
    if (tunnel->is_mirror)
        return true;
    if (!read_ends(frame, &ends)) {
        note_stations(tunnel, frame);
        return false;
    }
    count_packet(tunnel, &ends);
    tunnel->answers += is_answer(tunnel, &ends) ? 1 : 0;
    tunnel->is_mirror = tunnel->answers >= MIRROR_ANSWERS_NEEDED &&
                        tunnel->packets >= MIRROR_PACKETS_NEEDED && !has_one_sided_stations(tunnel);
    return tunnel->is_mirror;
}

enum mirror_standing mirror_evidence_take(struct mirror_evidence *evidence,
                                          const struct outer *outer, struct mirror_header *header,
                                          size_t *place)
{
    struct mirror_tunnel *tunnel = tunnel_of(evidence, outer, header);
    tunnel->last = ++evidence->packets;
    *place = (size_t)(tunnel - evidence->tunnels);
    header->before = tunnel->before;
    /* An overlay floods to a group what it knows no place for: frames of both directions of a flow,
     * where both hosts are near. */
    if (tunnel->comes_back || is_group(&outer->destination))
        return MIRROR_NEVER;
    return is_proved(tunnel, bytes_from(outer->payload, header->offset)) ? MIRROR_KNOWN
                                                                         : MIRROR_NOT_KNOWN;
}
