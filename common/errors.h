/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The one error domain of the programs: the message says all, the code only the exit status.
 */
#ifndef COMMON_ERRORS_H
#define COMMON_ERRORS_H

#include <glib.h>

/** Exit statuses: 1 something failed, 2 the user asked for something that cannot be. */
enum tool_status { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

enum { EXCERPT_MAX = 60 };

#define TOOL_ERROR (g_quark_from_static_string("erspan-tool"))

/**
 * Sets @p error, whose code becomes the exit status; adds a line to it if it is set already, for
 * checks that go on to find all. After some hundred lines, the last says that there are more.
 * Returns false, for `return fail(...)`.
 */
gboolean fail(GError **error, enum tool_status status, const char *format, ...) G_GNUC_PRINTF(3, 4);

/** The same with an error that is there; takes @p one over. What failed outranks what the user
 * asked for. */
void errors_add(GError **all, GError *one);

/** Prints the lines of an error, each after the name of the program; returns the exit status. */
int errors_print(const GError *error);

/** What an error message repeats of a text that someone wrote: its beginning, if it is long. */
struct excerpt {
    char text[EXCERPT_MAX + sizeof "..."];
};
struct excerpt excerpt_of(const char *text);

#endif
