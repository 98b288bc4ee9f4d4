/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the sequence-*.c files share; no other file includes it, but for tests. docs/sequence.md
 * has the theory.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_INTERNAL_H
#define CORE_SEQUENCE_SEQUENCE_INTERNAL_H

#include "core/sequence/sequence.h"

enum {
    SEQUENCE_NARROW_BITS = 30, /* of a counter with quirk Q4 (30-bit sequence) */
    SEQUENCE_WIDE_BITS = 32,
    SEQUENCE_LOSS_MAX = 1 << 24, /* numbers that one gap may have; above, a restart is likelier */
    SEQUENCE_JUMP_MAX =
        1 << 10, /* the largest gap that one copy can reveal; above, it is pending until the next
                    copy, since a bit of the number may have flipped */
    SEQUENCE_GAPS_MAX = 4096,    /* gaps remembered; if there would be more, the oldest quarter is
                                    forgotten, and a copy whose number was there is counted as late */
    SEQUENCE_WRAP_MAX = 1 << 12, /* numbers that may be lost at the wrap of Q4 (30-bit sequence) */
    SEQUENCE_NEAR = 64, /* maximum distance between the first copies of a new run; SEQUENCE_JUMP_MAX
                           if they do not fit the old run */
    SEQUENCE_CLOSE = 8, /* a number at most this far above the highest needs no proof of a jump */
    SEQUENCE_ENDS = 16, /* numbers beyond the ends of an earlier run where a late copy may be */
    SEQUENCE_OLD_RUN_MAX = 4,    /* copies that go on with the run until pending ones are decided */
    SEQUENCE_PENDING_MAX = 8,    /* pending copies at a time */
    SEQUENCE_PAST_MAX = 1 << 14, /* copies for which an earlier run is remembered */
    SEQUENCE_RUNS_MAX = 10       /* remembered besides the current one */
};

struct sequence_gap;

/**
 * The numbers from one restart to the next. They are extended to 64 bits over wraps. The low bits
 * are always the number that GRE carries, also where the extended number wraps below 0.
 */
struct sequence_run {
    uint64_t highest;
    uint64_t highest_frame;
    uint64_t lowest;
    uint64_t first_frame;
    uint32_t first_arrival;    /* place in the order of arrival, modulo 2^32 */
    uint64_t known_from;       /* gaps below it were forgotten; with `forgot` */
    struct sequence_gap *gaps; /* in ascending order; NULL without any */
    uint32_t gap_count;
    uint32_t gap_capacity;
    bool forgot;
    struct sequence_run *earlier; /* the one before the restart, while remembered */
    /* Of a run that ended: */
    uint32_t end_arrival; /* of the first copy of the next run */
    uint64_t end_frame;   /* likewise */
    uint64_t end_lowest;  /* as it was then */
    uint64_t end_highest;
    uint32_t first_number;       /* of the copy that began it */
    struct sequence_label label; /* likewise, if it is known */
};

/** Which copies the history records. */
enum sequence_recording {
    SEQUENCE_RECORDS_ODD,      /* those that are not in order; the latest */
    SEQUENCE_RECORDS_ALL,      /* the latest */
    SEQUENCE_RECORDS_AND_KEEPS /* all copies, because their meaning is not decided */
};

/** A copy and its place in the order of arrival. */
struct sequence_arrival {
    uint32_t number;
    uint32_t order; /* modulo 2^32; duplicates have none */
    uint64_t frame;
    const struct sequence_label *label; /* while it is taken; NULL: none */
};

enum sequence_evidence {
    SEQUENCE_NO_EVIDENCE, /* no evidence of a restart: the copy fills a gap */
    SEQUENCE_WEAK_EVIDENCE,
    SEQUENCE_STRONG_EVIDENCE /* only a restart explains the number */
};

struct sequence_pending {
    struct sequence_arrival copy;
    uint32_t extent;   /* taken for LATE */
    uint16_t reach;    /* numbers around it where others of a new run may be */
    uint8_t taken_for; /* enum sequence_kind */
    uint8_t evidence;  /* of a restart: enum sequence_evidence */
    bool in_past_run;  /* taken for LATE: in an earlier run */
};

/** What all pending copies count as. */
struct sequence_guess {
    int32_t lost;
    uint32_t extent;
    uint8_t late;
    uint8_t duplicates;
    uint8_t strays;
};

/** A copy that revealed a gap. It may be foreign; then the run continues below it. */
struct sequence_discontinuity {
    uint64_t before; /* the highest until then */
    uint64_t before_frame;
    uint64_t first; /* the number that came */
    uint64_t frame; /* of that copy */
    uint32_t order; /* its place in the order of arrival */
    uint32_t gap_max;
    uint32_t extent_before; /* extent_sure without the copies that `resumed` counts */
    uint32_t resumed;       /* late copies since that fill the gap from its front, in order */
    uint64_t resumed_from;  /* frame of the first of them */
    uint64_t resumed_to;    /* the highest of their numbers */
    uint64_t resumed_frame; /* frame of the last of them */
    bool asked;             /* the counter was already split here */
    struct sequence_label label;
};

enum { SEQUENCE_DISCONTINUITIES = 8 /* remembered */ };

struct sequence_discontinuities {
    struct sequence_discontinuity last[SEQUENCE_DISCONTINUITIES];
    uint32_t count; /* of all; the latest is at (count - 1) % SEQUENCE_DISCONTINUITIES */
    bool resumed;   /* some have copies that went on before the gap */
    bool jumped;    /* some have a gap above SEQUENCE_JUMP_MAX */
};

/** One counter. It treats all copies that it gets as copies of one counter. */
struct sequence_counter {
    /* A copy in order touches only the first members here, of the counts and of the run. They
     * are adjacent, to share cache lines. */
    uint32_t next;     /* the exact successor of the highest, as GRE would carry it */
    uint32_t arrivals; /* duplicates left out, modulo 2^32 */
    bool in_order;     /* a copy with the number `next` can be processed by
                          sequence_counter_take_plain() */
    bool begun;
    bool constant;     /* no copy had another number than the first */
    bool wide;         /* a number above 30 bits came */
    bool jumped;       /* what is pending lies ahead: a jump, or late copies of an earlier run */
    bool noted;        /* the history already has an entry for the present copy */
    uint8_t recording; /* enum sequence_recording */
    bool low_memory;   /* set by the owner: forget gaps instead of allocating */
    uint8_t width;     /* bits: 32, or 30 once seen (quirk Q4, 30-bit sequence) */
    uint8_t pending_count;
    uint8_t continued; /* copies that went on with the run since the first became pending */
    size_t memory;     /* bytes beyond the struct */
    struct sequence_counts counts;
    struct sequence_run run;
    struct sequence_pending *pending; /* NULL before the first */
    struct sequence_guess guess;
    uint32_t gap_max; /* numbers that one copy revealed as lost, at most */
    struct sequence_arrival continued_by[SEQUENCE_OLD_RUN_MAX]; /* those that `continued` counts */
    struct sequence_discontinuities *discontinuities;           /* NULL before the first */
    struct sequence_history *history;                           /* NULL before the first note */
    struct sequence_label label;                                /* of the first copy */
};

struct sequence_split;
struct sequence_label_trial;
struct sequence_number_trial;

struct sequence {
    struct sequence_counter counter; /* of all copies; unused while split */
    struct sequence_split *split; /* the copies are those of several counters, or may be; or NULL */
    enum sequence_recording recording;        /* while no split is open */
    struct revision_list *revisions;          /* NULL before the first */
    struct sequence_label_trial *label_trial; /* is open: labels may tell counters apart; or NULL */
    uint8_t label_trials;                     /* begun so far */
    struct sequence_number_trial *number_trial; /* is open: numbers alone may do so; or NULL */
    uint8_t number_trials;                      /* begun so far */
};

/** An extended number as GRE carries it. */
static inline uint32_t sequence_carried(const struct sequence_counter *counter, uint64_t extended)
{
    return (uint32_t)(extended & (UINT64_MAX >> (64 - counter->width)));
}

/** Takes the copy if it is in order, as nearly all are. */
static inline bool sequence_counter_take_plain(struct sequence_counter *counter,
                                               const struct sequence_copy *copy)
{
    if (copy->number != counter->next || !counter->in_order ||
        (copy->is_duplicate && counter->run.earlier != NULL))
        return false;
    counter->wide |= copy->number >> SEQUENCE_NARROW_BITS != 0;
    counter->run.highest++;
    counter->run.highest_frame = copy->frame;
    counter->next = sequence_carried(counter, counter->run.highest + 1);
    counter->arrivals++;
    counter->counts.copies++;
    return true;
}

struct sequence_finding sequence_counter_take(struct sequence_counter *counter,
                                              const struct sequence_copy *copy);

/** True if @p number continues the run over a wrap at 30 bits (quirk Q4, 30-bit sequence). */
bool sequence_counter_wraps_early(const struct sequence_counter *counter, uint32_t number);

/** An all-zero struct is one that has seen nothing. Frees what it points to. */
void sequence_counter_clear(struct sequence_counter *counter);

/** @p clone, which has nothing to free, becomes the same with memory of its own. */
void sequence_counter_clone(struct sequence_counter *clone, const struct sequence_counter *counter);

#endif
