/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XDP live frames (Linux 5.18). The kernel runs a BPF program for each frame, which builds the
 * frame where the driver takes it. No frame needs a system call, a buffer or a copy from user
 * space.
 */
#include "generator/send/backend.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "common/errors.h"
#include "common/signals.h"
#include "generator/send/live-frames-plan.h"
#include "generator/send/live-frames-program.h"
#include "generator/send/monotonic.h"

_Static_assert((int)LATE_BUCKETS == (int)LATENCY_BUCKETS, "one histogram for both");

/* The kernel takes this long before the first frame. */
static const int64_t ahead_ns = 30 * NS_PER_MS;

/* How often progress is checked. */
static const int64_t watch_every_ns = 20 * NS_PER_MS;

/* Frames in one batch: those of a few microseconds. At high rates more, because each batch has a
 * fixed cost. */
enum { TOGETHER_NS = 5 * NS_PER_US, MANY_TOGETHER_NS = 16 * NS_PER_US, MANY = 8 };

/* At lower rates one batch would keep the kernel from other work for long. */
static const double slowest = 10000;

struct live_frames_backend {
    const struct egress *egress;
    const struct send_plan *plan;
    struct live_program *program;
    struct live_frames *live; /* of the BPF program */
    struct tx_totals *totals;
    int64_t epoch_ns;
};

static uint64_t made(const struct live_frames *live)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < live->template_count; i++)
        sum += live->templates[i].made;
    return sum;
}

static void add_up(const struct live_frames *live, struct tx_totals *totals)
{
    uint64_t frames = 0;
    uint64_t bits = 0;
    uint64_t failed = 0;
    for (uint32_t i = 0; i < live->template_count; i++) {
        frames += live->templates[i].left;
        bits += live->templates[i].left * pace_bits(live->templates[i].length);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(live->failures); i++)
        failed += live->failures[i];
    totals->frames = frames;
    totals->bits = bits;
    totals->failed = failed; /* larger than the frames sent, while some are still on their way */
}

static void finish_totals(const struct live_frames *live, struct tx_totals *totals)
{
    add_up(live, totals);
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
    if (live->failures[EMSGSIZE] > 0)
        totals->longest_refused = live->longest;
    totals->held_back_ns = (int64_t)live->held_back_ns;
    totals->begun = true;
}

static uint32_t batch_size(const struct live_frames *live)
{
    uint64_t cost = live->templates[0].cost;
    if (cost == 0)
        return BATCH_MAX;
    uint64_t together = ((uint64_t)TOGETHER_NS << FINE_BITS) / cost;
    if (together >= MANY)
        together = ((uint64_t)MANY_TOGETHER_NS << FINE_BITS) / cost;
    return (uint32_t)CLAMP(together, 1, BATCH_MAX);
}

static bool is_gone(const struct egress *egress)
{
    char name[IF_NAMESIZE];
    return if_indextoname((unsigned)egress->index, name) == NULL;
}

/* The interface takes none of the frames, and never took one. */
static bool is_refused(const struct live_frames *live)
{
    for (uint32_t i = 0; i < live->template_count; i++)
        if (live->templates[i].left > 0)
            return false;
    return live->failures[ENXIO] > 0 || live->failures[EOPNOTSUPP] > 0;
}

/* The thread that started the program runs in the kernel until the frames are made. */
struct watch {
    const struct live_frames_backend *maker;
    pthread_t watched;
    atomic_bool over;
};

/* This signal interrupts that thread. SIGALRM stays free for a caller that limits the run with it.
 */
enum { WAKE_SIGNAL = SIGURG };

static void interrupt_only(int number)
{
    (void)number;
}

/* Unblocks the signal for the calling thread, whatever the parent process blocked or ignored. */
static void catch_wake_signal(void)
{
    const struct sigaction action = {.sa_handler = interrupt_only};
    sigset_t wake;
    sigemptyset(&wake);
    sigaddset(&wake, WAKE_SIGNAL);
    sigaction(WAKE_SIGNAL, &action, NULL);
    pthread_sigmask(SIG_UNBLOCK, &wake, NULL);
}

static bool is_at_end(const struct live_frames_backend *maker)
{
    return maker->live->over || signals_stop_requested() || is_refused(maker->live) ||
           is_gone(maker->egress);
}

/* Reports how many frames were sent. Ends the run when no more will come. */
static gpointer watch(gpointer data)
{
    struct watch *watch = data;
    const struct live_frames_backend *maker = watch->maker;
    struct tx_totals_mark mark = {.now_ns = monotonic_now()};
    while (!atomic_load(&watch->over)) {
        monotonic_sleep_until(monotonic_now() + watch_every_ns);
        add_up(maker->live, maker->totals);
        tx_totals_watch(maker->totals, &mark, monotonic_now());
        if (is_at_end(maker))
            pthread_kill(watch->watched, WAKE_SIGNAL);
    }
    return NULL;
}

/* Waits until the scenario or the duration ends, or the user interrupts. */
static gboolean make(const struct live_frames_backend *maker, uint64_t count, GError **error)
{
    const struct live_frames *live = maker->live;
    uint64_t done = 0;
    while (!signals_stop_requested() && !live->over && done < count) {
        uint32_t some = (uint32_t)MIN(count - done, (uint64_t)INT32_MAX);
        bool cut_short;
        if (!live_program_run(maker->program, some, batch_size(live), &cut_short, error))
            return FALSE;
        uint64_t before = done;
        done = made(live);
        if (is_gone(maker->egress))
            return fail(error, STATUS_FAILED, "%s: the interface is gone", maker->egress->name);
        if (is_refused(live))
            return TRUE;
        if (done == before && !live->over && !cut_short)
            return fail(error, STATUS_FAILED, "%s: the kernel does not support live frames",
                        maker->egress->name);
    }
    return TRUE;
}

static gboolean make_watched(const struct live_frames_backend *maker, uint64_t count,
                             GError **error)
{
    struct watch watched = {.maker = maker, .watched = pthread_self()};
    catch_wake_signal();
    GThread *thread = signals_block_thread("watch", watch, &watched);
    gboolean good = make(maker, count, error);
    atomic_store(&watched.over, true);
    g_thread_join(thread);
    return good;
}

/* On a veth pair, the kernel passes live frames only to a peer that receives by NAPI. */
static gboolean check_taken(const struct live_frames_backend *maker, GError **error)
{
    if (!is_refused(maker->live))
        return TRUE;
    return fail(error, STATUS_FAILED,
                "%s takes no live frames: its driver must know XDP; the other end of a veth pair "
                "must be up and needs GRO (ethtool -K DEVICE gro on) or an XDP program",
                maker->egress->name);
}

static gboolean check_rate(const struct live_frames_backend *maker, GError **error)
{
    const struct live_frames *live = maker->live;
    double seconds = 0;
    for (uint32_t i = 0; i < live->template_count; i++)
        seconds += (double)(live->templates[i].cost >> FINE_BITS) / NS_PER_SECOND;
    if (seconds == 0 || (double)live->template_count / seconds >= slowest)
        return TRUE;
    return fail(error, STATUS_USAGE,
                "live-frames: less than %.0f frames a second: use another back-end", slowest);
}

/* The run ends by count, by duration, or by the scenario's own counts. */
static uint64_t frames_to_make(const struct scenario *scenario, const struct send_plan *plan)
{
    if (plan->loops)
        return (uint64_t)plan->count;
    const struct session_plan *first = &g_array_index(scenario->sessions, struct session_plan, 0);
    __int128 all = (__int128)first->stream.schedule.count * scenario->sessions->len;
    return (uint64_t)MIN(all, (__int128)plan->count);
}

static gboolean send_steady(struct live_frames_backend *maker, const struct scenario *scenario,
                            struct steady_copy *copies, struct truth *truth, GError **error)
{
    struct live_frames *live = maker->live = maker->program->live;
    *live = (struct live_frames){0}; /* of the run before */
    maker->epoch_ns = monotonic_of(CLOCK_REALTIME) - monotonic_now();
    /* Frames are not made ahead, even at the maximum rate: their timestamps would be too early. */
    int64_t start = monotonic_now() + ahead_ns;
    live->interface = (uint32_t)maker->egress->index;
    live->start = (uint64_t)start;
    live->end = maker->plan->duration_ns == AUTO ? UINT64_MAX
                                                 : (uint64_t)(start + maker->plan->duration_ns);
    if (!live_frames_fill(live, scenario, maker->plan, maker->egress, truth, start, maker->epoch_ns,
                          copies, error) ||
        !check_rate(maker, error))
        return FALSE;
    gboolean good = make_watched(maker, frames_to_make(scenario, maker->plan), error);
    finish_totals(live, maker->totals);
    live_frames_tell(live, copies, maker->epoch_ns, truth);
    return good && check_taken(maker, error);
}

static void close_program(void *state)
{
    struct live_program *program = state;
    live_program_unload(program);
    g_free(program);
}

static void *open_program(const struct egress *egress, GError **error)
{
    struct live_program *program = g_new0(struct live_program, 1);
    if (live_program_load(program, egress, error))
        return program;
    close_program(program);
    return NULL;
}

static gboolean play_live_frames(struct scenario *scenario, const struct send_plan *plan,
                                 const struct egress *egress, struct truth *truth,
                                 struct tx_totals *totals, GError **error)
{
    struct live_frames_backend maker = {.egress = egress, .plan = plan, .totals = totals};
    if (!live_frames_can(scenario, plan, error))
        return FALSE;
    signals_catch();
    maker.program = plan->held != NULL ? plan->held : open_program(egress, error);
    if (maker.program == NULL)
        return FALSE;
    struct steady_copy *copies = g_new0(struct steady_copy, scenario->sessions->len);
    gboolean good = (plan->opened == NULL || plan->opened(plan->context, error)) &&
                    send_steady(&maker, scenario, copies, truth, error);
    if (plan->held == NULL)
        close_program(maker.program);
    g_free(copies);
    return good;
}

const struct backend backend_live_frames = {
    .name = "live-frames",
    .help = "XDP live frames: sessions that repeat one copy each, at a rate",
    .open = open_program,
    .close = close_program,
    .simulate = play_live_frames,
};
