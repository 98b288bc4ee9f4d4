/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/sender.h"

#include <sys/prctl.h>

#include "common/errors.h"
#include "common/signals.h"
#include "generator/send/monotonic.h"
#include "generator/send/tx-thread.h"
#include "generator/simulation/delivery.h"
#include "generator/simulation/simulation.h"

/* How far frames are made ahead. The kernel may run other processes on the maker's processor, or
 * run both threads on one, for tens of milliseconds. The number is not round: with trains at round
 * intervals a frame would be made just when another is due. */
static const int64_t ahead_ns = 20311 * NS_PER_US;

/* If sending falls behind by more, it does not catch up: the scenario is delayed. */
static const int64_t behind_ns = 100 * NS_PER_MS;

/* Frames that may wait, at most. More of them would leave the processor's caches. At the maximum
 * rate, timestamps are those of the making, which should be close to the sending. */
enum { WAITING_MAX = 8192, WAITING_MAX_UNTIMED = 512 };

struct live_sender {
    const struct send_plan *plan;
    struct tx_ring *tx_ring;
    struct tx_thread *tx_thread;
    int64_t epoch_ns; /* Unix time when CLOCK_MONOTONIC is 0 */
    int64_t start_ns; /* of the scenario, Unix time as all others here */
    int64_t end_ns;   /* INT64_MAX: none */
    int64_t shift_ns; /* by which the scenario was delayed */
    struct pace pace;
    bool over;
    struct tx_totals_mark shown;
};

static int64_t unix_now(const struct live_sender *live)
{
    return live->epoch_ns + monotonic_now();
}

static bool is_over(struct live_sender *live, int64_t time_ns)
{
    if (signals_stop_requested() || atomic_load(&live->tx_thread->cut_off) ||
        time_ns >= live->end_ns)
        live->over = true;
    return live->over;
}

/* Completes what was sent. Returns false if nothing was. */
static bool complete_sent(struct live_sender *live)
{
    const struct frame *frame;
    int outcome;
    bool any = false;
    while ((frame = tx_ring_first_sent(live->tx_ring, &outcome)) != NULL) {
        if (frame->session != NULL)
            delivery_complete(frame, outcome == 0);
        tx_ring_release(live->tx_ring);
        any = true;
    }
    return any;
}

static void show(struct live_sender *live)
{
    tx_totals_watch(&live->tx_thread->totals, &live->shown, monotonic_now());
}

/* Waits until it is time to make the frame that is due then, or the run ends. */
static void wait_until_near(struct live_sender *live, int64_t due_ns)
{
    while (!is_over(live, MIN(due_ns, unix_now(live)))) {
        int64_t ready_ns = MIN(due_ns - ahead_ns, live->end_ns);
        if (unix_now(live) >= ready_ns)
            return;
        complete_sent(live);
        show(live);
        int64_t until = MIN(ready_ns - live->epoch_ns, monotonic_now() + NS_PER_SECOND / 10);
        monotonic_sleep_until(until);
    }
}

/* Delays the scenario if the clock is ahead of it. */
static int64_t hold_back(struct live_sender *live, int64_t due_ns)
{
    int64_t late_ns = unix_now(live) - due_ns - behind_ns;
    if (late_ns <= 0)
        return due_ns;
    live->shift_ns += late_ns;
    live->pace.due_ns += late_ns;
    live->tx_thread->totals.held_back_ns += late_ns;
    return due_ns + late_ns;
}

static bool time_of(void *context, int64_t *time_ns)
{
    struct live_sender *live = context;
    int64_t due_ns = 0;
    switch (live->plan->timing) {
    case TIMING_OWN:
        due_ns = hold_back(live, *time_ns + live->shift_ns);
        break;
    case TIMING_RATE:
        due_ns = hold_back(live, live->pace.due_ns);
        break;
    case TIMING_MAX:
        due_ns = unix_now(live);
        break;
    }
    wait_until_near(live, due_ns);
    *time_ns = due_ns;
    return !is_over(live, due_ns);
}

/* When the frame is due: Unix time, or 0 for at once. A frame that an impairment delays has a time
 * of arrival. */
static int64_t due_of(struct live_sender *live, const struct frame *frame)
{
    if (live->over)
        return 0;
    switch (live->plan->timing) {
    case TIMING_OWN:
        return frame->time_ns;
    case TIMING_RATE:
        return MAX(pace_take(&live->pace, frame->bytes.len), frame->time_ns);
    case TIMING_MAX:
        break;
    }
    return frame->time_ns > unix_now(live) ? frame->time_ns : 0;
}

static gboolean put(void *context, const struct frame *frame, GError **error)
{
    struct live_sender *live = context;
    (void)error;
    int64_t due_ns = due_of(live, frame);
    if (due_ns != 0)
        wait_until_near(live, due_ns);
    if (live->over)
        due_ns = 0;
    struct frame timed = *frame;
    if (due_ns == 0)
        timed.time_ns = MIN(frame->time_ns, unix_now(live));
    struct backoff backoff = {0};
    show(live);
    while (!tx_ring_put(live->tx_ring, &timed, due_ns == 0 ? 0 : due_ns - live->epoch_ns)) {
        if (!complete_sent(live))
            backoff_wait(&backoff);
    }
    return TRUE;
}

static void complete_all(void *context)
{
    struct live_sender *live = context;
    tx_ring_close(live->tx_ring);
    tx_thread_end(live->tx_thread);
    complete_sent(live);
}

static void begin(struct live_sender *live, struct scenario *scenario)
{
    live->epoch_ns = monotonic_of(CLOCK_REALTIME) - monotonic_now();
    live->start_ns = unix_now(live) + (live->plan->timing == TIMING_MAX ? 0 : ahead_ns);
    live->end_ns =
        live->plan->duration_ns == AUTO ? INT64_MAX : live->start_ns + live->plan->duration_ns;
    scenario->capture.start_ns = live->start_ns;
    if (live->plan->timing == TIMING_RATE)
        pace_begin(&live->pace, &live->plan->ramp, live->start_ns);
    live->shown = (struct tx_totals_mark){.now_ns = monotonic_now()};
}

static gboolean play_live(struct live_sender *live, struct scenario *scenario, struct truth *truth,
                          GError **error)
{
    const struct frame_sink sink = {.context = live, .put = put, .complete_all = complete_all};
    const struct real_time real_time = {
        .context = live,
        .time = time_of,
        .count = live->plan->count,
        .loops = live->plan->loops,
    };
    return simulate(scenario, truth, &sink, &real_time, error);
}

static void let_go(const struct send_plan *plan, const struct backend *backend, void *opened)
{
    if (plan->held == NULL)
        backend->close(opened);
}

gboolean sender_run(struct scenario *scenario, const struct send_plan *plan,
                    const struct egress *egress, const struct backend *backend, struct truth *truth,
                    struct tx_totals *totals, GError **error)
{
    void *opened = plan->held != NULL ? plan->held : backend->open(egress, error);
    if (opened == NULL)
        return FALSE;
    int priority = tx_thread_go_first(plan->timing != TIMING_MAX);
    if (plan->opened != NULL && !plan->opened(plan->context, error)) {
        let_go(plan, backend, opened);
        return FALSE;
    }
    struct live_sender live = {
        .plan = plan,
        .tx_ring = tx_ring_new(plan->timing == TIMING_MAX ? WAITING_MAX_UNTIMED : WAITING_MAX),
    };
    signals_catch();
    prctl(PR_SET_TIMERSLACK, 1UL);
    live.tx_thread = tx_thread_new(egress, backend, opened, live.tx_ring);
    tx_thread_go_back(priority);
    begin(&live, scenario);
    gboolean good = play_live(&live, scenario, truth, error);
    *totals = live.tx_thread->totals;
    totals->begun = true;
    bool cut_off = atomic_load(&live.tx_thread->cut_off);
    tx_thread_free(live.tx_thread);
    let_go(plan, backend, opened);
    tx_ring_free(live.tx_ring);
    return good &&
           (!cut_off || fail(error, STATUS_FAILED, "%s: the interface is gone", egress->name));
}
