/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The network interface that sends the frames.
 */
#ifndef GENERATOR_SEND_EGRESS_INTERFACE_H
#define GENERATOR_SEND_EGRESS_INTERFACE_H

#include <glib.h>
#include <net/if.h>

#include "core/base/bytes.h"
#include "generator/scenario/scenario.h"

struct egress {
    char name[IF_NAMESIZE];
    int index;
    struct mac mac;
    size_t mtu;
};

/** Finds the interface, which must be up and Ethernet. Returns FALSE after an error. */
gboolean egress_find(struct egress *egress, const char *name, GError **error);

/** Returns 0 if the interface can send the frame, else the errno that the kernel would return:
 * EMSGSIZE above the MTU, EINVAL without a whole Ethernet header. */
int egress_refuses(const struct egress *egress, struct bytes frame);

/** Bytes of the longest frame without VLAN tags. */
size_t egress_longest(const struct egress *egress);

#endif
