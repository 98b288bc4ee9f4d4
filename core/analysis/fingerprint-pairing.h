/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Private to core/analysis: which of the remembered copies show the same frame as
 * the next one. The rules are in core/analysis/fingerprint-table.h.
 */
#ifndef CORE_ANALYSIS_FINGERPRINT_PAIRING_H
#define CORE_ANALYSIS_FINGERPRINT_PAIRING_H

#include "core/analysis/fingerprint-ring.h"
#include "core/analysis/frame-evidence.h"

struct fingerprint_pairing {
    bool found;       /* an earlier copy shows the same frame */
    uint32_t best;    /* the first that does, or the first at hand */
    uint32_t newest;  /* the latest frame with this content that the copy could belong to */
    int64_t limit_ns; /* since the first copy of a frame without IP ID */
    bool seen_here;   /* its point has shown this content before: */
    uint32_t last;    /* the last such copy, */
    uint32_t floor;   /* the first copy of the frame of `last`; the search stops there */
};

/** What is kept of a copy's frame; without bytes where newer ones have overwritten them. */
struct evidence_frame fingerprint_evidence(const struct fingerprint_table *table,
                                           const struct fingerprint_slot *slot);

/** The point of the network that shows a copy; 0 where its bytes are not kept any more. */
uint32_t fingerprint_point(const struct fingerprint_table *table,
                           const struct fingerprint_slot *slot);

/** True if both have one content, as deep as their bytes go. */
bool fingerprint_alike(const struct fingerprint_table *table, const struct fingerprint_slot *a,
                       const struct fingerprint_slot *b);

/**
 * Finds the frame that the next copy of @p table shows, and links the copy to it. The copy's other
 * links are set. @p is_duplicate: the copy is a duplicate.
 */
struct fingerprint_pairing fingerprint_pair(const struct fingerprint_table *table,
                                            bool is_duplicate);

#endif
