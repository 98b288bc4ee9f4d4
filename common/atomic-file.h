/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Writes a file as a whole or not at all: it is written beside its final name and moved there at
 * the end. A pipe or a device is written directly.
 */
#ifndef COMMON_ATOMIC_FILE_H
#define COMMON_ATOMIC_FILE_H

#include <glib.h>
#include <stdbool.h>

struct atomic_file {
    char *path;      /* its final name, links resolved */
    char *temporary; /* its temporary name; NULL: written directly */
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

/** True if both names lead to the same file, through any links. /dev/null never conflicts. */
bool atomic_file_is_at(const char *path, const char *other);

/** Moves the closed file to its name. Returns FALSE with errno set, and removes the file, when that
 * fails. */
gboolean atomic_file_commit(struct atomic_file *file);

/** Removes the unfinished file. Does nothing after atomic_file_commit(). */
void atomic_file_abort(struct atomic_file *file);

#endif
