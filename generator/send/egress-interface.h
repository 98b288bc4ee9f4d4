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

struct wire {
    char name[IF_NAMESIZE];
    int index;
    struct mac mac;
    size_t mtu;
};

/** Finds the interface, which must be up and speak Ethernet. FALSE after an error. */
gboolean wire_find(struct wire *wire, const char *name, GError **error);

/** 0 if the interface can carry the frame, else the errno that the kernel would give: EMSGSIZE for
 * one above the MTU, EINVAL for one without a whole Ethernet header. */
int wire_refuses(const struct wire *wire, struct bytes frame);

/** Bytes of the longest frame without tags. */
size_t wire_longest(const struct wire *wire);

#endif
