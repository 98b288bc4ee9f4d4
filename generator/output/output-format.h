/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a capture file format must do for output.c.
 */
#ifndef GENERATOR_OUTPUT_OUTPUT_FORMAT_H
#define GENERATOR_OUTPUT_OUTPUT_FORMAT_H

#include "generator/output/output.h"

enum { OUTPUT_SNAP_LENGTH = 262144 };

/** What a file is to be. */
struct output_request {
    const struct capture_plan *plan;
    const struct interface_list *interfaces; /* outlives the file */
    bool gzip;
};

struct output_format {
    /**
     * Begins a file on @p fd, which it then owns; errors do not name the file. NULL after an error,
     * with @p fd closed.
     */
    void *(*begin)(int fd, const struct output_request *request, GError **error);
    gboolean (*put)(void *file, const struct frame *frame, GError **error);
    /** Writes what is left and closes; frees @p file in any case. */
    gboolean (*end)(void *file, GError **error);
};

extern const struct output_format output_pcap;
extern const struct output_format output_pcapng;

#endif
