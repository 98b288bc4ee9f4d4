/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splits a sequence into tracks when copies may come from several counters, and decides whether
 * the others are strays, counters or the same counter. */
#include "core/sequence/sequence-split.h"

#include <glib.h>
#include <string.h>

#include "core/sequence/sequence-discontinuity.h"
#include "core/sequence/sequence-past.h"
#include "core/sequence/sequence-split-counts.h"
#include "core/sequence/sequence-split-revise.h"
#include "core/sequence/sequence-split-turns.h"

enum {
    AHEAD_MIN = 4,     /* the old run wins with 2 * foreign + AHEAD_MIN copies */
    DECIDED_AHEAD = 8, /* with 2 * foreign + DECIDED_AHEAD copies the decision is final */
    GOES_ON = 16, /* a run is active if one of the last GOES_ON copies raised its highest number */
    ENDED = 64,   /* copies after which a run that does not go on has ended */
    ENDED_LABELLED = 4096, /* ... where labels differ: counters can take turns */
    ENDED_FAR = 1024,      /* ... where other numbers came that are far away: likewise */
    FAR_LEAST = 8,         /* copies of these */
    FAR = 4 * SEQUENCE_JUMP_MAX,
    FORGOTTEN = 1024, /* copies after which foreign ones are forgotten */
};

/* ---- memory ---- */

void sequence_split_free_single(struct sequence_split *split)
{
    if (split->single == NULL)
        return;
    sequence_counter_clear(split->single);
    g_clear_pointer(&split->single, g_free);
}

void sequence_split_free(struct sequence_split *split)
{
    for (unsigned i = 0; i < split->count; i++)
        sequence_track_free(split->tracks[i]);
    sequence_split_free_single(split);
    g_free(split);
}

struct sequence_split *sequence_split_clone(const struct sequence_split *split)
{
    struct sequence_split *clone = g_memdup2(split, sizeof *split);
    for (unsigned i = 0; i < split->count; i++)
        clone->tracks[i] = sequence_track_clone(split->tracks[i]);
    if (split->single != NULL) {
        clone->single = g_new0(struct sequence_counter, 1);
        sequence_counter_clone(clone->single, split->single);
    }
    return clone;
}

void sequence_split_set_low_memory(struct sequence_split *split, bool low_memory)
{
    for (unsigned i = 0; i < split->count; i++)
        split->tracks[i]->counter.low_memory = low_memory;
    if (split->single != NULL)
        split->single->low_memory = low_memory;
}

size_t sequence_split_memory(const struct sequence_split *split)
{
    size_t memory = sizeof *split;
    for (unsigned i = 0; i < split->count; i++)
        memory += sizeof *split->tracks[i] + split->tracks[i]->counter.memory;
    return memory + (split->single != NULL ? sizeof *split->single + split->single->memory : 0);
}

const struct sequence_counts *sequence_split_counts(const struct sequence_split *split)
{
    return &split->counts;
}

unsigned sequence_split_counters(const struct sequence_split *split, unsigned *apart)
{
    struct sequence_track *major[SEQUENCE_TRACKS_MAX];
    unsigned count = 0;
    if (split->view != SEQUENCE_VIEW_SEVERAL)
        return 1;
    for (unsigned i = 0; i < split->count; i++)
        if (split->tracks[i]->major)
            major[count++] = split->tracks[i];
    *apart = sequence_tracks_apart(major, count);
    return MAX(count, 1);
}

/* ---- undecided splits ---- */

/* The first frame whose copy is not decided, @p frame being the next. */
static uint64_t first_open(const struct sequence_counter *counter, uint64_t frame)
{
    for (unsigned i = 0; i < counter->pending_count; i++)
        frame = MIN(frame, counter->pending[i].copy.frame);
    for (unsigned i = 0; i < counter->continued; i++)
        frame = MIN(frame, counter->continued_by[i].frame);
    return frame;
}

static void begin_comparison(struct sequence_split *split, uint64_t frame)
{
    sequence_history_set(&split->tracks[0]->counter, SEQUENCE_RECORDS_AND_KEEPS);
    split->open_from = first_open(&split->tracks[0]->counter, frame);
    split->single = g_new0(struct sequence_counter, 1);
    sequence_counter_clone(split->single, &split->tracks[0]->counter);
    split->single->counts = split->counts;
    split->resumed = 0;
    split->foreign = 0;
}

/* The copy may be of another counter than those before. */
static bool is_doubtful(struct sequence_counter *counter, const struct sequence_copy *copy)
{
    struct sequence_finding late;
    const struct sequence_arrival arrival = {copy->number, counter->arrivals + 1, copy->frame,
                                             copy->label};
    switch (sequence_fit_of(counter, copy, true)) {
    case SEQUENCE_FIT_NOT:
        return !copy->is_duplicate && !sequence_past_is_late(counter, &arrival, &late);
    case SEQUENCE_FIT_REUSED:
        return copy->label != NULL && sequence_label_difference(&counter->label, copy->label) != 0;
    default:
        return false;
    }
}

static struct sequence_split *new_split(struct sequence *sequence, uint64_t frame)
{
    struct sequence_split *split = g_new0(struct sequence_split, 1);
    split->counts = sequence->counter.counts;
    split->recording = sequence->recording;
    struct sequence_track *main = sequence_split_add(split, &sequence->counter.label);
    main->counter = sequence->counter;
    main->told_counted = true;
    main->copies = (uint32_t)main->counter.counts.copies;
    begin_comparison(split, frame);
    sequence->counter = (struct sequence_counter){.low_memory = sequence->counter.low_memory};
    sequence->split = split;
    return split;
}

/* Splits the track where foreign copies may have raised its highest number. */
static void split_track(struct sequence_split *split, unsigned index,
                        const struct sequence_discontinuity *doubtful)
{
    const struct sequence_discontinuity discontinuity = *doubtful;
    struct sequence_track *lower = split->tracks[index];
    if (!sequence_split_make_room(split))
        return;
    struct sequence_track *upper = sequence_split_add(split, &discontinuity.label);
    sequence_discontinuity_split(&lower->counter, &discontinuity, &upper->counter);
    sequence_track_count_run(upper);
    upper->returns = 1;
    upper->away = true;
    upper->split_off = true;
    lower->returns++;
    lower->advanced += discontinuity.resumed;
    lower->exact += discontinuity.resumed;
    lower->copies -= MIN(lower->copies, upper->copies);
    lower->advanced_at = split->taken;
    lower->last_at = split->taken;
    split->reread = true;
    if (index != 0 || split->single == NULL)
        return;
    split->open_from = MIN(split->open_from, discontinuity.frame);
    split->resumed += discontinuity.resumed;
    split->foreign += upper->copies;
}

/* Splits a sequence before it takes the copy. */
static void split_sequence(struct sequence *sequence, const struct sequence_copy *copy)
{
    const struct sequence_discontinuity *doubtful =
        sequence_discontinuity_doubtful(&sequence->counter, copy, false);
    if (doubtful == NULL)
        return;
    const struct sequence_discontinuity discontinuity = *doubtful;
    split_track(new_split(sequence, copy->frame), 0, &discontinuity);
}

/* Splits the first track of a split sequence in the same way. The other tracks stay, because
 * they are counted against the first one. */
static void split_tracks(struct sequence_split *split, const struct sequence_copy *copy)
{
    struct sequence_track *main = split->tracks[0];
    bool asked = split->view != SEQUENCE_VIEW_SEVERAL && !split->turns &&
                 split->taken - main->last_at <= GOES_ON;
    const struct sequence_discontinuity *doubtful =
        asked ? sequence_discontinuity_doubtful(&main->counter, copy, split->single != NULL) : NULL;
    if (doubtful == NULL)
        return;
    const struct sequence_discontinuity discontinuity = *doubtful;
    if (split->single == NULL)
        begin_comparison(split, copy->frame);
    split_track(split, 0, &discontinuity);
}

/* Splits a sequence whose runs take turns. */
static void take_turns(struct sequence *sequence, const struct sequence_copy *copy)
{
    sequence->split = sequence_turns_new(&sequence->counter, sequence->recording);
    sequence->split->open_from = first_open(sequence->split->single, copy->frame);
}

bool sequence_split_begin(struct sequence *sequence, const struct sequence_copy *copy)
{
    struct sequence_counter *counter = &sequence->counter;
    if (!counter->begun || counter->low_memory)
        return false;
    if (sequence_turns_are_due(counter, copy)) {
        take_turns(sequence, copy);
        return true;
    }
    split_sequence(sequence, copy);
    if (sequence->split != NULL)
        return true;
    if (!is_doubtful(counter, copy))
        return false;
    new_split(sequence, copy->frame);
    return true;
}

/* ---- what the copies are ---- */

/* True if the run of @p track, which replaced the old one, has reached the number at which the
 * old one stopped: the next copy could belong to either. */
static bool has_replaced(const struct sequence_split *split, const struct sequence_track *track)
{
    const struct sequence_track *main = split->tracks[0];
    uint32_t ahead = track->counter.next + SEQUENCE_CLOSE - main->counter.next;
    return split->taken - main->advanced_at > GOES_ON && ahead <= 2 * SEQUENCE_CLOSE &&
           split->taken - track->advanced_at <= GOES_ON;
}

/* True if the old run has reached the first number of @p track and @p copy does not repeat it,
 * or if @p copy, with the label of the old run, is above both. */
static bool has_joined(const struct sequence_split *split, const struct sequence_track *track,
                       const struct sequence_copy *copy)
{
    const struct sequence_counter *main = &split->tracks[0]->counter;
    const struct sequence_run *run = &track->counter.run;
    enum sequence_fit fit = sequence_fit_of(main, copy, true);
    if (run->lowest == main->run.highest + 1)
        return copy->number != main->next && fit < SEQUENCE_FIT_WITHIN;
    return track->copies > 1 && run->lowest - main->run.highest <= SEQUENCE_JUMP_MAX &&
           fit == SEQUENCE_FIT_LOOSE && copy->number - track->counter.next < SEQUENCE_JUMP_MAX &&
           !sequence_track_has_other_label(split->tracks[0], copy->label);
}

/* True if the old run soon goes on above @p track, and its own copies lack the numbers of that: the
 * copies of both are of one counter. */
static bool has_passed(const struct sequence_split *split, const struct sequence_track *track,
                       const struct sequence_copy *copy)
{
    const struct sequence_counter *main = &split->tracks[0]->counter;
    const struct sequence_run *run = &track->counter.run;
    return copy->number == main->next && split->taken - track->first_at <= GOES_ON &&
           sequence_run_place(&main->run, run->lowest) == SEQUENCE_MISSING &&
           sequence_run_place(&main->run, run->highest) == SEQUENCE_MISSING;
}

/* How many copies of the old run the first of @p track was overtaken by. */
static uint32_t overtaken_by(const struct sequence_split *split, const struct sequence_track *track)
{
    const struct sequence_counter *main = &split->tracks[0]->counter;
    uint32_t since = split->taken - track->first_at;
    uint32_t all = main->arrivals - main->run.first_arrival;
    return all > since ? all - since : 0;
}

static bool lies_below(const struct sequence_split *split, const struct sequence_track *track)
{
    uint64_t lowest = split->tracks[0]->counter.run.lowest;
    int64_t below = sequence_difference(lowest, track->counter.run.highest);
    return below > 0 && below <= SEQUENCE_NEAR;
}

/* The copies of @p track were sent before the old run began: they fill what is below it, or are as
 * late as others were. */
static bool has_filled(const struct sequence_split *split, const struct sequence_track *track)
{
    const struct sequence_counter *main = &split->tracks[0]->counter;
    uint64_t missing = main->run.lowest - track->counter.run.highest - 1;
    return lies_below(split, track) && (missing + track->counter.counts.lost <= track->copies ||
                                        overtaken_by(split, track) <= main->counts.extent_sure);
}

/* True if the old run and another track turn out to be one counter. */
static bool has_met(const struct sequence_split *split, const struct sequence_copy *copy)
{
    for (unsigned i = 1; split->single != NULL && !split->turns && i < split->count; i++)
        if (has_replaced(split, split->tracks[i]) || has_joined(split, split->tracks[i], copy) ||
            has_passed(split, split->tracks[i], copy) || has_filled(split, split->tracks[i]))
            return true;
    return false;
}

/* True if the track's copies are in order, and so far from the old run's numbers that they may well
 * be of another counter: the two may take turns. */
static bool is_far_away(const struct sequence_split *split, const struct sequence_track *track)
{
    const struct sequence_counter *main = &split->tracks[0]->counter;
    uint64_t highest = main->run.highest;
    uint64_t lowest = sequence_extended_at(main, highest, (uint32_t)track->counter.run.lowest);
    int64_t ahead = sequence_difference(lowest, highest);
    return track->advanced >= FAR_LEAST && sequence_track_is_orderly(track) &&
           (ahead > FAR || ahead < -FAR);
}

/* True if the track's copies are in order, and a label tells them from the old run's: the two may
 * take turns. The labels of a few foreign copies tell nothing of a counter. */
static bool goes_on_labelled(const struct sequence_split *split, struct sequence_track *track)
{
    struct sequence_track *const two[] = {split->tracks[0], track};
    return track->advanced >= FAR_LEAST && sequence_track_is_orderly(track) &&
           sequence_tracks_apart(two, 2) != 0;
}

/* After how many copies in which the old run does not go on it has ended. */
static uint32_t ended_after(const struct sequence_split *split)
{
    uint32_t after = ENDED;
    for (unsigned i = 1; i < split->count; i++) {
        struct sequence_track *track = split->tracks[i];
        if (goes_on_labelled(split, track))
            return ENDED_LABELLED;
        if (is_far_away(split, track))
            after = ENDED_FAR;
    }
    return after;
}

/* The old run does not go on: what came instead is its continuation. */
static bool has_ended(const struct sequence_split *split)
{
    if (split->turns)
        return sequence_turns_ended(split);
    return split->taken - split->tracks[0]->advanced_at >= ended_after(split);
}

/* True if the next copies will decide the only other copies: the old run reaches their numbers, and
 * they are no earlier than other copies were; or they lie just below it, and may be as late as
 * other copies were. */
static bool is_told_soon(const struct sequence_split *split)
{
    const struct sequence_counter *main = &split->tracks[0]->counter;
    const struct sequence_track *other = split->tracks[split->count - 1];
    if (split->count != 2)
        return false;
    if (lies_below(split, other))
        return split->taken - other->last_at <= FORGOTTEN;
    int64_t ahead = sequence_difference(other->counter.run.lowest, main->run.highest);
    return ahead > 0 && ahead <= SEQUENCE_JUMP_MAX && !sequence_is_unusual(main, split->resumed);
}

/* Decides what the copies of an open comparison are. True if it ended with all of one counter. */
static bool decide(struct sequence_split *split, bool met, bool *strays)
{
    if (split->view == SEQUENCE_VIEW_SEVERAL || split->single == NULL)
        return false;
    if (met || has_ended(split)) {
        split->view = SEQUENCE_VIEW_ALL_ARE_ONE;
        return true;
    }
    if (split->turns)
        return false;
    uint32_t needed =
        split->view == SEQUENCE_VIEW_MAIN ? split->foreign : 2 * split->foreign + AHEAD_MIN;
    split->view = split->resumed >= needed ? SEQUENCE_VIEW_MAIN : SEQUENCE_VIEW_ALL_ARE_ONE;
    if (split->resumed < 2 * split->foreign + DECIDED_AHEAD || is_told_soon(split))
        return false;
    split->view = SEQUENCE_VIEW_MAIN;
    *strays = true;
    return false;
}

static void end(struct sequence *sequence, struct sequence_counter *counter)
{
    bool low_memory = sequence->counter.low_memory;
    sequence->counter = *counter;
    sequence->counter.low_memory = low_memory;
    sequence->counter.counts = sequence->split->counts;
    sequence_history_set(&sequence->counter, sequence->recording);
    *counter = (struct sequence_counter){0};
    sequence_split_free(sequence->split);
    sequence->split = NULL;
}

/* Forgets foreign copies that came long ago; the split ends with the last. */
static void forget_old(struct sequence *sequence)
{
    struct sequence_split *split = sequence->split;
    if (split->view != SEQUENCE_VIEW_MAIN || split->single != NULL)
        return;
    for (unsigned i = split->count - 1; i > 0; i--)
        if (split->taken - split->tracks[i]->last_at > FORGOTTEN)
            sequence_split_forget(split, i);
    if (split->count == 1)
        end(sequence, &split->tracks[0]->counter);
}

/* ---- one copy ---- */

static const struct sequence_finding pending_stray = {.kind = SEQUENCE_PENDING,
                                                      .taken_for = SEQUENCE_PENDING};

static void count_for(struct sequence_split *split, const struct sequence_track *track,
                      bool advanced)
{
    if (track != split->tracks[0])
        split->foreign++;
    else
        split->resumed += advanced;
}

/* Gives the copy to @p track, which may be none. */
static struct sequence_finding give(struct sequence_split *split, struct sequence_track *track,
                                    const struct sequence_copy *copy)
{
    if (track == NULL) {
        sequence_split_add_strays(&split->gone, 1);
        split->foreign++;
        return pending_stray;
    }
    uint32_t advanced = track->advanced;
    uint32_t advanced_at = track->advanced_at;
    struct sequence_finding finding = sequence_track_take(track, copy, split->taken);
    bool advances = track->advanced != advanced;
    count_for(split, track, advances);
    if (advances) {
        sequence_split_note_advance(split, track, advanced_at);
        sequence_split_find_counters(split, track);
    }
    return finding;
}

static bool is_counted(const struct sequence_split *split, const struct sequence_track *track)
{
    return track != NULL &&
           (split->view == SEQUENCE_VIEW_SEVERAL ? track->major : track == split->tracks[0]);
}

/* What the copies are is decided: the counters that go on note no more than they need. */
static void close_comparison(struct sequence_split *split)
{
    sequence_split_free_single(split);
    for (unsigned i = 0; i < split->count; i++)
        if (sequence_split_counts_track(split, i))
            sequence_history_set(&split->tracks[i]->counter, split->recording);
}

struct sequence_finding sequence_split_take(struct sequence *sequence,
                                            const struct sequence_copy *copy)
{
    struct sequence_split *split = sequence->split;
    const enum sequence_view before = split->view;
    struct sequence_finding finding = pending_stray;
    bool strays = false;
    split->taken++;
    split->reread = false;
    split_tracks(split, copy);
    const bool met = has_met(split, copy);
    struct sequence_track *track = sequence_split_track_of(split, copy);
    if (before == SEQUENCE_VIEW_MAIN && split->single == NULL && track != split->tracks[0])
        begin_comparison(split, copy->frame);
    if (split->single != NULL)
        finding = sequence_counter_take(split->single, copy);
    const struct sequence_finding own = give(split, track, copy);
    const bool counted = is_counted(split, track);
    sequence_split_find_restarts(split);
    bool ended = decide(split, met, &strays);
    if (split->view != SEQUENCE_VIEW_ALL_ARE_ONE)
        finding = counted ? own : pending_stray;
    finding.pending_was_stray |= strays;
    const struct sequence_counts after = sequence_split_sum(split);
    sequence_split_reconcile(&finding, &split->counts, &after);
    split->took_counted = counted;
    sequence_split_revise(split, copy, split->reread || split->view != before,
                          &sequence->revisions);
    if (strays || split->view == SEQUENCE_VIEW_SEVERAL)
        close_comparison(split);
    finding.several = split->view == SEQUENCE_VIEW_SEVERAL;
    finding.plain &= !finding.several; /* it votes for its domain */
    split->counts = after;
    if (ended && split->single != NULL)
        end(sequence, split->single);
    else
        forget_old(sequence);
    return finding;
}
