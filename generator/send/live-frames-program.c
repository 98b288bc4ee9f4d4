/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/live-frames-program.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/errors.h"
#include "core/base/bytes.h"

/* The BPF object made from live-frames.bpf.c. */
extern const struct bytes live_frames_object;

/* Keeps the first message of libbpf, which states the reason. */
static char *complaint;

static int note_complaint(enum libbpf_print_level level, const char *format, va_list arguments)
{
    if (level == LIBBPF_WARN && complaint == NULL)
        complaint = g_strstrip(g_strdup_vprintf(format, arguments));
    return 0;
}

static gboolean refused(const struct live_program *program, int number, GError **error)
{
    const char *name = program->egress->name;
    if (number == EPERM)
        return fail(
            error, STATUS_FAILED,
            "%s: live frames need root, or the capabilities CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON",
            name);
    return fail(error, STATUS_FAILED, "%s: live frames: %s%s%s", name, g_strerror(number),
                complaint == NULL ? "" : ": ", complaint == NULL ? "" : complaint);
}

static gboolean map_shared(struct live_program *program, GError **error)
{
    const struct bpf_map *map = bpf_object__find_map_by_name(program->object, ".bss");
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    program->live_length = (bpf_map__value_size(map) + page - 1) / page * page;
    void *shared =
        mmap(NULL, program->live_length, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
    if (shared == MAP_FAILED)
        return refused(program, errno, error);
    program->live = shared;
    return TRUE;
}

gboolean live_program_load(struct live_program *program, const struct egress *egress,
                           GError **error)
{
    static const char *const session_sources[] = {"frames_left", "frame_refused"};
    static const char *const tracepoints[] = {"xdp_devmap_xmit", "xdp_redirect_err"};
    *program = (struct live_program){.egress = egress};
    libbpf_set_print(note_complaint);
    program->object = bpf_object__open_mem(live_frames_object.data, live_frames_object.len, NULL);
    if (program->object == NULL || bpf_object__load(program->object) != 0)
        return refused(program, errno, error);
    for (size_t i = 0; i < G_N_ELEMENTS(session_sources); i++) {
        const struct bpf_program *session_source =
            bpf_object__find_program_by_name(program->object, session_sources[i]);
        program->session_sources[i] =
            bpf_program__attach_raw_tracepoint(session_source, tracepoints[i]);
        if (program->session_sources[i] == NULL)
            return refused(program, errno, error);
    }
    program->fd = bpf_program__fd(bpf_object__find_program_by_name(program->object, "make_frame"));
    return map_shared(program, error);
}

void live_program_unload(struct live_program *program)
{
    for (size_t i = 0; i < G_N_ELEMENTS(program->session_sources); i++)
        bpf_link__destroy(program->session_sources[i]);
    if (program->live != NULL)
        munmap(program->live, program->live_length);
    bpf_object__close(program->object);
    g_clear_pointer(&complaint, g_free);
}

gboolean live_program_run(const struct live_program *program, uint32_t count, uint32_t together,
                          bool *cut_short, GError **error)
{
    static const uint8_t blank[TEMPLATE_LENGTH];
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = blank,
                .data_size_in = program->live->longest, .repeat = (int)count,
                .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = together);
    int status = bpf_prog_test_run_opts(program->fd, &options);
    *cut_short = status == -EINTR;
    return status == 0 || *cut_short || status == -EAGAIN || refused(program, -status, error);
}
