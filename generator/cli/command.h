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
int command_limit(int argc, char **argv);
int command_list(int argc, char **argv);
int command_wrap(int argc, char **argv);
int command_send(int argc, char **argv);
int command_write(int argc, char **argv);

/** A subcommand. */
struct command {
    /* Beside the options: NULL, "NAME", "[NAME]" or "NAME...", for the help and the check. */
    const char *arguments;
    const char *summary;
    const char *examples;
    const GOptionEntry *entries; /* its own options; they set members of the request. Strings are
                                    freed by command_run() */
    key_filter offers;           /* which keys are its options too; NULL: none */
    /** @p request is command_run()'s; @p arguments are as many as there may be, NULL at the end. */
    gboolean (*carry_out)(void *request, char **arguments, const struct key_options *options,
                          GError **error);
};

/** The row of a command's own options that says where it writes its capture. */
#define COMMAND_OUTPUT(member)                                                                     \
    {                                                                                              \
        "output", 'o', 0, G_OPTION_ARG_FILENAME, member,                                           \
            "The capture to write; - is standard output", "FILE"                                   \
    }

/**
 * Parses options and arguments, carries the command out, and says what went wrong.
 *
 * @param request  has the members that the command's own options set; all 0 before.
 * @return the exit status.
 */
int command_run(const struct command *command, int argc, char **argv, void *request);

#endif
