/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The latest copies of a counter and their present meaning. Part of
 * core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_HISTORY_H
#define CORE_SEQUENCE_SEQUENCE_HISTORY_H

#include "core/sequence/sequence-internal.h"

/** One copy, and what it means by what is known now. */
struct sequence_note {
    uint64_t frame;
    uint64_t missing; /* as in struct sequence_finding, like the rest */
    uint64_t other_frame;
    uint32_t number;
    uint32_t lost;
    uint32_t extent;
    uint8_t kind;
    uint8_t taken_for;
    bool found;
    bool revised; /* changed since it was last reported in sequence_revisions() */
};

struct sequence_history {
    struct sequence_note *notes; /* frames do not fall */
    uint32_t count;
    uint32_t capacity;
    uint32_t revised; /* of the notes */
};

/** The counter's notes; @p count: how many. */
const struct sequence_note *sequence_history_notes(const struct sequence_counter *counter,
                                                   uint32_t *count);

/** Notes what the copy that was just taken means. */
void sequence_history_add(struct sequence_counter *counter, const struct sequence_arrival *copy,
                          const struct sequence_finding *finding);

/** The copy turned out to mean @p finding. */
void sequence_history_revise(struct sequence_counter *counter, const struct sequence_arrival *copy,
                             const struct sequence_finding *finding);

/** Changes the latest @p copies duplicates to SEQUENCE_CONSTANT. */
void sequence_history_constant(struct sequence_counter *counter, unsigned copies);

/** Marks a copy as late: it continued a run after the next run had begun. */
void sequence_history_overtaken(struct sequence_counter *counter,
                                const struct sequence_arrival *copy, uint32_t extent,
                                uint64_t by_frame);

/** Marks the first copy as a restart: this counter continues another one. */
void sequence_history_restarted(struct sequence_counter *counter);

/** NULL if it is not noted. */
const struct sequence_note *sequence_history_find(const struct sequence_counter *counter,
                                                  uint64_t frame, uint32_t number);

/** Copies that counted as late until the run was split. */
struct sequence_handed {
    uint32_t late;   /* of those that the upper part got */
    uint32_t strays; /* between the parts: now strays of the lower part */
};

/**
 * Splits the notes as @p discontinuity splits the run: those from its first number on become those
 * of @p upper; the copies that came late before its gap went on with the run of @p lower.
 */
struct sequence_handed sequence_history_split(struct sequence_counter *lower,
                                              const struct sequence_discontinuity *discontinuity,
                                              struct sequence_counter *upper);

void sequence_history_set(struct sequence_counter *counter, enum sequence_recording recording);

/** Marks all notes as reported. */
void sequence_history_told(struct sequence_counter *counter);

struct sequence_finding sequence_history_finding(const struct sequence_note *note);

void sequence_history_clear(struct sequence_counter *counter);
void sequence_history_clone(struct sequence_counter *counter);

#endif
