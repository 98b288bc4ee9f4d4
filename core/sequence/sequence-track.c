/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-track.h"

#include <glib.h>

#include "core/sequence/sequence-past.h"
#include "core/sequence/sequence-run.h"

/* A track is a counter if at least ADVANCED_MIN copies raised its highest number, it resumed at
 * least RETURNS_MIN times after copies of others, and it has at least one in SHARE_MIN of all
 * copies. Lower limits hold where a label differs. */
enum {
    ADVANCED_MIN = 8,
    RETURNS_MIN = 4,
    SHARE_MIN = 32,
    LABELLED_ADVANCED_MIN = 4,
    LABELLED_RETURNS_MIN = 1,
    LABELLED_SHARE_MIN = 256,
    EXACT_MIN = 2,   /* exact successors; one in four foreign copies may be one by chance */
    EXACT_SHARE = 4, /* of those that go on, one in so many is an exact successor */
    BELOW_MAX = 2    /* numbers below a long run: beyond, one copy would make more than one lost */
};

/* ---- fit ---- */

static enum sequence_fit fit_ahead(int64_t ahead, bool long_lived)
{
    if (ahead == 1)
        return SEQUENCE_FIT_NEXT;
    if (ahead <= SEQUENCE_CLOSE)
        return SEQUENCE_FIT_CLOSE;
    return ahead <= (long_lived ? SEQUENCE_JUMP_MAX : SEQUENCE_NEAR) ? SEQUENCE_FIT_LOOSE
                                                                     : SEQUENCE_FIT_NOT;
}

/* True if a copy @p below the lowest number may belong to the run, whose first copy overtook it. In
 * a long run it is no later than other copies, or makes hardly another number missing. */
static bool may_fall(const struct sequence_counter *counter, uint64_t below, bool long_lived)
{
    uint32_t extent = counter->arrivals + 1 - counter->run.first_arrival;
    if (!long_lived || extent <= counter->counts.extent_sure)
        return below <= SEQUENCE_NEAR;
    return below <= BELOW_MAX && !sequence_is_unusual(counter, extent);
}

static enum sequence_fit fit_below(const struct sequence_counter *counter, uint64_t number,
                                   const struct sequence_copy *copy, bool long_lived)
{
    const struct sequence_run *run = &counter->run;
    uint64_t back = run->highest - number;
    if (back > SEQUENCE_LATE_MAX)
        return SEQUENCE_FIT_NOT;
    switch (sequence_run_place(run, number)) {
    case SEQUENCE_MISSING:
        return SEQUENCE_FIT_WITHIN;
    case SEQUENCE_BELOW:
        return may_fall(counter, run->lowest - number, long_lived) ? SEQUENCE_FIT_LOOSE
                                                                   : SEQUENCE_FIT_NOT;
    case SEQUENCE_UNKNOWN:
        return SEQUENCE_FIT_LOOSE;
    case SEQUENCE_RECEIVED:
    case SEQUENCE_AHEAD:
        break;
    }
    if (copy->is_duplicate)
        return SEQUENCE_FIT_DUPLICATE;
    return back < SEQUENCE_CLOSE ? SEQUENCE_FIT_REUSED : SEQUENCE_FIT_NOT;
}

enum sequence_fit sequence_fit_of(const struct sequence_counter *counter,
                                  const struct sequence_copy *copy, bool long_lived)
{
    const uint64_t highest = counter->run.highest;
    if (!counter->begun)
        return SEQUENCE_FIT_NEXT;
    if (counter->constant && counter->counts.constants > 0 &&
        (counter->counts.constants > 1 || copy->number == (uint32_t)highest))
        return copy->number == (uint32_t)highest ? SEQUENCE_FIT_WITHIN : SEQUENCE_FIT_NOT;
    unsigned width = counter->width;
    if (sequence_counter_wraps_early(counter, copy->number))
        width = SEQUENCE_NARROW_BITS;
    else if (copy->number >> SEQUENCE_NARROW_BITS != 0 && width == SEQUENCE_NARROW_BITS)
        return SEQUENCE_FIT_NOT;
    uint64_t number = sequence_extend(highest, copy->number, width);
    int64_t ahead = sequence_difference(number, highest);
    return ahead > 0 ? fit_ahead(ahead, long_lived) : fit_below(counter, number, copy, long_lived);
}

/* ---- tracks ---- */

struct sequence_track *sequence_track_new(const struct sequence_label *label, uint32_t at)
{
    struct sequence_track *track = g_new0(struct sequence_track, 1);
    if (label != NULL)
        track->label = *label;
    track->steady = SEQUENCE_LABEL_ALL;
    track->first_at = at;
    track->advanced_at = at;
    track->last_at = at;
    return track;
}

void sequence_track_free(struct sequence_track *track)
{
    sequence_counter_clear(&track->counter);
    g_free(track);
}

struct sequence_track *sequence_track_clone(const struct sequence_track *track)
{
    struct sequence_track *clone = g_memdup2(track, sizeof *track);
    sequence_counter_clone(&clone->counter, &track->counter);
    return clone;
}

struct sequence_finding sequence_track_take(struct sequence_track *track,
                                            const struct sequence_copy *copy, uint32_t at)
{
    struct sequence_finding finding = sequence_counter_take(&track->counter, copy);
    if (copy->label != NULL)
        track->steady &= ~sequence_label_difference(&track->label, copy->label);
    track->copies++;
    track->last_at = at;
    if (finding.kind != SEQUENCE_FIRST && finding.kind != SEQUENCE_NEXT &&
        finding.kind != SEQUENCE_GAP)
        return finding;
    track->advanced++;
    track->exact += finding.kind == SEQUENCE_NEXT;
    track->advanced_at = at;
    return finding;
}

void sequence_track_count_run(struct sequence_track *track)
{
    track->copies = (uint32_t)track->counter.counts.copies;
    track->advanced = track->copies;
    track->exact = track->copies - MIN(track->copies, 1 + track->counter.run.gap_count);
}

bool sequence_track_has_other_label(const struct sequence_track *track,
                                    const struct sequence_label *label)
{
    return label != NULL && (sequence_label_difference(&track->label, label) & track->steady) != 0;
}

unsigned sequence_tracks_apart(struct sequence_track *const *tracks, unsigned count)
{
    unsigned steady = SEQUENCE_LABEL_ALL;
    unsigned differ = 0;
    for (unsigned i = 0; i < count; i++) {
        steady &= tracks[i]->steady;
        differ |= sequence_label_difference(&tracks[0]->label, &tracks[i]->label);
    }
    return steady & differ;
}

bool sequence_track_is_orderly(const struct sequence_track *track)
{
    return track->exact * EXACT_SHARE >= track->advanced;
}

bool sequence_track_is_counter(const struct sequence_track *track, uint32_t now, bool labelled)
{
    uint64_t since = now - track->first_at;
    return track->advanced >= (labelled ? LABELLED_ADVANCED_MIN : ADVANCED_MIN) &&
           track->returns >= (labelled ? LABELLED_RETURNS_MIN : RETURNS_MIN) &&
           track->exact >= EXACT_MIN && sequence_track_is_orderly(track) &&
           since <= (uint64_t)track->copies * (labelled ? LABELLED_SHARE_MIN : SHARE_MIN);
}
