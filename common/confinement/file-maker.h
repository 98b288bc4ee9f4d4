/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A process that makes the files of captures which go on in other files, so that the one that
 * parses has no right to any directory. It is confined, too: it makes, empties and removes files
 * whose names begin as the captures' do, and can do nothing else.
 */
#ifndef COMMON_CONFINEMENT_FILE_MAKER_H
#define COMMON_CONFINEMENT_FILE_MAKER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct file_maker;

/** What it may do. */
struct file_maker_plan {
    const char *path;   /* of a capture */
    size_t fixed;       /* the bytes of the path with which each name begins: the directory and what
                           follows, maybe nothing */
    bool removes;       /* older files */
    const char *user;   /* as in struct confinement_plan */
    bool user_may_stay; /* root keeps its name where that user may not write to the directory */
    bool off;           /* as in struct confinement_plan */
};

/** Makes the process, which knows what run_files_check() had. Call it before there are threads, and
 * before a socket is open whose memory it would share. NULL after an error. @param plan  not needed
 * afterwards. */
struct file_maker *file_maker_begin(const struct file_maker_plan *plan, GError **error);

/** False with errno set if no file can be made in the directory. */
bool file_maker_check(struct file_maker *maker);

/** Opens a regular file to be read and written, a new one where there is none; by the rules of
 * file_open_in_place(). -1 with errno set: EINVAL if the name is not as the plan has it, EBUSY if
 * it is that of another file of this run, EEXIST if what is there is no regular file. Any thread
 * may ask. */
int file_maker_open(struct file_maker *maker, const char *path);

/** Removes a file, which another may have removed before. */
void file_maker_remove(struct file_maker *maker, const char *path);

/** The process ends. NULL is right. */
void file_maker_end(struct file_maker *maker);

#endif
