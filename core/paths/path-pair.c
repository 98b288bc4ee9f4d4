/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-pair.h"

#include <glib.h>

/* A mirror that was switched off for a while leaves no gap in its numbers either: so many frames
 * may be missing in a silence that lost frames alone explain it. */
enum { SILENCE_FRAMES_MAX = 16 };

void path_pair_add_delay(struct path_pair *pair, const struct path_delay *delay)
{
    struct path_delays *delays = &pair->delays[delay->basis];
    if (delays->histogram == NULL)
        delays->histogram = g_new0(struct delay_histogram, 1);
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
static bool take_silence(struct path_pair *pair, int64_t silence_ns)
{
    if (pair->silence_ns != silence_ns) {
        pair->silence_ns = silence_ns;
        pair->silence_missing = 0;
        pair->silence_lost = 0;
    }
    if (++pair->silence_missing <= SILENCE_FRAMES_MAX) {
        pair->silence_lost++;
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

void path_pair_add_lost(struct path_pair *pair, uint32_t length, uint64_t run,
                        int64_t in_silence_ns)
{
    if (in_silence_ns != INT64_MIN && !take_silence(pair, in_silence_ns))
        return;
    pair->lost++;
    count_burst(pair, run);
    pair->lost_shortest = pair->lost_shortest != 0 ? MIN(pair->lost_shortest, length) : length;
    pair->lost_longest = MAX(pair->lost_longest, length);
}

void path_pair_clear(struct path_pair *pair)
{
    for (unsigned basis = 0; basis < PATH_BASES; basis++)
        g_clear_pointer(&pair->delays[basis].histogram, g_free);
}
