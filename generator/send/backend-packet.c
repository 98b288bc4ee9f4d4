/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet sockets: one system call sends a batch. A ring (PACKET_TX_RING) is no faster, as the
 * kernel builds the same buffers.
 */
#include "generator/send/backend.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct packet_socket {
    int fd;
    struct iovec vectors[BATCH_MAX];
    struct mmsghdr messages[BATCH_MAX];
};

/* A frame fails when the interface takes nothing for a second. */
static const struct timeval longest_wait = {.tv_sec = 1};

/* Protocol 0: the socket receives nothing. */
static int open_socket(const struct egress *egress)
{
    const struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = egress->index};
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest_wait, sizeof longest_wait) == 0)
        return fd;
    int number = errno;
    close(fd);
    errno = number;
    return -1;
}

static void *packet_open(const struct egress *egress, GError **error)
{
    int fd = open_socket(egress);
    if (fd < 0) {
        backend_refused(egress, "packet socket", errno, error);
        return NULL;
    }
    struct packet_socket *packet = g_new0(struct packet_socket, 1);
    packet->fd = fd;
    for (size_t i = 0; i < BATCH_MAX; i++)
        packet->messages[i].msg_hdr =
            (struct msghdr){.msg_iov = &packet->vectors[i], .msg_iovlen = 1};
    return packet;
}

static void packet_send(void *state, const struct bytes *frames, size_t count, int *outcomes)
{
    struct packet_socket *packet = state;
    for (size_t i = 0; i < count; i++)
        packet->vectors[i] = (struct iovec){(void *)frames[i].data, frames[i].len};
    for (size_t done = 0; done < count;) {
        int sent = sendmmsg(packet->fd, packet->messages + done, (unsigned)(count - done), 0);
        if (sent < 0)
            outcomes[done++] = errno;
        for (int i = 0; i < sent; i++)
            outcomes[done++] = 0;
    }
}

static void packet_close(void *state)
{
    struct packet_socket *packet = state;
    close(packet->fd);
    g_free(packet);
}

const struct backend backend_packet = {
    .name = "packet",
    .help = "packet socket, sendmmsg()",
    .open = packet_open,
    .send = packet_send,
    .close = packet_close,
};
