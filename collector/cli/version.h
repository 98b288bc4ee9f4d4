/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a report of a bug has to say about the program and the machine.
 */
#ifndef COLLECTOR_CLI_VERSION_H
#define COLLECTOR_CLI_VERSION_H

/** Prints the program's version, the back-ends and libraries of this build, and the kernel. */
void version_print(void);

#endif
