/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The one error domain of erspangen: the message says all, the code only what the exit status is.
 */
#ifndef GENERATOR_ERRORS_H
#define GENERATOR_ERRORS_H

#include <glib.h>

/** Exit statuses: 1 something failed, 2 the user asked for something that cannot be. */
enum erspangen_status { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

#define ERSPANGEN_ERROR (g_quark_from_static_string("erspangen"))

/** Sets @p error, whose code becomes the exit status. Returns false, for `return fail(...)`. */
gboolean fail(GError **error, enum erspangen_status status, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
