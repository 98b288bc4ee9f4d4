/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Landlock: which files and directories the process can still open.
 */
#ifndef COMMON_CONFINEMENT_FILE_RIGHTS_H
#define COMMON_CONFINEMENT_FILE_RIGHTS_H

#include <stdbool.h>

enum file_right {
    FILE_RIGHT_READ, /* the file, or all below the directory */
    FILE_RIGHT_MAKE  /* make, write, replace and remove files in the directory */
};

/** A set of rights that is being made. */
struct file_rights {
    int ruleset;
    unsigned abi;
};

/** True if the kernel has Landlock. */
bool file_rights_can_be_given_up(void);

/** Begins a set without any right. False where the kernel has no Landlock. */
bool file_rights_begin(struct file_rights *rights);

/** Adds a right, if there is such a file. */
void file_rights_add(struct file_rights *rights, const char *path, enum file_right right);

/** From now on this thread, and those that it makes, have these rights and no other, and bind and
 * connect no TCP socket where the kernel can forbid it. Needs PR_SET_NO_NEW_PRIVS. False if the
 * kernel refuses. */
bool file_rights_apply(struct file_rights *rights);

#endif
