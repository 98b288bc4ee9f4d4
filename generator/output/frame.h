/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A frame for the output, and the function that takes it.
 */
#ifndef GENERATOR_OUTPUT_FRAME_H
#define GENERATOR_OUTPUT_FRAME_H

#include <glib.h>
#include <stdbool.h>

#include "core/base/bytes.h"
#include "generator/scenario/capture-interface.h"

struct sent_copy;
struct simulated_session;

/** What of a copy a frame carries. */
struct part {
    bool fragment; /* less than all */
    bool more;     /* another follows */
};

struct frame {
    int64_t time_ns; /* Unix time */
    struct capture_interface interface;
    struct bytes bytes;
    struct simulated_session *session; /* the session that sends it; NULL: none */
    const struct sent_copy *copy;      /* that it carries, or a fragment of; NULL: no copy */
    size_t cut;                        /* how many bytes of that it lacks */
    struct part part;
    size_t uncaptured;   /* how many follow these on the wire, in no capture */
    const char *comment; /* what was done to it on the way, in words; NULL for nothing */
};

/** Takes a frame, whose bytes are borrowed until put() returns. FALSE: @p error is set. */
struct frame_sink {
    void *context;
    gboolean (*put)(void *context, const struct frame *frame, GError **error);
    /* NULL but for a sink that learns only later whether a frame left. That one calls
     * delivery_complete() itself, for each frame that has a stream, in the order of put();
     * simulate() calls this at the end, after which all are complete. */
    void (*complete_all)(void *context);
};

static inline gboolean frame_put(const struct frame_sink *sink, const struct frame *frame,
                                 GError **error)
{
    return sink->put(sink->context, frame, error);
}

#endif
