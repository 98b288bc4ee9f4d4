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
#include "common/confinement/helper-process.h"
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

static bool answer(int asked, int number, int fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof fd)];
        struct cmsghdr aligned;
    } control = {.bytes = {0}};
    struct iovec part = {&number, sizeof number};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    return sendmsg(asked, &message, MSG_NOSIGNAL) == sizeof number;
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
        good = answer(maker->asked, number, fd);
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
    int ends[2];
    g_autofree char *fixed = g_strndup(plan->path, plan->fixed);
    pid_t child = -1;
    bool good = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0;
    if (good)
        child = helper_process_begin("erspan-files", &ends[1], 1);
    if (child == 0)
        become_maker(ends[1], plan, fixed);
    int number = errno;
    if (good)
        close(ends[1]);
    if (child < 0) {
        if (good)
            close(ends[0]);
        fail(error, STATUS_FAILED, "making a process: %s", g_strerror(number));
        return NULL;
    }
    struct file_maker *maker = g_new0(struct file_maker, 1);
    g_mutex_init(&maker->lock);
    maker->asked = ends[0];
    maker->fixed = g_steal_pointer(&fixed);
    return maker;
}

/* The error, 0 for none; and the file's descriptor, or -1. */
static int receive_answer(int asked, int *fd)
{
    int number = EPIPE; /* the process is gone */
    union {
        char bytes[CMSG_SPACE(sizeof *fd)];
        struct cmsghdr aligned;
    } control;
    struct iovec part = {&number, sizeof number};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t length;
    do
        length = recvmsg(asked, &message, MSG_CMSG_CLOEXEC);
    while (length < 0 && errno == EINTR);
    const struct cmsghdr *header = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    *fd = -1;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(header), sizeof *fd);
    return number;
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
        number = receive_answer(maker->asked, fd);
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
