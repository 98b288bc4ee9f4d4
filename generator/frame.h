/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A frame on its way to the file, and whoever takes it.
 */
#ifndef GENERATOR_FRAME_H
#define GENERATOR_FRAME_H

#include <glib.h>

#include "core/bytes.h"

struct frame {
    int64_t time_ns; /* Unix time */
    uint16_t link;   /* LINKTYPE */
    struct bytes bytes;
    const char *comment; /* what was done to it on the way, in words; NULL for nothing */
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
