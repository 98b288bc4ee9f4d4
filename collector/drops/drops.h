/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What this host dropped by its own counters, and where the missing copies were lost.
 */
#ifndef COLLECTOR_DROPS_DROPS_H
#define COLLECTOR_DROPS_DROPS_H

#include <stdint.h>

#include "collector/drops/queue-drops.h"

/** The host's counters. They count since boot, so only differences have a meaning. */
struct drop_counters {
    /* The interface, as the kernel sums them up over its queues (rtnetlink's link statistics). */
    uint64_t received;
    uint64_t missed;           /* no room in the NIC or in its ring */
    uint64_t fifo;             /* overrun */
    uint64_t errors;           /* broken on the wire: FCS, framing, length */
    uint64_t dropped;          /* by the driver or the kernel, the backlog's drops included */
    struct queue_drops queues; /* which of its queues dropped */
    uint64_t while_down;       /* copies that did not come while it was down: by their numbers */
    /* All interfaces together (/proc/net/softnet_stat). */
    uint64_t backlog;  /* no room in a queue between interface and protocols */
    uint64_t squeezed; /* times that the softirq budget was exhausted with packets waiting */
};

/** Updates the counters; all are 0 before the first call. Counters of an interface that does not
 * exist stay as they are. */
void drop_counters_follow(const char *interface, struct drop_counters *counters);

/** @p now minus @p before. */
struct drop_counters drop_counters_between(const struct drop_counters *before,
                                           const struct drop_counters *now);

/** Packets that the interface did not pass on. @p elsewhere of them are counted with the ring. */
uint64_t drops_by_interface(const struct drop_counters *drops, uint64_t elsewhere);

/** Where the missing copies were lost. Drop counters count all packets, not only copies: they
 * explain at most what is missing. */
struct losses {
    uint64_t lost; /* numbers that never came */
    uint64_t interface;
    uint64_t kernel;
    uint64_t program;
    uint64_t on_the_way; /* not dropped on this host */
};

/** What the receive method lost. */
struct own_drops {
    uint64_t ring; /* packets dropped because the buffer between kernel and program was full */
    uint64_t in_interface; /* of these, also counted by the interface */
    uint64_t unfollowed;   /* copies whose numbers were not followed */
};

struct losses losses_attribute(uint64_t lost, const struct drop_counters *drops,
                               const struct own_drops *own);

#endif
