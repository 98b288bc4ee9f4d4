/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-pair.h"

#include <glib.h>

void path_pair_add_delay(struct path_pair *pair, const struct path_delay *delay)
{
    struct path_delays *delays = &pair->delays[delay->basis];
    bool begun = delays->histogram != NULL;
    if (begun && delay->basis == PATH_FREE_CLOCKS) {
        if (delay->uncertainty_ps / 2 > delays->least_ps)
            return;
        if (delay->uncertainty_ps < delays->least_ps / 2) {
            *delays->histogram = (struct delay_histogram){0};
            delays->uncertainty_ps = 0;
        }
    }
    if (!begun)
        delays->histogram = g_new0(struct delay_histogram, 1);
    delays->least_ps = begun ? MIN(delays->least_ps, delay->uncertainty_ps) : delay->uncertainty_ps;
    delay_histogram_add(delays->histogram, delay->ns);
    delays->uncertainty_ps = MAX(delays->uncertainty_ps, delay->uncertainty_ps);
}

void path_pair_add_spread(struct path_pair *pair, int64_t spread_ns)
{
    pair->spread_min_ns = pair->has_spread ? MIN(pair->spread_min_ns, spread_ns) : spread_ns;
    pair->spread_max_ns = pair->has_spread ? MAX(pair->spread_max_ns, spread_ns) : spread_ns;
    pair->has_spread = true;
}

static struct path_timeline_step *step_at(struct path_pair *pair, int64_t time_ns)
{
    if (pair->timeline == NULL)
        pair->timeline = g_new0(struct path_timeline, 1);
    return path_timeline_at(pair->timeline, time_ns);
}

static struct path_losses *losses_of(struct path_pair *pair)
{
    if (pair->losses == NULL)
        pair->losses = g_new0(struct path_losses, 1);
    return pair->losses;
}

struct path_timeline_step *path_pair_add_passed(struct path_pair *pair, int64_t from_ns,
                                                uint32_t length)
{
    struct path_timeline_step *step = step_at(pair, from_ns);
    pair->both++;
    pair->passed_longest = MAX(pair->passed_longest, length);
    path_losses_add_passed(losses_of(pair), length);
    step->passed++;
    return step;
}

void path_pair_draw_delay(struct path_pair *pair, struct path_timeline_step *step,
                          const struct path_delay *delay)
{
    if (delay->basis < pair->timeline_basis)
        path_timeline_forget_delays(pair->timeline);
    pair->timeline_basis = MIN(pair->timeline_basis, delay->basis);
    if (delay->basis == pair->timeline_basis)
        path_timeline_add_delay(step, delay->ns);
}

/* True if the frame may count as lost; those of the silence before it may not any more otherwise.
 */
static bool take_silence(struct path_pair *pair, const struct path_lost *lost)
{
    if (pair->silence_ns != lost->in_silence_ns) {
        pair->silence_ns = lost->in_silence_ns;
        pair->silence_missing = 0;
        pair->silence_lost = 0;
    }
    if (++pair->silence_missing <= PATH_SILENCE_FRAMES_MAX) {
        pair->silence_frames[pair->silence_lost++] = *lost;
        return true;
    }
    pair->lost -= pair->silence_lost;
    for (unsigned i = 0; i < pair->silence_lost; i++) {
        step_at(pair, pair->silence_frames[i].from_ns)->lost--;
        path_losses_remove(losses_of(pair), pair->silence_frames[i].nth);
    }
    pair->silence_lost = 0;
    return false;
}

static void count_burst(struct path_pair *pair, uint64_t run)
{
    bool more = pair->lost > 1 && pair->last_run == run;
    pair->run_lost = more ? pair->run_lost + 1 : 1;
    pair->bursts += !more;
    pair->burst_longest = MAX(pair->burst_longest, pair->run_lost);
    pair->last_run = run;
}

bool path_pair_add_lost(struct path_pair *pair, const struct path_lost *lost)
{
    if (lost->in_silence_ns != INT64_MIN && !take_silence(pair, lost))
        return false;
    pair->lost++;
    step_at(pair, lost->from_ns)->lost++;
    path_losses_add(losses_of(pair), lost->nth);
    count_burst(pair, lost->run);
    pair->lost_shortest =
        pair->lost_shortest != 0 ? MIN(pair->lost_shortest, lost->length) : lost->length;
    pair->lost_longest = MAX(pair->lost_longest, lost->length);
    return true;
}

bool path_pair_claims_loss(const struct path_pair *pair)
{
    return pair->whole_missing <= (pair->whole_both + pair->whole_missing) / PATH_SAMPLED_SHARE &&
           pair->bypassed <= pair->lost / PATH_BYPASSED_SHARE;
}

void path_pair_copy(struct path_pair *copy, const struct path_pair *pair)
{
    for (unsigned basis = 0; basis < PATH_BASES; basis++)
        copy->delays[basis].histogram =
            g_memdup2(pair->delays[basis].histogram, sizeof(struct delay_histogram));
    copy->losses = g_memdup2(pair->losses, sizeof *pair->losses);
    copy->timeline = g_memdup2(pair->timeline, sizeof *pair->timeline);
}

void path_pair_clear(struct path_pair *pair)
{
    for (unsigned basis = 0; basis < PATH_BASES; basis++)
        g_clear_pointer(&pair->delays[basis].histogram, g_free);
    g_clear_pointer(&pair->losses, g_free);
    g_clear_pointer(&pair->timeline, g_free);
}
