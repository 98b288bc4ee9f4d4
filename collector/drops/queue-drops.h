/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What each receive queue of an interface dropped, where its driver tells (ethtool -S).
 *
 * Drivers name their counters as they like: rx_queue_3_drops (veth, virtio_net), rx3_wqe_err
 * (mlx5), [3]: rx_discards (bnxt_en), queue_3_rx_page_alloc_fail (ena). Their sum is in the
 * interface's own counters or is not, as the driver has it: this is evidence of where, not of how
 * many more.
 */
#ifndef COLLECTOR_DROPS_QUEUE_DROPS_H
#define COLLECTOR_DROPS_QUEUE_DROPS_H

#include <stdbool.h>
#include <stdint.h>

enum { QUEUE_DROPS_MAX = 128 /* queues; those beyond are left out */ };

/** Packets dropped by each queue since the driver began. */
struct queue_drops {
    uint64_t dropped[QUEUE_DROPS_MAX];
};

/** True if a driver's counter of this name counts received packets that a queue dropped for lack of
 * room or memory. Drops by an XDP program are intended and do not count. */
bool queue_drops_is_counter(const char *name, unsigned *queue);

/** Reads the counters; all 0 if the driver has none. */
void queue_drops_read(const char *interface, struct queue_drops *drops);

/** @p now minus @p before. */
struct queue_drops queue_drops_between(const struct queue_drops *before,
                                       const struct queue_drops *now);

#endif
