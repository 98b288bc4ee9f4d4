/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Root is needed to open an interface, and for nothing after that.
 */
#ifndef COLLECTOR_CLI_PRIVILEGES_H
#define COLLECTOR_CLI_PRIVILEGES_H

#include <glib.h>

/**
 * Root becomes another user, for good. @p user NULL: nobody, if there is one. Who is not root stays
 * who they are, and may not ask for a user.
 */
gboolean privileges_drop(const char *user, GError **error);

#endif
