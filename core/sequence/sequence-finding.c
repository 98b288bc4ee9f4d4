/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-finding.h"

#include <glib.h>

static void change_count(uint64_t *count, int64_t by)
{
    *count = by < 0 && *count < (uint64_t)-by ? 0 : *count + (uint64_t)by;
}

static void add_special(struct sequence_counts *counts, const struct sequence_finding *finding)
{
    enum sequence_kind as = finding->kind == SEQUENCE_PENDING ? finding->taken_for : finding->kind;
    const struct sequence_change *change = &finding->change;
    change_count(&counts->lost, (int64_t)finding->lost - finding->found + change->lost);
    change_count(&counts->late, (as == SEQUENCE_LATE) + change->late);
    change_count(&counts->duplicates, (as == SEQUENCE_DUPLICATE) + change->duplicates);
    change_count(&counts->strays, (as == SEQUENCE_PENDING) + change->strays);
    change_count(&counts->constants, (as == SEQUENCE_CONSTANT) + change->constants);
    change_count(&counts->restarts, (as == SEQUENCE_RESTART) + change->restarts);
    uint32_t sure = finding->kind == SEQUENCE_PENDING ? 0 : finding->extent;
    if (finding->extent_void)
        counts->extent_sure = finding->earlier_extent;
    else
        counts->extent_sure = MAX(counts->extent_sure, MAX(sure, finding->earlier_extent));
}

void sequence_counts_add(struct sequence_counts *counts, const struct sequence_finding *finding)
{
    counts->copies++;
    if (!finding->plain)
        add_special(counts, finding);
    counts->extent_max = MAX(counts->extent_sure, finding->pending_extent);
}

void sequence_counts_join(struct sequence_counts *counts, const struct sequence_counts *other)
{
    counts->copies += other->copies;
    counts->lost += other->lost;
    counts->late += other->late;
    counts->duplicates += other->duplicates;
    counts->restarts += other->restarts;
    counts->strays += other->strays;
    counts->constants += other->constants;
    counts->extent_max = MAX(counts->extent_max, other->extent_max);
    counts->extent_sure = MAX(counts->extent_sure, other->extent_sure);
}
