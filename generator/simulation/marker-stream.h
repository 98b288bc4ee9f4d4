/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What reaches the capture from one sender of marker packets.
 */
#ifndef GENERATOR_SIMULATION_MARKER_STREAM_H
#define GENERATOR_SIMULATION_MARKER_STREAM_H

#include "generator/encapsulate/outer-template.h"
#include "generator/output/frame.h"
#include "generator/scenario/scenario.h"

struct marker_stream {
    const struct marker_plan *plan;
    struct outer_template outer;
    int64_t start_ns; /* of the capture */
};

void marker_stream_init(struct marker_stream *stream, const struct marker_plan *plan,
                        int64_t start_ns);

/** Hands on marker @p n, the first is 0, made at @p now_ns. */
gboolean marker_stream_emit(struct marker_stream *stream, uint64_t n, int64_t now_ns,
                            const struct frame_sink *sink, GError **error);

#endif
