/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * One GRE sequence counter (RFC 2890) followed through the copies that carry it: what is lost,
 * late (RFC 4737), a duplicate, or a restart (RFC 3550, A.1).
 *
 * Kept is not what came but what is missing: the gaps below the highest number, each with the copy
 * that revealed it. A counter in order costs sizeof(struct sequence) and nothing else.
 *
 * - lost: numbers between the lowest and the highest received, since the last restart, that never
 *   came.
 * - late: below the highest, and missing until now. Its extent is how many copies arrived since the
 *   first one with a higher number, that one counted, duplicates left out (RFC 4737,
 * section 4.2.1). A late copy is no longer lost. One below the lowest moves the lowest down.
 * - duplicate: received before.
 * - restart: the counter began again (quirk Q27). A number that was received before but with other
 *   content, or one too far away to be loss or lateness, is held; if the next copy has the number
 *   after it, both belong to a new run, else the held one was a stray.
 * - constant: the counter never moved since the first copy (quirk Q3): there is no sequence.
 */
#ifndef CORE_SEQUENCE_H
#define CORE_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SEQUENCE_LATE_MAX = 1 << 16, /* numbers below the highest at which a copy may still be late */
    SEQUENCE_LOSS_MAX = 1 << 24, /* numbers that one gap may have; above, a restart is likelier */
    SEQUENCE_GAPS_MAX = 4096 /* remembered; a copy out of an older gap counts as late by guess */
};

enum sequence_kind {
    SEQUENCE_FIRST,     /* of the counter */
    SEQUENCE_NEXT,      /* the exact successor of the highest */
    SEQUENCE_GAP,       /* above it: finding.lost numbers are missing before */
    SEQUENCE_LATE,      /* below it and missing until now */
    SEQUENCE_DUPLICATE, /* received before */
    SEQUENCE_HELD,      /* out of place: the next copy tells what it is */
    SEQUENCE_RESTART,   /* this copy and the held one before it began a new run */
    SEQUENCE_CONSTANT   /* the same number in every copy so far */
};

/** What one copy meant. Findings add up: see sequence_counts_add(). */
struct sequence_finding {
    enum sequence_kind kind;
    uint32_t lost;    /* GAP: numbers missing before it. LATE below the lowest: newly missing */
    uint32_t extent;  /* LATE: in copies; 0 if not known */
    uint64_t frame;   /* GAP: the copy before the gap. LATE: the one that revealed the gap.
                         RESTART: the held copy. Else, or if not known, 0 */
    uint64_t missing; /* GAP: the first missing number, as extended over wraps */
    bool found;       /* LATE: it was in a remembered gap or below the lowest: one less is lost */
    bool held_was_stray; /* the copy held before this one turned out to belong nowhere */
    bool narrowed;       /* the counter turned out to wrap at 30 bits (quirk Q4) */
};

struct sequence_counts {
    uint64_t copies; /* with a number; strays and duplicates counted */
    uint64_t lost;
    uint64_t late;
    uint64_t duplicates;
    uint64_t restarts;
    uint64_t strays;
    uint64_t constants; /* copies of kind SEQUENCE_CONSTANT */
    uint32_t extent_max;
};

struct sequence_gap;

struct sequence {
    bool begun;
    bool constant; /* no copy had another number than the first */
    bool held;
    uint8_t width;        /* bits: 32, or 30 once quirk Q4 was seen */
    uint32_t held_number; /* with held */
    uint64_t held_frame;  /* with held */
    uint64_t highest;     /* extended: wraps add up. Meaningless before begun */
    uint64_t lowest;      /* likewise */
    uint64_t highest_frame;
    uint64_t first_frame;      /* of this run */
    uint64_t arrivals;         /* copies in this run, duplicates left out */
    struct sequence_gap *gaps; /* in rising order; NULL without any */
    size_t gap_count;
    size_t gap_capacity;
    struct sequence_counts counts;
};

/** An all-zero struct is one that has seen nothing. Frees what the gaps took. */
void sequence_clear(struct sequence *sequence);

/** Bytes it holds beyond itself. */
size_t sequence_memory(const struct sequence *sequence);

/**
 * True if @p number is the exact successor of the highest, or of a held one: what a copy votes with
 * (core/domain.h). False before the first copy.
 */
bool sequence_succeeds(const struct sequence *sequence, uint32_t number);

/**
 * Takes the next copy.
 *
 * @param number   GRE's.
 * @param frame    of the copy, above 0, not falling.
 * @param repeats  an earlier copy with this number and the same content is known.
 */
struct sequence_finding sequence_take(struct sequence *sequence, uint32_t number, uint64_t frame,
                                      bool repeats);

/**
 * Adds one finding. The sum over all findings of a counter is the counter's own sequence.counts, so
 * that a reader who sees only some copies can still sum those.
 */
void sequence_counts_add(struct sequence_counts *counts, const struct sequence_finding *finding);

#endif
