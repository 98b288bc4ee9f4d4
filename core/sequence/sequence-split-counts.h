/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The counts of a split sequence. Part of core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_SPLIT_COUNTS_H
#define CORE_SEQUENCE_SEQUENCE_SPLIT_COUNTS_H

#include "core/sequence/sequence-split-tracks.h"

/** The counts of all copies, as the present view of the split has them. */
struct sequence_counts sequence_split_sum(const struct sequence_split *split);

/** Sets finding->change so that adding the finding to the counts @p before gives @p after. */
void sequence_split_reconcile(struct sequence_finding *finding,
                              const struct sequence_counts *before,
                              const struct sequence_counts *after);

#endif
