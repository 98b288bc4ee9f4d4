/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-split-adopt.h"

#include <glib.h>

#include "core/sequence/sequence-history.h"
#include "core/sequence/sequence-split-counts.h"
#include "core/sequence/sequence-split-revise.h"
#include "core/sequence/sequence-split.h"

enum {
    COUNTER_LEAST = 4,     /* a group with fewer copies is that of foreign ones */
    GROUPS = UINT8_MAX + 1 /* SEQUENCE_TRIAL_NO_GROUP included */
};

static void begin(struct sequence_split *split, struct sequence_counter *base)
{
    struct sequence_track *first = sequence_split_add(split, &base->label);
    first->counter = *base;
    sequence_track_count_run(first);
    *base = (struct sequence_counter){0};
    sequence_history_set(&first->counter, SEQUENCE_RECORDS_AND_KEEPS);
}

static struct sequence_finding give(struct sequence_split *split, struct sequence_track *track,
                                    const struct sequence_copy *copy, bool foreign)
{
    const uint32_t advanced = track->advanced;
    const uint32_t advanced_at = track->advanced_at;
    const struct sequence_finding finding = sequence_track_take(track, copy, split->taken);
    if (track->advanced != advanced)
        sequence_split_note_advance(split, track, advanced_at);
    track->major = track->copies >= COUNTER_LEAST && !foreign;
    split->took_counted = track->major;
    return finding;
}

/* Gives the copies to the counters. Returns what the last of them means. */
static struct sequence_finding give_all(struct sequence_split *split,
                                        const struct sequence_trial_copies *copies)
{
    struct sequence_track *tracks[GROUPS] = {split->tracks[0]};
    struct sequence_finding finding = {.kind = SEQUENCE_NEXT};
    for (uint32_t i = 0; i < copies->count; i++) {
        const struct sequence_trial_copy *kept = &copies->items[i];
        struct sequence_copy copy = kept->copy;
        copy.label = &kept->label;
        split->taken++;
        struct sequence_track **track = &tracks[kept->group];
        if (*track == NULL)
            *track = sequence_split_add(split, copy.label);
        finding = give(split, *track, &copy, kept->group == SEQUENCE_TRIAL_NO_GROUP);
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
                                             struct sequence_counter *base,
                                             const struct sequence_trial_copies *copies)
{
    struct sequence_split *split = g_new0(struct sequence_split, 1);
    const struct sequence_copy last = copies->items[copies->count - 1].copy;
    const struct sequence_counts before = *sequence_counts_so_far(sequence);
    split->view = SEQUENCE_VIEW_SEVERAL;
    split->recording = sequence->recording;
    begin(split, base);
    struct sequence_finding finding = give_all(split, copies);
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
