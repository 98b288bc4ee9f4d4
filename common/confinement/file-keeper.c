/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/confinement/file-keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"

/* One command writes a capture and its truth. */
enum { FILES_MAX = 4, KEPT_DESCRIPTORS_MAX = 2 * FILES_MAX };

struct kept {
    struct atomic_file *file;
    int asked; /* the keeper's end; -1, which poll(2) passes over: the file has been committed or
                  aborted */
};

static int compare(const void *one, const void *other)
{
    return *(const int *)one - *(const int *)other;
}

/* Who reads a pipe that the other process wrote must see its end. */
static void close_all_but(int *kept, size_t count)
{
    int next = 0;
    qsort(kept, count, sizeof *kept, compare);
    for (size_t i = 0; i < count; i++) {
        if (kept[i] > next)
            close_range((unsigned)next, (unsigned)kept[i] - 1, 0);
        next = kept[i] + 1;
    }
    close_range((unsigned)next, ~0U, 0);
}

static void commit_or_abort(struct kept *kept)
{
    char word;
    bool commit = recv(kept->asked, &word, sizeof word, 0) == sizeof word;
    if (commit) {
        int number = atomic_file_commit(kept->file) ? 0 : errno;
        (void)!send(kept->asked, &number, sizeof number, MSG_NOSIGNAL);
    } else {
        atomic_file_abort(kept->file);
    }
    close(kept->asked);
    kept->asked = -1;
}

/* Until each file has been committed or aborted. */
static _Noreturn void keep(struct kept *kept, size_t count)
{
    int descriptors[KEPT_DESCRIPTORS_MAX];
    size_t number = 0;
    for (size_t i = 0; i < count; i++) {
        descriptors[number++] = kept[i].asked;
        descriptors[number++] = kept[i].file->held;
    }
    prctl(PR_SET_NAME, "erspan-files");
    close_all_but(descriptors, number);
    for (size_t ended = 0; ended < count;) {
        struct pollfd asked[FILES_MAX];
        for (size_t i = 0; i < count; i++)
            asked[i] = (struct pollfd){.fd = kept[i].asked, .events = POLLIN};
        if (poll(asked, count, -1) < 0)
            continue;
        for (size_t i = 0; i < count; i++)
            if (asked[i].revents != 0) {
                commit_or_abort(&kept[i]);
                ended++;
            }
    }
    _exit(STATUS_OK);
}

static bool make_socket(struct kept *kept)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    kept->file->keeper = ends[0];
    kept->asked = ends[1];
    return true;
}

/* Without the process, the file is this one's to finish, or to remove. */
static void take_back(struct kept *kept)
{
    if (kept->file->keeper >= 0)
        close(kept->file->keeper);
    kept->file->keeper = -1;
}

static size_t find_kept(struct atomic_file *const *files, struct kept *kept)
{
    size_t count = 0;
    for (; *files != NULL && count < FILES_MAX; files++)
        if (atomic_file_awaits_name(*files))
            kept[count++] = (struct kept){*files, -1};
    return count;
}

gboolean file_keeper_begin(struct atomic_file *const *files, GError **error)
{
    struct kept kept[FILES_MAX];
    sigset_t all;
    sigset_t before;
    size_t count = find_kept(files, kept);
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = make_socket(&kept[i]);
    if (count == 0)
        return TRUE;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before); /* it ends when the other process does */
    pid_t child = good ? fork() : -1;
    if (child == 0) {
        for (size_t i = 0; i < count; i++)
            kept[i].file->keeper = -1;
        keep(kept, count);
    }
    int number = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    for (size_t i = 0; i < count; i++) {
        if (kept[i].asked >= 0)
            close(kept[i].asked);
        if (child < 0)
            take_back(&kept[i]);
    }
    return child > 0 || fail(error, STATUS_FAILED, "making a process: %s", g_strerror(number));
}
