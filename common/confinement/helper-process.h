/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A second process that keeps a right which the first gives up.
 */
#ifndef COMMON_CONFINEMENT_HELPER_PROCESS_H
#define COMMON_CONFINEMENT_HELPER_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

/**
 * fork(2). The child has all signals blocked: it ends when the first process does, which a socket
 * tells it. It keeps no other descriptor than those: else a pipe that the first process wrote would
 * not end for its reader. Call it before there are threads.
 *
 * @param name   of the process, 15 characters at most.
 * @param kept   descriptors; their order may change in the child.
 */
pid_t helper_process_begin(const char *name, int *kept, size_t count);

#endif
