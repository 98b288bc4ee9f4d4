/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The scenarios that come with the program: NAME.ini in a directory beside it, those of devices in
 * its subdirectory.
 */
#ifndef GENERATOR_LOAD_BUILTIN_H
#define GENERATOR_LOAD_BUILTIN_H

#include "generator/load/key-options.h"

/** Reads a scenario, as builtin_load() finds it, for any number of uses. FALSE after an error; end
 * with scenario_source_clear() in any case. */
gboolean builtin_read(struct scenario_source *source, const char *name, GError **error);

/** Checks it, with the user's options. NULL after an error. */
struct scenario *builtin_use(const struct scenario_source *source,
                             const struct key_options *options, GError **error);

/**
 * Reads and checks a scenario with the user's options: the file @p name, "-" for standard input,
 * NULL for one of options alone; where there is no such file, the built-in scenario of that name.
 */
struct scenario *builtin_load(const char *name, const struct key_options *options, GError **error);

struct builtin {
    char *name;
    char *description; /* its first comment, one line */
    char *quirks;      /* of a device: "Q4 (30-bit sequence), ...", or "none known"; else NULL */
    char *based_on;    /* of a device: where that is known from; else NULL */
};

/** All that there are: the devices, then the situations, each in the order of their names. Free
 * with g_ptr_array_unref(). NULL after an error. */
GPtrArray *builtin_list(GError **error);

#endif
