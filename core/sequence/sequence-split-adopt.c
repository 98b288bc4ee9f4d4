/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-split-adopt.h"

#include <glib.h>

#include "core/sequence/sequence-history.h"
#include "core/sequence/sequence-split-counts.h"
#include "core/sequence/sequence-split-revise.h"
#include "core/sequence/sequence-split.h"

/* A value with fewer copies is that of foreign ones. */
enum { COUNTER_LEAST = 4 };

static struct sequence_track *track_with(struct sequence_split *split,
                                         const struct sequence_label *label,
                                         enum sequence_label_part part)
{
    for (unsigned i = 0; i < split->count; i++)
        if ((sequence_label_difference(&split->tracks[i]->label, label) & 1u << part) == 0)
            return split->tracks[i];
    return sequence_split_add(split, label);
}

static void begin(struct sequence_split *split, struct sequence_counter *base)
{
    struct sequence_track *first = sequence_split_add(split, &base->label);
    first->counter = *base;
    sequence_track_count_run(first);
    *base = (struct sequence_counter){0};
    sequence_history_set(&first->counter, SEQUENCE_RECORDS_AND_KEEPS);
}

/* Gives the copies to the counters. Returns what the last of them means. */
static struct sequence_finding give_all(struct sequence_split *split,
                                        struct sequence_label_trial *trial,
                                        enum sequence_label_part part)
{
    struct sequence_finding finding = {.kind = SEQUENCE_NEXT};
    for (uint32_t i = 0; i < trial->count; i++) {
        struct sequence_copy copy = trial->copies[i].copy;
        copy.label = &trial->copies[i].label;
        split->taken++;
        struct sequence_track *track = track_with(split, copy.label, part);
        uint32_t advanced = track->advanced;
        uint32_t advanced_at = track->advanced_at;
        finding = sequence_track_take(track, &copy, split->taken);
        if (track->advanced != advanced)
            sequence_split_note_advance(split, track, advanced_at);
        track->major = track->copies >= COUNTER_LEAST;
        split->took_counted = track->major;
    }
    return finding;
}

/* What the sequence had made of these copies is void. */
static void replace(struct sequence *sequence, struct sequence_split *split)
{
    if (sequence->split != NULL)
        sequence_split_free(sequence->split);
    sequence_counter_clear(&sequence->counter);
    sequence->counter.low_memory = split->tracks[0]->counter.low_memory;
    sequence->split = split;
}

struct sequence_finding sequence_split_adopt(struct sequence *sequence,
                                             enum sequence_label_part part)
{
    struct sequence_label_trial *trial = sequence->trial;
    struct sequence_split *split = g_new0(struct sequence_split, 1);
    const struct sequence_copy last = trial->copies[trial->count - 1].copy;
    const struct sequence_counts before = *sequence_counts_so_far(sequence);
    split->view = SEQUENCE_VIEW_SEVERAL;
    split->recording = sequence->recording;
    begin(split, &trial->base);
    struct sequence_finding finding = give_all(split, trial, part);
    if (!split->took_counted)
        finding =
            (struct sequence_finding){.kind = SEQUENCE_PENDING, .taken_for = SEQUENCE_PENDING};
    split->counts = sequence_split_sum(split);
    sequence_split_reconcile(&finding, &before, &split->counts);
    replace(sequence, split);
    sequence_split_revise(split, &last, true, &sequence->revisions);
    for (unsigned i = 0; i < split->count; i++)
        if (sequence_split_counts_track(split, i))
            sequence_history_set(&split->tracks[i]->counter, split->recording);
    finding.several = true;
    finding.plain = false;
    return finding;
}
