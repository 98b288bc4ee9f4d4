/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-past.h"

bool sequence_is_unusual(const struct sequence_counter *counter, uint32_t extent)
{
    return extent > 2 * counter->counts.extent_sure + SEQUENCE_NEAR;
}

bool sequence_is_as_late_as_others(const struct sequence_counter *counter,
                                   const struct sequence_finding *late)
{
    return late->found && late->extent <= counter->counts.extent_sure;
}

/* How well a copy would fit into an earlier run. */
enum fit { FIT_NOT, FIT_BEYOND_END, FIT_GAP, FIT_GAP_AS_LATE_AS_OTHERS };

/* How far beyond the ends of an earlier run a late copy may be: farther if the number makes no
 * sense in the current one. */
static uint64_t ends_of(const struct sequence_counter *counter, uint64_t number)
{
    uint64_t highest = counter->run.highest;
    int64_t away =
        sequence_difference(sequence_extended_at(counter, highest, (uint32_t)number), highest);
    return away > SEQUENCE_LATE_MAX || away < -SEQUENCE_LATE_MAX ? SEQUENCE_JUMP_MAX
                                                                 : SEQUENCE_ENDS;
}

static enum fit fit_of(const struct sequence_counter *counter, const struct sequence_run *run,
                       uint64_t number)
{
    struct sequence_finding late;
    switch (sequence_run_place(run, number)) {
    case SEQUENCE_AHEAD:
        return number - run->end_highest <= ends_of(counter, number) ? FIT_BEYOND_END : FIT_NOT;
    case SEQUENCE_BELOW:
        return run->end_lowest - number <= ends_of(counter, number) ? FIT_BEYOND_END : FIT_NOT;
    case SEQUENCE_MISSING:
        late = sequence_run_late(run, number, counter->arrivals + 1);
        return sequence_is_as_late_as_others(counter, &late) ? FIT_GAP_AS_LATE_AS_OTHERS : FIT_GAP;
    case SEQUENCE_RECEIVED:
    case SEQUENCE_UNKNOWN:
        break;
    }
    return FIT_NOT;
}

struct sequence_run *sequence_past_run(struct sequence_counter *counter, uint32_t number,
                                       uint64_t *extended)
{
    struct sequence_run *best = NULL;
    enum fit best_fit = FIT_NOT;
    if (counter->run.earlier != NULL)
        sequence_runs_forget(counter);
    for (struct sequence_run *run = counter->run.earlier; run != NULL; run = run->earlier) {
        uint64_t in_run = sequence_extended_at(counter, run->highest, number);
        enum fit fit = fit_of(counter, run, in_run);
        if (fit <= best_fit && fit != FIT_GAP_AS_LATE_AS_OTHERS)
            continue;
        best = run;
        best_fit = fit;
        *extended = in_run;
    }
    return best;
}

bool sequence_past_is_late(struct sequence_counter *counter, const struct sequence_arrival *copy,
                           struct sequence_finding *finding)
{
    uint64_t number = 0;
    const struct sequence_run *run = sequence_past_run(counter, copy->number, &number);
    if (run != NULL)
        *finding = sequence_run_late(run, number, copy->order);
    return run != NULL;
}

bool sequence_past_received(struct sequence_counter *counter, uint32_t number)
{
    sequence_runs_forget(counter);
    for (const struct sequence_run *run = counter->run.earlier; run != NULL; run = run->earlier)
        if (sequence_run_place(run, sequence_extended_at(counter, run->highest, number)) ==
            SEQUENCE_RECEIVED)
            return true;
    return false;
}

bool sequence_past_goes_on(struct sequence_counter *counter, uint32_t number)
{
    sequence_runs_forget(counter);
    for (const struct sequence_run *run = counter->run.earlier; run != NULL; run = run->earlier)
        if (run->highest - run->lowest >= SEQUENCE_CLOSE &&
            number - sequence_carried(counter, run->highest + 1) < SEQUENCE_CLOSE)
            return true;
    return false;
}

void sequence_past_receive(struct sequence_counter *counter, uint32_t number)
{
    uint64_t extended = 0;
    struct sequence_run *run = sequence_past_run(counter, number, &extended);
    if (run != NULL)
        sequence_run_receive(counter, run, extended);
}
