/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/source/xdp-program.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"

struct xdp_program {
    int references;
    struct xdp_skeleton skeleton;
    struct bpf_link *link;
};

static gboolean fail_with(const char *interface, const char *what, GError **error)
{
    if (errno == EPERM || errno == EACCES)
        return fail(error, STATUS_FAILED,
                    "%s: %s: only root may, or who has CAP_NET_ADMIN and CAP_BPF", interface, what);
    if (errno == EBUSY || errno == EEXIST)
        return fail(error, STATUS_FAILED,
                    "%s: another XDP program is attached to it: ip -d link show %s", interface,
                    interface);
    return fail(error, STATUS_FAILED, "%s: %s: %s", interface, what, g_strerror(errno));
}

static int print_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
    (void)level;
    (void)format;
    (void)arguments;
    return 0;
}

void xdp_program_be_quiet(void)
{
    libbpf_set_print(print_nothing);
}

static gboolean attach(struct xdp_program *program, const char *interface, GError **error)
{
    int index = (int)if_nametoindex(interface);
    if (index == 0)
        return fail(error, STATUS_FAILED, "%s: there is no such interface", interface);
    if (bpf_object__load_skeleton(program->skeleton.object) != 0)
        return fail_with(interface, "loading an XDP program", error);
    if (program->skeleton.prepare != NULL &&
        !program->skeleton.prepare(program->skeleton.context, error))
        return FALSE;
    program->link = bpf_program__attach_xdp(program->skeleton.program, index);
    return program->link != NULL || fail_with(interface, "attaching an XDP program", error);
}

struct xdp_program *xdp_program_attach(const char *interface, const struct xdp_skeleton *skeleton,
                                       GError **error)
{
    if (skeleton->skeleton == NULL) {
        fail_with(interface, "reading an XDP program", error);
        return NULL;
    }
    struct xdp_program *program = g_new0(struct xdp_program, 1);
    program->references = 1;
    program->skeleton = *skeleton;
    if (attach(program, interface, error))
        return program;
    xdp_program_unref(program);
    return NULL;
}

struct xdp_program *xdp_program_ref(struct xdp_program *program)
{
    program->references++;
    return program;
}

void xdp_program_unref(struct xdp_program *program)
{
    if (--program->references > 0)
        return;
    bpf_link__destroy(program->link);
    program->skeleton.destroy(program->skeleton.skeleton);
    g_free(program);
}

uint64_t xdp_program_total(const struct bpf_map *map, uint32_t which)
{
    int cores = libbpf_num_possible_cpus();
    if (cores <= 0)
        return 0;
    uint64_t *parts = g_new0(uint64_t, (size_t)cores);
    uint64_t sum = 0;
    if (bpf_map_lookup_elem(bpf_map__fd(map), &which, parts) == 0)
        for (int i = 0; i < cores; i++)
            sum += parts[i];
    g_free(parts);
    return sum;
}

bool xdp_is_attached(const char *interface)
{
    uint32_t id = 0;
    unsigned index = if_nametoindex(interface);
    return index != 0 && bpf_xdp_query_id((int)index, 0, &id) == 0 && id != 0;
}

unsigned xdp_queue_count(const char *interface)
{
    struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};
    struct ifreq request = {.ifr_data = (void *)&channels};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    g_strlcpy(request.ifr_name, interface, sizeof request.ifr_name);
    unsigned count = 0;
    if (fd >= 0 && ioctl(fd, SIOCETHTOOL, &request) == 0)
        count = channels.rx_count + channels.combined_count;
    if (fd >= 0)
        close(fd);
    return MAX(count, 1);
}
