/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The capture file: pcap or pcapng, compressed with gzip when its name ends in .gz, to a name or to
 * standard output.
 *
 * A named file appears whole or not at all (common/atomic-file.h). SIGINT, SIGTERM and SIGHUP end
 * the writing as an error does; a second one ends the program at once, and still leaves no file.
 * What is no regular file (a pipe, a device) is written to directly: there an unfinished capture
 * ends in the middle of a frame, so that its reader can tell.
 */
#ifndef GENERATOR_OUTPUT_OUTPUT_H
#define GENERATOR_OUTPUT_OUTPUT_H

#include "common/atomic-file.h"
#include "generator/output/frame.h"
#include "generator/scenario/scenario.h"

struct output;

/** FALSE when @p path, from the command line, can be no output: NULL, or a terminal. */
gboolean output_is_right(const char *path, GError **error);

/** Opens the file, and writes nothing yet. @p path: "-" is standard output. NULL after an error. */
struct output *output_open(const char *path, GError **error);

/** Where it will be, for who is to finish it. */
struct atomic_file *output_place(struct output *output);

/** Begins the capture: its header, and a thread that writes. Once. FALSE after an error; then
 * end with output_abort(). */
gboolean output_begin(struct output *output, const struct capture_plan *plan,
                      const struct interface_list *interfaces, GError **error);

/** Writes one frame; the sink of an output. */
gboolean output_put(struct output *output, const struct frame *frame, GError **error);
struct frame_sink output_sink(struct output *output);

/** Ends the file and moves it to its place. FALSE after an error: there is then no file. */
gboolean output_commit(struct output *output, GError **error);

/** Gives up, begun or not: no file remains. */
void output_abort(struct output *output);

#endif
