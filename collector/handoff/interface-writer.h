/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Puts frames onto an interface of this host: a TAP or veth interface at whose other end, or on
 * which, another program listens.
 */
#ifndef COLLECTOR_HANDOFF_INTERFACE_WRITER_H
#define COLLECTOR_HANDOFF_INTERFACE_WRITER_H

#include <glib.h>

#include "collector/source/packet.h"

struct interface_writer;

/** Frames that were to be put onto the interface. */
struct interface_writer_counts {
    uint64_t sent;
    uint64_t too_long;    /* for the interface's MTU */
    uint64_t no_ethernet; /* IP without an Ethernet header, as copies of frame type 2 hold */
    uint64_t refused;     /* by the kernel: no room in a queue, or the interface is down */
};

/** NULL after an error, which names the interface: it must exist, be Ethernet, and be up. */
struct interface_writer *interface_writer_open(const char *interface, GError **error);

/** Takes frames of one thread at a time; they are sent when some are together, and by flush(). */
struct packet_sink interface_writer_sink(struct interface_writer *writer);

struct interface_writer_counts interface_writer_counts(const struct interface_writer *writer);

/** Sends what is buffered, and frees. */
void interface_writer_close(struct interface_writer *writer);

#endif
