/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * One GRE sequence counter (RFC 2890) followed through the copies that carry it: what is lost,
 * late (RFC 4737), a duplicate, or a restart (RFC 3550, A.1).
 *
 * Kept is not what came but what is missing: the gaps below the highest number, each with the copy
 * that revealed it. A counter in order costs sizeof(struct sequence) and nothing else.
 *
 * - lost: numbers between the lowest and the highest received, from restart to restart, that never
 *   came.
 * - late: below the highest, and missing until now. Its extent is how many copies arrived since the
 *   first one that was sent after it, that one counted, duplicates left out (RFC 4737,
 *   section 4.2.1). A late copy is no longer lost. One below the lowest moves the lowest down.
 * - duplicate: received before.
 * - restart: the counter began again (quirk Q27).
 * - constant: the counter never moved since the first copy (quirk Q3): there is no sequence. If it
 *   moves after all, those before stay constant copies, and it restarted.
 *
 * Loss, lateness and restarts are told apart by what is likelier:
 * - A number in a gap is late, however regular the copies are that come to fill gaps: those of a
 *   restart would hit numbers that were received.
 * - A gap over the wrap is loss like any other. Only one so long that it would be held anyway, and
 *   that ends at about 0, is a restart: a counter is hardly ever just before its wrap when that
 *   happens.
 * - A copy that makes no sense, or less than those before it, waits: a number that was received
 *   before but with other content; one too far away to be loss or late; one below the lowest, near
 *   0 or far later than any before. RFC 3550 wants two such copies in order. Here they may be
 *   SEQUENCE_NEAR apart in any order, as there is loss and lateness after a restart too, with up to
 *   SEQUENCE_OLD_RUN_MAX copies of the old run in between; but one of them must make no sense as a
 *   late copy, or several must come in order and none of them in a gap.
 * - What waits counts as what it looks like alone, with the extent it would have, and a restart
 *   takes that back: the counts are the best guess at any time, and the end of a capture needs no
 *   last word.
 *
 * A run that a restart ended is remembered while no more than SEQUENCE_PAST_MAX copies came
 * after the first of the next one, as its stragglers may come. A number is taken for one of them if
 * it is missing there, or just beyond its ends, and the new run did not expect it: it is not close
 * above its highest, or was received already. Where both miss it, the older one gets it unless that
 * were later than any copy came so far.
 *
 * What nobody can tell: a restart just before the wrap from loss over it; one after which the same
 * frames come with the same numbers from duplicates; one of which a single copy came from a stray.
 *
 * Theory of operation: core/sequence/sequence-run.h has the numbers of one run,
 * core/sequence/sequence-past.h the runs that ended, core/sequence/sequence-pending.h what waits;
 * core/sequence/sequence.c decides.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_H
#define CORE_SEQUENCE_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SEQUENCE_LATE_MAX = 1 << 16, /* numbers below the highest at which a copy may still be late */
    SEQUENCE_LOSS_MAX = 1 << 24, /* numbers that one gap may have; above, a restart is likelier */
    SEQUENCE_JUMP_MAX = 1 << 10, /* numbers that one copy can reveal as lost; above, it is held
                                    until the next is not below it: bits can flip in a number */
    SEQUENCE_GAPS_MAX = 4096, /* remembered; before there are more, the oldest quarter is forgotten,
                                 and a copy out of it counts as late by guess */
    SEQUENCE_WRAP_MAX = 1 << 12, /* numbers around the wrap at 30 bits that may be lost (Q4) */
    SEQUENCE_NEAR = 64, /* numbers between the first copies of a new run; where they make no sense
                           in the old one, SEQUENCE_JUMP_MAX */
    SEQUENCE_CLOSE = 8, /* numbers above the highest that are expected next */
    SEQUENCE_ENDS = 16, /* numbers beyond the ends of an earlier run where a straggler may be */
    SEQUENCE_OLD_RUN_MAX = 4,    /* copies that go on before what is held is settled */
    SEQUENCE_PENDING_MAX = 8,    /* copies held at a time */
    SEQUENCE_PAST_MAX = 1 << 13, /* copies for which an earlier run is remembered */
    SEQUENCE_RUNS_MAX = 4        /* remembered besides the current one */
};

enum sequence_kind {
    SEQUENCE_FIRST,     /* of the counter */
    SEQUENCE_NEXT,      /* the exact successor of the highest */
    SEQUENCE_GAP,       /* above it: finding.lost numbers are missing before */
    SEQUENCE_LATE,      /* below it and missing until now */
    SEQUENCE_DUPLICATE, /* received before */
    SEQUENCE_PENDING,   /* out of place: a later copy tells what it is */
    SEQUENCE_RESTART,   /* this copy and one held before it began a new run */
    SEQUENCE_CONSTANT   /* the same number in every copy so far */
};

/** What a finding changes in the counts of copies before it. */
struct sequence_change {
    int32_t lost;
    int16_t late;
    int16_t duplicates;
    int16_t strays;
    int16_t constants;
};

/** What one copy meant. Findings add up: see sequence_counts_add(). */
struct sequence_finding {
    enum sequence_kind kind;
    enum sequence_kind taken_for;  /* HELD: what it counts as until a restart takes that back:
                                      LATE, DUPLICATE, or HELD, which is a stray */
    uint32_t lost;                 /* GAP: numbers missing before it. LATE, or taken for it, beyond
                                      the ends of its run: newly missing. RESTART: in the new run */
    uint32_t extent;               /* LATE, or taken for it: in copies */
    uint32_t held_extent;          /* the largest of copies before this one that are only now known
                                      to be late; 0 without any */
    uint32_t guessed_extent;       /* the largest of what is held and taken for LATE; 0: nothing */
    struct sequence_change change; /* all zero in most */
    uint64_t frame;                /* GAP: the copy before the gap. LATE, or taken for it: the one
                                      that revealed the gap. RESTART: the first held. Else, or if
                                      not known, 0 */
    uint64_t missing;              /* GAP: the first missing number, as extended over wraps */
    bool found;          /* LATE, or taken for it: it was in a remembered gap: one less is lost */
    bool held_was_stray; /* one held before this one turned out to belong nowhere */
    bool narrowed;       /* the counter turned out to wrap at 30 bits (quirk Q4) */
    bool plain;          /* NEXT, and nothing else to tell: as nearly all are */
};

/** A copy that is held counts as what it was taken for. */
struct sequence_counts {
    uint64_t copies; /* with a number; strays and duplicates counted */
    uint64_t lost;
    uint64_t late;
    uint64_t duplicates;
    uint64_t restarts;
    uint64_t strays;
    uint64_t constants;   /* copies of kind SEQUENCE_CONSTANT */
    uint32_t extent_max;  /* what is held counted */
    uint32_t extent_sure; /* ... not counted */
};

struct sequence_gap;

/** The numbers from one restart to the next. Extended: wraps add up, and below 0 it goes on as
 * unsigned numbers do, so that the low bits are always the number. */
struct sequence_run {
    uint64_t highest;
    uint64_t highest_frame;
    uint64_t lowest;
    uint64_t first_frame;
    uint32_t first_arrival;    /* place in the order of arrival, modulo 2^32 */
    uint64_t known_from;       /* gaps below it were forgotten; with `forgot` */
    struct sequence_gap *gaps; /* in rising order; NULL without any */
    uint32_t gap_count;
    uint32_t gap_capacity;
    bool forgot;
    struct sequence_run *earlier; /* the one before the restart, while remembered */
    /* Of a run that ended: */
    uint32_t end_arrival; /* of the first copy of the next run */
    uint64_t end_frame;   /* likewise */
    uint64_t end_lowest;  /* as it was then */
    uint64_t end_highest;
};

/** A copy and its place in the order of arrival. */
struct sequence_arrival {
    uint32_t number;
    uint32_t order; /* modulo 2^32; duplicates have none */
    uint64_t frame;
};

enum sequence_evidence {
    SEQUENCE_NO_EVIDENCE, /* it fills a gap: a restart would hit what was received, sooner or later
                           */
    SEQUENCE_WEAK_EVIDENCE,
    SEQUENCE_STRONG_EVIDENCE /* nothing but a restart makes sense of it */
};

struct sequence_pending {
    struct sequence_arrival copy;
    uint32_t extent;   /* taken for LATE */
    uint16_t reach;    /* numbers around it where others of a new run may be */
    uint8_t taken_for; /* enum sequence_kind */
    uint8_t evidence;  /* of a restart: enum sequence_evidence */
    bool straggler;    /* taken for LATE: in an earlier run */
};

/** What all that is held counts as. */
struct sequence_guess {
    int32_t lost;
    uint32_t extent;
    uint8_t late;
    uint8_t duplicates;
    uint8_t strays;
};

struct sequence {
    /* Nothing but the first of these, and of the counts and the run, is touched by a copy in order:
     * side by side, that they come into the cache together. */
    uint32_t next;     /* the exact successor of the highest, as GRE would carry it */
    uint32_t arrivals; /* duplicates left out, modulo 2^32 */
    bool begun;
    bool constant; /* no copy had another number than the first */
    bool varied;   /* ... and the content was not always the same */
    bool wide;     /* a number above 30 bits came */
    bool jumped;   /* what is held lies ahead: a jump, or stragglers of an earlier run */
    bool frugal;   /* for the owner to set: memory is short, forget gaps rather than grow */
    uint8_t width; /* bits: 32, or 30 once quirk Q4 was seen */
    uint8_t held_count;
    uint8_t continued; /* copies that went on with the run since the first was held */
    size_t memory;     /* bytes beyond the struct */
    struct sequence_counts counts;
    struct sequence_run run;
    struct sequence_pending *held; /* NULL before the first */
    struct sequence_guess guess;
    uint32_t gap_max; /* numbers that one copy revealed as lost, at most */
    uint32_t continued_at[SEQUENCE_OLD_RUN_MAX]; /* when those came that `continued` counts */
};

/** An all-zero struct is one that has seen nothing. Frees what the gaps took. */
void sequence_clear(struct sequence *sequence);

/** @p copy, which has nothing to free, becomes the same counter with memory of its own. */
void sequence_clone(struct sequence *copy, const struct sequence *sequence);

/** Bytes it holds beyond itself. */
static inline size_t sequence_memory(const struct sequence *sequence)
{
    return sequence->memory;
}

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
 * Adds one finding. The sum over all findings of a counter, in order, is the counter's own
 * sequence.counts at any time, so that a reader who sees only some copies can still sum those;
 * what such a sum would bring below 0 stays 0.
 */
void sequence_counts_add(struct sequence_counts *counts, const struct sequence_finding *finding);

/** Adds the counts of another counter. */
void sequence_counts_join(struct sequence_counts *counts, const struct sequence_counts *other);

#endif
