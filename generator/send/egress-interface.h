/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The network interface by which frames leave.
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

/** Finds the interface, which must be up and speak Ethernet. FALSE after an error. */
gboolean egress_find(struct egress *egress, const char *name, GError **error);

/** 0 if the interface can carry the frame, else the errno that the kernel would give: EMSGSIZE for
 * one above the MTU, EINVAL for one without a whole Ethernet header. */
int egress_refuses(const struct egress *egress, struct bytes frame);

/** Bytes of the longest frame without tags. */
size_t egress_longest(const struct egress *egress);

#endif
