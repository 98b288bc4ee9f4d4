/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The scenarios that come with the program: NAME.ini in a directory beside it.
 */
#ifndef GENERATOR_LOAD_BUILTIN_H
#define GENERATOR_LOAD_BUILTIN_H

#include "generator/load/key-options.h"

/**
 * Reads and checks a scenario with the user's options: the file @p name, "-" for standard input,
 * NULL for one of options alone; where there is no such file, the built-in scenario of that name.
 */
struct scenario *builtin_load(const char *name, const struct options *options, GError **error);

struct builtin {
    char *name;
    char *description; /* its first comment, one line */
};

/** All that there are, in the order of their names. Free with g_ptr_array_unref(). NULL after an
 * error. */
GPtrArray *builtin_list(GError **error);

#endif
