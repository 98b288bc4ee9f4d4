/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The capture file: pcap or pcapng, to a name or to standard output.
 *
 * A named file appears whole or not at all: it is written beside its place and moved there at the
 * end. What is no regular file (a pipe, a device) is written to directly.
 */
#ifndef GENERATOR_OUTPUT_H
#define GENERATOR_OUTPUT_H

#include "generator/frame.h"
#include "generator/scenario.h"

enum { LINKS_MAX = 4 };

/** The link types that the frames will have. */
struct link_set {
    size_t count;
    uint16_t type[LINKS_MAX];
};

struct output;

/** @param path  "-" is standard output. NULL after an error. */
struct output *output_open(const char *path, const struct capture_plan *plan,
                           const struct link_set *links, GError **error);

/** Writes one frame; the sink of an output. */
gboolean output_put(struct output *output, const struct frame *frame, GError **error);
struct frame_sink output_sink(struct output *output);

/** Ends the file and moves it to its place. FALSE after an error: there is then no file. */
gboolean output_finish(struct output *output, GError **error);

/** Gives up: no file remains. */
void output_abandon(struct output *output);

#endif
