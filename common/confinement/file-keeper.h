/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A process that gives files their names, so that the one that fills them may have no right to any
 * directory. It reads nothing but one byte for each file.
 */
#ifndef COMMON_CONFINEMENT_FILE_KEEPER_H
#define COMMON_CONFINEMENT_FILE_KEEPER_H

#include <glib.h>

#include "common/atomic-file.h"

/**
 * Makes the process, which has this one's rights. From now on atomic_file_commit() and
 * atomic_file_abort() of the files ask it; a file that is asked for nothing when this process ends,
 * however it ends, is removed. Call it before there are threads, before anything is written, and
 * before memory is mapped that a socket shares: the process has that, too, as long as it lives.
 *
 * @param files  open ones, then NULL. What is written directly needs no keeper.
 * @return FALSE after an error.
 */
gboolean file_keeper_begin(struct atomic_file *const *files, GError **error);

#endif
