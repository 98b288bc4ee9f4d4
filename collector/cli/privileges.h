/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Drops root, which is needed only to open an interface.
 */
#ifndef COLLECTOR_CLI_PRIVILEGES_H
#define COLLECTOR_CLI_PRIVILEGES_H

#include <glib.h>

/** Changes from root to another user, permanently. @p user NULL: nobody, if it exists. Without root
 * nothing changes, and a @p user is an error. */
gboolean privileges_drop(const char *user, GError **error);

#endif
