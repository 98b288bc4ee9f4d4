/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Gives up what a command needs no more once its captures, sockets and outputs are open
 * (common/confinement/).
 */
#ifndef GENERATOR_CLI_CONFINE_COMMAND_H
#define GENERATOR_CLI_CONFINE_COMMAND_H

#include <glib.h>
#include <stdbool.h>

#include "common/atomic-file.h"
#include "generator/scenario/scenario.h"

/** What the command line asks for, of this process. */
struct confine_request {
    char *user; /* NULL: the default */
    gboolean off;
};
extern struct confine_request confine_request;

/** The rows of the options for it. --help-all shows them. */
#define CONFINE_COMMAND_OPTIONS                                                                    \
    {"user",                                                                                       \
     'Z',                                                                                          \
     G_OPTION_FLAG_HIDDEN,                                                                         \
     G_OPTION_ARG_STRING,                                                                          \
     &confine_request.user,                                                                        \
     "User to become if root starts it: erspan, or nobody; root stays root",                       \
     "NAME"},                                                                                      \
    {                                                                                              \
        "no-confinement", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &confine_request.off,        \
            "Change the user only: for fault-finding", NULL                                        \
    }

/** Opens the captures that the scenario replays. FALSE after an error. */
gboolean confine_command_hold(const struct scenario *scenario, GError **error);

/**
 * Confines the process for good: it opens no file any more, but those that are held, and makes
 * none. Call it before there are threads.
 *
 * @param outputs      files that it goes on to fill, then NULL; those are finished by another
 * process.
 * @param xdp_sockets  it goes on to make sockets of AF_XDP.
 * @return FALSE after an error.
 */
gboolean confine_command(struct atomic_file *const *outputs, bool xdp_sockets, GError **error);

#endif
