/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * GRE sequence numbers (RFC 2890) followed from copy to copy: which are lost, late (RFC 4737,
 * section 4.2.1), duplicates or strays, and where the counter restarts (quirk Q27, restart).
 * Copies of several counters, and foreign copies, are separated if they use the same
 * session. docs/sequence.md has the rules, each with an example.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_H
#define CORE_SEQUENCE_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sequence/sequence-finding.h"
#include "core/sequence/sequence-label.h"

/** The state of one or more counters of one sequence domain. */
struct sequence;

/** A copy's number, and what else tells about it. */
struct sequence_copy {
    uint32_t number;                    /* of the GRE header */
    uint64_t frame;                     /* above 0; never below that of an earlier copy */
    bool is_duplicate;                  /* an earlier copy had this number and the same content */
    const struct sequence_label *label; /* valid during the call; NULL: only the number is known */
};

/** Has seen no copy. The caller frees it with sequence_free(). */
struct sequence *sequence_new(void);
void sequence_free(struct sequence *sequence);

/** A deep copy. The caller frees it. */
struct sequence *sequence_clone(const struct sequence *sequence);

/** Bytes that @p sequence uses. */
size_t sequence_memory(const struct sequence *sequence);

/** Memory is short: while @p low_memory is set, old gaps are forgotten before more memory is used.
 */
void sequence_set_low_memory(struct sequence *sequence, bool low_memory);

/**
 * Makes sequence_revisions() report copies in order too, for a caller that shows every copy again.
 * Call it before the first copy.
 */
void sequence_set_recorded(struct sequence *sequence);

/** Takes the next copy, in order of arrival. */
struct sequence_finding sequence_take(struct sequence *sequence, const struct sequence_copy *copy);

/** What the copy that was just taken revised, if its finding has `revises`; valid until the next
 * copy. In no order; of two revisions of one copy the later holds. */
const struct sequence_revision *sequence_revisions(const struct sequence *sequence,
                                                   unsigned *count);

/** The sum of all findings so far. */
const struct sequence_counts *sequence_counts_so_far(const struct sequence *sequence);

/** How many counters number the copies: 1 or more.
 * @param apart  set to what tells them apart, as 1u << enum sequence_label_part; 0: only the
 *               numbers. */
unsigned sequence_counters(const struct sequence *sequence, unsigned *apart);

#endif
