/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/confinement/file-maker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/atomic-file.h"
#include "common/confinement/confinement.h"
#include "common/confinement/helper-socket.h"
#include "common/errors.h"
#include "common/run-files.h"

enum request_kind { CHECK = 'c', OPEN = 'o', REMOVE = 'r' };

/* Of a name, what follows its fixed part. */
struct maker_request {
    char kind;
    char rest[NAME_MAX + 1];
};

struct file_maker {
    GMutex lock; /* one question at a time */
    int asked;
    char *fixed;
};

/* ---- the process ---- */

struct maker_process {
    int asked;
    const char *fixed;
    char *directory;
    mode_t mode;
    bool removes;
};

/* Returns an error; 0 for none. */
static int open_regular(const char *path, mode_t mode, int *fd)
{
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return EEXIST;
    *fd = file_open_in_place(path, O_RDWR | O_CREAT, mode);
    return *fd >= 0 ? 0 : errno;
}

/* Does what is asked for. Returns an error; 0 for none. */
static int serve(const struct maker_process *maker, const struct maker_request *request, int *fd)
{
    g_autofree char *path = g_strconcat(maker->fixed, request->rest, NULL);
    if (request->kind == CHECK)
        return access(maker->directory, W_OK | X_OK) == 0 ? 0 : errno;
    if (strchr(request->rest, '/') != NULL)
        return EINVAL;
    if (run_files_has(path))
        return EBUSY;
    if (request->kind == OPEN)
        return open_regular(path, maker->mode, fd);
    if (request->kind == REMOVE && maker->removes)
        return unlink(path) == 0 ? 0 : errno;
    return EINVAL;
}

/* Until the other process ends. What it asks is not trusted: it may have been taken over. */
static _Noreturn void make(const struct maker_process *maker)
{
    struct maker_request request;
    ssize_t length;
    bool good = true;
    while (good && (length = recv(maker->asked, &request, sizeof request, 0)) >= 2) {
        request.rest[MIN((size_t)length - 2, NAME_MAX)] = '\0';
        int fd = -1;
        int number = serve(maker, &request, &fd);
        good = helper_socket_answer(maker->asked, number, fd);
        if (fd >= 0)
            close(fd);
    }
    _exit(STATUS_OK);
}

/* Where it cannot be confined, it ends: the other process says why when it is confined itself. */
static _Noreturn void become_maker(int asked, const struct file_maker_plan *plan, const char *fixed)
{
    struct maker_process maker = {
        .asked = asked,
        .fixed = fixed,
        .directory = g_path_get_dirname(plan->path),
        .mode = file_mode_private(),
        .removes = plan->removes,
    };
    const struct confinement_plan rights = {
        .user = plan->user,
        .off = plan->off,
        .directory = maker.directory,
        .directory_is_needed = plan->user_may_stay,
        .directory_is_read = true,
    };
    struct confinement confinement;
    if (!confinement_begin(&rights, &confinement, NULL))
        _exit(STATUS_FAILED);
    make(&maker);
}

/* ---- who asks ---- */

struct file_maker *file_maker_begin(const struct file_maker_plan *plan, GError **error)
{
    int end;
    g_autofree char *fixed = g_strndup(plan->path, plan->fixed);
    pid_t child = helper_socket_begin("erspan-files", &end);
    if (child == 0)
        become_maker(end, plan, fixed);
    if (child < 0) {
        fail(error, STATUS_FAILED, "making a process: %s", g_strerror(errno));
        return NULL;
    }
    struct file_maker *maker = g_new0(struct file_maker, 1);
    g_mutex_init(&maker->lock);
    maker->asked = end;
    maker->fixed = g_steal_pointer(&fixed);
    return maker;
}

static int ask(struct file_maker *maker, enum request_kind kind, const char *rest, int *fd)
{
    struct maker_request request = {.kind = (char)kind};
    if (g_strlcpy(request.rest, rest, sizeof request.rest) >= sizeof request.rest)
        return ENAMETOOLONG;
    int number = EPIPE;
    g_mutex_lock(&maker->lock);
    size_t length = 2 + strlen(rest);
    if (send(maker->asked, &request, length, MSG_NOSIGNAL) == (ssize_t)length)
        number = helper_socket_receive(maker->asked, fd);
    g_mutex_unlock(&maker->lock);
    return number;
}

/* What follows the fixed part of the name; NULL if it has another. */
static const char *rest_of(const struct file_maker *maker, const char *path)
{
    size_t length = strlen(maker->fixed);
    return strncmp(path, maker->fixed, length) == 0 ? path + length : NULL;
}

bool file_maker_check(struct file_maker *maker)
{
    int fd;
    errno = ask(maker, CHECK, "", &fd);
    return errno == 0;
}

int file_maker_open(struct file_maker *maker, const char *path)
{
    int fd = -1;
    const char *rest = rest_of(maker, path);
    errno = rest != NULL ? ask(maker, OPEN, rest, &fd) : EINVAL;
    return fd;
}

void file_maker_remove(struct file_maker *maker, const char *path)
{
    int fd;
    const char *rest = rest_of(maker, path);
    if (rest != NULL)
        (void)ask(maker, REMOVE, rest, &fd);
}

void file_maker_end(struct file_maker *maker)
{
    if (maker == NULL)
        return;
    close(maker->asked);
    g_mutex_clear(&maker->lock);
    g_free(maker->fixed);
    g_free(maker);
}
