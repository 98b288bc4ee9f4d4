/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/confinement/helper-socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/confinement/helper-process.h"

pid_t helper_socket_begin(const char *name, int *end)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return -1;
    pid_t child = helper_process_begin(name, &ends[1], 1);
    *end = ends[child == 0];
    if (child == 0)
        return child; /* the other end is closed */
    int reason = errno;
    close(ends[1]);
    if (child < 0)
        close(ends[0]);
    errno = reason;
    return child;
}

bool helper_socket_answer(int end, int number, int fd)
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
    return sendmsg(end, &message, MSG_NOSIGNAL) == sizeof number;
}

int helper_socket_receive(int end, int *fd)
{
    int number = EPIPE;
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
        length = recvmsg(end, &message, MSG_CMSG_CLOEXEC);
    while (length < 0 && errno == EINTR);
    const struct cmsghdr *header = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    *fd = -1;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(header), sizeof *fd);
    return number;
}
