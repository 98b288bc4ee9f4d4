/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/whole-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/interruption.h"

/* Where the file really stands: a link stays a link, even one that leads nowhere yet. */
static char *follow(const char *path)
{
    char *real = realpath(path, NULL);
    if (real != NULL) {
        char *copy = g_strdup(real);
        free(real);
        return copy;
    }
    g_autofree char *target = g_file_read_link(path, NULL);
    if (target == NULL)
        return g_strdup(path);
    g_autofree char *directory = g_path_get_dirname(path);
    return g_path_is_absolute(target) ? g_steal_pointer(&target)
                                      : g_build_filename(directory, target, NULL);
}

static int create_beside(struct whole_file *file, const struct stat *replaced)
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
    interruption_removes(file->temporary);
    /* Only root may give a file away; for others it was theirs, or they may replace it as theirs.
     */
    if (replaced != NULL && geteuid() == 0 && fchown(fd, replaced->st_uid, replaced->st_gid) != 0)
        g_debug("%s: the owner stays behind", file->path);
    (void)fchmod(fd, mode);
    return fd;
}

int whole_file_open(struct whole_file *file, const char *path)
{
    struct stat status;
    bool there = stat(path, &status) == 0;
    *file = (struct whole_file){.path = follow(path)};
    if (there && !S_ISREG(status.st_mode))
        return open(path, O_WRONLY | O_CLOEXEC);
    if (there && access(path, W_OK) != 0)
        return -1;
    return create_beside(file, there ? &status : NULL);
}

gboolean whole_file_keep(struct whole_file *file)
{
    if (file->temporary != NULL && g_rename(file->temporary, file->path) != 0) {
        int reason = errno;
        whole_file_drop(file);
        errno = reason;
        return FALSE;
    }
    interruption_spares(file->temporary);
    g_clear_pointer(&file->temporary, g_free);
    g_clear_pointer(&file->path, g_free);
    return TRUE;
}

void whole_file_drop(struct whole_file *file)
{
    if (file->temporary != NULL)
        g_unlink(file->temporary);
    interruption_spares(file->temporary);
    g_clear_pointer(&file->temporary, g_free);
    g_clear_pointer(&file->path, g_free);
}
