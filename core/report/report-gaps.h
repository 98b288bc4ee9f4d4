/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The gaps that a report lists. Which counter a source has is decided late, so
 * the gaps of every candidate are kept until then. Private to core/report.
 */
#ifndef CORE_REPORT_REPORT_GAPS_H
#define CORE_REPORT_REPORT_GAPS_H

#include <glib.h>

#include "core/report/report.h"

struct kept_gap {
    struct report_gap gap;
    const struct sequence_domain_source *owner; /* its domain is not decided yet */
    uint32_t stream;                            /* of the session whose copy revealed it */
    bool hidden; /* a later copy showed that this is no gap; a further copy may revise that */
};

/** The gaps under one candidate. */
struct candidate_gaps {
    GArray *kept; /* of struct kept_gap, in order of frame_after */
    uint64_t offered;
    uint64_t purge_next; /* of those offered, the first at which losers may be looked for again */
};

struct gap_list {
    struct candidate_gaps candidates[DOMAIN_KINDS];
    size_t limit; /* of each */
    uint64_t dropped;
};

/** @param memory_limit  bytes; and never more than REPORT_GAPS_DEFAULT gaps for each candidate. */
void gap_list_begin(struct gap_list *list, size_t memory_limit);
void gap_list_clear(struct gap_list *list);

/** Adds a gap of the candidate gap.kind; frame_after does not fall. */
void gap_list_add(struct gap_list *list, const struct kept_gap *gap);

/** The gap that the copy of @p frame_after revealed; NULL if it is not kept. Valid until the list
 * changes. */
const struct kept_gap *gap_list_find(const struct gap_list *list, enum sequence_domain_kind kind,
                                     uint64_t frame_after);

/** A copy came late that was missing in the gap that @p frame_after revealed. */
void gap_list_came_late(struct gap_list *list, enum sequence_domain_kind kind,
                        uint64_t frame_after);

/** Reverses gap_list_came_late(). */
void gap_list_came_not_late(struct gap_list *list, enum sequence_domain_kind kind,
                            uint64_t frame_after);

/** Replaces the gap that the copy of frame_after revealed. `lost` 0: the copy reveals no gap. */
void gap_list_revise(struct gap_list *list, const struct kept_gap *gap);

/** The longest gap of the counter of @p like; 0 without any. */
uint32_t gap_list_longest(const struct gap_list *list, const struct kept_gap *like);

/**
 * Appends the gaps of what leads for each source to @p gaps, of struct report_gap, in order of
 * frame_after, REPORT_GAPS_DEFAULT at most.
 *
 * @return how many there were beyond.
 */
uint64_t gap_list_sum(const struct gap_list *list, GArray *gaps);

#endif
