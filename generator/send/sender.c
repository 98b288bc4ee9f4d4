/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/sender.h"

#include <sys/prctl.h>

#include "generator/simulation/simulation.h"
#include "generator/send/tx-thread.h"
#include "generator/send/monotonic.h"
#include "generator/simulation/session-stream.h"
#include "common/errors.h"
#include "common/signals.h"

/* What is made lasts while the kernel gives the maker's processor to others, or has both threads
 * share one before it parts them again: tens of milliseconds. No round number: of trains that come
 * at round intervals, one would be made just when another is to leave. */
static const int64_t ahead_ns = 20311 * NS_PER_US;

/* Sending that falls behind by more is not made up for: the scenario is held back. */
static const int64_t behind_ns = 100 * NS_PER_MS;

/* Frames that wait at most; the more there are, the less of them the processors' caches hold. Those
 * that leave as fast as they can have the time at which they were made, which should be that at
 * which they leave. */
enum { WAITING_MAX = 8192, WAITING_MAX_UNTIMED = 512 };

struct live {
    const struct live_plan *plan;
    struct outbox *outbox;
    struct departures *departures;
    int64_t epoch_ns; /* Unix time of moment 0 */
    int64_t start_ns; /* of the scenario, Unix time as all here */
    int64_t end_ns;   /* INT64_MAX: none */
    int64_t shift_ns; /* by which its times were held back */
    struct pace pace;
    bool over;
    struct totals_mark shown;
};

static int64_t unix_now(const struct live *live)
{
    return live->epoch_ns + moment_now();
}

static bool is_over(struct live *live, int64_t time_ns)
{
    if (interruption_asked() || atomic_load(&live->departures->cut_off) || time_ns >= live->end_ns)
        live->over = true;
    return live->over;
}

/* What was sent; false if nothing was. */
static bool settle(struct live *live)
{
    const struct frame *frame;
    int outcome;
    bool any = false;
    while ((frame = outbox_to_settle(live->outbox, &outcome)) != NULL) {
        if (frame->stream != NULL)
            session_stream_settle(frame, outcome == 0);
        outbox_settle(live->outbox);
        any = true;
    }
    return any;
}

static void show(struct live *live)
{
    totals_watch(&live->departures->totals, &live->shown, moment_now());
}

/* Until the sender should have what is due then; or the end of all. */
static void wait_until_near(struct live *live, int64_t due_ns)
{
    while (!is_over(live, MIN(due_ns, unix_now(live)))) {
        int64_t ready_ns = MIN(due_ns - ahead_ns, live->end_ns);
        if (unix_now(live) >= ready_ns)
            return;
        settle(live);
        show(live);
        int64_t until = MIN(ready_ns - live->epoch_ns, moment_now() + NS_PER_SECOND / 10);
        moment_sleep_until(until);
    }
}

/* Delays the scenario if the clock has left it behind. */
static int64_t hold_back(struct live *live, int64_t due_ns)
{
    int64_t late_ns = unix_now(live) - due_ns - behind_ns;
    if (late_ns <= 0)
        return due_ns;
    live->shift_ns += late_ns;
    live->pace.due_ns += late_ns;
    live->departures->totals.held_back_ns += late_ns;
    return due_ns + late_ns;
}

static bool time_of(void *context, int64_t *time_ns)
{
    struct live *live = context;
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

/* When the frame is due: Unix time, or 0 for at once. One that is late has a time to come. */
static int64_t due_of(struct live *live, const struct frame *frame)
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
    struct live *live = context;
    (void)error;
    int64_t due_ns = due_of(live, frame);
    if (due_ns != 0)
        wait_until_near(live, due_ns);
    if (live->over)
        due_ns = 0;
    struct frame timed = *frame;
    if (due_ns == 0)
        timed.time_ns = MIN(frame->time_ns, unix_now(live));
    struct patience patience = {0};
    show(live);
    while (!outbox_put(live->outbox, &timed, due_ns == 0 ? 0 : due_ns - live->epoch_ns)) {
        if (!settle(live))
            patience_wait(&patience);
    }
    return TRUE;
}

static void settle_all(void *context)
{
    struct live *live = context;
    outbox_close(live->outbox);
    departures_end(live->departures);
    settle(live);
}

static void begin(struct live *live, struct scenario *scenario)
{
    live->epoch_ns = moment_of(CLOCK_REALTIME) - moment_now();
    live->start_ns = unix_now(live) + (live->plan->timing == TIMING_MAX ? 0 : ahead_ns);
    live->end_ns =
        live->plan->duration_ns == AUTO ? INT64_MAX : live->start_ns + live->plan->duration_ns;
    scenario->capture.start_ns = live->start_ns;
    if (live->plan->timing == TIMING_RATE)
        pace_begin(&live->pace, &live->plan->ramp, live->start_ns);
    live->shown = (struct totals_mark){.moment = moment_now()};
}

static gboolean play_live(struct live *live, struct scenario *scenario, struct truth *truth,
                          GError **error)
{
    const struct frame_sink sink = {.context = live, .put = put, .settle_all = settle_all};
    const struct conductor conductor = {
        .context = live,
        .time = time_of,
        .count = live->plan->count,
        .loops = live->plan->loops,
    };
    return play(scenario, truth, &sink, &conductor, error);
}

gboolean live_send(struct scenario *scenario, const struct live_plan *plan, const struct wire *wire,
                   const struct backend *backend, struct truth *truth, struct totals *totals,
                   GError **error)
{
    void *opened = backend->open(wire, error);
    if (opened == NULL)
        return FALSE;
    struct live live = {
        .plan = plan,
        .outbox = outbox_new(plan->timing == TIMING_MAX ? WAITING_MAX_UNTIMED : WAITING_MAX),
    };
    interruption_catch();
    prctl(PR_SET_TIMERSLACK, 1UL);
    live.departures =
        departures_new(wire, backend, opened, live.outbox, plan->timing != TIMING_MAX);
    begin(&live, scenario);
    gboolean good = play_live(&live, scenario, truth, error);
    *totals = live.departures->totals;
    totals->begun = true;
    bool cut_off = atomic_load(&live.departures->cut_off);
    departures_free(live.departures);
    outbox_free(live.outbox);
    return good &&
           (!cut_off || fail(error, STATUS_FAILED, "%s: the interface is gone", wire->name));
}
