/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "common/errors.h"

gboolean privileges_drop(const char *user, GError **error)
{
    if (geteuid() != 0)
        return user == NULL ||
               fail(error, STATUS_USAGE, "--user=%s: only root can become another user",
                    excerpt_of(user).text);
    const char *name = user != NULL ? user : "nobody";
    const struct passwd *entry = getpwnam(name);
    if (entry == NULL)
        return user == NULL ||
               fail(error, STATUS_USAGE, "--user=%s: there is no such user", excerpt_of(user).text);
    if (setgroups(0, NULL) == 0 && setgid(entry->pw_gid) == 0 && setuid(entry->pw_uid) == 0)
        return TRUE;
    return fail(error, STATUS_FAILED, "becoming user %s: %s", name, g_strerror(errno));
}
