/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/extcap/extcap-pipe.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/atomic-file.h"
#include "common/errors.h"

int extcap_pipe_open(const char *path, int flags, GError **error)
{
    struct stat status;
    int fd = file_open_in_place(path, flags, 0);
    if (fd < 0) {
        fail(error, STATUS_FAILED, "%s: %s", path, g_strerror(errno));
        return -1;
    }
    if (fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)))
        return fd;
    close(fd);
    fail(error, STATUS_FAILED, "%s: must be a pipe", path);
    return -1;
}
