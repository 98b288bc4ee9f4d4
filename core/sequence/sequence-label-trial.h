/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Asks whether a part of the label tells several counters apart whose numbers are near each other,
 * as those of line cards that started together (quirk Q28, several counters). By their numbers
 * alone such copies look like those of one counter that are late. Part of
 * core/sequence/sequence-internal.h.
 *
 * A trial begins with the first copy that is out of order and has another label than the first one
 * of its counter. It keeps the copies from there on, and follows for each part of the label the
 * numbers of each of its values. Two values number separately if the same numbers come under both,
 * with other content, or numbers far apart, while both go on: one counter does not do that, in
 * whatever order its copies come. Many returns to numbers at some distance show the same.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_LABEL_TRIAL_H
#define CORE_SEQUENCE_SEQUENCE_LABEL_TRIAL_H

#include "core/sequence/sequence-trial-copies.h"
#include "core/sequence/sequence-trial.h"

enum {
    SEQUENCE_TRIAL_VALUES = 8, /* of a part of the label; more are no counters */
    SEQUENCE_TRIAL_COPIES = 2048,
    SEQUENCE_TRIALS_MAX = 4 /* of one sequence, as labels may vary within a counter */
};

/** The copies with one value of a part of the label. */
struct sequence_trial_value {
    uint64_t value;
    uint32_t next;
    uint32_t from; /* all numbers from here to `next` came */
    uint32_t copies;
    uint32_t exact;   /* of these, exact successors */
    uint32_t returns; /* exact successors that followed a copy of another value */
};

struct sequence_trial_part {
    bool refuted; /* this part tells no counters apart */
    unsigned count;
    unsigned last;       /* value of the latest copy */
    unsigned collisions; /* numbers that came under two values, or far apart */
    unsigned distant;    /* numbers of which no other value is near */
    struct sequence_trial_value values[SEQUENCE_TRIAL_VALUES];
};

struct sequence_label_trial {
    struct sequence_counter base; /* as it was before */
    struct sequence_trial_part parts[SEQUENCE_LABEL_PARTS];
    struct sequence_trial_copies copies;
};

/** True if a trial should begin with @p copy, the next one. */
bool sequence_label_trial_is_due(const struct sequence *sequence, const struct sequence_copy *copy);

/** A trial of the copies from now on. The caller frees it with sequence_label_trial_free(). */
struct sequence_label_trial *sequence_label_trial_new(const struct sequence_counter *counter);
struct sequence_label_trial *sequence_label_trial_clone(const struct sequence_label_trial *trial);
void sequence_label_trial_free(struct sequence_label_trial *trial);

/** Takes the next copy. Where a part is proved to tell counters apart, each copy that is kept has
 * the group of its value. */
enum sequence_trial_state sequence_label_trial_take(struct sequence_label_trial *trial,
                                                    const struct sequence_copy *copy);

/** Bytes; 0 of NULL. */
size_t sequence_label_trial_memory(const struct sequence_label_trial *trial);

#endif
