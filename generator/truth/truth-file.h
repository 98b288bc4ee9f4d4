/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The truth as a file: JSON, as docs/truth.schema.json says.
 *
 * Like a capture it appears whole or not at all: it is written beside its place and moved there at
 * the end. What is no regular file (a pipe, a device) is written to directly.
 */
#ifndef GENERATOR_TRUTH_TRUTH_FILE_H
#define GENERATOR_TRUTH_TRUTH_FILE_H

#include "common/atomic-file.h"
#include "generator/output/frame.h"
#include "generator/truth/truth.h"

struct truth_file;

/** @param frames  records every frame, too. NULL after an error. */
struct truth_file *truth_file_open(const char *path, bool frames, GError **error);

/** Where it will be, for who is to finish it. */
struct atomic_file *truth_file_place(struct truth_file *file);

/** A sink that records the frames and hands them on to @p next, or @p next if they are not wanted.
 */
struct frame_sink truth_file_sink(struct truth_file *file, const struct frame_sink *next);

/** Writes what happened, all but moving the file to its place. */
gboolean truth_file_write(struct truth_file *file, const struct truth *truth, GError **error);

/** Moves the file to its place. FALSE after an error: there is then no file. Frees it. */
gboolean truth_file_commit(struct truth_file *file, GError **error);

/** Gives up: no file remains. */
void truth_file_abort(struct truth_file *file);

#endif
