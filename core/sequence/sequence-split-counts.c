/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-split-counts.h"

#include <glib.h>
#include <string.h>

#include "core/sequence/sequence-split-revise.h"

void sequence_split_add_strays(struct sequence_counts *counts, uint64_t copies)
{
    counts->copies += copies;
    counts->strays += copies;
}

struct sequence_counts sequence_split_sum(const struct sequence_split *split)
{
    if (split->view == SEQUENCE_VIEW_ALL_ARE_ONE && split->single != NULL)
        return split->single->counts;
    struct sequence_counts counts = split->gone;
    for (unsigned i = 0; i < split->count; i++) {
        const struct sequence_track *track = split->tracks[i];
        if (sequence_split_counts_track(split, i))
            sequence_counts_join(&counts, &track->counter.counts);
        else
            sequence_split_add_strays(&counts, track->copies);
    }
    return counts;
}

static int32_t lacking(uint64_t wanted, int64_t got)
{
    return (int32_t)((int64_t)wanted - got);
}

void sequence_split_reconcile(struct sequence_finding *finding,
                              const struct sequence_counts *before,
                              const struct sequence_counts *after)
{
    const struct sequence_change had = finding->change;
    enum sequence_kind as = finding->kind == SEQUENCE_PENDING ? finding->taken_for : finding->kind;
    struct sequence_change *change = &finding->change;
    change->lost = lacking(after->lost, (int64_t)before->lost + finding->lost - finding->found);
    change->late = lacking(after->late, (int64_t)before->late + (as == SEQUENCE_LATE));
    change->duplicates =
        lacking(after->duplicates, (int64_t)before->duplicates + (as == SEQUENCE_DUPLICATE));
    change->strays = lacking(after->strays, (int64_t)before->strays + (as == SEQUENCE_PENDING));
    change->constants =
        lacking(after->constants, (int64_t)before->constants + (as == SEQUENCE_CONSTANT));
    change->restarts =
        lacking(after->restarts, (int64_t)before->restarts + (as == SEQUENCE_RESTART));
    uint32_t own = finding->kind == SEQUENCE_PENDING ? 0 : finding->extent;
    finding->extent_void = after->extent_sure < MAX(before->extent_sure, own);
    if (finding->extent_void || after->extent_sure > MAX(before->extent_sure, own))
        finding->earlier_extent = after->extent_sure;
    else
        finding->earlier_extent = MIN(finding->earlier_extent, after->extent_sure);
    finding->pending_extent = after->extent_max > after->extent_sure ? after->extent_max : 0;
    if (memcmp(change, &had, sizeof had) != 0 || finding->kind != SEQUENCE_NEXT ||
        finding->earlier_extent > 0 || finding->pending_extent > 0 || finding->extent_void)
        finding->plain = false;
}
