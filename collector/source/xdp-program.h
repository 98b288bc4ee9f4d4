/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * An XDP program, which runs in the kernel for every packet of an interface before all other code.
 */
#ifndef COLLECTOR_SOURCE_XDP_PROGRAM_H
#define COLLECTOR_SOURCE_XDP_PROGRAM_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct bpf_map;
struct bpf_object_skeleton;
struct bpf_program;
struct xdp_program;

/** A skeleton that bpftool made, after its open(). */
struct xdp_skeleton {
    void *skeleton; /* NULL: open() failed, and errno says why */
    struct bpf_object_skeleton *object;
    struct bpf_program *program;
    void (*destroy)(void *skeleton);
    /* Between loading and attaching; NULL: nothing is to do. FALSE after an error. */
    gboolean (*prepare)(void *context, GError **error);
    void *context; /* of it */
};

/** libbpf prints nothing from here on: errors are reported here. Call it before open(). */
void xdp_program_be_quiet(void);

/**
 * Loads the object and attaches its program, natively where the driver can. The program is detached
 * with the last reference to it, or when this process ends, however that is.
 *
 * @param skeleton  destroyed with the last reference, or on an error.
 * @return NULL after an error, which names the interface.
 */
struct xdp_program *xdp_program_attach(const char *interface, const struct xdp_skeleton *skeleton,
                                       GError **error);
struct xdp_program *xdp_program_ref(struct xdp_program *program);
void xdp_program_unref(struct xdp_program *program);

/** The sum over all processors of number @p which in the map, a per-CPU array of 64-bit counts. */
uint64_t xdp_program_total(const struct bpf_map *map, uint32_t which);

/** True if any XDP program is attached to the interface. */
bool xdp_is_attached(const char *interface);

/** Number of receive queues of the interface, at least 1. */
unsigned xdp_queue_count(const char *interface);

#endif
