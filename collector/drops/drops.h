/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What this machine dropped, by its own counters, and with that: where copies were lost.
 */
#ifndef COLLECTOR_DROPS_DROPS_H
#define COLLECTOR_DROPS_DROPS_H

#include <stdint.h>

#include "collector/drops/queue-drops.h"

/** The machine's counters. They started long ago: only differences mean something. */
struct drop_counters {
    /* The interface, as the kernel sums them up over its queues (rtnetlink's link statistics). */
    uint64_t received;
    uint64_t missed;           /* no room in the NIC or in its ring */
    uint64_t fifo;             /* overrun */
    uint64_t errors;           /* broken on the wire: FCS, framing, length */
    uint64_t dropped;          /* by the driver or the kernel, the backlog's drops included */
    struct queue_drops queues; /* which of its queues dropped */
    /* All interfaces together (/proc/net/softnet_stat). */
    uint64_t backlog;  /* no room in a queue between interface and protocols */
    uint64_t squeezed; /* times that a core ran out of its budget with packets waiting */
};

/** Brings them up to date; all 0 before the first time. Those of an interface that is not there, or
 * not any more, stay as they are. */
void drop_counters_follow(const char *interface, struct drop_counters *counters);

/** @p now less @p before. */
struct drop_counters drop_counters_between(const struct drop_counters *before,
                                           const struct drop_counters *now);

/** Packets that the interface did not hand on. @p elsewhere  of those it counts are counted with
 * the ring. */
uint64_t drops_by_interface(const struct drop_counters *drops, uint64_t elsewhere);

/** Where the missing copies went. Drop counters count every packet, not only copies: what they
 * account for is at most what is missing. */
struct losses {
    uint64_t lost; /* numbers that never came */
    uint64_t interface;
    uint64_t kernel;
    uint64_t program;
    uint64_t on_the_way; /* what nothing here dropped */
};

/** What the program's own way of receiving lost. */
struct own_drops {
    uint64_t ring;         /* packets for which there was no room between kernel and program */
    uint64_t in_interface; /* of these, such as the interface counts among its own, too */
    uint64_t unfollowed;   /* copies whose numbers the program could not follow */
};

struct losses losses_attribute(uint64_t lost, const struct drop_counters *drops,
                               const struct own_drops *own);

#endif
