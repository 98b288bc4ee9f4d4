/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The error domain of the programs. The message states everything; the code is only the exit
 * status.
 */
#ifndef COMMON_ERRORS_H
#define COMMON_ERRORS_H

#include <glib.h>

/** Exit statuses: 1 for a failure, 2 for a wrong request of the user, 130 (as a shell says it) if a
 * signal ended what has an end of its own. */
enum tool_status { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_INTERRUPTED = 130 };

enum { EXCERPT_MAX = 60 };

#define TOOL_ERROR (g_quark_from_static_string("erspan-tool"))

/**
 * Sets @p error, whose code becomes the exit status; adds a line to it if it is set already, for
 * checks that go on to find all. After some hundred lines, the last says that there are more.
 * Returns false, for `return fail(...)`.
 */
gboolean fail(GError **error, enum tool_status status, const char *format, ...) G_GNUC_PRINTF(3, 4);

/** Adds an existing error and takes ownership of @p one. A failure outranks a wrong request. */
void errors_add(GError **all, GError *one);

/** Prints each line of the error after the name of the program. Returns the exit status. */
int errors_print(const GError *error);

/** Ends what was printed to standard output: where it could not take all of it, says so. Returns
 * @p status, or STATUS_FAILED then. */
int errors_end_output(int status);

/** The part of a user's text that an error message repeats: its beginning if it is long. */
struct excerpt {
    char text[EXCERPT_MAX + sizeof "..."];
};
struct excerpt excerpt_of(const char *text);

#endif
