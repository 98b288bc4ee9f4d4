/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/kernel-strip.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "collector/source/bpf/count.bpf.h"
#include "collector/source/bpf/strip.bpf.h"
#include "collector/source/xdp-program.h"
#include "common/errors.h"
#include "strip_bpf.skel.h"

struct kernel_strip {
    struct kernel_strip_plan plan;
    struct strip_bpf *skeleton; /* the count's program owns it */
    struct kernel_count *count;
    struct mirrored_sink next;
    bool told;        /* that frames are refused */
    bool told_unseen; /* that some losses cannot be counted */
};

static void destroy(void *skeleton)
{
    strip_bpf__destroy(skeleton);
}

static gboolean fail_step(const struct kernel_strip *strip, const char *what, int result,
                          GError **error)
{
    return fail(error, STATUS_FAILED, "%s: %s: %s", strip->plan.interface, what,
                g_strerror(-result));
}

/* Before Linux 6.3 no driver could be trusted with a frame in several buffers. */
static bool parts_must_pass(void)
{
    struct utsname kernel;
    unsigned version = 0;
    unsigned patch = 0;
    if (uname(&kernel) != 0 || sscanf(kernel.release, "%u.%u", &version, &patch) != 2)
        return true;
    return version < 6 || (version == 6 && patch < 3);
}

/* The first processors on which this process may run. */
static gboolean choose_processors(struct kernel_strip *strip, GError **error)
{
    cpu_set_t usable;
    unsigned found = 0;
    CPU_ZERO(&usable);
    sched_getaffinity(0, sizeof usable, &usable);
    for (unsigned i = 0; i < CPU_SETSIZE && found < strip->plan.spread; i++)
        if (CPU_ISSET(i, &usable))
            strip->skeleton->rodata->cpus[found++] = i;
    return found == strip->plan.spread ||
           fail(error, STATUS_USAGE, "--spread=%u: this process may run on %u processors",
                strip->plan.spread, found);
}

/* Before loading. */
static gboolean configure(struct kernel_strip *strip, GError **error)
{
    struct strip_bpf *skeleton = strip->skeleton;
    int processors = libbpf_num_possible_cpus();
    skeleton->rodata->spread = strip->plan.spread;
    skeleton->rodata->parts_pass = parts_must_pass();
    skeleton->rodata->target_interface = if_nametoindex(strip->plan.to);
    bpf_map__set_max_entries(skeleton->maps.workers, (uint32_t)MAX(processors, 1));
    /* It reads the kernel's own memory, by the kernel's own description of that. */
    bpf_program__set_autoload(skeleton->progs.not_sent,
                              access("/sys/kernel/btf/vmlinux", R_OK) == 0);
    return choose_processors(strip, error);
}

static uint32_t id_of(const struct bpf_map *map)
{
    struct bpf_map_info info = {0};
    uint32_t length = sizeof info;
    return bpf_obj_get_info_by_fd(bpf_map__fd(map), &info, &length) == 0 ? info.id : 0;
}

static gboolean set_target(struct kernel_strip *strip, GError **error)
{
    const uint32_t first = 0;
    const uint32_t index = strip->skeleton->rodata->target_interface;
    int result = bpf_map_update_elem(bpf_map__fd(strip->skeleton->maps.target), &first, &index, 0);
    if (result == 0)
        return TRUE;
    return fail(error, STATUS_FAILED, "--to %s: XDP redirects nothing to it: %s", strip->plan.to,
                g_strerror(errno));
}

static gboolean set_processors(struct kernel_strip *strip, GError **error)
{
    const struct bpf_cpumap_val value = {
        .qsize = STRIP_CPU_QUEUE,
        .bpf_prog.fd = bpf_program__fd(strip->skeleton->progs.hand_on),
    };
    for (unsigned i = 0; i < strip->plan.spread; i++) {
        const uint32_t processor = strip->skeleton->rodata->cpus[i];
        if (bpf_map_update_elem(bpf_map__fd(strip->skeleton->maps.workers), &processor, &value,
                                0) != 0)
            return fail_step(strip, "sharing the flows between processors", -errno, error);
    }
    return TRUE;
}

/* Tracepoints count what is lost; where one is missing, that is not counted, and
 * kernel_strip_news() says so. */
static void watch(struct strip_bpf *skeleton)
{
    skeleton->links.not_redirected = bpf_program__attach(skeleton->progs.not_redirected);
    skeleton->links.not_queued = bpf_program__attach(skeleton->progs.not_queued);
    if (bpf_program__autoload(skeleton->progs.not_sent))
        skeleton->links.not_sent = bpf_program__attach(skeleton->progs.not_sent);
}

/* Between loading and attaching. */
static gboolean prepare(void *context, GError **error)
{
    struct kernel_strip *strip = context;
    strip->skeleton->bss->target_id = id_of(strip->skeleton->maps.target);
    strip->skeleton->bss->workers_id = id_of(strip->skeleton->maps.workers);
    watch(strip->skeleton);
    return set_target(strip, error) && set_processors(strip, error);
}

struct kernel_strip *kernel_strip_begin(const struct kernel_strip_plan *plan, GError **error)
{
    struct kernel_strip *strip = g_new0(struct kernel_strip, 1);
    struct xdp_program *program = NULL;
    xdp_program_be_quiet();
    strip->plan = *plan;
    strip->skeleton = strip_bpf__open();
    const struct xdp_skeleton opened = {
        .skeleton = strip->skeleton,
        .object = strip->skeleton != NULL ? strip->skeleton->skeleton : NULL,
        .program = strip->skeleton != NULL ? strip->skeleton->progs.strip : NULL,
        .destroy = destroy,
        .prepare = prepare,
        .context = strip,
    };
    if (strip->skeleton != NULL && !configure(strip, error))
        destroy(strip->skeleton);
    else
        program = xdp_program_attach(plan->interface, &opened, error);
    if (program == NULL) {
        g_free(strip);
        return NULL;
    }
    const struct kernel_count_maps maps = {strip->skeleton->maps.sessions,
                                           strip->skeleton->maps.totals};
    strip->count = kernel_count_new(program, &maps, "strip", plan->drops_only);
    return strip;
}

void kernel_strip_end(struct kernel_strip *strip)
{
    kernel_count_end(strip->count);
    g_free(strip);
}

struct kernel_count *kernel_strip_count(const struct kernel_strip *strip)
{
    return strip->count;
}

/* ---- what user space finds of sessions ---- */

static bool is_plain(const struct copy *copy)
{
    return !copy->reading.header.undeclared && !copy->reading.subheader.undeclared &&
           copy->inner.kind == FRAME_ETHERNET && copy->fcs == FCS_NONE;
}

static void judge(const struct kernel_strip *strip, const struct copy *copy)
{
    const struct session_key *session = &copy->session->key;
    struct count_key key = {
        .id = session->id == SESSION_NO_ID ? COUNT_NO_ID : (uint16_t)session->id,
        .ip_version = session->source.len == ADDRESS_MAX_LENGTH ? 6 : 4,
        .type = (uint8_t)copy->reading.taken.type,
    };
    memcpy(key.source, session->source.bytes, sizeof key.source);
    memcpy(key.destination, session->destination.bytes, sizeof key.destination);
    int map = bpf_map__fd(strip->skeleton->maps.judged);
    uint8_t plain = 0;
    bpf_map_lookup_elem(map, &key, &plain);
    if (plain == STRIP_ODD || (plain == STRIP_PLAIN && is_plain(copy)))
        return;
    plain = is_plain(copy) ? (uint8_t)(plain + 1) : STRIP_ODD;
    bpf_map_update_elem(map, &key, &plain, BPF_ANY);
}

static void take(void *context, const struct mirrored_frame *frame)
{
    struct kernel_strip *strip = context;
    const struct session *session = frame->copy->session;
    if (session != NULL && session->key.mirror == MIRROR_ERSPAN)
        judge(strip, frame->copy);
    strip->next.take(strip->next.context, frame);
}

static void flush(void *context)
{
    struct kernel_strip *strip = context;
    if (strip->next.flush != NULL)
        strip->next.flush(strip->next.context);
}

struct mirrored_sink kernel_strip_sink(struct kernel_strip *strip, const struct mirrored_sink *next)
{
    strip->next = *next;
    return (struct mirrored_sink){
        .context = strip,
        .take = take,
        .flush = flush,
        .wants_finding = next->wants_finding,
    };
}

/* ---- what is counted ---- */

static uint64_t total_of(const struct kernel_strip *strip, uint32_t which)
{
    return xdp_program_total(strip->skeleton->maps.strip_totals, which);
}

struct kernel_strip_counts kernel_strip_counts(const struct kernel_strip *strip)
{
    return (struct kernel_strip_counts){
        .strips = true,
        .redirected = total_of(strip, STRIP_TOTAL_REDIRECTED),
        .too_long = total_of(strip, STRIP_TOTAL_TOO_LONG),
        .refused = total_of(strip, STRIP_TOTAL_REFUSED),
        .cpu_full = total_of(strip, STRIP_TOTAL_CPU_FULL),
        .fragments = total_of(strip, STRIP_TOTAL_FRAGMENTS),
        .unsure = total_of(strip, STRIP_TOTAL_UNSURE),
    };
}

static bool sees_all_losses(const struct strip_bpf *skeleton)
{
    return skeleton->links.not_redirected != NULL && skeleton->links.not_queued != NULL &&
           skeleton->links.not_sent != NULL;
}

/* NULL: all is counted. */
static char *unseen_losses(const struct kernel_strip *strip)
{
    if (sees_all_losses(strip->skeleton))
        return NULL;
    return g_strdup_printf("--backend=strip: frames that %s drops are not all counted: %s",
                           strip->plan.to,
                           bpf_program__autoload(strip->skeleton->progs.not_sent)
                               ? "the kernel lacks a tracepoint"
                               : "the kernel does not describe its types "
                                 "(/sys/kernel/btf/vmlinux, CONFIG_DEBUG_INFO_BTF)");
}

/* A veth interface takes frames from XDP only while its other end polls. */
char *kernel_strip_news(struct kernel_strip *strip)
{
    if (!strip->told_unseen) {
        strip->told_unseen = true;
        char *unseen = unseen_losses(strip);
        if (unseen != NULL)
            return unseen;
    }
    if (strip->told || total_of(strip, STRIP_TOTAL_REFUSED) == 0)
        return NULL;
    strip->told = true;
    int wrong = -strip->skeleton->bss->last_error;
    bool cannot = wrong == ENXIO || wrong == EOPNOTSUPP;
    return g_strdup_printf(
        "--to %s: refuses frames: %s%s", strip->plan.to,
        wrong > 0 ? g_strerror(wrong) : "it has no room for them",
        cannot ? ": of a veth pair the other end must poll: ethtool -K OTHER_END gro on" : "");
}
