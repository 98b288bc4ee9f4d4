/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The table of keys as options of the command line.
 */
#ifndef GENERATOR_OPTIONS_H
#define GENERATOR_OPTIONS_H

#include <glib.h>

#include "generator/scenario-file.h"

/** The keys that the user gave, in the order given. */
struct options {
    GArray *overrides; /* struct override */
};

/** Adds an option for every key to @p context; what it parses is found in the result. */
struct options *options_add(GOptionContext *context);
void options_free(struct options *options);

#endif
