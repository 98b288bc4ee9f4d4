/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The limit of memory of the control group that the process is in (cgroups(7), both versions):
 * beyond it the kernel kills the process.
 */
#ifndef COLLECTOR_CLI_MEMORY_GROUP_H
#define COLLECTOR_CLI_MEMORY_GROUP_H

#include <stddef.h>

/** Bytes; SIZE_MAX without a limit, or where there is none to be read. */
size_t memory_group_limit(void);

#endif
