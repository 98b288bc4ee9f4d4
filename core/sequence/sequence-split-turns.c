/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-split-turns.h"

#include <glib.h>

#include "core/sequence/sequence-history.h"
#include "core/sequence/sequence-run.h"

enum {
    RUN_LEAST = 8,    /* numbers of a run; shorter ones may be foreign copies */
    APART_LEAST = 16, /* copies since a run ended: the last ones of a counter may come late */
    RESUMES_WITHIN_FIRST = 1024, /* copies in which a counter must go on again ... */
    RESUMES_WITHIN = 1 << 14,    /* ... and after the second time */
    PROVED_RESUMPTIONS = 4, /* of all counters. Where a counter restarts, late copies make two */
    PROVED_ADVANCED = 64,   /* copies of each that raised its highest number */
    PROVED_EXACT_SHARE = 2  /* of these, one in so many at least is an exact successor */
};

static bool is_long(const struct sequence_run *run)
{
    return run->highest - run->lowest >= RUN_LEAST;
}

/* True if another run has numbers among those of @p run. Where a counter began anew with the same
 * numbers, copies that come late go on with the old ones as well. */
static bool is_crossed(const struct sequence_counter *counter, const struct sequence_run *run)
{
    for (const struct sequence_run *other = &counter->run; other != NULL; other = other->earlier) {
        uint64_t lowest = sequence_extended_at(counter, run->highest, (uint32_t)other->lowest);
        uint64_t highest = lowest + (other->highest - other->lowest);
        if (other != run && sequence_difference(lowest, run->highest) <= 0 &&
            sequence_difference(highest, run->lowest) >= 0)
            return true;
    }
    return false;
}

bool sequence_turns_are_due(const struct sequence_counter *counter,
                            const struct sequence_copy *copy)
{
    if (copy->is_duplicate || counter->low_memory || copy->number == counter->next ||
        !is_long(&counter->run))
        return false;
    for (const struct sequence_run *run = counter->run.earlier; run != NULL; run = run->earlier) {
        uint32_t age = counter->arrivals - run->end_arrival;
        if (is_long(run) && copy->number == sequence_carried(counter, run->highest + 1) &&
            age >= APART_LEAST && age <= SEQUENCE_PAST_MAX && !is_crossed(counter, run))
            return true;
    }
    return false;
}

/* ---- a track for each run ---- */

static unsigned runs_of(const struct sequence_counter *counter, const struct sequence_run **runs)
{
    unsigned count = 0;
    for (const struct sequence_run *run = &counter->run; run != NULL && count <= SEQUENCE_RUNS_MAX;
         run = run->earlier)
        runs[count++] = run;
    return count;
}

/* The track that @p run goes on with; NULL: none. */
static struct sequence_track *continued_by(const struct sequence_split *split,
                                           const struct sequence_run *run)
{
    for (unsigned i = 0; i < split->count; i++) {
        struct sequence_counter *counter = &split->tracks[i]->counter;
        if ((uint32_t)run->lowest - counter->next < SEQUENCE_CLOSE)
            return split->tracks[i];
    }
    return NULL;
}

/* How many copies ago; no more than the split has. */
static uint32_t age_of(const struct sequence_split *split, const struct sequence_counter *base,
                       uint32_t arrival)
{
    return MIN(base->arrivals - arrival, split->taken);
}

/* The first copy of the run began none: it went on with a counter, or was the first of one. */
static void note_first(struct sequence_counter *counter, const struct sequence_run *run,
                       const struct sequence_finding *finding)
{
    const struct sequence_arrival first = {
        .number = run->first_number, .frame = run->first_frame, .order = run->first_arrival};
    sequence_history_revise(counter, &first, finding);
}

static struct sequence_track *begin_track(struct sequence_split *split,
                                          const struct sequence_run *run)
{
    static const struct sequence_finding began = {.kind = SEQUENCE_FIRST};
    const struct sequence_counter *base = split->single;
    const bool oldest = split->count == 0;
    struct sequence_track *track = sequence_split_add(split, &run->label);
    struct sequence_counter *counter = &track->counter;
    counter->begun = true;
    counter->width = base->width;
    counter->wide = base->wide;
    counter->arrivals = base->arrivals;
    counter->gap_max = base->gap_max;
    counter->label = run->label;
    sequence_run_copy(counter, run);
    track->first_at = split->taken - age_of(split, base, run->first_arrival);
    if (!oldest)
        note_first(counter, run, &began);
    return track;
}

static void continue_track(struct sequence_track *track, const struct sequence_run *run)
{
    struct sequence_counter *counter = &track->counter;
    struct sequence_finding finding = {.kind = SEQUENCE_NEXT, .missing = counter->run.highest + 1};
    finding.frame = counter->run.highest_frame;
    finding.lost = (uint32_t)run->lowest - counter->next;
    if (finding.lost > 0)
        finding.kind = SEQUENCE_GAP;
    note_first(counter, run, &finding);
    sequence_run_append(counter, run);
    track->returns++;
}

/* Gives the run to the track that it goes on with, or to one of its own. */
static void add_run(struct sequence_split *split, const struct sequence_run *run)
{
    const struct sequence_counter *base = split->single;
    const bool present = run == &base->run;
    struct sequence_track *track = continued_by(split, run);
    uint64_t missing = sequence_run_missing(run);
    split->gone.lost -= missing;
    split->gone.copies -= run->highest - run->lowest + 1 - missing;
    if (track != NULL)
        continue_track(track, run);
    else
        track = begin_track(split, run);
    track->counter.next = sequence_carried(&track->counter, track->counter.run.highest + 1);
    track->advanced_at = split->taken - (present ? 0 : age_of(split, base, run->end_arrival));
    track->last_at = track->advanced_at;
    track->away = !present;
}

static void count_track(struct sequence_track *track)
{
    struct sequence_counts *counts = &track->counter.counts;
    const struct sequence_run *run = &track->counter.run;
    counts->lost = sequence_run_missing(run);
    counts->copies = run->highest - run->lowest + 1 - counts->lost;
    sequence_track_count_run(track);
}

struct sequence_split *sequence_turns_new(struct sequence_counter *counter,
                                          enum sequence_recording recording)
{
    const struct sequence_run *runs[SEQUENCE_RUNS_MAX + 1];
    struct sequence_split *split = g_new0(struct sequence_split, 1);
    split->single = g_new(struct sequence_counter, 1);
    *split->single = *counter;
    *counter = (struct sequence_counter){.low_memory = counter->low_memory};
    sequence_history_set(split->single, SEQUENCE_RECORDS_AND_KEEPS);
    unsigned count = runs_of(split->single, runs);
    split->turns = true;
    split->taken = SEQUENCE_PAST_MAX;
    split->returned_at = split->taken;
    split->recording = recording;
    split->counts = split->single->counts;
    split->gone = split->counts;
    split->gone.restarts -= MIN(split->gone.restarts, count - 1);
    for (unsigned i = count; i > 0; i--)
        add_run(split, runs[i - 1]);
    for (unsigned i = 0; i < split->count; i++)
        count_track(split->tracks[i]);
    return split;
}

/* ---- what the copies are ---- */

bool sequence_turns_ended(const struct sequence_split *split)
{
    uint32_t within = split->resumptions < 2 ? RESUMES_WITHIN_FIRST : RESUMES_WITHIN;
    return split->taken - split->returned_at >= within;
}

bool sequence_turns_prove(const struct sequence_split *split, const struct sequence_track *track)
{
    return split->turns && split->resumptions >= PROVED_RESUMPTIONS &&
           track->advanced >= PROVED_ADVANCED &&
           track->exact * PROVED_EXACT_SHARE >= track->advanced;
}
