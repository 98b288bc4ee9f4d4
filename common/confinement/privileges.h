/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Gives up root and all capabilities, which are needed only to open an interface or a file.
 */
#ifndef COMMON_CONFINEMENT_PRIVILEGES_H
#define COMMON_CONFINEMENT_PRIVILEGES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * Changes from root to another user, for good, and gives up every capability but @p kept: those of
 * root, and those that a file had (setcap). Afterwards no program that this one starts can have
 * more (PR_SET_NO_NEW_PRIVS). Call it before there are threads: capabilities are a thread's.
 *
 * @param user    NULL: erspan, which the Debian package makes, or else nobody. "root" keeps root
 * and its capabilities. Without root, any user is an error.
 * @param need    a directory, a pipe or a device. Where @p user is NULL and the user that it would
 * be may not write there, root stays root, but without a capability: it then has the rights of any
 *                owner of a file, and no more. NULL: none.
 * @param kept    a bit for each capability (CAP_TO_MASK() of linux/capability.h, below 32); 0:
 * none.
 * @param became  on success the user's name, to be freed; NULL if it stays the same.
 * @return FALSE after an error, as when root finds none of these users.
 */
gboolean privileges_drop(const char *user, const char *need, uint32_t kept, char **became,
                         GError **error);

/** True if this thread has no capability but @p kept, and can get no other. */
bool privileges_are_only(uint32_t kept);

#endif
