/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/egress-interface.h"

#include <errno.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "core/wire/protocol.h"

/* Asks the kernel one question about the interface. */
static gboolean ask(int fd, unsigned long what, struct ifreq *request, GError **error)
{
    if (ioctl(fd, what, request) == 0)
        return TRUE;
    return fail(error, STATUS_FAILED, "%s: %s", request->ifr_name,
                errno == ENODEV ? "there is no such interface" : g_strerror(errno));
}

static gboolean learn(int fd, struct egress *egress, GError **error)
{
    struct ifreq request = {0};
    memcpy(request.ifr_name, egress->name, sizeof egress->name);
    if (!ask(fd, SIOCGIFINDEX, &request, error))
        return FALSE;
    egress->index = request.ifr_ifindex;
    if (!ask(fd, SIOCGIFMTU, &request, error))
        return FALSE;
    egress->mtu = (size_t)request.ifr_mtu;
    if (!ask(fd, SIOCGIFHWADDR, &request, error))
        return FALSE;
    if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER &&
        request.ifr_hwaddr.sa_family != ARPHRD_LOOPBACK)
        return fail(error, STATUS_USAGE, "%s: not an Ethernet interface", egress->name);
    memcpy(egress->mac.bytes, request.ifr_hwaddr.sa_data, sizeof egress->mac.bytes);
    if (!ask(fd, SIOCGIFFLAGS, &request, error))
        return FALSE;
    return (request.ifr_flags & IFF_UP) != 0 ||
           fail(error, STATUS_FAILED, "%s: the interface is down: ip link set %s up", egress->name,
                egress->name);
}

gboolean egress_find(struct egress *egress, const char *name, GError **error)
{
    *egress = (struct egress){0};
    if (g_strlcpy(egress->name, name, sizeof egress->name) >= sizeof egress->name)
        return fail(error, STATUS_USAGE, "%s: names of interfaces have at most 15 characters",
                    excerpt_of(name).text);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail(error, STATUS_FAILED, "%s: %s", name, g_strerror(errno));
    gboolean good = learn(fd, egress, error);
    close(fd);
    return good;
}

size_t egress_longest(const struct egress *egress)
{
    return egress->mtu + ETHERNET_LENGTH;
}

int egress_refuses(const struct egress *egress, struct bytes frame)
{
    if (frame.len < ETHERNET_LENGTH)
        return EINVAL;
    bool tagged = bytes_u16(frame, ETHERNET_AT_TYPE) == ETHER_TYPE_DOT1Q;
    return frame.len > egress_longest(egress) + (tagged ? VLAN_TAG_LENGTH : 0) ? EMSGSIZE : 0;
}
