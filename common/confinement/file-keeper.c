/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/confinement/file-keeper.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/confinement/helper-process.h"
#include "common/errors.h"

/* One command writes a capture and its truth. */
enum { FILES_MAX = 4, KEPT_DESCRIPTORS_MAX = 2 * FILES_MAX };

struct kept_file {
    struct atomic_file *file;
    int asked; /* the keeper's end; -1, which poll(2) passes over: the file has been committed or
                  aborted */
};

static void commit_or_abort(struct kept_file *kept)
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
static _Noreturn void keep(struct kept_file *kept, size_t count)
{
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

static pid_t make_process(struct kept_file *kept, size_t count)
{
    int descriptors[KEPT_DESCRIPTORS_MAX];
    size_t number = 0;
    for (size_t i = 0; i < count; i++) {
        descriptors[number++] = kept[i].asked;
        descriptors[number++] = kept[i].file->held;
    }
    return helper_process_begin("erspan-files", descriptors, number);
}

static bool make_socket(struct kept_file *kept)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    kept->file->keeper = ends[0];
    kept->asked = ends[1];
    return true;
}

/* Without the process, the file is this one's to finish, or to remove. */
static void take_back(struct kept_file *kept)
{
    if (kept->file->keeper >= 0)
        close(kept->file->keeper);
    kept->file->keeper = -1;
}

static size_t find_kept(struct atomic_file *const *files, struct kept_file *kept)
{
    size_t count = 0;
    for (; *files != NULL && count < FILES_MAX; files++)
        if (atomic_file_awaits_name(*files))
            kept[count++] = (struct kept_file){*files, -1};
    return count;
}

gboolean file_keeper_begin(struct atomic_file *const *files, GError **error)
{
    struct kept_file kept[FILES_MAX];
    size_t count = find_kept(files, kept);
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = make_socket(&kept[i]);
    if (count == 0)
        return TRUE;
    pid_t child = good ? make_process(kept, count) : -1;
    if (child == 0) {
        for (size_t i = 0; i < count; i++)
            kept[i].file->keeper = -1;
        keep(kept, count);
    }
    int number = errno;
    for (size_t i = 0; i < count; i++) {
        if (kept[i].asked >= 0)
            close(kept[i].asked);
        if (child < 0)
            take_back(&kept[i]);
    }
    return child > 0 || fail(error, STATUS_FAILED, "making a process: %s", g_strerror(number));
}
