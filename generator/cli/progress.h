/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A line on the terminal that says how far a long run is: frames, their rate, the time left. There
 * is none when standard error is no terminal, and then it costs nothing.
 */
#ifndef GENERATOR_CLI_PROGRESS_H
#define GENERATOR_CLI_PROGRESS_H

#include "generator/output/frame.h"

struct scenario;

struct progress {
    struct frame_sink sink;
    int64_t from_ns; /* the time that frames have, first and last; equal: not known */
    int64_t to_ns;
    uint64_t frames;
    int64_t begun_us; /* on the clock of the machine, as the next; 0: no line is shown */
    int64_t next_us;
    bool shown;
};

/** Looks on as the frames of @p scenario pass on to @p sink; NULL: their number is not known. */
void progress_begin(struct progress *progress, struct frame_sink sink,
                    const struct scenario *scenario);
struct frame_sink progress_sink(struct progress *progress);

/** Clears the line. */
void progress_end(struct progress *progress);

#endif
