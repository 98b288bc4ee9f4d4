/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/atomic-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/signals.h"

enum {
    LINKS_MAX = 40, /* as the kernel has it */
    NAMES_MAX = 100 /* temporary names to try */
};

/* ---- names ---- */

/* In its directory everybody may plant files and links, and nobody remove those of others. */
static bool is_in_shared_directory(const char *path, struct stat *directory)
{
    g_autofree char *name = g_path_get_dirname(path);
    return stat(name, directory) == 0 && S_ISDIR(directory->st_mode) &&
           (directory->st_mode & S_ISVTX) != 0 && (directory->st_mode & (S_IWOTH | S_IWGRP)) != 0;
}

/* Why not to write there, as errno; 0: nothing forbids it. What is planted belongs neither to this
 * user nor to the directory's owner; or it is a second name of a file that does. */
static int planted(const char *path, const struct stat *status)
{
    struct stat directory;
    if (S_ISDIR(status->st_mode) || !is_in_shared_directory(path, &directory))
        return 0;
    if (status->st_uid != geteuid() && status->st_uid != directory.st_uid)
        return EACCES;
    return S_ISREG(status->st_mode) && status->st_nlink > 1 ? EMLINK : 0;
}

/* A link of /proc leads to a pipe, though it names none: "pipe:[4711]". */
static bool leads_elsewhere(const char *link, struct stat *status)
{
    struct stat named;
    g_autofree char *target = g_file_read_link(link, NULL);
    g_autofree char *directory = g_path_get_dirname(link);
    g_autofree char *path = target != NULL ? g_canonicalize_filename(target, directory) : NULL;
    return path != NULL && lstat(path, &named) != 0 && stat(link, status) == 0;
}

static char *absolute(const char *path)
{
    g_autofree char *current = g_path_is_absolute(path) ? NULL : g_get_current_dir();
    return current == NULL ? g_strdup(path) : g_build_filename(current, path, NULL);
}

/* Takes the first name off the path; NULL if there is none. */
static char *take_name(char **path)
{
    const char *begin = *path + strspn(*path, "/");
    size_t length = strcspn(begin, "/");
    char *name = length > 0 ? g_strndup(begin, length) : NULL;
    char *rest = g_strdup(begin + length + strspn(begin + length, "/"));
    g_free(*path);
    *path = rest;
    return name;
}

/* Goes from a directory, which is reached without links, to what it calls so. */
static void step(char **place, const char *name)
{
    char *next;
    if (strcmp(name, "..") == 0)
        next = g_path_get_dirname(*place);
    else
        next = strcmp(name, ".") == 0 ? g_strdup(*place) : g_build_filename(*place, name, NULL);
    g_free(*place);
    *place = next;
}

/* Puts where a link leads before the rest of the path, and begins there. */
static bool enter_link(char **place, char **rest)
{
    g_autofree char *target = g_file_read_link(*place, NULL);
    if (target == NULL)
        return false;
    char *begin = g_path_is_absolute(target) ? g_strdup("/") : g_path_get_dirname(*place);
    char *longer = g_build_filename(target, *rest, NULL);
    g_free(*place);
    g_free(*rest);
    *place = begin;
    *rest = longer;
    return true;
}

/* Where the path leads, so that each file has one name; NULL with errno set. Each link is followed
 * as the kernel does it, those of directories, too. A link stays a link, even to a file that does
 * not exist yet. @p status is of the file; st_mode is 0 if there is none. */
static char *follow(const char *path, struct stat *status)
{
    g_autofree char *rest = absolute(path);
    g_autofree char *place = g_strdup("/");
    *status = (struct stat){.st_mode = S_IFDIR};
    for (unsigned links = 0; links <= LINKS_MAX;) {
        g_autofree char *name = take_name(&rest);
        if (name == NULL)
            return g_steal_pointer(&place);
        step(&place, name);
        if (lstat(place, status) != 0) {
            *status = (struct stat){0};
            return errno == ENOENT && *rest == '\0' ? g_steal_pointer(&place) : NULL;
        }
        errno = planted(place, status);
        if (errno != 0)
            return NULL;
        if (!S_ISLNK(status->st_mode))
            continue;
        if (*rest == '\0' && leads_elsewhere(place, status))
            return g_steal_pointer(&place);
        if (!enter_link(&place, &rest))
            return NULL;
        links++;
    }
    errno = ELOOP;
    return NULL;
}

char *atomic_file_place(const char *path)
{
    struct stat status;
    return follow(path, &status);
}

char *atomic_file_directory(const char *path)
{
    g_autofree char *place = atomic_file_place(path);
    return place != NULL ? g_path_get_dirname(place) : NULL;
}

static bool is_same(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

bool atomic_file_is_at(const char *path, const char *other)
{
    struct stat status;
    struct stat other_status;
    if (stat(path, &status) == 0 && stat(other, &other_status) == 0)
        return is_same(&status, &other_status) && !S_ISCHR(status.st_mode);
    g_autofree char *place = follow(path, &status);
    g_autofree char *other_place = follow(other, &other_status);
    return g_strcmp0(place, other_place) == 0 && place != NULL;
}

/* ---- opening ---- */

mode_t file_mode_private(void)
{
    return geteuid() == 0 ? 0600 : 0666;
}

static mode_t without_umask(mode_t mode)
{
    mode_t mask = umask(0);
    umask(mask);
    return mode & ~mask;
}

/* Where /proc is not mounted, a file without a name cannot be given one. */
static int create_nameless(struct atomic_file *file, mode_t mode)
{
    g_autofree char *directory = g_path_get_dirname(file->path);
    if (access("/proc/self/fd", X_OK) != 0)
        return -1;
    int fd = open(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    if (fd >= 0)
        file->way = ATOMIC_FILE_NAMELESS;
    return fd;
}

static int create_beside(struct atomic_file *file, mode_t mode)
{
    file->temporary = g_strconcat(file->path, ".XXXXXX", NULL);
    int fd = g_mkstemp_full(file->temporary, O_WRONLY | O_CLOEXEC, (int)mode);
    if (fd < 0) {
        g_clear_pointer(&file->temporary, g_free);
        return -1;
    }
    file->way = ATOMIC_FILE_BESIDE;
    signals_remove_file(file->temporary);
    return fd;
}

static int create(struct atomic_file *file, mode_t mode, const struct stat *replaced)
{
    mode = replaced->st_mode != 0 ? replaced->st_mode & 07777 : without_umask(mode);
    int fd = create_nameless(file, mode);
    if (fd < 0)
        fd = create_beside(file, mode);
    if (fd < 0)
        return -1;
    file->held = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    /* Only root may change the owner of a file. */
    if (replaced->st_mode != 0 && geteuid() == 0 &&
        fchown(fd, replaced->st_uid, replaced->st_gid) != 0)
        g_debug("%s: the owner stays behind", file->path);
    (void)fchmod(fd, mode);
    return fd;
}

/* Opens what follow() found there, and nothing that took its place since. */
static int open_found(const char *place, const struct stat *found, int flags, mode_t mode)
{
    if (found->st_mode == 0)
        return open(place, flags | O_EXCL | O_CLOEXEC, mode);
    struct stat opened;
    int fd = open(place, (flags & ~O_CREAT) | O_CLOEXEC);
    if (fd < 0 || (fstat(fd, &opened) == 0 && is_same(&opened, found)))
        return fd;
    close(fd);
    errno = EACCES;
    return -1;
}

int atomic_file_open(struct atomic_file *file, const char *path, mode_t mode)
{
    struct stat status;
    *file = (struct atomic_file){.held = -1, .keeper = -1};
    file->path = follow(path, &status);
    if (file->path == NULL)
        return -1;
    if (status.st_mode == 0 || S_ISREG(status.st_mode))
        return status.st_mode != 0 && access(file->path, W_OK) != 0 ? -1
                                                                    : create(file, mode, &status);
    file->way = ATOMIC_FILE_DIRECT;
    return open_found(file->path, &status, O_WRONLY, 0);
}

int file_open_in_place(const char *path, int flags, mode_t mode)
{
    struct stat status;
    g_autofree char *place = follow(path, &status);
    return place == NULL ? -1 : open_found(place, &status, flags, mode);
}

/* ---- the end ---- */

static bool name_it(const struct atomic_file *file, const char *name)
{
    char held[sizeof "/proc/self/fd/" + 3 * sizeof file->held];
    snprintf(held, sizeof held, "/proc/self/fd/%d", file->held);
    return linkat(AT_FDCWD, held, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* link(2) never replaces a file: another takes the temporary name first. */
static bool name_beside(struct atomic_file *file)
{
    for (unsigned i = 0; i < NAMES_MAX; i++) {
        file->temporary = g_strdup_printf("%s.%06x", file->path, g_random_int() & 0xffffff);
        if (name_it(file, file->temporary)) {
            signals_remove_file(file->temporary);
            return true;
        }
        g_clear_pointer(&file->temporary, g_free);
        if (errno != EEXIST)
            return false;
    }
    return false;
}

bool atomic_file_awaits_name(const struct atomic_file *file)
{
    return file->way == ATOMIC_FILE_NAMELESS || file->way == ATOMIC_FILE_BESIDE;
}

/* Has the keeper do it. */
static bool ask(const struct atomic_file *file)
{
    int number = 0;
    if (send(file->keeper, "", 1, MSG_NOSIGNAL) != 1 ||
        recv(file->keeper, &number, sizeof number, MSG_WAITALL) != sizeof number)
        number = EPIPE;
    errno = number;
    return number == 0;
}

static bool finish(struct atomic_file *file)
{
    if (!atomic_file_awaits_name(file))
        return true;
    if (file->keeper >= 0)
        return ask(file);
    if (fsync(file->held) != 0)
        return false;
    if (file->way == ATOMIC_FILE_NAMELESS) {
        if (name_it(file, file->path))
            return true;
        if (errno != EEXIST || !name_beside(file))
            return false;
    }
    return g_rename(file->temporary, file->path) == 0;
}

/* It removes what was not finished. Returns once it has. */
static void dismiss_keeper(const struct atomic_file *file)
{
    char none;
    (void)!send(file->keeper, "", 0, MSG_NOSIGNAL);
    (void)!recv(file->keeper, &none, sizeof none, 0);
    close(file->keeper);
}

static void release(struct atomic_file *file)
{
    signals_keep_file(file->temporary);
    if (atomic_file_awaits_name(file) && file->held >= 0)
        close(file->held);
    if (atomic_file_awaits_name(file) && file->keeper >= 0)
        dismiss_keeper(file);
    g_free(file->temporary);
    g_free(file->path);
    *file = (struct atomic_file){.held = -1, .keeper = -1};
}

gboolean atomic_file_commit(struct atomic_file *file)
{
    if (!finish(file)) {
        int reason = errno;
        atomic_file_abort(file);
        errno = reason;
        return FALSE;
    }
    release(file);
    return TRUE;
}

void atomic_file_abort(struct atomic_file *file)
{
    if (file->temporary != NULL && file->keeper < 0)
        g_unlink(file->temporary);
    release(file);
}

static bool write_all(int fd, const GString *text)
{
    for (size_t written = 0; written < text->len;) {
        ssize_t count = write(fd, text->str + written, text->len - written);
        if (count < 0 && errno != EINTR)
            return false;
        written += count > 0 ? (size_t)count : 0;
    }
    return true;
}

bool file_put_text(int fd, const GString *text)
{
    bool good = write_all(fd, text);
    int reason = errno;
    bool closed = close(fd) == 0;
    if (!good)
        errno = reason;
    return good && closed;
}

gboolean atomic_file_put(struct atomic_file *file, int fd, const GString *text)
{
    if (file_put_text(fd, text))
        return atomic_file_commit(file);
    int reason = errno;
    atomic_file_abort(file);
    errno = reason;
    return FALSE;
}
