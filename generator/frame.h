/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A frame on its way to the file, and whoever takes it.
 */
#ifndef GENERATOR_FRAME_H
#define GENERATOR_FRAME_H

#include <glib.h>

#include "core/bytes.h"
#include "generator/interface.h"

struct sent_copy;

struct frame {
    int64_t time_ns; /* Unix time */
    struct interface interface;
    struct bytes bytes;
    const struct sent_copy *copy; /* that it carries, or a fragment of; NULL: no copy */
    size_t uncaptured;            /* how many follow these on the wire, in no capture */
    const char *comment;          /* what was done to it on the way, in words; NULL for nothing */
};

/** Takes a frame, whose bytes are borrowed until put() returns. FALSE: @p error is set. */
struct frame_sink {
    void *context;
    gboolean (*put)(void *context, const struct frame *frame, GError **error);
};

static inline gboolean frame_put(const struct frame_sink *sink, const struct frame *frame,
                                 GError **error)
{
    return sink->put(sink->context, frame, error);
}

#endif
