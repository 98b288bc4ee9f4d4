/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The command line of erspanrate as GLib reads it: the table of its options, and their values
 * before they are checked.
 */
#ifndef COLLECTOR_CLI_RAW_OPTIONS_H
#define COLLECTOR_CLI_RAW_OPTIONS_H

#include <float.h>
#include <limits.h>

#include <glib.h>

#include "collector/cli/handoff-options.h"
#include "collector/cli/options.h"

/** Values of options that were not given. */
enum { RAW_UNSET = INT_MIN };
#define RAW_UNSET_SECONDS (-DBL_MAX)

struct raw_options {
    char **read; /* ends in NULL; or NULL */
    char *backend;
    char *domain;
    char *file_size;
    gint64 file_seconds;
    int file_count;
    char **mirrors; /* as read */
    char **drops_only;
    int snap;
    int buffer;
    int memory;
    int threads;
    gint64 count;
    double duration;
    double interval;
    int top;
    gboolean quiet;
    gboolean json;
    gboolean decapsulate;
    gboolean paths;
    struct handoff_options handoff;
    gboolean check;
    gboolean serve;
    gboolean version;
    gboolean help;
    gboolean help_all;
    gboolean confinement_off;
};

/**
 * Reads the command line, and prints the help if it is asked for. Options that need no check go to
 * @p options at once. What it did not read stays in @p argv, from its second member on.
 *
 * @param raw  is set in any case; raw_options_clear() is due.
 * @return     FALSE for an option that GLib does not take; @p error says which.
 */
gboolean raw_options_read(struct raw_options *raw, struct options *options, int argc, char **argv,
                          GError **error);

/** Frees what its members point to. */
void raw_options_clear(struct raw_options *raw);

#endif
