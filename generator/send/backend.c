/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/backend.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"

const struct backend *const backends[] = {
    &backend_packet,
#ifdef HAVE_AF_XDP
    &backend_af_xdp,
#endif
#ifdef HAVE_LIVE_FRAMES
    &backend_live_frames,
#endif
    &backend_pcap,        NULL,
};

/* Those that a build without libxdp, libbpf or clang lacks. */
static const char *const of_other_builds[] = {"af-xdp", "live-frames", NULL};

char *backend_names(void)
{
    GString *names = g_string_new(NULL);
    for (size_t i = 0; backends[i] != NULL; i++)
        g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ", backends[i]->name);
    return g_string_free(names, FALSE);
}

const struct backend *backend_find(const char *name, GError **error)
{
    for (size_t i = 0; backends[i] != NULL; i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    g_autofree char *names = backend_names();
    if (g_strv_contains(of_other_builds, name))
        fail(error, STATUS_USAGE,
             "--backend %s: this build lacks it; scripts/install-dependencies xdp installs what it "
             "needs, then build again; there are %s",
             name, names);
    else
        fail(error, STATUS_USAGE, "--backend %s: must be one of %s", excerpt_of(name).text, names);
    return NULL;
}

gboolean backend_refused(const struct egress *egress, const char *what, int number, GError **error)
{
    if (number == EPERM || number == EACCES)
        return fail(error, STATUS_FAILED,
                    "%s: %s: sending needs the capability CAP_NET_RAW: run as root, or "
                    "setcap cap_net_raw+ep erspangen",
                    egress->name, what);
    return fail(error, STATUS_FAILED, "%s: %s: %s", egress->name, what, g_strerror(number));
}

gboolean backend_permitted(const struct egress *egress, GError **error)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return backend_refused(egress, "a packet socket", errno, error);
    close(fd);
    return TRUE;
}
