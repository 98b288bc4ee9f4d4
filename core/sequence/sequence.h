/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * GRE sequence numbers (RFC 2890) followed from copy to copy: which are lost, late (RFC 4737,
 * section 4.2.1), duplicates or strays, and where the counter restarts (quirk Q27: the counter
 * begins again). Copies of several counters, and foreign ones, are told apart where they share one
 * name. docs/sequence.md has the rules, each with an example.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_H
#define CORE_SEQUENCE_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sequence/sequence-label.h"

/** Numbers below the highest at which a copy may still be late. */
enum { SEQUENCE_LATE_MAX = 1 << 16 };

enum sequence_kind {
    SEQUENCE_FIRST,     /* of the counter */
    SEQUENCE_NEXT,      /* the exact successor of the highest */
    SEQUENCE_GAP,       /* above it: finding.lost numbers are missing before */
    SEQUENCE_LATE,      /* below it and missing until now */
    SEQUENCE_DUPLICATE, /* received before */
    SEQUENCE_PENDING,   /* out of place: a later copy tells what it is */
    SEQUENCE_RESTART,   /* this copy and one held before it began a new run */
    SEQUENCE_CONSTANT,  /* the same number in every copy so far (quirk Q3: it never moves) */
    SEQUENCE_STRAY      /* it belongs nowhere: in a struct sequence_revision alone */
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
    enum sequence_kind taken_for;  /* PENDING: what it counts as until a later copy takes that back:
                                      LATE, DUPLICATE, or PENDING, which is a stray */
    uint32_t lost;                 /* GAP: numbers missing before it. LATE, or taken for it, beyond
                                      the ends of its run: newly missing. RESTART: in the new run */
    uint32_t extent;               /* LATE, or taken for it: in copies */
    uint32_t held_extent;          /* the largest of copies before this one that are only now known
                                      to be late; 0 without any */
    uint32_t guessed_extent;       /* the largest of what is pending and taken for LATE; 0: none */
    struct sequence_change change; /* all zero in most */
    uint64_t frame;                /* GAP: the copy before the gap. LATE, or taken for it: the one
                                      that revealed the gap. RESTART: the first held. Else, or if
                                      not known, 0 */
    uint64_t missing;              /* GAP: the first missing number, as extended over wraps */
    uint64_t void_from;  /* what findings from this frame on said is taken back; 0: none */
    bool found;          /* LATE, or taken for it: it was in a remembered gap: one less is lost */
    bool held_was_stray; /* one held before this one turned out to belong nowhere */
    bool narrowed;       /* the counter turned out to wrap at 30 bits (quirk Q4) */
    bool extent_void;    /* larger extents than held_extent are taken back */
    bool several;        /* the copies are those of several counters */
    bool revises;        /* sequence_revisions() has some */
    bool plain;          /* NEXT, and nothing else to tell: as nearly all are */
};

/**
 * What a copy turned out to mean: an earlier one, or the one just taken. It replaces what its
 * finding said, and an earlier revision.
 *
 * Of what each copy means last, `lost` less those with `found` adds up to the counts' lost, and
 * kinds are as many as the counts have; but for what waits, and where memory is short. `change` and
 * the like are 0.
 */
struct sequence_revision {
    uint64_t frame; /* of the copy */
    uint32_t number;
    struct sequence_finding finding;
};

/** A copy that is pending counts as what it was taken for. */
struct sequence_counts {
    uint64_t copies; /* with a number; strays and duplicates counted */
    uint64_t lost;
    uint64_t late;
    uint64_t duplicates;
    uint64_t restarts;
    uint64_t strays;
    uint64_t constants;   /* copies of kind SEQUENCE_CONSTANT */
    uint32_t extent_max;  /* what is pending counted */
    uint32_t extent_sure; /* ... not counted */
};

/** Followed numbers. All zero: nothing was seen. */
struct sequence;

/** A copy's number and what it came with. */
struct sequence_copy {
    uint32_t number;                    /* GRE's */
    uint64_t frame;                     /* above 0, not falling */
    bool repeats;                       /* an earlier copy with this number and the same content
                                           is known */
    const struct sequence_label *label; /* NULL: nothing tells counters apart */
};

struct sequence *sequence_new(void);
void sequence_free(struct sequence *sequence);

/** The same state, with memory of its own. */
struct sequence *sequence_clone(const struct sequence *sequence);

/** Bytes it takes. */
size_t sequence_memory(const struct sequence *sequence);

/** Memory is short: old gaps are forgotten rather than more memory taken. */
void sequence_set_frugal(struct sequence *sequence, bool frugal);

/** Every copy will be asked for again: what copies in order turned out to mean is told, too. To be
 * said before the first copy. */
void sequence_set_recorded(struct sequence *sequence);

struct sequence_finding sequence_take(struct sequence *sequence, const struct sequence_copy *copy);

/** What the copy that was just taken revised, if its finding says so; valid until the next. In no
 * order; of two of one copy the later holds. */
const struct sequence_revision *sequence_revisions(const struct sequence *sequence,
                                                   unsigned *count);

/** What the findings so far add up to. */
const struct sequence_counts *sequence_counts_so_far(const struct sequence *sequence);

/** Counters among the copies, 1 or more. @p apart: what tells them apart, as 1u << enum
 * sequence_label_part; 0: numbers alone. */
unsigned sequence_counters(const struct sequence *sequence, unsigned *apart);

/**
 * Adds one finding. The sum over all findings, in order, is sequence_counts_so_far() at any time,
 * so that a reader who sees only some copies can still sum those; what such a sum would bring below
 * 0 stays 0.
 */
void sequence_counts_add(struct sequence_counts *counts, const struct sequence_finding *finding);

/** Adds the counts of another counter. */
void sequence_counts_join(struct sequence_counts *counts, const struct sequence_counts *other);

#endif
