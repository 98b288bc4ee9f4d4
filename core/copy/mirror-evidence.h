/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Decides whether a tunnel is a mirror. A tunnel carries one direction of each flow; the other
 * direction comes back from the other end. A mirror carries both directions to one end, and nothing
 * comes back. The answers in it go to the MAC address from which the questions came. What goes to a
 * multicast group is an overlay's flood.
 *
 * An access point or switch may send all of its clients' traffic to a controller, also what they
 * send each other. Where only that way is captured, both directions of these flows go to one end.
 * But much goes to an address from which nothing comes, such as the router's; or, on the way back,
 * comes from one to which nothing goes. A router that hosts know by an address of several routers
 * (VRRP, HSRP) sends from another one: in a mirror, these packets are answered, and are answers.
 */
#ifndef CORE_COPY_MIRROR_EVIDENCE_H
#define CORE_COPY_MIRROR_EVIDENCE_H

#include "core/wire/mirror-header.h"

enum {
    MIRROR_TUNNELS = 64,        /* that are watched at a time */
    MIRROR_FLOW_SETS = 8,       /* of each, by their hash */
    MIRROR_FLOW_WAYS = 4,       /* flows of one set, that came last */
    MIRROR_ANSWERS_NEEDED = 3,  /* packets in the reverse direction of a flow that prove a mirror */
    MIRROR_STATIONS = 32,       /* MAC addresses that are remembered of each */
    MIRROR_PACKETS_NEEDED = 16, /* in all: fewer tell of no address that it is one-sided */
    MIRROR_ONE_SIDED_IN = 20    /* of so many packets one at most may be of one-sided addresses */
};

/** A MAC address of mirrored frames. */
struct mirror_station {
    uint64_t mac;
    uint32_t addressed; /* packets to it */
    uint32_t sent;      /* packets from it */
    bool is_heard;      /* it sends, or packets to it have an answer from elsewhere */
    bool is_reached;    /* packets go to it, or it answers those that went elsewhere */
};

struct mirror_flow {
    uint32_t hash;   /* of both ends, in either order; 0: none */
    bool from_lower; /* the packet that came first went from the lower end to the higher one */
    uint64_t from;   /* MAC addresses of that packet; 0 without an Ethernet header */
    uint64_t to;
};

struct mirror_tunnel {
    struct address source;
    struct address destination;
    enum mirror_kind kind; /* MIRROR_ERSPAN: a free place */
    int64_t id;
    uint64_t first;   /* packet; no other tunnel has it */
    uint64_t last;    /* packet, to know the idlest */
    uint64_t before;  /* packets that came before it was known to be one, and that nobody holds */
    uint32_t answers; /* packets against the direction in which their flow began */
    bool is_mirror;   /* that is proved */
    bool comes_back;  /* packets also go from destination to source: the tunnel is never taken for a
                         mirror */
    uint32_t packets; /* with an IP packet to one host, that tell of addresses */
    struct mirror_station stations[MIRROR_STATIONS];
    struct mirror_flow flows[MIRROR_FLOW_SETS * MIRROR_FLOW_WAYS];
};

enum mirror_standing {
    MIRROR_NOT_KNOWN, /* the packets so far prove neither */
    MIRROR_NEVER,     /* an ordinary tunnel: packets go both ways, or to a group */
    MIRROR_KNOWN      /* a mirror, proved by its packets */
};

/** All zero before the first packet. */
struct mirror_evidence {
    struct mirror_tunnel tunnels[MIRROR_TUNNELS];
    uint64_t packets;
};

/**
 * Takes a packet that may be of a mirror.
 *
 * @param header  its `before` is set.
 * @param place   gets the tunnel's, in evidence->tunnels.
 * @return what the tunnel is, by this packet and those before.
 */
enum mirror_standing mirror_evidence_take(struct mirror_evidence *evidence,
                                          const struct outer *outer, struct mirror_header *header,
                                          size_t *place);

#endif
