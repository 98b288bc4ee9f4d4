/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-rise.h"

#include <glib.h>

#include "core/sequence/sequence-history.h"

enum {
    RESUMED_MIN = 3,  /* copies in order before the gap, until its rise is doubtful */
    RESUMED_SHARE = 8 /* ... and one in so many of those since */
};

void sequence_rises_add(struct sequence_counter *counter, uint64_t before, uint64_t first,
                        const struct sequence_arrival *copy)
{
    if (counter->rises == NULL) {
        if (counter->frugal)
            return;
        counter->rises = g_new0(struct sequence_rises, 1);
        counter->memory += sizeof *counter->rises;
    }
    struct sequence_rises *rises = counter->rises;
    struct sequence_rise *rise = &rises->last[rises->count++ % SEQUENCE_RISES];
    *rise = (struct sequence_rise){
        .before = before,
        .before_frame = counter->run.highest_frame,
        .first = first,
        .frame = copy->frame,
        .order = copy->order,
        .gap_max = counter->gap_max,
        .extent_before = counter->counts.extent_sure,
        .resumed_to = before,
        .resumed_frame = counter->run.highest_frame,
    };
    if (copy->label != NULL)
        rise->label = *copy->label;
}

static unsigned remembered(const struct sequence_rises *rises)
{
    return MIN(rises->count, SEQUENCE_RISES);
}

void sequence_rises_late(struct sequence_counter *counter, uint64_t number,
                         const struct sequence_arrival *copy, uint32_t extent)
{
    for (unsigned i = 0; i < remembered(counter->rises); i++) {
        struct sequence_rise *rise = &counter->rises->last[i];
        int64_t step = sequence_difference(number, rise->resumed_to);
        if (step >= 1 && step <= SEQUENCE_CLOSE && sequence_difference(number, rise->first) < 0) {
            rise->resumed++;
            counter->rises->resumed = true;
            rise->resumed_to = number;
            rise->resumed_frame = copy->frame;
        } else {
            rise->extent_before = MAX(rise->extent_before, extent);
        }
    }
}

void sequence_rises_forget(struct sequence_counter *counter)
{
    if (counter->rises != NULL)
        counter->rises->count = 0;
}

static bool is_doubtful(const struct sequence_counter *counter, const struct sequence_rise *rise,
                        const struct sequence_copy *copy)
{
    if (rise->asked || rise->resumed == 0 ||
        counter->arrivals - rise->order > rise->resumed * RESUMED_SHARE)
        return false;
    if (rise->resumed_to + 1 != rise->first)
        return rise->resumed >= RESUMED_MIN;
    return !copy->repeats &&
           sequence_extended_at(counter, rise->first, copy->number) == rise->first;
}

struct sequence_rise *sequence_rise_doubtful(struct sequence_counter *counter,
                                             const struct sequence_copy *copy)
{
    struct sequence_rises *rises = counter->rises;
    if (rises == NULL || !rises->resumed || counter->held_count > 0)
        return NULL;
    for (unsigned i = 0; i < remembered(rises); i++) {
        struct sequence_rise *rise = &rises->last[i];
        if (!is_doubtful(counter, rise, copy))
            continue;
        rise->asked = true;
        return rise;
    }
    return NULL;
}

static uint64_t less(uint64_t count, uint64_t by)
{
    return count > by ? count - by : 0;
}

static void forget_rises_from(struct sequence_counter *counter, uint64_t number)
{
    for (unsigned i = 0; counter->rises != NULL && i < remembered(counter->rises); i++) {
        struct sequence_rise *rise = &counter->rises->last[i];
        rise->asked |= sequence_difference(rise->first, number) >= 0;
    }
}

void sequence_rise_part(struct sequence_counter *lower, const struct sequence_rise *rise,
                        struct sequence_counter *upper)
{
    *upper = (struct sequence_counter){
        .begun = true,
        .recording = SEQUENCE_RECORDS_AND_KEEPS,
        .width = lower->width,
        .wide = lower->wide,
        .arrivals = lower->arrivals,
        .label = rise->label,
        .run = {.lowest = rise->first, .first_frame = rise->frame, .first_arrival = rise->order},
    };
    uint32_t late = sequence_history_part(lower, rise, upper);
    uint64_t missing = sequence_run_part(lower, rise->resumed_to, rise->first, upper);
    upper->next = lower->next;
    upper->gap_max = lower->gap_max;
    upper->counts.lost = sequence_run_missing(&upper->run);
    upper->counts.late = late;
    upper->counts.copies = upper->run.highest - upper->run.lowest + 1 - upper->counts.lost;
    lower->run.highest_frame = rise->resumed_frame;
    if (rise->before >> SEQUENCE_NARROW_BITS == 0 && rise->first >> SEQUENCE_NARROW_BITS != 0)
        lower->width = SEQUENCE_WIDE_BITS; /* a foreign number made the wrap */
    lower->gap_max = rise->gap_max;
    lower->next = (uint32_t)((rise->resumed_to + 1) & (UINT64_MAX >> (64 - lower->width)));
    lower->counts.lost = less(lower->counts.lost, missing);
    lower->counts.late = less(lower->counts.late, (uint64_t)rise->resumed + late);
    lower->counts.copies = less(lower->counts.copies, upper->counts.copies);
    lower->counts.extent_sure = rise->extent_before;
    lower->counts.extent_max = rise->extent_before;
    forget_rises_from(lower, rise->first);
}
