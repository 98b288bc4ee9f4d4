/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-discontinuity.h"

#include <glib.h>

#include "core/sequence/sequence-history.h"
#include "core/sequence/sequence-pending.h"

enum {
    RESUMED_SHARE = 8, /* of the copies since a discontinuity, one in so many must have resumed the
                          numbers before it */
    AWAY_LEAST = 16    /* copies since a jump; the last ones before it may come late */
};

static bool is_jump(const struct sequence_discontinuity *discontinuity)
{
    return sequence_difference(discontinuity->first, discontinuity->before) > SEQUENCE_JUMP_MAX;
}

void sequence_discontinuities_add(struct sequence_counter *counter, uint64_t before, uint64_t first,
                                  const struct sequence_arrival *copy)
{
    if (counter->discontinuities == NULL) {
        if (counter->low_memory)
            return;
        counter->discontinuities = g_new0(struct sequence_discontinuities, 1);
        counter->memory += sizeof *counter->discontinuities;
    }
    struct sequence_discontinuities *discontinuities = counter->discontinuities;
    struct sequence_discontinuity *discontinuity =
        &discontinuities->last[discontinuities->count++ % SEQUENCE_DISCONTINUITIES];
    *discontinuity = (struct sequence_discontinuity){
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
        discontinuity->label = *copy->label;
    discontinuities->jumped |= is_jump(discontinuity);
}

static unsigned remembered(const struct sequence_discontinuities *discontinuities)
{
    return MIN(discontinuities->count, SEQUENCE_DISCONTINUITIES);
}

static bool goes_on(const struct sequence_discontinuity *discontinuity, uint64_t number)
{
    return sequence_goes_on(discontinuity->resumed_to, discontinuity->resumed, number) &&
           sequence_difference(number, discontinuity->first) < 0;
}

bool sequence_discontinuities_go_on(const struct sequence_counter *counter, uint64_t number)
{
    const struct sequence_discontinuities *discontinuities = counter->discontinuities;
    for (unsigned i = 0; discontinuities != NULL && i < remembered(discontinuities); i++) {
        const struct sequence_discontinuity *discontinuity = &discontinuities->last[i];
        if (goes_on(discontinuity, number) &&
            counter->arrivals - discontinuity->order < (discontinuity->resumed + 1) * RESUMED_SHARE)
            return true;
    }
    return false;
}

void sequence_discontinuities_late(struct sequence_counter *counter, uint64_t number,
                                   const struct sequence_arrival *copy, uint32_t extent)
{
    for (unsigned i = 0; i < remembered(counter->discontinuities); i++) {
        struct sequence_discontinuity *discontinuity = &counter->discontinuities->last[i];
        if (number == discontinuity->before + 1 && discontinuity->resumed < SEQUENCE_RESUMED_MIN) {
            /* The front of the gap: what came before into the gap did not go on with the run. */
            discontinuity->resumed = 0;
            discontinuity->resumed_to = discontinuity->before;
        }
        if (!goes_on(discontinuity, number)) {
            discontinuity->extent_before = MAX(discontinuity->extent_before, extent);
            continue;
        }
        if (discontinuity->resumed++ == 0)
            discontinuity->resumed_from = copy->frame;
        counter->discontinuities->resumed = true;
        discontinuity->resumed_to = number;
        discontinuity->resumed_frame = copy->frame;
    }
}

void sequence_discontinuities_forget(struct sequence_counter *counter)
{
    if (counter->discontinuities != NULL)
        counter->discontinuities->count = 0;
}

/* Among foreign copies one copy that goes on is enough, if nothing went on above a large gap. */
static bool has_enough(const struct sequence_counter *counter,
                       const struct sequence_discontinuity *discontinuity, bool among_foreign)
{
    bool lonely = counter->run.highest == discontinuity->first &&
                  sequence_difference(discontinuity->first, discontinuity->before) > SEQUENCE_CLOSE;
    return discontinuity->resumed >= (among_foreign && lonely ? 1 : SEQUENCE_RESUMED_MIN);
}

/* What the copy meant can still be taken back. */
static bool is_noted(const struct sequence_counter *counter,
                     const struct sequence_discontinuity *discontinuity)
{
    return counter->history == NULL ||
           sequence_history_find(counter, discontinuity->frame,
                                 sequence_carried(counter, discontinuity->first)) != NULL;
}

/* The numbers jumped, many copies came behind the jump and none into the gap, and this copy has its
 * first number: another counter, which takes turns with this one, made the jump. */
static bool goes_back(const struct sequence_counter *counter,
                      const struct sequence_discontinuity *discontinuity,
                      const struct sequence_copy *copy)
{
    uint32_t away = counter->arrivals - discontinuity->order;
    return !discontinuity->asked && !copy->is_duplicate && is_jump(discontinuity) &&
           copy->number == sequence_carried(counter, discontinuity->before + 1) &&
           away >= AWAY_LEAST && away <= SEQUENCE_PAST_MAX &&
           sequence_run_lacks_all(&counter->run, discontinuity->before, discontinuity->first);
}

static bool is_doubtful(const struct sequence_counter *counter,
                        const struct sequence_discontinuity *discontinuity,
                        const struct sequence_copy *copy, bool among_foreign)
{
    if (discontinuity->asked || discontinuity->resumed == 0 ||
        counter->arrivals - discontinuity->order > discontinuity->resumed * RESUMED_SHARE)
        return false;
    /* Copies no later than others were: they were overtaken, and prove no foreign copy. Where none
     * is missing any more, nothing but the same number once more does. */
    if (!sequence_run_has_all(&counter->run, discontinuity->resumed_to, discontinuity->first))
        return has_enough(counter, discontinuity, among_foreign) &&
               counter->arrivals - discontinuity->order >= discontinuity->extent_before;
    return !copy->is_duplicate && sequence_extended_at(counter, discontinuity->first,
                                                       copy->number) == discontinuity->first;
}

struct sequence_discontinuity *sequence_discontinuity_doubtful(struct sequence_counter *counter,
                                                               const struct sequence_copy *copy,
                                                               bool among_foreign)
{
    struct sequence_discontinuities *discontinuities = counter->discontinuities;
    if (discontinuities == NULL || (!discontinuities->resumed && !discontinuities->jumped))
        return NULL;
    for (unsigned i = 0; i < remembered(discontinuities); i++) {
        struct sequence_discontinuity *discontinuity = &discontinuities->last[i];
        if (!goes_back(counter, discontinuity, copy) &&
            (!is_doubtful(counter, discontinuity, copy, among_foreign) ||
             !is_noted(counter, discontinuity)))
            continue;
        discontinuity->asked = true;
        return discontinuity;
    }
    return NULL;
}

static uint64_t less(uint64_t count, uint64_t by)
{
    return count > by ? count - by : 0;
}

static void forget_discontinuities_from(struct sequence_counter *counter, uint64_t number)
{
    for (unsigned i = 0;
         counter->discontinuities != NULL && i < remembered(counter->discontinuities); i++) {
        struct sequence_discontinuity *discontinuity = &counter->discontinuities->last[i];
        discontinuity->asked |= sequence_difference(discontinuity->first, number) >= 0;
    }
}

void sequence_discontinuity_split(struct sequence_counter *lower,
                                  const struct sequence_discontinuity *discontinuity,
                                  struct sequence_counter *upper)
{
    sequence_pending_decide(lower);
    *upper = (struct sequence_counter){
        .begun = true,
        .recording = SEQUENCE_RECORDS_AND_KEEPS,
        .width = lower->width,
        .wide = lower->wide,
        .arrivals = lower->arrivals,
        .label = discontinuity->label,
        .run = {.lowest = discontinuity->first,
                .first_frame = discontinuity->frame,
                .first_arrival = discontinuity->order},
    };
    const struct sequence_handed handed = sequence_history_split(lower, discontinuity, upper);
    uint64_t missing =
        sequence_run_split(lower, discontinuity->resumed_to, discontinuity->first, upper);
    upper->next = lower->next;
    upper->gap_max = lower->gap_max;
    upper->counts.lost = sequence_run_missing(&upper->run);
    upper->counts.late = handed.late;
    upper->counts.copies = upper->run.highest - upper->run.lowest + 1 - upper->counts.lost;
    lower->run.highest_frame = discontinuity->resumed_frame;
    if (discontinuity->before >> SEQUENCE_NARROW_BITS == 0 &&
        discontinuity->first >> SEQUENCE_NARROW_BITS != 0)
        lower->width = SEQUENCE_WIDE_BITS; /* a foreign number made the wrap */
    lower->gap_max = discontinuity->gap_max;
    lower->next = sequence_carried(lower, discontinuity->resumed_to + 1);
    lower->counts.lost = less(lower->counts.lost, missing);
    lower->counts.late =
        less(lower->counts.late, (uint64_t)discontinuity->resumed + handed.late + handed.strays);
    lower->counts.strays += handed.strays;
    lower->counts.copies = less(lower->counts.copies, upper->counts.copies);
    lower->counts.extent_sure = discontinuity->extent_before;
    lower->counts.extent_max = discontinuity->extent_before;
    forget_discontinuities_from(lower, discontinuity->first);
}
