/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What reaches the capture from one sender of marker packets.
 */
#ifndef GENERATOR_SIMULATION_SIMULATED_MARKERS_H
#define GENERATOR_SIMULATION_SIMULATED_MARKERS_H

#include "generator/encapsulate/outer-template.h"
#include "generator/output/frame.h"
#include "generator/scenario/scenario.h"

struct simulated_markers {
    const struct marker_plan *plan;
    struct outer_template outer;
    int64_t start_ns; /* of the capture */
};

void simulated_markers_init(struct simulated_markers *markers, const struct marker_plan *plan,
                            int64_t start_ns);

/** Hands on marker @p n, the first is 0, made at @p now_ns. */
gboolean simulated_markers_emit(struct simulated_markers *markers, uint64_t n, int64_t now_ns,
                                const struct frame_sink *sink, GError **error);

#endif
