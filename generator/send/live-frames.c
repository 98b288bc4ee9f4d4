/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XDP live frames (Linux 5.18): the kernel runs a program for each frame, which makes it where the
 * driver of the interface takes it: no system call, no buffer and no copy to user space for each.
 */
#include "generator/send/backend.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "generator/send/live-frames-plan.h"
#include "generator/send/moment.h"
#include "tool/errors.h"
#include "tool/interruption.h"

_Static_assert((int)LATE_BUCKETS == (int)LATENESS_BUCKETS, "one histogram for both");

/* The kernel's program, made from live-frames.bpf.c. */
extern const struct bytes live_frames_object;

/* To begin and to end a slice takes the kernel some 25 ms, in which nothing leaves. */
enum { BATCH_TOGETHER_NS = 5 * NS_PER_US, SLICE_NS = NS_PER_SECOND, FIRST_SLICE = 1 << 12 };

/* Below, the kernel would be kept from other work for long. */
static const double slowest = 10000;

struct maker {
    const struct wire *wire;
    const struct live_plan *plan;
    struct bpf_object *object;
    struct bpf_link *links[2];
    int program;
    struct live_frames *live;
    size_t live_length;
    int64_t epoch_ns;
};

/* The first thing that libbpf had to say says why. */
static char *complaint;

static int note_complaint(enum libbpf_print_level level, const char *format, va_list arguments)
{
    if (level == LIBBPF_WARN && complaint == NULL)
        complaint = g_strstrip(g_strdup_vprintf(format, arguments));
    return 0;
}

static gboolean fail_bpf(const struct maker *maker, int number, GError **error)
{
    const char *name = maker->wire->name;
    if (number == EPERM || number == EACCES)
        fail(
            error, STATUS_FAILED,
            "%s: live frames need root, or the capabilities CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON",
            name);
    else
        fail(error, STATUS_FAILED, "%s: live frames: %s%s%s", name, g_strerror(number),
             complaint == NULL ? "" : ": ", complaint == NULL ? "" : complaint);
    return FALSE;
}

/* What the kernel's programs and this one share. */
static gboolean map_shared(struct maker *maker, GError **error)
{
    const struct bpf_map *map = bpf_object__find_map_by_name(maker->object, ".bss");
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    maker->live_length = (bpf_map__value_size(map) + page - 1) / page * page;
    void *shared =
        mmap(NULL, maker->live_length, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
    if (shared == MAP_FAILED)
        return fail_bpf(maker, errno, error);
    maker->live = shared;
    return TRUE;
}

static gboolean load(struct maker *maker, GError **error)
{
    static const char *const listeners[] = {"frames_left", "frame_refused"};
    static const char *const tracepoints[] = {"xdp_devmap_xmit", "xdp_redirect_err"};
    libbpf_set_print(note_complaint);
    maker->object = bpf_object__open_mem(live_frames_object.data, live_frames_object.len, NULL);
    if (maker->object == NULL || bpf_object__load(maker->object) != 0)
        return fail_bpf(maker, errno, error);
    for (size_t i = 0; i < G_N_ELEMENTS(listeners); i++) {
        const struct bpf_program *listener =
            bpf_object__find_program_by_name(maker->object, listeners[i]);
        maker->links[i] = bpf_program__attach_raw_tracepoint(listener, tracepoints[i]);
        if (maker->links[i] == NULL)
            return fail_bpf(maker, errno, error);
    }
    maker->program = bpf_program__fd(bpf_object__find_program_by_name(maker->object, "make_frame"));
    return map_shared(maker, error);
}

static void unload(struct maker *maker)
{
    for (size_t i = 0; i < G_N_ELEMENTS(maker->links); i++)
        bpf_link__destroy(maker->links[i]);
    if (maker->live != NULL)
        munmap(maker->live, maker->live_length);
    bpf_object__close(maker->object);
    g_clear_pointer(&complaint, g_free);
}

static uint64_t made(const struct live_frames *live)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < live->template_count; i++)
        sum += live->templates[i].made;
    return sum;
}

static void add_up(const struct maker *maker, struct totals *totals)
{
    const struct live_frames *live = maker->live;
    uint64_t frames = 0;
    uint64_t bits = 0;
    for (uint32_t i = 0; i < live->template_count; i++) {
        frames += live->templates[i].left;
        bits += live->templates[i].left * pace_bits(live->templates[i].length);
    }
    totals->frames = frames;
    totals->bits = bits;
    totals->failed = made(live) - frames;
}

static void finish_totals(const struct maker *maker, struct totals *totals)
{
    const struct live_frames *live = maker->live;
    add_up(maker, totals);
    for (uint32_t i = 0; i < live->template_count; i++) {
        const struct live_template *template = &live->templates[i];
        if (template->left == 0)
            continue;
        if (totals->first == 0 || (int64_t) template->first_left < totals->first)
            totals->first = (int64_t) template->first_left;
        totals->last = MAX(totals->last, (int64_t) template->last_left);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(totals->failures); i++)
        totals->failures[i] = live->failures[i];
    for (size_t i = 0; i < G_N_ELEMENTS(live->late); i++) {
        totals->lateness.buckets[i] = live->late[i];
        totals->lateness.count += live->late[i];
    }
    totals->lateness.longest_ns = (int64_t)live->late_longest;
    totals->held_back_ns = (int64_t)live->held_back_ns;
    totals->begun = true;
}

/* Frames that leave together: one, or those of a few microseconds. */
static uint32_t batch_size(const struct live_frames *live)
{
    uint64_t cost_ns = live->templates[0].cost_ps / 1000;
    if (cost_ns == 0 && live->templates[0].cost_ps == 0)
        return BATCH_MAX;
    return (uint32_t)CLAMP(BATCH_TOGETHER_NS / MAX(cost_ns, 1), 1, BATCH_MAX);
}

/* Has the kernel make frames. 0 or an errno. */
static int make(const struct maker *maker, uint32_t count)
{
    static const uint8_t blank[TEMPLATE_LENGTH];
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = blank, .data_size_in = maker->live->longest,
                .repeat = (int)count, .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
                .batch_size = batch_size(maker->live));
    int status = bpf_prog_test_run_opts(maker->program, &options);
    return status == -EINTR || status == -EAGAIN ? 0 : -status;
}

static bool is_gone(const struct wire *wire)
{
    char name[IF_NAMESIZE];
    return if_indextoname((unsigned)wire->index, name) == NULL;
}

/* So many frames as a second takes, judging by the last. */
static uint32_t next_slice(uint64_t frames, int64_t took_ns)
{
    double slice = (double)frames * SLICE_NS / (double)MAX(took_ns, 1);
    return (uint32_t)CLAMP(slice, 1, 1 << 22);
}

/* Until the scenario, the time or the user's patience ends. */
static gboolean run(const struct maker *maker, uint64_t count, struct totals *totals,
                    GError **error)
{
    struct totals_mark mark = {.moment = moment_now()};
    uint32_t slice = FIRST_SLICE;
    uint64_t done = 0;
    while (!interruption_asked() && !maker->live->over && done < count) {
        int64_t begun = moment_now();
        int number = make(maker, (uint32_t)MIN(slice, count - done));
        if (number != 0)
            return fail_bpf(maker, number, error);
        uint64_t before = done;
        done = made(maker->live);
        int64_t now = moment_now();
        slice = next_slice(done - before, now - begun);
        if (is_gone(maker->wire))
            return fail(error, STATUS_FAILED, "%s: the interface is gone", maker->wire->name);
        if (done == before && !maker->live->over && !interruption_asked())
            return fail(error, STATUS_FAILED, "%s: the kernel makes no live frames",
                        maker->wire->name);
        add_up(maker, totals);
        totals_watch(totals, &mark, now);
    }
    return TRUE;
}

/* Of a pair of veth, the kernel gives live frames only to a side that takes them by NAPI. */
static gboolean check_taken(const struct maker *maker, const struct totals *totals, GError **error)
{
    bool refused = totals->failures[ENXIO] > 0 || totals->failures[EOPNOTSUPP] > 0;
    if (totals->frames > 0 || !refused)
        return TRUE;
    return fail(error, STATUS_FAILED,
                "%s takes no live frames: its driver must know XDP; the other end of a veth pair "
                "needs GRO (ethtool -K DEVICE gro on) or an XDP program",
                maker->wire->name);
}

static gboolean check_rate(const struct maker *maker, GError **error)
{
    const struct live_frames *live = maker->live;
    double ps = 0;
    for (uint32_t i = 0; i < live->template_count; i++)
        ps += (double)live->templates[i].cost_ps;
    if (ps == 0 || (double)live->template_count * 1e12 / ps >= slowest)
        return TRUE;
    return fail(error, STATUS_USAGE,
                "live-frames: less than %.0f frames a second: use another back-end", slowest);
}

/* A count and a duration end it, or the scenario's own counts. */
static uint64_t frames_to_make(const struct scenario *scenario, const struct live_plan *plan)
{
    if (plan->loops)
        return (uint64_t)plan->count;
    const struct session_plan *first = &g_array_index(scenario->sessions, struct session_plan, 0);
    __int128 all = (__int128)first->stream.schedule.count * scenario->sessions->len;
    return (uint64_t)MIN(all, (__int128)plan->count);
}

static gboolean send_steady(struct maker *maker, const struct scenario *scenario,
                            struct steady_copy *copies, struct truth *truth, struct totals *totals,
                            GError **error)
{
    struct live_frames *live = maker->live;
    maker->epoch_ns = moment_of(CLOCK_REALTIME) - moment_now();
    /* Nothing is made before, not even as fast as it goes: clocks would show less than their start.
     */
    int64_t start = moment_now() + (maker->plan->timing == TIMING_MAX ? 0 : 5 * NS_PER_MS);
    live->interface = (uint32_t)maker->wire->index;
    live->start = (uint64_t)start;
    live->end = maker->plan->duration_ns == AUTO ? UINT64_MAX
                                                 : (uint64_t)(start + maker->plan->duration_ns);
    if (!live_frames_fill(live, scenario, maker->plan, maker->wire, truth, start, maker->epoch_ns,
                          copies, error) ||
        !check_rate(maker, error))
        return FALSE;
    gboolean good = run(maker, frames_to_make(scenario, maker->plan), totals, error);
    finish_totals(maker, totals);
    live_frames_tell(live, copies, maker->epoch_ns, truth);
    return good && check_taken(maker, totals, error);
}

static gboolean play_live_frames(struct scenario *scenario, const struct live_plan *plan,
                                 const struct wire *wire, struct truth *truth,
                                 struct totals *totals, GError **error)
{
    struct maker maker = {.wire = wire, .plan = plan};
    if (!live_frames_can(scenario, plan, error))
        return FALSE;
    interruption_catch();
    struct steady_copy *copies = g_new0(struct steady_copy, scenario->sessions->len);
    gboolean good =
        load(&maker, error) && send_steady(&maker, scenario, copies, truth, totals, error);
    unload(&maker);
    g_free(copies);
    return good;
}

const struct backend backend_live_frames = {
    .name = "live-frames",
    .help = "XDP live frames: sessions that repeat one copy each, at a rate",
    .play = play_live_frames,
};
