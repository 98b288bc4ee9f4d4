/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What --help says: of a command on one screen, and of its keys topic by topic. GLib's own help
 * makes a column as wide as the longest form of any key, which no terminal holds.
 */
#ifndef GENERATOR_CLI_HELP_H
#define GENERATOR_CLI_HELP_H

#include "generator/cli/command.h"

/** Adds --help and --help-all, and --help-TOPIC where the command offers keys. What is asked for
 * when @p context has parsed is in @p asked: the name of the option; else it stays as it is. */
void help_add(GOptionContext *context, const struct command *command, const char **asked);

/** Prints to standard output, in lines of 80 columns. @p asked: help_add()'s. */
void help_print(const struct command *command, const char *asked);

#endif
