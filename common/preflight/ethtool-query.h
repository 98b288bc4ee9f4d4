/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a driver says of its interface (the kernel's ethtool requests). No question needs a
 * privilege, and none changes anything. Each returns false where the driver does not answer: then
 * the interface has no such thing.
 */
#ifndef COMMON_PREFLIGHT_ETHTOOL_QUERY_H
#define COMMON_PREFLIGHT_ETHTOOL_QUERY_H

#include <stdbool.h>
#include <stdint.h>

/** Descriptors of the rings of one queue. */
struct ethtool_rings {
    uint32_t receive;
    uint32_t receive_max;
    uint32_t send;
    uint32_t send_max;
};

bool ethtool_query_rings(const char *interface, struct ethtool_rings *rings);

/** Whether large receive offload joins the segments of a TCP connection. */
bool ethtool_query_lro(const char *interface, bool *on);

/** Whether the kernel joins them (GRO). */
bool ethtool_query_gro(const char *interface, bool *on);

/** How received packets are shared among queues. */
struct ethtool_spread {
    uint32_t queues;      /* that receive */
    bool hash_known;      /* next member */
    uint64_t hash_fields; /* of IPv4 packets: RXH_ bits */
    uint32_t slots;       /* of the table from hash to queue; 0: not known */
    uint32_t used;        /* queues that the table names */
    uint32_t only;        /* one of these */
};

bool ethtool_query_spread(const char *interface, struct ethtool_spread *spread);

#endif
