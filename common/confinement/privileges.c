/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/confinement/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/errors.h"

static const char *const default_users[] = {"erspan", "nobody"};

/* NULL if there is no such user, with errno 0, whatever the name service set; or if it cannot be
 * looked up, with errno set. */
static const struct passwd *look_up(const char *user)
{
    static const int failures[] = {EINTR, EIO, EMFILE, ENFILE, ENOMEM};
    errno = 0;
    const struct passwd *entry = getpwnam(user);
    bool failed = false;
    for (size_t i = 0; i < G_N_ELEMENTS(failures); i++)
        failed = failed || errno == failures[i];
    if (!failed)
        errno = 0;
    return entry;
}

static const struct passwd *find_user(const char *user, GError **error)
{
    const char *asked = user != NULL ? user : default_users[0];
    const struct passwd *entry = look_up(asked);
    for (size_t i = 1;
         user == NULL && entry == NULL && errno == 0 && i < G_N_ELEMENTS(default_users); i++)
        entry = look_up(asked = default_users[i]);
    if (entry != NULL)
        return entry;
    if (errno != 0)
        fail(error, STATUS_FAILED, "looking for user %s: %s", excerpt_of(asked).text,
             g_strerror(errno));
    else if (user != NULL)
        fail(error, STATUS_USAGE, "--user=%s: there is no such user", excerpt_of(user).text);
    else
        fail(error, STATUS_FAILED,
             "there is neither a user erspan nor nobody to continue as: --user names one, and "
             "--user=root stays root");
    return NULL;
}

static gboolean become(const struct passwd *entry, GError **error)
{
    if (setgroups(0, NULL) == 0 && setgid(entry->pw_gid) == 0 && setuid(entry->pw_uid) == 0)
        return TRUE;
    return fail(error, STATUS_FAILED, "becoming user %s: %s", entry->pw_name, g_strerror(errno));
}

/* Only who may change capabilities can empty the set, and need do it. */
static void empty_bounding_set(void)
{
    for (unsigned long capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0;)
        capability++;
}

static bool drop_capabilities(uint32_t kept)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, held) != 0)
        return false;
    const struct __user_cap_data_struct only[_LINUX_CAPABILITY_U32S_3] = {
        {.effective = held[0].permitted & kept, .permitted = held[0].permitted & kept}};
    return syscall(SYS_capset, &header, only) == 0;
}

bool privileges_are_only(uint32_t kept)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];
    return syscall(SYS_capget, &header, held) == 0 && (held[0].permitted & ~kept) == 0 &&
           held[1].permitted == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

/* Asks as that user: a directory on the way to it may be closed, too. */
static bool may_write(const struct passwd *entry, const char *path)
{
    struct stat status;
    bool is_directory = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    uid_t before = geteuid();
    gid_t group = getegid();
    bool may = setegid(entry->pw_gid) == 0 && seteuid(entry->pw_uid) == 0 &&
               faccessat(AT_FDCWD, path, is_directory ? W_OK | X_OK : W_OK, AT_EACCESS) == 0;
    return seteuid(before) == 0 && setegid(group) == 0 && may;
}

gboolean privileges_drop(const char *user, const char *need, uint32_t kept, char **became,
                         GError **error)
{
    *became = NULL;
    if (geteuid() != 0 && user != NULL)
        return fail(error, STATUS_USAGE, "--user=%s: only root can become another user",
                    excerpt_of(user).text);
    if (geteuid() == 0) {
        const struct passwd *entry = find_user(user, error);
        if (entry == NULL)
            return FALSE;
        if (entry->pw_uid == 0)
            return TRUE;
        empty_bounding_set();
        prctl(PR_SET_KEEPCAPS, kept != 0, 0, 0, 0);
        bool stays = user == NULL && need != NULL && !may_write(entry, need);
        if (!stays && !become(entry, error))
            return FALSE;
        *became = stays ? NULL : g_strdup(entry->pw_name);
    }
    if (!drop_capabilities(kept) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(error, STATUS_FAILED, "giving up capabilities: %s", g_strerror(errno));
    return TRUE;
}
