/* stored-finding.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * A copy's finding, packed to be kept in its frame. Only anomalies need it: a copy without one was
 * the exact successor under every candidate for the sequence domain.
 */
#ifndef PLUGIN_REVISIT_STORED_FINDING_H
#define PLUGIN_REVISIT_STORED_FINDING_H

#include "plugin/revisit/copy-analysis.h"

/* One finding, equal for one or more candidates: 64 bytes and no hole, so that memcmp() compares.
 */
struct stored_sequence {
    uint64_t missing;
    struct sequence_change change;
    uint32_t frame;
    uint32_t lost;
    uint32_t extent;
    uint32_t earlier_extent;
    uint32_t pending_extent;
    uint32_t candidates; /* 1u << enum sequence_domain_kind */
    uint16_t kind;       /* enum sequence_kind */
    uint16_t taken_for;  /* likewise */
    bool found;
    bool pending_was_stray;
    bool narrowed;
    bool extent_void;
};

_Static_assert(sizeof(struct stored_sequence) == 64, "no hole");

/* 8 bytes and, of a copy that is out of order, 64 more once the domain is decided. */
struct stored_finding {
    uint32_t copy_of;
    bool copy_of_other_session : 1;
    bool repeats : 1;
    bool tells_constant : 1;
    bool tells_senders : 1;
    bool tells_granularity : 1;
    uint8_t count; /* of sequences */
    struct stored_sequence sequences[];
};

/** The packed finding, in file scope, or NULL if all that it says is the default. */
const struct stored_finding *stored_finding_new(const struct copy_analysis *meaning);

/** Puts it back into a meaning whose finding came from analysis_again(). */
void stored_finding_restore(const struct stored_finding *kept, struct copy_analysis *meaning);

#endif
