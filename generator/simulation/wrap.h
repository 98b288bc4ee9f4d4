/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Makes copies of the frames of a capture, each at the time of its frame.
 */
#ifndef GENERATOR_SIMULATION_WRAP_H
#define GENERATOR_SIMULATION_WRAP_H

#include "common/capture-reader.h"
#include "generator/output/frame.h"
#include "generator/scenario/scenario.h"

struct wrapping {
    const struct scenario *scenario; /* of which the first session makes the copies */
    bool frame_type_given;           /* plan's FT stands, whatever the frame is */
    bool keep_fcs; /* a frame check sequence of which the capture tells is mirrored */
};

/**
 * Hands a copy of every frame to @p sink.
 *
 * A frame that was cut when it was captured makes a copy whose lengths are those of the whole frame
 * and which is cut at the same place: as if the copy had been whole and its capture cut.
 *
 * @return FALSE after an error: of the reader, of the sink, or a frame that the plan cannot carry.
 */
gboolean wrap(struct capture_reader *reader, const struct wrapping *wrapping,
              const struct frame_sink *sink, GError **error);

#endif
