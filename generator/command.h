/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The subcommands. Each gets the arguments from its own name on and returns the exit status
 * (enum erspangen_status), having said on standard error what went wrong.
 */
#ifndef GENERATOR_COMMAND_H
#define GENERATOR_COMMAND_H

int command_write(int argc, char **argv);

#endif
