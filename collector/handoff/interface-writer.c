/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/handoff/interface-writer.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "core/wire/link.h"
#include "core/wire/protocol.h"

enum { TOGETHER = 64, ROOM = 1 << 16 /* bytes of a frame */ };

struct interface_writer {
    int fd;
    unsigned count; /* frames that are buffered */
    struct interface_writer_counts counts;
    struct mmsghdr messages[TOGETHER];
    struct iovec parts[TOGETHER];
    uint8_t frames[TOGETHER][ROOM];
};

static gboolean check_interface(int fd, const char *name, struct ifreq *request, GError **error)
{
    if (strlen(name) >= sizeof request->ifr_name)
        return fail(error, STATUS_USAGE, "--to %s: names of interfaces have at most 15 characters",
                    name);
    g_strlcpy(request->ifr_name, name, sizeof request->ifr_name);
    if (ioctl(fd, SIOCGIFHWADDR, request) < 0)
        return fail(error, STATUS_FAILED, "--to %s: %s", name,
                    errno == ENODEV ? "there is no such interface" : g_strerror(errno));
    if (request->ifr_hwaddr.sa_family != ARPHRD_ETHER)
        return fail(error, STATUS_FAILED, "--to %s: is not an Ethernet interface", name);
    if (ioctl(fd, SIOCGIFFLAGS, request) < 0)
        return fail(error, STATUS_FAILED, "--to %s: %s", name, g_strerror(errno));
    if ((request->ifr_flags & IFF_UP) == 0)
        return fail(error, STATUS_FAILED, "--to %s: is down: ip link set %s up", name, name);
    return ioctl(fd, SIOCGIFINDEX, request) == 0 ||
           fail(error, STATUS_FAILED, "--to %s: %s", name, g_strerror(errno));
}

static gboolean bind_to(int fd, const char *name, GError **error)
{
    struct ifreq request = {0};
    if (!check_interface(fd, name, &request, error))
        return FALSE;
    /* Protocol 0: it receives nothing. */
    const struct sockaddr_ll address = {.sll_family = AF_PACKET,
                                        .sll_ifindex = request.ifr_ifindex};
    return bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 ||
           fail(error, STATUS_FAILED, "--to %s: %s", name, g_strerror(errno));
}

struct interface_writer *interface_writer_open(const char *interface, GError **error)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fail(error, STATUS_FAILED, "--to %s: %s%s", interface, g_strerror(errno),
             errno == EPERM ? " (CAP_NET_RAW is missing)" : "");
        return NULL;
    }
    if (!bind_to(fd, interface, error)) {
        close(fd);
        return NULL;
    }
    struct interface_writer *writer = g_new0(struct interface_writer, 1);
    writer->fd = fd;
    for (unsigned i = 0; i < TOGETHER; i++) {
        writer->parts[i].iov_base = writer->frames[i];
        writer->messages[i].msg_hdr.msg_iov = &writer->parts[i];
        writer->messages[i].msg_hdr.msg_iovlen = 1;
    }
    return writer;
}

static void count_failure(struct interface_writer *writer)
{
    if (errno == EMSGSIZE)
        writer->counts.too_long++;
    else
        writer->counts.refused++;
}

/* One that the kernel refuses holds up none behind it. */
static void send_buffered(struct interface_writer *writer)
{
    unsigned first = 0;
    while (first < writer->count) {
        int sent = sendmmsg(writer->fd, writer->messages + first, writer->count - first, 0);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent > 0)
            writer->counts.sent += (unsigned)sent;
        else
            count_failure(writer);
        first += sent > 0 ? (unsigned)sent : 1;
    }
    writer->count = 0;
}

static void take(void *context, const struct packet *packet)
{
    struct interface_writer *writer = context;
    if (packet->link != LINK_ETHERNET || packet->bytes.len < ETHERNET_LENGTH) {
        writer->counts.no_ethernet++;
        return;
    }
    if (packet->bytes.len > ROOM) {
        writer->counts.too_long++;
        return;
    }
    memcpy(writer->frames[writer->count], packet->bytes.data, packet->bytes.len);
    writer->parts[writer->count].iov_len = packet->bytes.len;
    if (++writer->count == TOGETHER)
        send_buffered(writer);
}

static void flush(void *context)
{
    send_buffered(context);
}

struct packet_sink interface_writer_sink(struct interface_writer *writer)
{
    return (struct packet_sink){.context = writer, .take = take, .flush = flush};
}

struct interface_writer_counts interface_writer_counts(const struct interface_writer *writer)
{
    return writer->counts;
}

void interface_writer_close(struct interface_writer *writer)
{
    if (writer == NULL)
        return;
    send_buffered(writer);
    close(writer->fd);
    g_free(writer);
}
