/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Assigns each copy of a split sequence to a track, by label and number, and decides which tracks
 * are counters. */
#include "core/sequence/sequence-split-tracks.h"

#include <glib.h>
#include <string.h>

#include "core/sequence/sequence-history.h"
#include "core/sequence/sequence-split-turns.h"

enum {
    RESTART_AWAY = 64, /* a counter that restarts has sent nothing for this many copies ... */
    RESTART_AWAY_UNLABELLED = 256, /* ... and where the numbers alone tell counters apart */
    RESTART_AWAY_TURNS = 4096,     /* ... and take turns */
    RETIRED = 1024,         /* a counter without a copy among the last RETIRED may be evicted */
    TURN_LEAST = 8,         /* copies that one sends before another goes on; fewer come late */
    LONG_LIVED = 64,        /* copies of one that takes turns: it may have longer gaps */
    FOREIGN_MAX = 4,        /* a track with fewer copies is treated as foreign */
    JUMP_BITS_END = 1 << 11 /* above SEQUENCE_JUMP_MAX */
};

/* ---- which track ---- */

struct sequence_track *sequence_split_add(struct sequence_split *split,
                                          const struct sequence_label *label)
{
    struct sequence_track *track = sequence_track_new(label, split->taken);
    sequence_history_set(&track->counter, SEQUENCE_RECORDS_AND_KEEPS);
    split->tracks[split->count++] = track;
    return track;
}

static void remove_track(struct sequence_split *split, unsigned index)
{
    sequence_track_free(split->tracks[index]);
    split->count--;
    memmove(&split->tracks[index], &split->tracks[index + 1],
            (split->count - index) * sizeof(struct sequence_track *));
}

void sequence_split_forget(struct sequence_split *split, unsigned index)
{
    sequence_split_add_strays(&split->gone, split->tracks[index]->copies);
    remove_track(split, index);
}

static bool is_kept(const struct sequence_split *split, unsigned index)
{
    const struct sequence_track *track = split->tracks[index];
    return track->major || (index == 0 && split->view != SEQUENCE_VIEW_SEVERAL) ||
           (split->turns && track->copies >= LONG_LIVED);
}

/* A counter that ended keeps its counts and leaves its room. */
static void retire(struct sequence_split *split, unsigned index)
{
    sequence_counts_join(&split->gone, &split->tracks[index]->counter.counts);
    remove_track(split, index);
}

static unsigned longest_silent(const struct sequence_split *split)
{
    unsigned longest = 0;
    for (unsigned i = 1; i < split->count; i++)
        if (split->taken - split->tracks[i]->last_at >
            split->taken - split->tracks[longest]->last_at)
            longest = i;
    return longest;
}

bool sequence_split_make_room(struct sequence_split *split)
{
    unsigned oldest = split->count;
    if (split->count < SEQUENCE_TRACKS_MAX)
        return true;
    for (unsigned i = 0; i < split->count; i++)
        if (!is_kept(split, i) &&
            (oldest == split->count || split->tracks[i]->last_at < split->tracks[oldest]->last_at))
            oldest = i;
    if (oldest < split->count) {
        sequence_split_forget(split, oldest);
        return true;
    }
    unsigned silent = longest_silent(split);
    if (split->taken - split->tracks[silent]->last_at < RETIRED)
        return false;
    retire(split, silent);
    return true;
}

static bool is_long_lived(const struct sequence_split *split, unsigned index)
{
    return index == 0 || split->tracks[index]->major ||
           (split->turns && split->tracks[index]->copies >= LONG_LIVED);
}

/* True if the label differs from that of every track in a part that is constant in the track. */
static bool has_label_of_none(const struct sequence_split *split,
                              const struct sequence_label *label)
{
    for (unsigned i = 0; i < split->count; i++)
        if (!sequence_track_has_other_label(split->tracks[i], label))
            return false;
    return true;
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
    /* A track of a few foreign copies, or of copies without order, must not attract copies of a
     * counter whose numbers pass by. A track that was split off may be the counter itself. */
    bool doubtful = track->split_off && split->single != NULL;
    bool few = !is_long_lived(split, index) &&
               (!sequence_track_is_orderly(track) || (track->copies < FOREIGN_MAX && !doubtful));
    if (few && *fit == SEQUENCE_FIT_LOOSE)
        *fit = SEQUENCE_FIT_FOREIGN;
    else if (few && *fit > SEQUENCE_FIT_LOOSE && *fit < SEQUENCE_FIT_DUPLICATE)
        *fit = SEQUENCE_FIT_LOOSE;
    unsigned differ =
        copy->label != NULL ? sequence_label_difference(&track->label, copy->label) & apart : 0;
    uint64_t alike = SEQUENCE_LABEL_PARTS - (unsigned)__builtin_popcount(differ);
    uint32_t ahead = copy->number - track->counter.next;
    uint64_t near = ahead < JUMP_BITS_END ? JUMP_BITS_END - ahead : 0;
    return alike << 52 | (uint64_t)*fit << 48 | near << 32 | track->advanced_at;
}

/* True if what tells the counters apart says that the copy is not of @p best, however well its
 * number fits. A path can change while a counter goes on, and with it all that is not the device's
 * own. */
static bool is_of_other_counter(const struct sequence_split *split,
                                const struct sequence_track *best, unsigned apart,
                                const struct sequence_label *label, enum sequence_fit fit)
{
    return split->view == SEQUENCE_VIEW_SEVERAL && label != NULL &&
           (sequence_label_difference(&best->label, label) & apart) != 0 &&
           !(fit == SEQUENCE_FIT_NEXT && sequence_label_tells_senders(apart));
}

/* True if this and the last copy with a reused number have consecutive numbers: both belong to
 * another counter. */
static bool goes_on_reusing(struct sequence_split *split, const struct sequence_copy *copy)
{
    uint32_t step = copy->number - split->last_reused;
    split->last_reused = copy->number;
    return step >= 1 && step <= SEQUENCE_CLOSE;
}

struct sequence_track *sequence_split_track_of(struct sequence_split *split,
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
    if (best_fit == SEQUENCE_FIT_NOT && copy->is_duplicate)
        return split->tracks[0];
    bool other = best_fit == SEQUENCE_FIT_NOT ||
                 is_of_other_counter(split, split->tracks[best], apart, copy->label, best_fit) ||
                 ((best_fit == SEQUENCE_FIT_LOOSE || best_fit == SEQUENCE_FIT_FOREIGN) &&
                  sequence_track_has_other_label(split->tracks[best], copy->label)) ||
                 (best_fit == SEQUENCE_FIT_REUSED &&
                  ((split->single != NULL && split->view != SEQUENCE_VIEW_SEVERAL) ||
                   goes_on_reusing(split, copy) || has_label_of_none(split, copy->label)));
    if (!other)
        return split->tracks[best];
    return sequence_split_make_room(split) ? sequence_split_add(split, copy->label) : NULL;
}

/* ---- what the copies are ---- */

void sequence_split_note_advance(struct sequence_split *split, struct sequence_track *track,
                                 uint32_t before)
{
    if (track->away) {
        track->returns++;
        track->in_a_row = 0;
        split->longest_away = MAX(split->longest_away, split->taken - before);
    }
    if (++track->in_a_row == TURN_LEAST) {
        split->resumptions++;
        split->returned_at = split->taken;
    }
    for (unsigned i = 0; i < split->count; i++)
        split->tracks[i]->away = split->tracks[i] != track;
}

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
 * twice. Copies that go on towards the beginning of others are of the same counter, and came late.
 */
static bool keeps_step(const struct sequence_split *split, const struct sequence_track *track)
{
    for (unsigned i = 0; i < split->count; i++) {
        const struct sequence_track *other = split->tracks[i];
        uint64_t highest = track->counter.run.highest;
        if (other != track && other->counter.run.lowest - highest - 1 < SEQUENCE_NEAR)
            return true;
        if (other != track &&
            highest + SEQUENCE_CLOSE - other->counter.run.highest <= 2 * (uint64_t)SEQUENCE_CLOSE)
            return true;
    }
    return false;
}

static bool is_counter(const struct sequence_split *split, const struct sequence_track *track,
                       unsigned apart)
{
    bool labelled = is_labelled(split, track, apart);
    return (sequence_turns_prove(split, track) ||
            sequence_track_is_counter(track, split->taken, labelled)) &&
           (labelled || !keeps_step(split, track));
}

/* The index of the counter that restarted and that @p now continues; split->count if there is
 * none. */
static unsigned find_restarted(const struct sequence_split *split, const struct sequence_track *now,
                               unsigned apart)
{
    const uint32_t usual = apart != 0 ? RESTART_AWAY : RESTART_AWAY_UNLABELLED;
    /* One that takes turns may still go on. */
    const uint32_t away = MAX(split->turns ? RESTART_AWAY_TURNS : usual, 2 * split->longest_away);
    for (unsigned i = 0; i < split->count; i++) {
        const struct sequence_track *track = split->tracks[i];
        if (track != now && track->major && track->advanced_at < now->first_at &&
            split->taken - track->advanced_at >= away &&
            (sequence_label_difference(&track->label, &now->label) & apart) == 0)
            return i;
    }
    return split->count;
}

/* Counts a counter that went on before @p track began, and not since, as restarted. */
static void join_restarted(struct sequence_split *split, struct sequence_track *track,
                           unsigned apart)
{
    unsigned before = find_restarted(split, track, apart);
    if (before == split->count)
        return;
    track->began_late = false;
    split->reread = true;
    retire(split, before);
    split->gone.restarts++;
    sequence_history_restarted(&track->counter);
}

static void promote(struct sequence_split *split, struct sequence_track *track, unsigned apart)
{
    track->major = true;
    track->began_late = true;
    split->reread = true;
    join_restarted(split, track, apart);
}

void sequence_split_find_restarts(struct sequence_split *split)
{
    if (split->view != SEQUENCE_VIEW_SEVERAL || split->taken % RESTART_AWAY != 0)
        return;
    unsigned apart = sequence_tracks_apart(split->tracks, split->count);
    for (unsigned i = split->count; i > 0; i--)
        if (i <= split->count && split->tracks[i - 1]->began_late)
            join_restarted(split, split->tracks[i - 1], apart);
}

/* True if @p track has not gone on since another that goes on began: it restarted there, or ended.
 * Foreign copies between its own prove nothing of another counter. */
static bool ended_before_others(const struct sequence_track *track,
                                struct sequence_track *const *counters, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (track->advanced_at < counters[i]->first_at)
            return true;
    return false;
}

void sequence_split_find_counters(struct sequence_split *split, struct sequence_track *track)
{
    unsigned apart = sequence_tracks_apart(split->tracks, split->count);
    if (track->major || !is_counter(split, track, apart))
        return;
    if (split->view == SEQUENCE_VIEW_SEVERAL) {
        promote(split, track, apart);
        return;
    }
    struct sequence_track *counters[SEQUENCE_TRACKS_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < split->count; i++)
        if (is_counter(split, split->tracks[i], apart))
            counters[count++] = split->tracks[i];
    unsigned side_by_side = 0;
    for (unsigned i = 0; i < count; i++)
        side_by_side += split->turns || !ended_before_others(counters[i], counters, count);
    if (side_by_side < 2)
        return;
    for (unsigned i = 0; i < count; i++)
        counters[i]->major = true;
    split->view = SEQUENCE_VIEW_SEVERAL;
}
