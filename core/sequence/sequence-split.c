/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-split.h"

#include <glib.h>
#include <string.h>

#include "core/sequence/sequence-past.h"
#include "core/sequence/sequence-rise.h"
#include "core/sequence/sequence-track.h"

/* What the counts say. */
enum view {
    VIEW_ALL_ARE_ONE, /* all copies are of one counter, which restarts, jumps and so on */
    VIEW_MAIN,        /* those of the first track are; the others are strays */
    VIEW_SEVERAL      /* those of each major track are of a counter of its own */
};

enum {
    AHEAD_MIN = 2,      /* copies by which the old run must outnumber what came in between */
    SETTLED_AHEAD = 8,  /* ... and twice as many and so many more settle it */
    GOES_ON = 16,       /* copies within which a run has one that goes on */
    ENDED = 64,         /* copies after which a run that does not go on has ended */
    ENDED_LABELLED = 4096,  /* ... where labels differ: counters can take turns */
    FORGOTTEN = 1024,       /* copies after which foreign ones are forgotten */
    RESTART_AWAY = 64,      /* copies for which a counter is silent before it restarts */
    JUMP_BITS_END = 1 << 11 /* above SEQUENCE_JUMP_MAX */
};

struct sequence_split {
    struct sequence_track *tracks[SEQUENCE_TRACKS_MAX]; /* the first is the old run's */
    unsigned count;
    enum view view;
    uint32_t taken; /* copies since the split */
    /* While it is open what the copies since `contest_frame` are: */
    struct sequence_counter *single; /* of all copies, as if they were of one; NULL: it is settled */
    uint64_t contest_frame;
    uint32_t resumed; /* copies with which the old run went on */
    uint32_t foreign; /* copies of other tracks */
    uint32_t last_repeated; /* a number that came again, with other content */
    struct sequence_counts counts; /* as reported */
    struct sequence_counts gone;   /* of tracks that are no more */
};

/* ---- memory ---- */

static void free_single(struct sequence_split *split)
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
    free_single(split);
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

size_t sequence_split_memory(const struct sequence_split *split)
{
    size_t memory = sizeof *split;
    for (unsigned i = 0; i < split->count; i++)
        memory += sizeof *split->tracks[i] + split->tracks[i]->counter.memory;
    return memory +
           (split->single != NULL ? sizeof *split->single + split->single->memory : 0);
}

const struct sequence_counts *sequence_split_counts(const struct sequence_split *split)
{
    return &split->counts;
}

unsigned sequence_split_counters(const struct sequence_split *split, unsigned *apart)
{
    struct sequence_track *major[SEQUENCE_TRACKS_MAX];
    unsigned count = 0;
    if (split->view != VIEW_SEVERAL)
        return 1;
    for (unsigned i = 0; i < split->count; i++)
        if (split->tracks[i]->major)
            major[count++] = split->tracks[i];
    *apart = sequence_tracks_apart(major, count);
    return MAX(count, 1);
}

/* ---- counts ---- */

static void add_strays(struct sequence_counts *counts, uint64_t copies)
{
    counts->copies += copies;
    counts->strays += copies;
}

static struct sequence_counts counts_of(const struct sequence_split *split)
{
    if (split->view == VIEW_ALL_ARE_ONE)
        return split->single->counts;
    struct sequence_counts counts = split->gone;
    for (unsigned i = 0; i < split->count; i++) {
        const struct sequence_track *track = split->tracks[i];
        bool counted = split->view == VIEW_SEVERAL ? track->major : i == 0;
        if (counted)
            sequence_counts_join(&counts, &track->counter.counts);
        else
            add_strays(&counts, track->copies);
    }
    return counts;
}

static int32_t lacking(uint64_t wanted, int64_t got)
{
    return (int32_t)((int64_t)wanted - got);
}

/* Makes the finding such that the counts, which were @p before, are @p after with it. */
static void reconcile(struct sequence_finding *finding, const struct sequence_counts *before,
                      const struct sequence_counts *after)
{
    const struct sequence_change had = finding->change;
    enum sequence_kind as = finding->kind == SEQUENCE_PENDING ? finding->taken_for : finding->kind;
    struct sequence_change *change = &finding->change;
    change->lost = lacking(after->lost, (int64_t)before->lost + finding->lost - finding->found);
    change->late = lacking(after->late, (int64_t)before->late + (as == SEQUENCE_LATE));
    change->duplicates =
        lacking(after->duplicates, (int64_t)before->duplicates + (as == SEQUENCE_DUPLICATE));
    change->strays = lacking(after->strays, (int64_t)before->strays + (as == SEQUENCE_PENDING));
    change->constants =
        lacking(after->constants, (int64_t)before->constants + (as == SEQUENCE_CONSTANT));
    change->restarts =
        lacking(after->restarts, (int64_t)before->restarts + (as == SEQUENCE_RESTART));
    uint32_t own = finding->kind == SEQUENCE_PENDING ? 0 : finding->extent;
    finding->extent_void = after->extent_sure < MAX(before->extent_sure, own);
    if (finding->extent_void || after->extent_sure > MAX(before->extent_sure, own))
        finding->held_extent = after->extent_sure;
    else
        finding->held_extent = MIN(finding->held_extent, after->extent_sure);
    finding->guessed_extent = after->extent_max > after->extent_sure ? after->extent_max : 0;
    if (memcmp(change, &had, sizeof had) != 0 || finding->kind != SEQUENCE_NEXT ||
        finding->held_extent > 0 || finding->guessed_extent > 0 || finding->extent_void)
        finding->plain = false;
}

/* ---- which track ---- */

static struct sequence_track *add_track(struct sequence_split *split,
                                        const struct sequence_label *label)
{
    struct sequence_track *track = sequence_track_new(label, split->taken);
    split->tracks[split->count++] = track;
    return track;
}

static void remove_track(struct sequence_split *split, unsigned index)
{
    sequence_track_free(split->tracks[index]);
    split->count--;
    memmove(&split->tracks[index], &split->tracks[index + 1],
            (split->count - index) * sizeof split->tracks[0]);
}

static void forget_strays(struct sequence_split *split, unsigned index)
{
    add_strays(&split->gone, split->tracks[index]->copies);
    remove_track(split, index);
}

static bool is_kept(const struct sequence_split *split, unsigned index)
{
    return index == 0 ? split->view != VIEW_SEVERAL : split->tracks[index]->major;
}

/* Makes room for a track; false if all are of counters. */
static bool make_room(struct sequence_split *split)
{
    unsigned oldest = split->count;
    if (split->count < SEQUENCE_TRACKS_MAX)
        return true;
    for (unsigned i = 0; i < split->count; i++)
        if (!is_kept(split, i) &&
            (oldest == split->count || split->tracks[i]->last_at < split->tracks[oldest]->last_at))
            oldest = i;
    if (oldest == split->count)
        return false;
    forget_strays(split, oldest);
    return true;
}

static bool is_long_lived(const struct sequence_split *split, unsigned index)
{
    return index == 0 || split->tracks[index]->major;
}

/* A label that is none of the tracks', as far as theirs are steady. */
static bool has_label_of_none(const struct sequence_split *split,
                              const struct sequence_label *label)
{
    for (unsigned i = 0; label != NULL && i < split->count; i++)
        if ((sequence_label_difference(&split->tracks[i]->label, label) &
             split->tracks[i]->steady) == 0)
            return false;
    return label != NULL;
}

/* How well the copy fits track @p index, to compare: label, then fit, then how near the number is,
 * then which advanced last. */
static uint64_t rank_of(const struct sequence_split *split, unsigned index,
                        const struct sequence_copy *copy, unsigned apart, enum sequence_fit *fit)
{
    const struct sequence_track *track = split->tracks[index];
    *fit = sequence_fit_of(&track->counter, copy, is_long_lived(split, index));
    if (*fit == SEQUENCE_FIT_NOT)
        return 0;
    unsigned differ =
        copy->label != NULL ? sequence_label_difference(&track->label, copy->label) & apart : 0;
    uint64_t alike = SEQUENCE_LABEL_PARTS - (unsigned)__builtin_popcount(differ);
    uint32_t ahead = copy->number - track->counter.next;
    uint64_t near = ahead < JUMP_BITS_END ? JUMP_BITS_END - ahead : 0;
    return alike << 52 | (uint64_t)*fit << 48 | near << 32 | track->advanced_at;
}

/* The copy goes on from one that had a number received before, too: two of another counter. */
static bool goes_on_repeating(struct sequence_split *split, const struct sequence_copy *copy)
{
    uint32_t step = copy->number - split->last_repeated;
    split->last_repeated = copy->number;
    return step >= 1 && step <= SEQUENCE_CLOSE;
}

/* The track that the copy belongs to, a new one if none fits; NULL without room. */
static struct sequence_track *track_of(struct sequence_split *split,
                                       const struct sequence_copy *copy)
{
    unsigned apart = sequence_tracks_apart(split->tracks, split->count);
    enum sequence_fit best_fit = SEQUENCE_FIT_NOT;
    unsigned best = 0;
    uint64_t best_rank = 0;
    for (unsigned i = 0; i < split->count; i++) {
        enum sequence_fit fit;
        uint64_t rank = rank_of(split, i, copy, apart, &fit);
        if (rank <= best_rank)
            continue;
        best = i;
        best_rank = rank;
        best_fit = fit;
    }
    if (best_fit == SEQUENCE_FIT_NOT && copy->repeats)
        return split->tracks[0];
    bool other = best_fit == SEQUENCE_FIT_NOT ||
                 (best_fit == SEQUENCE_FIT_REPEATED &&
                  (goes_on_repeating(split, copy) || has_label_of_none(split, copy->label)));
    if (!other)
        return split->tracks[best];
    return make_room(split) ? add_track(split, copy->label) : NULL;
}

/* ---- contests ---- */

static void begin_contest(struct sequence_split *split, uint64_t frame)
{
    split->single = g_new0(struct sequence_counter, 1);
    sequence_counter_clone(split->single, &split->tracks[0]->counter);
    split->single->counts = split->counts;
    split->contest_frame = frame;
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
        return !copy->repeats && !sequence_past_is_late(counter, &arrival, &late);
    case SEQUENCE_FIT_REPEATED:
        return copy->label != NULL &&
               sequence_label_difference(&counter->label, copy->label) != 0;
    default:
        return false;
    }
}

static struct sequence_split *new_split(struct sequence *sequence, uint64_t frame)
{
    struct sequence_split *split = g_new0(struct sequence_split, 1);
    split->counts = sequence->counter.counts;
    struct sequence_track *main = add_track(split, &sequence->counter.label);
    main->counter = sequence->counter;
    begin_contest(split, frame);
    sequence->counter = (struct sequence_counter){.frugal = sequence->counter.frugal};
    sequence->split = split;
    return split;
}

/* Parts the track where foreign copies may have made it rise. */
static void part(struct sequence_split *split, unsigned index, const struct sequence_rise *doubtful)
{
    const struct sequence_rise rise = *doubtful;
    struct sequence_track *lower = split->tracks[index];
    if (!make_room(split))
        return;
    struct sequence_track *upper = add_track(split, &rise.label);
    sequence_rise_part(&lower->counter, &rise, &upper->counter);
    upper->copies = (uint32_t)upper->counter.counts.copies;
    upper->advanced = upper->copies;
    upper->exact = upper->copies;
    upper->returns = 1;
    upper->away = true;
    lower->returns++;
    lower->advanced += rise.resumed;
    lower->exact += rise.resumed;
    lower->copies -= MIN(lower->copies, upper->copies);
    lower->advanced_at = split->taken;
    lower->last_at = split->taken;
    if (index != 0 || split->single == NULL)
        return;
    split->resumed += rise.resumed;
    split->foreign += upper->copies;
    split->contest_frame = MIN(split->contest_frame, rise.frame);
}

/* Parts a sequence that is not split before it takes the copy. */
static void part_sequence(struct sequence *sequence, const struct sequence_copy *copy)
{
    const struct sequence_rise *doubtful =
        sequence_rise_doubtful(&sequence->counter, copy);
    if (doubtful == NULL)
        return;
    const struct sequence_rise rise = *doubtful;
    part(new_split(sequence, copy->frame), 0, &rise);
}

/* The same with the tracks of a split sequence. In a contest the tracks of others are left as they
 * are, as they have to outnumber the first. */
static void part_tracks(struct sequence_split *split, const struct sequence_copy *copy)
{
    struct sequence_track *main = split->tracks[0];
    bool asked = split->view != VIEW_SEVERAL && split->taken - main->last_at <= GOES_ON;
    const struct sequence_rise *doubtful =
        asked ? sequence_rise_doubtful(&main->counter, copy) : NULL;
    if (doubtful == NULL)
        return;
    const struct sequence_rise rise = *doubtful;
    if (split->single == NULL)
        begin_contest(split, copy->frame);
    part(split, 0, &rise);
}

bool sequence_split_begin(struct sequence *sequence, const struct sequence_copy *copy)
{
    struct sequence_counter *counter = &sequence->counter;
    if (!counter->begun || counter->frugal)
        return false;
    part_sequence(sequence, copy);
    if (sequence->split != NULL)
        return true;
    if (!is_doubtful(counter, copy))
        return false;
    new_split(sequence, copy->frame);
    return true;
}

/* ---- what the copies are ---- */

static bool is_labelled(const struct sequence_split *split, const struct sequence_track *track,
                        unsigned apart)
{
    for (unsigned i = 0; i < split->count; i++) {
        const struct sequence_track *other = split->tracks[i];
        if (other != track &&
            (sequence_label_difference(&track->label, &other->label) & apart) == 0)
            return false;
    }
    return true;
}

/* Two counters with nothing but numbers, and these nearly the same, are one that sends each copy
 * twice. */
static bool keeps_step(const struct sequence_split *split, const struct sequence_track *track)
{
    for (unsigned i = 0; i < split->count; i++) {
        const struct sequence_track *other = split->tracks[i];
        uint64_t highest = track->counter.run.highest;
        if (other != track && highest + SEQUENCE_CLOSE - other->counter.run.highest <=
                                  2 * (uint64_t)SEQUENCE_CLOSE)
            return true;
    }
    return false;
}

static bool is_counter(const struct sequence_split *split, const struct sequence_track *track,
                       unsigned apart)
{
    bool labelled = is_labelled(split, track, apart);
    return sequence_track_is_counter(track, split->taken, labelled) &&
           (labelled || !keeps_step(split, track));
}

/* The counter that a new one goes on from after a restart; NULL: none. */
static unsigned find_restarted(const struct sequence_split *split, const struct sequence_track *now,
                               unsigned apart)
{
    for (unsigned i = 0; i < split->count; i++) {
        const struct sequence_track *track = split->tracks[i];
        if (track != now && track->major && track->advanced_at < now->first_at &&
            split->taken - track->advanced_at >= RESTART_AWAY &&
            (sequence_label_difference(&track->label, &now->label) & apart) == 0)
            return i;
    }
    return split->count;
}

static void promote(struct sequence_split *split, struct sequence_track *track, unsigned apart)
{
    unsigned before = find_restarted(split, track, apart);
    track->major = true;
    if (before == split->count)
        return;
    sequence_counts_join(&split->gone, &split->tracks[before]->counter.counts);
    split->gone.restarts++;
    remove_track(split, before);
}

/* Several counters go on side by side: looked for when @p track has advanced. */
static void find_counters(struct sequence_split *split, struct sequence_track *track)
{
    unsigned apart = sequence_tracks_apart(split->tracks, split->count);
    if (track->major || !is_counter(split, track, apart))
        return;
    if (split->view == VIEW_SEVERAL) {
        promote(split, track, apart);
        return;
    }
    struct sequence_track *counters[SEQUENCE_TRACKS_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < split->count; i++)
        if (is_counter(split, split->tracks[i], apart))
            counters[count++] = split->tracks[i];
    if (count < 2)
        return;
    for (unsigned i = 0; i < count; i++)
        counters[i]->major = true;
    split->view = VIEW_SEVERAL;
    free_single(split);
}

/* A run that replaced the old one comes to where that ended: @p copy could be of either. */
static bool has_replaced(const struct sequence_split *split, const struct sequence_track *track)
{
    const struct sequence_track *main = split->tracks[0];
    uint32_t ahead = track->counter.next + SEQUENCE_CLOSE - main->counter.next;
    return split->taken - main->advanced_at > GOES_ON && ahead <= 2 * SEQUENCE_CLOSE &&
           split->taken - track->advanced_at <= GOES_ON;
}

/* The old run has come to where @p track began, and @p copy goes on elsewhere than with the first
 * of that again; or the copy lies above both. */
static bool has_joined(const struct sequence_split *split, const struct sequence_track *track,
                       const struct sequence_copy *copy)
{
    const struct sequence_counter *main = &split->tracks[0]->counter;
    const struct sequence_run *run = &track->counter.run;
    enum sequence_fit fit = sequence_fit_of(main, copy, true);
    if (run->lowest == main->run.highest + 1)
        return copy->number != main->next && fit < SEQUENCE_FIT_WITHIN;
    return track->copies > 1 && run->lowest - main->run.highest <= SEQUENCE_JUMP_MAX &&
           fit == SEQUENCE_FIT_LOOSE &&
           copy->number - track->counter.next < SEQUENCE_JUMP_MAX;
}

/* The old run and another are the same: nothing was foreign. */
static bool has_met(const struct sequence_split *split, const struct sequence_copy *copy)
{
    for (unsigned i = 1; split->single != NULL && i < split->count; i++)
        if (has_replaced(split, split->tracks[i]) || has_joined(split, split->tracks[i], copy))
            return true;
    return false;
}

/* The old run does not go on: what came instead is its continuation. */
static bool has_ended(const struct sequence_split *split)
{
    bool labelled = sequence_tracks_apart(split->tracks, split->count) != 0;
    return split->taken - split->tracks[0]->advanced_at >= (labelled ? ENDED_LABELLED : ENDED);
}

/* Decides what the copies of an open contest are. True if it ended with all of one counter. */
static bool settle(struct sequence_split *split, bool met, bool *strays)
{
    if (split->view == VIEW_SEVERAL || split->single == NULL)
        return false;
    if (met || has_ended(split)) {
        split->view = VIEW_ALL_ARE_ONE;
        return true;
    }
    uint32_t ahead = split->view == VIEW_MAIN ? 0 : AHEAD_MIN;
    split->view = split->resumed >= split->foreign + ahead ? VIEW_MAIN : VIEW_ALL_ARE_ONE;
    if (split->resumed < 2 * split->foreign + SETTLED_AHEAD)
        return false;
    free_single(split);
    split->view = VIEW_MAIN;
    *strays = true;
    return false;
}

static void end(struct sequence *sequence, struct sequence_counter *counter)
{
    bool frugal = sequence->counter.frugal;
    sequence->counter = *counter;
    sequence->counter.frugal = frugal;
    sequence->counter.counts = sequence->split->counts;
    *counter = (struct sequence_counter){0};
    sequence_split_free(sequence->split);
    sequence->split = NULL;
}

/* Forgets foreign copies that came long ago; the split ends with the last. */
static void forget_old(struct sequence *sequence)
{
    struct sequence_split *split = sequence->split;
    if (split->view != VIEW_MAIN || split->single != NULL)
        return;
    for (unsigned i = split->count - 1; i > 0; i--)
        if (split->taken - split->tracks[i]->last_at > FORGOTTEN)
            forget_strays(split, i);
    if (split->count == 1)
        end(sequence, &split->tracks[0]->counter);
}

/* ---- one copy ---- */

static const struct sequence_finding stray = {.kind = SEQUENCE_PENDING,
                                              .taken_for = SEQUENCE_PENDING};

static void note_advance(struct sequence_split *split, struct sequence_track *track)
{
    track->returns += track->away;
    for (unsigned i = 0; i < split->count; i++)
        split->tracks[i]->away = split->tracks[i] != track;
}

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
        add_strays(&split->gone, 1);
        split->foreign++;
        return stray;
    }
    uint32_t advanced = track->advanced;
    struct sequence_finding finding = sequence_track_take(track, copy, split->taken);
    bool advances = track->advanced != advanced;
    count_for(split, track, advances);
    if (advances) {
        note_advance(split, track);
        find_counters(split, track);
    }
    return finding;
}

static bool is_counted(const struct sequence_split *split, const struct sequence_track *track)
{
    return track != NULL &&
           (split->view == VIEW_SEVERAL ? track->major : track == split->tracks[0]);
}

struct sequence_finding sequence_split_take(struct sequence *sequence,
                                            const struct sequence_copy *copy)
{
    struct sequence_split *split = sequence->split;
    const enum view before = split->view;
    struct sequence_finding finding = stray;
    bool strays = false;
    split->taken++;
    part_tracks(split, copy);
    const bool met = has_met(split, copy);
    struct sequence_track *track = track_of(split, copy);
    if (before == VIEW_MAIN && split->single == NULL && track != split->tracks[0])
        begin_contest(split, copy->frame);
    if (split->single != NULL)
        finding = sequence_counter_take(split->single, copy);
    const struct sequence_finding own = give(split, track, copy);
    bool ended = settle(split, met, &strays);
    if (split->view != VIEW_ALL_ARE_ONE)
        finding = is_counted(split, track) ? own : stray;
    finding.held_was_stray |= strays;
    const struct sequence_counts after = counts_of(split);
    reconcile(&finding, &split->counts, &after);
    finding.void_from = split->view != before ? split->contest_frame : 0;
    finding.several = split->view == VIEW_SEVERAL;
    split->counts = after;
    if (ended)
        end(sequence, split->single);
    else
        forget_old(sequence);
    return finding;
}
