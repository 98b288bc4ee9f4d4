/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/drops/interface-counters.h"

#include <glib.h>
#include <net/if.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool ask(const char *interface, unsigned long what, struct ifreq *request)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); /* any answers */
    if (fd < 0)
        return false;
    g_strlcpy(request->ifr_name, interface, sizeof request->ifr_name);
    bool told = ioctl(fd, what, request) == 0;
    close(fd);
    return told;
}

enum interface_state interface_state(const char *interface)
{
    struct ifreq request = {0};
    if (!ask(interface, SIOCGIFFLAGS, &request))
        return INTERFACE_UNKNOWN;
    return (request.ifr_flags & IFF_UP) != 0 ? INTERFACE_UP : INTERFACE_DOWN;
}

int interface_mtu(const char *interface)
{
    struct ifreq request = {0};
    return ask(interface, SIOCGIFMTU, &request) ? request.ifr_mtu : 0;
}
