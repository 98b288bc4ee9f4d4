/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Who is at the other end of the wire.
 */
#ifndef GENERATOR_SEND_NEIGHBOUR_H
#define GENERATOR_SEND_NEIGHBOUR_H

#include "generator/send/egress-interface.h"

/**
 * Sets @p mac to that of the address, or of the router to it, as the kernel's routes and neighbours
 * have it. Where they do not know it yet, an empty UDP datagram to the discard port has the kernel
 * ask (ARP, neighbour discovery). Waits for 3 seconds at most. FALSE after an error.
 */
gboolean neighbour_find(const struct egress *egress, struct address address, struct mac *mac,
                        GError **error);

/** True if a default route leads by the interface. */
bool neighbour_is_the_world(const struct egress *egress);

#endif
