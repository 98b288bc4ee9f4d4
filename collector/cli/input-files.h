/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The capture files that a run reads.
 */
#ifndef COLLECTOR_CLI_INPUT_FILES_H
#define COLLECTOR_CLI_INPUT_FILES_H

#include <glib.h>

/**
 * Which files the names stand for: a folder stands for the files in it, sorted by name, but for
 * hidden ones and folders.
 *
 * @param names  of --read, and the arguments behind; NULL if there are none.
 * @return to be freed with g_strfreev(); NULL without names, and after an error: a folder cannot be
 *         read or has no file, or one file is named twice.
 */
char **input_files_find(char *const *names, char *const *arguments, GError **error);

/** What reports and errors call them all. The caller frees it. */
char *input_files_title(char *const *files);

/** Opens them, see capture_file_open().
 * @return of struct capture_file; NULL after an error. */
GPtrArray *input_files_open(char *const *files, GError **error);

#endif
