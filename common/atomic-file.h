/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Writes a file as a whole or not at all: it has no name, or a temporary one where the file system
 * knows no files without a name, until it is complete. A pipe or a device is written directly.
 */
#ifndef COMMON_ATOMIC_FILE_H
#define COMMON_ATOMIC_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

enum atomic_file_way {
    ATOMIC_FILE_NONE,     /* not open; so is one of zeros */
    ATOMIC_FILE_DIRECT,   /* a pipe or a device */
    ATOMIC_FILE_NAMELESS, /* a file without a name (O_TMPFILE): nothing is left of it, not even by
                             SIGKILL */
    ATOMIC_FILE_BESIDE    /* a file with a temporary name in the same directory */
};

struct atomic_file {
    enum atomic_file_way way;
    char *path;      /* its final name, links resolved */
    char *temporary; /* its name until then; NULL if it has none */
    int held;        /* a second descriptor of a file that is not written directly */
    int keeper; /* a socket to the process that names it (common/confinement/file-keeper.h); -1:
                   none */
};

/**
 * Opens the file for writing. A file that is there already must be writable, and hands its mode,
 * and to root its owner, on to the one that replaces it. An interruption removes what is
 * unfinished.
 *
 * In a directory that everybody may write to and where nobody may remove another's files, as /tmp,
 * neither another user's link is followed nor another user's file replaced (EACCES), nor a file
 * that has a second name, which another user may have made (EMLINK), whatever
 * fs.protected_symlinks, fs.protected_regular, fs.protected_fifos and fs.protected_hardlinks say.
 *
 * @param mode  of a new file, before the umask; see file_mode_private()
 * @return a file descriptor, the caller's; -1 with errno set. Either way end with
 *         atomic_file_commit() or atomic_file_abort().
 */
int atomic_file_open(struct atomic_file *file, const char *path, mode_t mode);

/** The mode of new captures and reports: what a mirror saw is root's alone; of other users, the
 * umask decides. */
mode_t file_mode_private(void);

/** Where the path leads, links followed, to be freed; NULL with errno set, as atomic_file_open()
 * would. Nothing need be there. */
char *atomic_file_place(const char *path);

/** The directory in which the file will be, links followed, to be freed; NULL with errno set, as
 * atomic_file_open() would. */
char *atomic_file_directory(const char *path);

/** True if both names lead to the same file, through any links, symbolic or not. /dev/null never
 * conflicts. */
bool atomic_file_is_at(const char *path, const char *other);

/** Brings the closed file to the disk, then moves it to its name. Returns FALSE with errno set, and
 * removes the file, when that fails. */
gboolean atomic_file_commit(struct atomic_file *file);

/** Writes the whole text, closes the descriptor, and commits. Returns FALSE with errno set, and
 * removes the file, when any of that fails.
 * @param fd  from atomic_file_open(). */
gboolean atomic_file_put(struct atomic_file *file, int fd, const GString *text);

/** True from atomic_file_open() to the end, unless the file is written directly. */
bool atomic_file_awaits_name(const struct atomic_file *file);

/** Removes the unfinished file. Does nothing after atomic_file_commit(). */
void atomic_file_abort(struct atomic_file *file);

/** Writes the whole text and closes the descriptor. False with errno set. */
bool file_put_text(int fd, const GString *text);

/** The same rule for a file that is written in place: opens it as open(2) does, with O_CLOEXEC. -1
 * with errno set. */
int file_open_in_place(const char *path, int flags, mode_t mode);

#endif
