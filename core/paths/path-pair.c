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

/* True if the frame may count as lost; those of the silence before it may not any more otherwise.
 */
static bool take_silence(struct path_pair *pair, uint64_t frame, int64_t silence_ns)
{
    if (pair->silence_ns != silence_ns) {
        pair->silence_ns = silence_ns;
        pair->silence_missing = 0;
        pair->silence_lost = 0;
    }
    if (++pair->silence_missing <= PATH_SILENCE_FRAMES_MAX) {
        pair->silence_frames[pair->silence_lost++] = frame;
        return true;
    }
    pair->lost -= pair->silence_lost;
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

bool path_pair_add_lost(struct path_pair *pair, uint64_t frame, uint32_t length, uint64_t run,
                        int64_t in_silence_ns)
{
    if (in_silence_ns != INT64_MIN && !take_silence(pair, frame, in_silence_ns))
        return false;
    pair->lost++;
    count_burst(pair, run);
    pair->lost_shortest = pair->lost_shortest != 0 ? MIN(pair->lost_shortest, length) : length;
    pair->lost_longest = MAX(pair->lost_longest, length);
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
}

void path_pair_clear(struct path_pair *pair)
{
    for (unsigned basis = 0; basis < PATH_BASES; basis++)
        g_clear_pointer(&pair->delays[basis].histogram, g_free);
}
