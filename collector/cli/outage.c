/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/outage.h"

#include "core/report/loss.h"

/* Between the first copy and the last session that comes again. */
static const double resuming_s = 0.2;

void outage_begin(struct outage *outage, const struct snapshot *now)
{
    /* Down again before a copy came: it is still the same outage. */
    if (outage->phase == OUTAGE_NONE) {
        outage->lost_before = loss_signed(now->all.sequence.lost);
        outage->copies_before = now->all.counts.copies;
    }
    outage->phase = OUTAGE_DOWN;
}

void outage_end(struct outage *outage)
{
    if (outage->phase == OUTAGE_DOWN)
        outage->phase = OUTAGE_AWAITED;
}

void outage_conclude(struct outage *outage, const struct snapshot *now, bool over)
{
    if (outage->phase == OUTAGE_AWAITED && now->all.counts.copies > outage->copies_before) {
        outage->phase = OUTAGE_RESUMED;
        outage->end_s = now->seconds + resuming_s;
    }
    if (outage->phase != OUTAGE_RESUMED || (now->seconds < outage->end_s && !over))
        return;
    int64_t lost = loss_signed(now->all.sequence.lost) - outage->lost_before;
    outage->lost += lost > 0 ? (uint64_t)lost : 0;
    outage->phase = OUTAGE_NONE;
}
