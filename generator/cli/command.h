/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The subcommands, and what they have in common: options, help, errors.
 */
#ifndef GENERATOR_CLI_COMMAND_H
#define GENERATOR_CLI_COMMAND_H

#include <stdbool.h>

#include "generator/load/key-options.h"

/* Each gets the arguments from its own name on and returns the exit status (enum tool_status),
 * having said on standard error what went wrong. */
int command_check(int argc, char **argv);
int command_list(int argc, char **argv);
int command_wrap(int argc, char **argv);
int command_send(int argc, char **argv);
int command_write(int argc, char **argv);

/** A subcommand. */
struct command {
    const char *arguments; /* beside the options, for the help */
    const char *summary;
    const char *examples;
    const GOptionEntry *entries; /* its own options; they set members of the request */
    key_filter offers;           /* which keys are its options too; NULL: none */
    /** @p request is command_run()'s. */
    gboolean (*carry_out)(void *request, const struct options *options, GError **error);
};

/** Rows of a command's own options: where it writes its capture, what it is given beside them. */
#define COMMAND_OUTPUT(member)                                                                     \
    {                                                                                              \
        "output", 'o', 0, G_OPTION_ARG_FILENAME, member,                                           \
            "The capture to write; - is standard output", "FILE"                                   \
    }
#define COMMAND_ARGUMENTS(member)                                                                  \
    {                                                                                              \
        G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, member, NULL, NULL                  \
    }

/** Parses the options, carries the command out, and says what went wrong. */
int command_run(const struct command *command, int argc, char **argv, void *request);

#endif
