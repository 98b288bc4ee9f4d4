/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A process that replaces one file over and over, so that the one that parses has no right to its
 * directory. It is confined, too. Asked for anything, it can do nothing but that.
 */
#ifndef COMMON_CONFINEMENT_FILE_REPLACER_H
#define COMMON_CONFINEMENT_FILE_REPLACER_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

struct file_replacer;

/** What it may do. */
struct file_replacer_plan {
    const char *path;
    mode_t mode;        /* of a new file, before the umask */
    const char *user;   /* as in struct confinement_plan */
    bool user_may_stay; /* root keeps its name where that user may not write to the directory */
    bool off;           /* as in struct confinement_plan */
};

/** Makes the process. Call it before there are threads, and before a socket is open whose memory it
 * would share. NULL after an error. @param plan  not needed afterwards. */
struct file_replacer *file_replacer_begin(const struct file_replacer_plan *plan, GError **error);

/** Replaces the file by one of this text, as a whole or not at all, by the rules of
 * atomic_file_open(). False with errno set; EPIPE if the process is gone. */
bool file_replacer_put(struct file_replacer *replacer, const GString *text);

/** The process ends. NULL is right. */
void file_replacer_end(struct file_replacer *replacer);

#endif
