/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The files of a command: none that it writes may be one that it reads, or another that it writes.
 */
#ifndef GENERATOR_CLI_COMMAND_FILES_H
#define GENERATOR_CLI_COMMAND_FILES_H

#include "common/run-files.h"
#include "generator/scenario/scenario.h"

/**
 * Checks the files that the command's options name, and beside them standard output, @p argument,
 * and the captures that @p scenario replays.
 *
 * @param own       with their options; path NULL: not given.
 * @param argument  the scenario or capture, as given; NULL: none.
 * @param scenario  NULL: none.
 * @return FALSE with STATUS_USAGE if two are one file.
 */
gboolean command_files_check(const struct run_file *own, size_t count, const char *argument,
                             const struct scenario *scenario, GError **error);

#endif
