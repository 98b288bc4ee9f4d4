/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What arrived that is not ERSPAN, counted by kind: where no copy comes, this tells why.
 */
#ifndef COLLECTOR_METER_OTHER_TRAFFIC_H
#define COLLECTOR_METER_OTHER_TRAFFIC_H

#include <glib.h>

#include "core/wire/outer.h"

enum other_kind {
    OTHER_GRE,       /* number: GRE protocol type */
    OTHER_UDP,       /* destination port */
    OTHER_IPV4,      /* IP protocol, neither GRE nor UDP */
    OTHER_IPV6,      /* the same, behind extension headers */
    OTHER_ETHERTYPE, /* no IP: the EtherType */
    OTHER_LINK,      /* a link layer that is not read: its LINKTYPE */
    OTHER_BROKEN     /* cut, malformed, or a later fragment; no number */
};

struct other_packets {
    enum other_kind kind;
    uint32_t number;
    uint64_t count; /* 0: a free slot */
};

enum { OTHER_SLOTS = 64 /* kinds told apart; a power of 2 */ };

/** All 0 before the first packet. */
struct other_traffic {
    struct other_packets slots[OTHER_SLOTS];
    uint64_t rest; /* packets of kinds for which there was no slot */
};

/** The kind of a packet in which outer_parse() found no ERSPAN. count is 1. */
struct other_packets other_packets_of(const struct failure *failure, const struct outer *outer);

void other_traffic_add(struct other_traffic *traffic, const struct other_packets *packets);

/** Takes back what other_traffic_add() added. */
void other_traffic_take_back(struct other_traffic *traffic, const struct other_packets *packets);

/** Adds all that @p other counted. */
void other_traffic_join(struct other_traffic *traffic, const struct other_traffic *other);

/** Copies the kinds that came to @p rows, the most frequent first. @return how many. */
size_t other_traffic_rows(const struct other_traffic *traffic,
                          struct other_packets rows[OTHER_SLOTS]);

/** A word for JSON: "gre", "udp", "ipv4", "ipv6", "ethertype", "link", "broken". */
const char *other_kind_name(enum other_kind kind);

/** "GRE with protocol type 0x6558 (bridged Ethernet)", "UDP to port 4789 (VXLAN)". Frees nothing:
 * the caller frees the text. */
char *other_packets_text(const struct other_packets *packets);

#endif
