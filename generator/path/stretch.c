/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/path/stretch.h"

#include "core/base/time-units.h"

/* FCS, preamble and gap, as on a port of traffic. */
enum { LINE_OVERHEAD = 24 };

void stretch_init(struct stretch *stretch, const struct session_plan *session, bool reverse,
                  int64_t start_ns)
{
    const char *direction = reverse ? "path/reverse" : "path/forward";
    *stretch = (struct stretch){
        .plan = &session->path,
        .loses = session->path.frames,
        .mixes = session->path.frames,
        .jitter = random_stream(session->inner.seed, session->stream.group.name, direction),
        .busy_until_ns = start_ns,
        .last_ns = start_ns,
    };
    g_strlcpy(stretch->loses.group.name, direction, sizeof stretch->loses.group.name);
    g_strlcpy(stretch->mixes.group.name, direction, sizeof stretch->mixes.group.name);
    stretch->loses.late = 0;
    stretch->mixes.loss = 0;
    stretch->mixes.run_start = 0;
    stretch->mixes.drop_copies.count = 0;
    stretch->mixes.drop_above = AUTO;
    stretch->mixes.police_rate.per_second = AUTO;
    stretch->losses = impairments_alone(&stretch->loses, session, start_ns);
    stretch->disorder = impairments_alone(&stretch->mixes, session, start_ns);
}

void stretch_clear(struct stretch *stretch)
{
    impairments_clear(&stretch->losses);
    impairments_clear(&stretch->disorder);
}

static int64_t time_on_line(const struct path_plan *plan, size_t bytes)
{
    return (int64_t)((__int128)bytes * 8 * NS_PER_SECOND / plan->rate);
}

/* False: the frame finds no room. Else it has left the queue at @p now_ns. */
static bool pass_queue(struct stretch *stretch, size_t len, int64_t *now_ns)
{
    const struct path_plan *plan = stretch->plan;
    if (plan->rate == AUTO)
        return true;
    int64_t begin_ns = MAX(*now_ns, stretch->busy_until_ns);
    if (plan->queue != AUTO &&
        begin_ns - *now_ns + time_on_line(plan, len) > time_on_line(plan, (size_t)plan->queue))
        return false;
    *now_ns = stretch->busy_until_ns = begin_ns + time_on_line(plan, len + LINE_OVERHEAD);
    return true;
}

static bool loses(struct stretch *stretch, size_t len, int64_t now_ns)
{
    struct impairment_outcome outcome =
        impairments_judge(&stretch->losses, stretch->frames, len, now_ns);
    bool by_chance = outcome.lost == LOST_RANDOM || outcome.lost == LOST_RUNS;
    return outcome.lost != LOST_NOT && !(by_chance && len <= (size_t)stretch->plan->loss_above);
}

bool stretch_pass(struct stretch *stretch, size_t len, int64_t now_ns, int64_t *out_ns)
{
    const struct path_plan *plan = stretch->plan;
    uint64_t number = ++stretch->frames;
    if (loses(stretch, len, now_ns) || !pass_queue(stretch, len, &now_ns))
        return false;
    *out_ns = now_ns + plan->delay_ns;
    if (plan->jitter_ns > 0) {
        struct random random = {random_at(stretch->jitter, number)};
        *out_ns += (int64_t)random_below(&random, (uint64_t)plan->jitter_ns + 1);
    }
    *out_ns = MAX(*out_ns, stretch->last_ns);
    stretch->last_ns = *out_ns;
    *out_ns += impairments_judge(&stretch->disorder, number, len, now_ns).late.ns;
    return true;
}
