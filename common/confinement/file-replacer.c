/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process opens a file without a name and passes its descriptor on. Whoever asked fills it, and
 * asks for its name.
 */
#include "common/confinement/file-replacer.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/atomic-file.h"
#include "common/confinement/confinement.h"
#include "common/confinement/helper-socket.h"
#include "common/errors.h"

enum request { OPEN = 'o', COMMIT = 'c', ABORT = 'a' };

struct file_replacer {
    int asked;
};

/* ---- the process ---- */

/* Begins anew, whatever was not finished. */
static int open_next(struct atomic_file *file, const struct file_replacer_plan *plan, int *fd)
{
    if (file->way != ATOMIC_FILE_NONE)
        atomic_file_abort(file);
    *fd = atomic_file_open(file, plan->path, plan->mode);
    int reason = errno;
    if (*fd >= 0)
        return 0;
    atomic_file_abort(file);
    return reason;
}

static int serve(struct atomic_file *file, const struct file_replacer_plan *plan, char request,
                 int *fd)
{
    if (request == OPEN)
        return open_next(file, plan, fd);
    if (file->way == ATOMIC_FILE_NONE)
        return EINVAL;
    if (request == COMMIT)
        return atomic_file_commit(file) ? 0 : errno;
    atomic_file_abort(file);
    return 0;
}

/* Until the other process ends. What it asks is not trusted: it may have been taken over. */
static _Noreturn void replace(int asked, const struct file_replacer_plan *plan)
{
    struct atomic_file file = {.way = ATOMIC_FILE_NONE};
    char request;
    bool good = true;
    while (good && recv(asked, &request, sizeof request, 0) == sizeof request) {
        int fd = -1;
        int number = serve(&file, plan, request, &fd);
        good = helper_socket_answer(asked, number, fd);
        if (fd >= 0)
            close(fd);
    }
    if (file.way != ATOMIC_FILE_NONE)
        atomic_file_abort(&file);
    _exit(STATUS_OK);
}

/* Where it cannot be confined, it ends: the other process says why when it is confined itself. */
static _Noreturn void become_replacer(int asked, const struct file_replacer_plan *plan)
{
    g_autofree char *directory = atomic_file_directory(plan->path);
    const struct confinement_plan rights = {
        .user = plan->user,
        .off = plan->off,
        .directory = directory,
        .directory_is_needed = plan->user_may_stay,
    };
    struct confinement confinement;
    if (!confinement_begin(&rights, &confinement, NULL))
        _exit(STATUS_FAILED);
    replace(asked, plan);
}

/* ---- who asks ---- */

struct file_replacer *file_replacer_begin(const struct file_replacer_plan *plan, GError **error)
{
    int end;
    pid_t child = helper_socket_begin("erspan-files", &end);
    if (child == 0)
        become_replacer(end, plan);
    if (child < 0) {
        fail(error, STATUS_FAILED, "making a process: %s", g_strerror(errno));
        return NULL;
    }
    struct file_replacer *replacer = g_new(struct file_replacer, 1);
    replacer->asked = end;
    return replacer;
}

/* Returns an error; 0 for none. */
static int ask(const struct file_replacer *replacer, enum request request, int *fd)
{
    const char word = (char)request;
    return send(replacer->asked, &word, sizeof word, MSG_NOSIGNAL) == sizeof word
               ? helper_socket_receive(replacer->asked, fd)
               : EPIPE;
}

bool file_replacer_put(struct file_replacer *replacer, const GString *text)
{
    int fd = -1;
    int none;
    int number = ask(replacer, OPEN, &fd);
    if (number == 0 && !file_put_text(fd, text)) {
        number = errno;
        (void)ask(replacer, ABORT, &none);
    } else if (number == 0) {
        number = ask(replacer, COMMIT, &none);
    }
    errno = number;
    return number == 0;
}

void file_replacer_end(struct file_replacer *replacer)
{
    if (replacer == NULL)
        return;
    close(replacer->asked);
    g_free(replacer);
}
