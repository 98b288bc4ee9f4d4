/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a copy meant by its GRE sequence number (RFC 2890), and the counts that findings add up to.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_FINDING_H
#define CORE_SEQUENCE_SEQUENCE_FINDING_H

#include <stdbool.h>
#include <stdint.h>

/** A copy is late only if its number is at most this far below the highest. */
enum { SEQUENCE_LATE_MAX = 1 << 16 };

enum sequence_kind {
    SEQUENCE_FIRST,     /* of the counter */
    SEQUENCE_NEXT,      /* the exact successor of the highest */
    SEQUENCE_GAP,       /* above it: finding.lost numbers are missing before */
    SEQUENCE_LATE,      /* below it and missing until now (also Q37, reordered by two processors) */
    SEQUENCE_DUPLICATE, /* received before */
    SEQUENCE_PENDING,   /* out of order: a later copy tells what it is */
    SEQUENCE_RESTART,   /* this copy and a pending one before it began a new run */
    SEQUENCE_CONSTANT,  /* the same number in every copy so far (quirk Q3, constant sequence) */
    SEQUENCE_STRAY      /* of no run; only a struct sequence_revision says so */
};

/** What a finding changes in the counts of copies before it. */
struct sequence_change {
    int32_t lost;
    int32_t late;
    int32_t duplicates;
    int32_t strays;
    int32_t constants;
    int32_t restarts;
};

/** What one copy meant. Findings add up: see sequence_counts_add(). */
struct sequence_finding {
    enum sequence_kind kind;
    enum sequence_kind taken_for; /* PENDING: what it counts as until a later copy takes that back:
                                     LATE, DUPLICATE, or PENDING, which is a stray */
    uint32_t lost; /* GAP: numbers missing before the copy. LATE: numbers newly missing, because the
                      copy extends the run. RESTART: numbers missing in the new run */
    uint32_t extent;               /* LATE, or taken for it: in copies */
    uint32_t earlier_extent;       /* the largest of copies before this one that are only now known
                                   to be late; 0 without any */
    uint32_t pending_extent;       /* the largest of what is pending and taken for LATE; 0: none */
    struct sequence_change change; /* all zero in most */
    uint64_t frame;                /* GAP: the copy before the gap. LATE, or taken for it: the one
                                      that revealed the gap. RESTART: the first of the new run.
                                      Else, or if not known, 0 */
    uint64_t missing;              /* GAP: the first missing number, as extended over wraps */
    bool found; /* LATE, or taken for it: in a remembered gap, so that one less is lost */
    bool pending_was_stray; /* a pending copy turned out to be of no run */
    bool narrowed;          /* the counter wraps at 30 bits (quirk Q4, 30-bit sequence) */
    bool extent_void;       /* extent_sure of the counts falls to earlier_extent */
    bool several;           /* the copies are those of several counters */
    bool revises;           /* sequence_revisions() has some */
    bool plain;             /* NEXT, and nothing else to tell: as nearly all are */
};

/**
 * What a copy turned out to mean: an earlier copy, or the one just taken. It replaces the copy's
 * finding and earlier revisions of it.
 *
 * Sum the last meaning of every copy: `lost` less those with `found` is the counts' `lost`, and
 * there are as many of each kind as the counts have. Exceptions are pending copies, and short
 * memory. `change` and the extents of other copies are 0.
 * RESTART is the first copy of the run; its `frame` is its own, or 0 where no other copy's finding
 * was RESTART for it.
 */
struct sequence_revision {
    uint64_t frame; /* of the copy */
    uint32_t number;
    struct sequence_finding finding;
};

/** Sums. A pending copy counts as what it is taken for. */
struct sequence_counts {
    uint64_t copies; /* with a number, including strays and duplicates */
    uint64_t lost;
    uint64_t late;
    uint64_t duplicates;
    uint64_t restarts;
    uint64_t strays;
    uint64_t constants;   /* copies of kind SEQUENCE_CONSTANT */
    uint32_t extent_max;  /* including pending copies */
    uint32_t extent_sure; /* without them */
};

/**
 * Adds one finding. The sum of all findings, in order, is sequence_counts_so_far(). A caller may
 * sum the findings of some copies only; a count that would fall below 0 stays 0.
 */
void sequence_counts_add(struct sequence_counts *counts, const struct sequence_finding *finding);

/** Adds the counts of another counter. The extents become the larger of both. */
void sequence_counts_join(struct sequence_counts *counts, const struct sequence_counts *other);

#endif
