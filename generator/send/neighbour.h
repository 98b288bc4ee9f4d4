/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The MAC address of the next hop.
 */
#ifndef GENERATOR_SEND_NEIGHBOUR_H
#define GENERATOR_SEND_NEIGHBOUR_H

#include "generator/send/egress-interface.h"

/** Sets @p mac to the MAC address of @p address, or of the router to it, from the kernel's routes
 * and neighbour table. If the table lacks it, an empty UDP datagram to the discard port makes the
 * kernel resolve it (ARP, neighbour discovery). Waits at most 3 seconds. Returns FALSE after an
 * error. */
gboolean neighbour_find(const struct egress *egress, struct address address, struct mac *mac,
                        GError **error);

/** True if a default route uses the interface. */
bool neighbour_is_the_world(const struct egress *egress);

#endif
