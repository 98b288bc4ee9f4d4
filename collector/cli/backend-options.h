/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What each --backend excludes.
 */
#ifndef COLLECTOR_CLI_BACKEND_OPTIONS_H
#define COLLECTOR_CLI_BACKEND_OPTIONS_H

#include "collector/cli/options.h"

/** What struct options does not have yet. */
struct backend_request {
    const char *word;    /* of --backend, as it was given; NULL: none */
    int threads;         /* of --threads; below 1: none was given */
    bool counts_packets; /* --count */
    bool paths;          /* --paths */
};

/** FALSE with an error that names the option that does not fit. */
gboolean backend_options_check(const struct options *options, enum receive_method backend,
                               const struct backend_request *request, GError **error);

/** The threads to receive in, or to read a capture in: @p given, or else the default. */
unsigned backend_options_threads(const struct options *options, int given);

#endif
