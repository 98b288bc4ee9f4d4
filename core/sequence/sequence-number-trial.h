/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Asks whether the numbers alone tell several counters apart that are near each other (quirk Q28,
 * several counters). Copy by copy such numbers look like those of one counter that loses much and
 * is late all the time. Part of core/sequence/sequence-internal.h.
 *
 * A trial begins with the first copy whose number is neither the next one nor near it. It keeps the
 * copies from there on, and puts them in chains: each copy goes to the chain that it continues. Two
 * chains that both go on, again and again after copies of the other, are two counters: if one has
 * the numbers that the other had, which one counter does not send twice; or if they stay so far
 * from each other for so long that no copy of one counter comes so late.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_NUMBER_TRIAL_H
#define CORE_SEQUENCE_SEQUENCE_NUMBER_TRIAL_H

#include "core/sequence/sequence-trial-copies.h"
#include "core/sequence/sequence-trial.h"

enum {
    SEQUENCE_CHAINS_MAX = 11, /* one track is left for copies of no counter */
    SEQUENCE_NUMBER_TRIAL_COPIES = 4096,
    SEQUENCE_TRIAL_WORDS = (1 << 16) / 64,
    SEQUENCE_NUMBER_TRIALS_MAX = 8 /* of one sequence */
};

/** Copies of which each continues one before. */
struct sequence_chain {
    uint32_t from; /* the lowest number */
    uint32_t next; /* behind the highest */
    uint64_t came; /* bit i: next - 1 - i came */
    uint32_t copies;
    uint32_t exact;         /* of these, exact successors */
    uint32_t returns;       /* exact successors that followed one of another chain */
    uint32_t returns_since; /* ... since the latest chain had several copies */
    uint32_t in_a_row;      /* copies since a return, with none of another chain between; or 0 */
    uint32_t turns;         /* how often these were several */
    uint32_t first_at;      /* places in the order of the trial */
    uint32_t last_at;
};

struct sequence_number_trial {
    struct sequence_counter base; /* as it was before */
    struct sequence_chain chains[SEQUENCE_CHAINS_MAX];
    unsigned count;
    unsigned last;                       /* chain of the latest copy */
    bool last_was_next;                  /* ... of which it is the exact successor */
    uint32_t returned_at;                /* the latest return */
    uint32_t collisions;                 /* numbers that came in two chains */
    uint32_t distant;                    /* numbers of which no other chain is near */
    uint64_t came[SEQUENCE_TRIAL_WORDS]; /* a bit for each number, but for its upper 16 bits */
    struct sequence_trial_copies copies;
};

/** True if a trial should begin with @p copy, the next one. */
bool sequence_number_trial_is_due(const struct sequence *sequence,
                                  const struct sequence_copy *copy);

/** A trial of the copies from now on. The caller frees it with sequence_number_trial_free(). */
struct sequence_number_trial *sequence_number_trial_new(const struct sequence_counter *counter);
struct sequence_number_trial *
sequence_number_trial_clone(const struct sequence_number_trial *trial);
void sequence_number_trial_free(struct sequence_number_trial *trial);

/** Takes the next copy. Where several counters are proved, each copy that is kept has its group. */
enum sequence_trial_state sequence_number_trial_take(struct sequence_number_trial *trial,
                                                     const struct sequence_copy *copy);

/** Bytes; 0 of NULL. */
size_t sequence_number_trial_memory(const struct sequence_number_trial *trial);

#endif
