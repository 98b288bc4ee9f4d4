/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Packets of tunnels of which it is not yet known whether they are mirrors. The first packets of
 * each tunnel are held, within a limit, so that they can be read once it is known.
 */
#ifndef COLLECTOR_METER_HELD_PACKETS_H
#define COLLECTOR_METER_HELD_PACKETS_H

#include "collector/source/packet.h"
#include "core/copy/mirror-evidence.h"

enum {
    HELD_PACKETS_MAX = 64,    /* of one tunnel: a handshake takes three, and flows may alternate */
    HELD_BYTES_MAX = 4u << 20 /* of all tunnels */
};

/** All zero before the first packet. */
struct held_packets {
    struct held_tunnel {
        uint64_t first;      /* of struct mirror_tunnel; tells tunnels apart that had its place */
        struct packet *list; /* NULL: none held */
        unsigned count;
    } tunnels[MIRROR_TUNNELS];
    size_t bytes;
};

/** Copies the packet. @return false without room for it, or if one of its tunnel was left out. */
bool held_packets_add(struct held_packets *held, size_t place, const struct mirror_tunnel *tunnel,
                      const struct packet *packet);

/** Puts the tunnel's packets into the sink, in order of their coming, and holds them no longer. */
void held_packets_release(struct held_packets *held, size_t place,
                          const struct mirror_tunnel *tunnel, const struct packet_sink *sink);

/** True if packets of the tunnel are held. */
static inline bool held_packets_any(const struct held_packets *held, size_t place,
                                    const struct mirror_tunnel *tunnel)
{
    return held->tunnels[place].count > 0 && held->tunnels[place].first == tunnel->first;
}

/** Holds no packets of that place any longer. */
void held_packets_drop(struct held_packets *held, size_t place);

/** Holds none any longer. */
void held_packets_clear(struct held_packets *held);

#endif
