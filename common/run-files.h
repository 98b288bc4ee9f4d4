/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The files that one run of a program reads and writes: no output may be an input or another
 * output.
 */
#ifndef COMMON_RUN_FILES_H
#define COMMON_RUN_FILES_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/** A file that the command line names. */
struct run_file {
    const char *option; /* as errors call it: "--plot"; of an input without an option: NULL */
    const char *path;   /* NULL: it is not asked for. "-": standard output, or standard input */
    bool written;       /* an output; or an input */
    bool grows; /* an output of several files, whose names are made from the path: they are known
                   when they are opened */
};

/**
 * Compares each output with each input and with each other output: two names are one file if device
 * and inode are the same, or if both lead to the same place, where nothing is yet. Of standard
 * input and output only regular files count, and /dev/null never does.
 *
 * What the run has is remembered for run_files_has(), instead of what was remembered before.
 *
 * @return FALSE with STATUS_USAGE if an output would take the place of another file of the run.
 */
gboolean run_files_check(const struct run_file *files, size_t count, GError **error);

/** True if the path leads to a file that run_files_check() had, one that grows left out. For the
 * files of outputs that grow. */
bool run_files_has(const char *path);

/** FALSE with STATUS_USAGE if @p path is "-", which an output that must be a file cannot be. NULL
 * is right. */
gboolean run_files_check_name(const char *option, const char *path, GError **error);

#endif
