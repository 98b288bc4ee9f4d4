/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What of an IP packet stays the same behind a translator of addresses and ports (NAT, RFC 3022),
 * beside what routers leave: protocol, length, IPv4 ID, sequence numbers, the first payload. The
 * checksum of TCP, UDP or ICMP covers the whole payload, however much of it was captured: the sum
 * of what the translator changes is taken out of it (RFC 1624), and the rest stays.
 */
#ifndef CORE_PATHS_PATH_ALIKE_H
#define CORE_PATHS_PATH_ALIKE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"

/** All zero: too little is there, or no IP. */
struct path_stays {
    uint64_t first; /* TCP: both numbers; UDP: length and first data; ICMP: what stays of 8 bytes */
    uint32_t second;    /* TCP: data offset, flags, window */
    uint32_t addresses; /* sum of their 16-bit words, and of ports or identifier below */
    uint32_t changeable;
    uint32_t pseudo; /* the rest of the pseudo-header: protocol and length */
    uint16_t id;     /* IPv4's; 0: none */
    uint16_t checksum;
    uint8_t protocol;  /* of IP, where `usable`: */
    bool usable;       /* something tells this packet from others */
    bool has_checksum; /* one that covers all */
};

/**
 * Reads what stays behind the IP header.
 *
 * @param stays  id, addresses and pseudo are set, the rest is zero.
 * @param fragment  it is one, but not the first: it has no ports.
 */
void path_stays_read(struct path_stays *stays, uint8_t protocol, bool fragment,
                     struct bytes behind);

/** A hash that alike packets share, not 0; 0 of what is not usable. */
static inline uint64_t path_stays_key(const struct path_stays *stays)
{
    uint64_t place = (uint64_t)stays->id << 32 | stays->pseudo;
    return stays->usable ? hash_word(hash_word(stays->first, place), stays->second) | 1 : 0;
}

/** True if one may be the other behind a translator. */
bool path_stays_alike(const struct path_stays *a, const struct path_stays *b);

/** A hash of what the packet carries, without its ID: equal for all packets of a sender that
 * repeats itself. */
uint64_t path_stays_content(const struct path_stays *stays);

/** True if two senders hardly have such a packet by chance: it has a checksum, and an ID or TCP's
 * numbers. */
bool path_stays_identify(const struct path_stays *stays);

#endif
