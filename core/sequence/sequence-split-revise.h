/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Lists the earlier copies whose meaning a copy of a split sequence changes. Part of
 * core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_SPLIT_REVISE_H
#define CORE_SEQUENCE_SEQUENCE_SPLIT_REVISE_H

#include "core/sequence/sequence-revisions.h"
#include "core/sequence/sequence-split-tracks.h"

/** The copies of the track are those of a counter, as the counts see it; else they are strays. */
static inline bool sequence_split_counts_track(const struct sequence_split *split, unsigned index)
{
    return split->view == SEQUENCE_VIEW_SEVERAL ? split->tracks[index]->major : index == 0;
}

/** Lists what @p copy, just taken, revised; @p reread: the copies are told apart otherwise than
 * before it. */
void sequence_split_revise(struct sequence_split *split, const struct sequence_copy *copy,
                           bool reread, struct revision_list **list);

#endif
