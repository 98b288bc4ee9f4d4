/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * An XDP program, which runs in the kernel for every packet of an interface before all other code.
 */
#ifndef COLLECTOR_SOURCE_XDP_PROGRAM_H
#define COLLECTOR_SOURCE_XDP_PROGRAM_H

#include <glib.h>

#include "core/base/bytes.h"

struct xdp_program;

/**
 * Loads @p object and attaches its program @p name, natively where the driver can. It is detached
 * with the last reference to it, or when this process ends, however that is. NULL after an error,
 * which names the interface.
 */
struct xdp_program *xdp_program_attach(const char *interface, struct bytes object, const char *name,
                                       GError **error);
struct xdp_program *xdp_program_ref(struct xdp_program *program);
void xdp_program_unref(struct xdp_program *program);

/** The file descriptor of one of its maps. */
int xdp_program_map(const struct xdp_program *program, const char *name);

/** True if any XDP program is attached to the interface. */
bool xdp_is_attached(const char *interface);

/** Number of receive queues of the interface, at least 1. */
unsigned xdp_queue_count(const char *interface);

#endif
