/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence.h"

#include <glib.h>

#include "core/sequence/sequence-internal.h"
#include "core/sequence/sequence-label-trial.h"
#include "core/sequence/sequence-number-trial.h"
#include "core/sequence/sequence-revisions.h"
#include "core/sequence/sequence-split-adopt.h"
#include "core/sequence/sequence-split.h"

struct sequence *sequence_new(void)
{
    return g_new0(struct sequence, 1);
}

void sequence_free(struct sequence *sequence)
{
    if (sequence->split != NULL)
        sequence_split_free(sequence->split);
    sequence_label_trial_free(sequence->label_trial);
    sequence_number_trial_free(sequence->number_trial);
    sequence_revisions_free(sequence->revisions);
    sequence_counter_clear(&sequence->counter);
    g_free(sequence);
}

struct sequence *sequence_clone(const struct sequence *sequence)
{
    struct sequence *clone = g_new0(struct sequence, 1);
    clone->recording = sequence->recording;
    sequence_counter_clone(&clone->counter, &sequence->counter);
    if (sequence->split != NULL)
        clone->split = sequence_split_clone(sequence->split);
    if (sequence->label_trial != NULL)
        clone->label_trial = sequence_label_trial_clone(sequence->label_trial);
    clone->label_trials = sequence->label_trials;
    if (sequence->number_trial != NULL)
        clone->number_trial = sequence_number_trial_clone(sequence->number_trial);
    clone->number_trials = sequence->number_trials;
    return clone;
}

size_t sequence_memory(const struct sequence *sequence)
{
    size_t beyond =
        sequence->split != NULL ? sequence_split_memory(sequence->split) : sequence->counter.memory;
    return sizeof *sequence + beyond + sequence_revisions_memory(sequence->revisions) +
           sequence_label_trial_memory(sequence->label_trial) +
           sequence_number_trial_memory(sequence->number_trial);
}

static void end_label_trial(struct sequence *sequence)
{
    sequence_label_trial_free(sequence->label_trial);
    sequence->label_trial = NULL;
}

static void end_number_trial(struct sequence *sequence)
{
    sequence_number_trial_free(sequence->number_trial);
    sequence->number_trial = NULL;
}

void sequence_set_low_memory(struct sequence *sequence, bool low_memory)
{
    sequence->counter.low_memory = low_memory;
    if (low_memory) {
        end_label_trial(sequence);
        end_number_trial(sequence);
    }
    if (sequence->split != NULL)
        sequence_split_set_low_memory(sequence->split, low_memory);
}

void sequence_set_recorded(struct sequence *sequence)
{
    sequence->recording = SEQUENCE_RECORDS_ALL;
    sequence_history_set(&sequence->counter, SEQUENCE_RECORDS_ALL);
}

/* Passes the copy to the trial of labels, which may begin with it. True if the trial proved several
 * counters; then the copy is taken, too. */
static bool try_labels(struct sequence *sequence, const struct sequence_copy *copy,
                       struct sequence_finding *finding)
{
    if (sequence_label_trial_is_due(sequence, copy)) {
        sequence->label_trial = sequence_label_trial_new(&sequence->counter);
        sequence->label_trials++;
    }
    if (sequence->label_trial == NULL)
        return false;
    enum sequence_trial_state state = sequence_label_trial_take(sequence->label_trial, copy);
    if (state == SEQUENCE_TRIAL_PROVED)
        *finding = sequence_split_adopt(sequence, &sequence->label_trial->base,
                                        &sequence->label_trial->copies);
    if (state != SEQUENCE_TRIAL_OPEN)
        end_label_trial(sequence);
    return state == SEQUENCE_TRIAL_PROVED;
}

/* The same with the trial of numbers. */
static bool try_numbers(struct sequence *sequence, const struct sequence_copy *copy,
                        struct sequence_finding *finding)
{
    if (sequence->number_trial == NULL && sequence_number_trial_is_due(sequence, copy)) {
        sequence->number_trial = sequence_number_trial_new(&sequence->counter);
        sequence->number_trials++;
    }
    struct sequence_number_trial *trial = sequence->number_trial;
    if (trial == NULL)
        return false;
    enum sequence_trial_state state = sequence_number_trial_take(trial, copy);
    if (state == SEQUENCE_TRIAL_PROVED)
        *finding = sequence_split_adopt(sequence, &trial->base, &trial->copies);
    if (state != SEQUENCE_TRIAL_OPEN)
        end_number_trial(sequence);
    return state == SEQUENCE_TRIAL_PROVED;
}

static struct sequence_finding take(struct sequence *sequence, const struct sequence_copy *copy)
{
    struct sequence_finding proved;
    if (try_labels(sequence, copy, &proved)) {
        end_number_trial(sequence);
        return proved;
    }
    if (try_numbers(sequence, copy, &proved)) {
        end_label_trial(sequence);
        return proved;
    }
    if (sequence->split != NULL || sequence_split_begin(sequence, copy))
        return sequence_split_take(sequence, copy);
    struct sequence_finding finding = sequence_counter_take(&sequence->counter, copy);
    sequence_revisions_collect(&sequence->revisions, &sequence->counter);
    if (sequence->label_trial != NULL || sequence->number_trial != NULL)
        sequence->counter.in_order = false; /* a trial has to see the next copy, too */
    return finding;
}

struct sequence_finding sequence_take(struct sequence *sequence, const struct sequence_copy *copy)
{
    if (sequence_counter_take_plain(&sequence->counter, copy))
        return (struct sequence_finding){.kind = SEQUENCE_NEXT, .plain = true};
    sequence_revisions_begin(sequence->revisions);
    struct sequence_finding finding = take(sequence, copy);
    finding.revises = sequence->revisions != NULL && sequence->revisions->count > 0;
    finding.plain &= !finding.revises;
    return finding;
}

const struct sequence_revision *sequence_revisions(const struct sequence *sequence, unsigned *count)
{
    *count = sequence->revisions != NULL ? sequence->revisions->count : 0;
    return *count > 0 ? sequence->revisions->items : NULL;
}

const struct sequence_counts *sequence_counts_so_far(const struct sequence *sequence)
{
    return sequence->split != NULL ? sequence_split_counts(sequence->split)
                                   : &sequence->counter.counts;
}

unsigned sequence_counters(const struct sequence *sequence, unsigned *apart)
{
    *apart = 0;
    return sequence->split != NULL ? sequence_split_counters(sequence->split, apart) : 1;
}
