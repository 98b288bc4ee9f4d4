/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/live-frames-program.h"

#include <bpf/bpf.h>
#include <errno.h>

#include "common/errors.h"
#include "live_frames_bpf.skel.h"

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

/* The raw tracepoints of the programs that count what became of the frames. */
static gboolean attach_counters(struct live_program *program, GError **error)
{
    const struct bpf_program *const counters[] = {program->skeleton->progs.frames_left,
                                                  program->skeleton->progs.frame_refused};
    static const char *const tracepoints[] = {"xdp_devmap_xmit", "xdp_redirect_err"};
    for (size_t i = 0; i < G_N_ELEMENTS(counters); i++) {
        program->counters[i] = bpf_program__attach_raw_tracepoint(counters[i], tracepoints[i]);
        if (program->counters[i] == NULL)
            return refused(program, errno, error);
    }
    return TRUE;
}

gboolean live_program_load(struct live_program *program, const struct egress *egress,
                           GError **error)
{
    *program = (struct live_program){.egress = egress};
    libbpf_set_print(note_complaint);
    program->skeleton = live_frames_bpf__open_and_load();
    if (program->skeleton == NULL)
        return refused(program, errno, error);
    program->fd = bpf_program__fd(program->skeleton->progs.make_frame);
    program->live = &program->skeleton->bss->live;
    return attach_counters(program, error);
}

void live_program_unload(struct live_program *program)
{
    for (size_t i = 0; i < G_N_ELEMENTS(program->counters); i++)
        bpf_link__destroy(program->counters[i]);
    live_frames_bpf__destroy(program->skeleton);
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
