/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/atomic-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/signals.h"

/* Without links; NULL if there is no such file. */
static char *real_path(const char *path)
{
    char *real = realpath(path, NULL);
    char *copy = g_strdup(real);
    free(real);
    return copy;
}

/* Resolves links, so that each file has one name. A link stays a link, even to a file that does
 * not exist yet. */
static char *follow(const char *path)
{
    char *real = real_path(path);
    if (real != NULL)
        return real;
    g_autofree char *given = g_canonicalize_filename(path, NULL);
    g_autofree char *beside = g_path_get_dirname(given);
    g_autofree char *target = g_file_read_link(given, NULL);
    g_autofree char *place = g_canonicalize_filename(target != NULL ? target : given, beside);
    g_autofree char *directory = g_path_get_dirname(place);
    g_autofree char *name = g_path_get_basename(place);
    g_autofree char *real_directory = real_path(directory);
    return g_build_filename(real_directory != NULL ? real_directory : directory, name, NULL);
}

static int create_beside(struct atomic_file *file, const struct stat *replaced)
{
    mode_t mask = umask(0);
    umask(mask);
    mode_t mode = replaced != NULL ? replaced->st_mode & 07777 : 0666 & ~mask;
    file->temporary = g_strconcat(file->path, ".XXXXXX", NULL);
    int fd = g_mkstemp_full(file->temporary, O_WRONLY | O_CLOEXEC, (int)mode);
    if (fd < 0) {
        g_clear_pointer(&file->temporary, g_free);
        return -1;
    }
    signals_remove_file(file->temporary);
    /* Only root may change the owner of a file. */
    if (replaced != NULL && geteuid() == 0 && fchown(fd, replaced->st_uid, replaced->st_gid) != 0)
        g_debug("%s: the owner stays behind", file->path);
    (void)fchmod(fd, mode);
    return fd;
}

bool atomic_file_is_at(const char *path, const char *other)
{
    g_autofree char *place = follow(path);
    g_autofree char *other_place = follow(other);
    return strcmp(place, other_place) == 0 && strcmp(place, "/dev/null") != 0;
}

int atomic_file_open(struct atomic_file *file, const char *path)
{
    struct stat status;
    bool there = stat(path, &status) == 0;
    *file = (struct atomic_file){.path = follow(path)};
    if (there && !S_ISREG(status.st_mode))
        return open(path, O_WRONLY | O_CLOEXEC);
    if (there && access(path, W_OK) != 0)
        return -1;
    return create_beside(file, there ? &status : NULL);
}

gboolean atomic_file_commit(struct atomic_file *file)
{
    if (file->temporary != NULL && g_rename(file->temporary, file->path) != 0) {
        int reason = errno;
        atomic_file_abort(file);
        errno = reason;
        return FALSE;
    }
    signals_keep_file(file->temporary);
    g_clear_pointer(&file->temporary, g_free);
    g_clear_pointer(&file->path, g_free);
    return TRUE;
}

void atomic_file_abort(struct atomic_file *file)
{
    if (file->temporary != NULL)
        g_unlink(file->temporary);
    signals_keep_file(file->temporary);
    g_clear_pointer(&file->temporary, g_free);
    g_clear_pointer(&file->path, g_free);
}
