/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/limit/rate-search.h"

enum {
    PROPORTIONAL_MAX = 4, /* steps down in proportion to the loss; then it halves */
    REPEATED_MAX = 6,     /* trials with loss that are made again: the sender was held up */
    FRAMES_LEAST = 5,     /* of a trial: fewer say nothing of a rate */
    BURST_LEAST = 16,     /* frames */
    BURST_MOST = 1 << 20, /* frames */
    BURST_RESOLUTION = 10 /* a tenth of the burst */
};

/* Rates beyond the limit at which the loss is measured, and below it, for the delay. */
static const double beyond[] = {1.1, 1.5};
static const double below[] = {0.5, 0.9};

static const double burst_seconds_max = 2;

struct search {
    const struct rate_search_plan *plan;
    limit_trial trial;
    void *context;
    struct rate_search_result *result;
    double lossless;   /* the highest rate, frames a second; 0: none yet */
    double lossy;      /* the lowest; 0: none yet */
    unsigned repeated; /* trials */
    GError **error;
};

static gboolean try_part(struct search *search, enum trial_purpose purpose, double part,
                         const struct limit_order *order, struct limit_outcome *outcome)
{
    struct trial_record record = {.purpose = purpose, .part = part};
    if (!search->trial(search->context, order, &record.outcome, search->error))
        return FALSE;
    *outcome = record.outcome;
    g_array_append_val(search->result->trials, record);
    if (outcome->sent > 0 && !order->timed)
        search->result->bits_per_frame = outcome->bits / outcome->sent;
    return TRUE;
}

static gboolean try(struct search *search, enum trial_purpose purpose,
                    const struct limit_order *order, struct limit_outcome *outcome)
{
    return try_part(search, purpose, 0, order, outcome);
}

/* A rate that the sender did not reach is the one that it reached. One above the order is that of
 * frames that were overdue. */
static void learn(struct search *search, const struct limit_outcome *outcome)
{
    if (limit_lost(outcome) == 0)
        search->lossless = MAX(search->lossless, outcome->rate);
    else if (search->lossy == 0 || outcome->rate < search->lossy)
        search->lossy = outcome->rate;
    /* Loss that comes and goes: what was lossless above a lossy rate does not count. */
    if (search->lossy > 0 && search->lossless >= search->lossy)
        search->lossless = 0;
}

static gboolean try_rate(struct search *search, enum trial_purpose purpose, double rate,
                         double seconds, struct limit_outcome *outcome)
{
    const struct limit_order order = {
        .traffic = search->plan->traffic, .rate = rate, .seconds = seconds};
    if (!try(search, purpose, &order, outcome))
        return FALSE;
    while (limit_held_back(outcome) && search->repeated++ < REPEATED_MAX)
        if (!try(search, purpose, &order, outcome))
            return FALSE;
    if (rate > 0 && limit_lost(outcome) == 0)
        outcome->rate = MIN(outcome->rate, rate);
    learn(search, outcome);
    return TRUE;
}

static bool is_close(const struct search *search)
{
    return search->lossless > 0 && search->lossy > 0 &&
           search->lossy <= search->lossless * (1 + search->plan->resolution);
}

/* The next rate, below the lowest lossy one. @p wider  doubles with each step up from a lossless
 * rate, so that the search soon meets loss again; bisection takes over where that is nearer. */
static double next_rate(const struct search *search, const struct limit_outcome *last,
                        unsigned steps_down, double *wider)
{
    double resolution = search->plan->resolution;
    if (search->lossless > 0) {
        double up = search->lossless * (1 + *wider);
        *wider *= 2;
        return MIN(up, (search->lossless + search->lossy) / 2);
    }
    double part = (double)last->received / (double)last->sent;
    if (steps_down >= PROPORTIONAL_MAX || part <= 0)
        return search->lossy / (part <= 0 ? 10 : 2);
    return search->lossy * MIN(part, 1) * (1 - resolution / 2);
}

static gboolean narrow(struct search *search)
{
    const struct rate_search_plan *plan = search->plan;
    struct limit_outcome last;
    unsigned steps_down = 0;
    double wider = plan->resolution * 0.9;
    if (!try_rate(search, TRIAL_SEARCH, 0, plan->seconds, &last))
        return FALSE;
    for (unsigned made = 1; made < RATE_SEARCH_TRIALS && search->lossy > 0 && !is_close(search);
         made++) {
        double rate = next_rate(search, &last, steps_down, &wider);
        if (rate * plan->seconds < FRAMES_LEAST)
            return TRUE;
        if (!try_rate(search, TRIAL_SEARCH, rate, plan->seconds, &last))
            return FALSE;
        if (search->lossless == 0)
            steps_down++;
    }
    return TRUE;
}

/* A trial that is longer. Where it loses, as behind a queue that a short trial does not fill, the
 * next one is lower in proportion. */
static gboolean confirm(struct search *search)
{
    const struct rate_search_plan *plan = search->plan;
    double rate = search->lossless;
    for (unsigned i = 0; i < RATE_SEARCH_CONFIRMATIONS && rate > 0; i++) {
        struct limit_outcome outcome;
        if (!try_rate(search, TRIAL_CONFIRM, search->lossy > 0 ? rate : 0, plan->confirm_seconds,
                      &outcome))
            return FALSE;
        search->result->confirmed = limit_lost(&outcome) == 0;
        if (search->result->confirmed) {
            search->lossless = MIN(rate, outcome.rate);
            return TRUE;
        }
        double part = (double)MIN(outcome.received, outcome.sent) / (double)MAX(outcome.sent, 1);
        rate = MIN(rate, outcome.rate) * part * (1 - plan->resolution);
        search->lossless = rate;
    }
    return TRUE;
}

/* A trial at each of some parts of the limit. */
static gboolean try_parts(struct search *search, enum trial_purpose purpose, const double *parts,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct limit_order order = {.traffic = search->plan->traffic,
                                          .timed = purpose == TRIAL_DELAY,
                                          .rate = search->lossless * parts[i],
                                          .seconds = search->plan->seconds};
        struct limit_outcome outcome;
        do
            if (!try_part(search, purpose, parts[i], &order, &outcome))
                return FALSE;
        while (purpose == TRIAL_DELAY && limit_was_late(&outcome) &&
               search->repeated++ < REPEATED_MAX);
    }
    return TRUE;
}

/* Doubles the burst until some of it is lost, then halves the distance. */
static gboolean find_burst(struct search *search)
{
    uint64_t whole = 0;
    uint64_t broken = 0;
    uint64_t frames = BURST_LEAST;
    for (unsigned made = 0; made < BURST_SEARCH_TRIALS; made++) {
        const struct limit_order order = {
            .traffic = search->plan->traffic, .seconds = burst_seconds_max, .frames = frames};
        struct limit_outcome outcome;
        if (!try(search, TRIAL_BURST, &order, &outcome))
            return FALSE;
        bool all = limit_lost(&outcome) == 0;
        *(all ? &whole : &broken) = all ? outcome.sent : frames;
        if (all && (frames >= BURST_MOST || outcome.sent < frames))
            break;
        if (broken > 0 && broken - whole <= MAX(whole / BURST_RESOLUTION, 1))
            break;
        frames = broken == 0 ? 2 * frames : whole == 0 ? broken / 2 : (whole + broken) / 2;
        if (frames == 0)
            break;
    }
    search->result->burst = whole;
    search->result->burst_unlimited = broken == 0;
    return TRUE;
}

gboolean rate_search(const struct rate_search_plan *plan, limit_trial trial, void *context,
                     struct rate_search_result *result, GError **error)
{
    struct search search = {plan, trial, context, result, 0, 0, 0, error};
    result->trials = g_array_new(FALSE, FALSE, sizeof(struct trial_record));
    if (!narrow(&search) || !confirm(&search))
        return FALSE;
    result->sender_limited = search.lossy == 0;
    result->lossy_rate = search.lossy;
    result->rate = result->confirmed ? search.lossless : 0;
    if (!result->confirmed)
        return TRUE;
    if (plan->delay && !try_parts(&search, TRIAL_DELAY, below, G_N_ELEMENTS(below)))
        return FALSE;
    return result->sender_limited ||
           (try_parts(&search, TRIAL_BEYOND, beyond, G_N_ELEMENTS(beyond)) &&
            (!plan->burst || find_burst(&search)));
}

const struct trial_record *rate_search_delay(const struct rate_search_result *result, guint i)
{
    const struct trial_record *one = &g_array_index(result->trials, struct trial_record, i);
    if (one->purpose != TRIAL_DELAY || one->outcome.timed == 0)
        return NULL;
    if (i + 1 == result->trials->len)
        return one;
    const struct trial_record *next = one + 1;
    return next->purpose != TRIAL_DELAY || next->part > one->part ? one : NULL;
}

void rate_search_clear(struct rate_search_result *result)
{
    if (result->trials != NULL)
        g_array_free(result->trials, TRUE);
}
