/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The INI files that GKeyFile reads, line by line: unlike GKeyFile it knows in which line each
 * thing stands and says nothing twice.
 */
#ifndef GENERATOR_LOAD_INI_H
#define GENERATOR_LOAD_INI_H

#include <glib.h>

/**
 * What a file holds, told in its order. A function that returns FALSE has set @p error without
 * place: ini_read() puts the place before it.
 */
struct ini_reader {
    void *context;
    gboolean (*group)(void *context, const char *name, unsigned line, GError **error);
    gboolean (*pair)(void *context, const char *key, const char *value, unsigned line,
                     GError **error);
};

/**
 * Reads "[group]" and "key = value" lines; blank lines and those that begin with # are skipped.
 *
 * @param place  what errors call the text: the name of its file.
 * @return FALSE after any error; @p error then has a line "place:line: what" for each.
 */
gboolean ini_read(const char *text, const char *place, const struct ini_reader *reader,
                  GError **error);

#endif
