/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A file that appears whole or not at all: it is written beside its place and moved there at the
 * end. What is no regular file (a pipe, a device) is written to directly.
 */
#ifndef COMMON_ATOMIC_FILE_H
#define COMMON_ATOMIC_FILE_H

#include <glib.h>
#include <stdbool.h>

struct atomic_file {
    char *path;      /* where it will stand, links followed */
    char *temporary; /* where it is written; NULL: directly to its place */
};

/**
 * Opens the file for writing. A file that is there already must be writable, and hands its mode,
 * and to root its owner, on to the one that replaces it. An interruption removes what is
 * unfinished.
 *
 * @return a file descriptor, the caller's; -1 with errno set. Either way end with
 *         atomic_file_commit() or atomic_file_abort().
 */
int atomic_file_open(struct atomic_file *file, const char *path);

/** True if both name one place, by whatever links; what goes to /dev/null gets in nothing's way. */
bool atomic_file_is_at(const char *path, const char *other);

/** Moves the closed file to its place. FALSE with errno set, and no file, when that fails. */
gboolean atomic_file_commit(struct atomic_file *file);

/** Leaves nothing; does nothing after atomic_file_commit(). */
void atomic_file_abort(struct atomic_file *file);

#endif
