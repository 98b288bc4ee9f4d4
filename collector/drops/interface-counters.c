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

static enum interface_state interface_state(const char *interface)
{
    struct ifreq request = {0};
    if (!ask(interface, SIOCGIFFLAGS, &request))
        return INTERFACE_UNKNOWN;
    return (request.ifr_flags & IFF_UP) != 0 ? INTERFACE_UP : INTERFACE_DOWN;
}

void interface_name_begin(struct interface_name *name, const char *text)
{
    name->index = if_nametoindex(text);
    /* An interface may have several names (altname): one of them is its own. */
    if (name->index == 0 || if_indextoname(name->index, name->text) == NULL)
        g_strlcpy(name->text, text, sizeof name->text);
}

/* It may be renamed between the two questions. Then its new name is asked: an interface has none to
 * be asked by for some milliseconds, while the kernel waits for those who look at the old one. */
enum interface_state interface_name_state(const struct interface_name *name)
{
    enum { ASKED_AT_MOST = 1000, BETWEEN_US = 1000 };
    if (name->index == 0)
        return interface_state(name->text);
    for (unsigned i = 0; i < ASKED_AT_MOST; i++) {
        char now[IF_NAMESIZE];
        if (if_indextoname(name->index, now) == NULL)
            return INTERFACE_UNKNOWN;
        enum interface_state state = interface_state(now);
        if (state != INTERFACE_UNKNOWN)
            return state;
        g_usleep(BETWEEN_US);
    }
    return INTERFACE_UNKNOWN;
}

bool interface_name_follow(struct interface_name *name)
{
    char now[IF_NAMESIZE];
    if (name->index == 0 || if_indextoname(name->index, now) == NULL ||
        g_strcmp0(now, name->text) == 0)
        return false;
    g_strlcpy(name->text, now, sizeof name->text);
    return true;
}

int interface_mtu(const char *interface)
{
    struct ifreq request = {0};
    return ask(interface, SIOCGIFMTU, &request) ? request.ifr_mtu : 0;
}
