/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The gaps of a run, in ascending order: opens, shrinks, splits and forgets them, and answers
 * which numbers are missing. */
#include "core/sequence/sequence-run.h"

#include <glib.h>
#include <string.h>

struct sequence_gap {
    uint64_t first;
    uint64_t frame;   /* of the copy that revealed it */
    uint32_t arrival; /* of that copy */
    uint32_t count;
};

enum { GAPS_AT_FIRST = 4 };

/* The first gap that does not lie wholly below @p number. */
static uint32_t find_gap(const struct sequence_run *run, uint64_t number)
{
    uint32_t low = 0;
    uint32_t high = run->gap_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct sequence_gap *gap = &run->gaps[middle];
        if (sequence_difference(number, gap->first) >= (int64_t)gap->count)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct sequence_gap *gap_around(const struct sequence_run *run, uint64_t number)
{
    uint32_t index = find_gap(run, number);
    if (index == run->gap_count || sequence_difference(number, run->gaps[index].first) < 0)
        return NULL;
    return &run->gaps[index];
}

enum sequence_place sequence_run_place(const struct sequence_run *run, uint64_t number)
{
    if (sequence_difference(number, run->highest) > 0)
        return SEQUENCE_AHEAD;
    if (sequence_difference(number, run->lowest) < 0)
        return SEQUENCE_BELOW;
    if (gap_around(run, number) != NULL)
        return SEQUENCE_MISSING;
    return run->forgot && sequence_difference(number, run->known_from) < 0 ? SEQUENCE_UNKNOWN
                                                                           : SEQUENCE_RECEIVED;
}

bool sequence_run_lacks_all(const struct sequence_run *run, uint64_t before, uint64_t after)
{
    const struct sequence_gap *gap = gap_around(run, before + 1);
    return gap != NULL && gap->first == before + 1 && gap->first + gap->count == after;
}

bool sequence_run_has_all(const struct sequence_run *run, uint64_t before, uint64_t after)
{
    uint32_t index = find_gap(run, before + 1);
    return index == run->gap_count || sequence_difference(run->gaps[index].first, after) > 0;
}

/* ---- gaps ---- */

static void forget_below(struct sequence_run *run, uint64_t number)
{
    if (!run->forgot || sequence_difference(number, run->known_from) > 0)
        run->known_from = number;
    run->forgot = true;
}

static void forget_gaps(struct sequence_run *run, uint32_t count)
{
    const struct sequence_gap *last = &run->gaps[count - 1];
    forget_below(run, last->first + last->count);
    run->gap_count -= count;
    memmove(run->gaps, run->gaps + count, run->gap_count * sizeof *run->gaps);
}

/* How many of the oldest gaps to forget to make room for another. */
static uint32_t gaps_to_forget(const struct sequence_counter *counter,
                               const struct sequence_run *run)
{
    uint32_t old = find_gap(run, run->highest - SEQUENCE_LATE_MAX);
    bool must = counter->low_memory || run->gap_count >= SEQUENCE_GAPS_MAX;
    return must ? MAX(old, run->gap_count / 4) : old;
}

/* Makes room for one gap more; false where memory is short. */
static bool make_room(struct sequence_counter *counter, struct sequence_run *run)
{
    if (run->gap_count < run->gap_capacity)
        return true;
    uint32_t old = gaps_to_forget(counter, run);
    if (old > 0) {
        forget_gaps(run, old);
        return true;
    }
    if (counter->low_memory)
        return false;
    uint32_t capacity = MAX(GAPS_AT_FIRST, run->gap_capacity * 2);
    run->gaps = g_renew(struct sequence_gap, run->gaps, capacity);
    counter->memory += (capacity - run->gap_capacity) * sizeof *run->gaps;
    run->gap_capacity = capacity;
    return true;
}

static void insert_gap(struct sequence_counter *counter, struct sequence_run *run,
                       struct sequence_gap gap)
{
    if (!make_room(counter, run)) {
        forget_below(run, gap.first + gap.count);
        return;
    }
    uint32_t index = find_gap(run, gap.first);
    memmove(&run->gaps[index + 1], &run->gaps[index], (run->gap_count - index) * sizeof gap);
    run->gaps[index] = gap;
    run->gap_count++;
}

/* Removes @p number from @p gap. The gap shrinks, is split in two, or disappears. */
static void fill_gap(struct sequence_counter *counter, struct sequence_run *run,
                     struct sequence_gap *gap, uint64_t number)
{
    struct sequence_gap above = *gap;
    above.first = number + 1;
    above.count = (uint32_t)(gap->first + gap->count - above.first);
    gap->count = (uint32_t)(number - gap->first);
    if (gap->count > 0 && above.count > 0) {
        insert_gap(counter, run, above);
    } else if (above.count > 0) {
        *gap = above;
    } else if (gap->count == 0) {
        run->gap_count--;
        memmove(gap, gap + 1, (size_t)(run->gaps + run->gap_count - gap) * sizeof *gap);
    }
}

uint32_t sequence_run_advance(struct sequence_counter *counter, struct sequence_run *run,
                              uint64_t number, const struct sequence_arrival *revealed_by)
{
    const struct sequence_gap gap = {run->highest + 1, revealed_by->frame, revealed_by->order,
                                     (uint32_t)(number - run->highest - 1)};
    run->highest = number;
    if (gap.count > 0)
        insert_gap(counter, run, gap);
    return gap.count;
}

/* Lowers the lowest number of the run to @p number. The numbers between are a gap that the first
 * copy revealed. */
static void lower_run(struct sequence_counter *counter, struct sequence_run *run, uint64_t number)
{
    const struct sequence_gap gap = {number + 1, run->first_frame, run->first_arrival,
                                     (uint32_t)(run->lowest - number - 1)};
    run->lowest = number;
    if (gap.count > 0)
        insert_gap(counter, run, gap);
}

/* ---- late copies ---- */

struct sequence_finding sequence_run_late(const struct sequence_run *run, uint64_t number,
                                          uint32_t order)
{
    struct sequence_finding finding = {.kind = SEQUENCE_LATE};
    const struct sequence_gap *gap = gap_around(run, number);
    if (sequence_difference(number, run->highest) > 0) {
        finding.lost = (uint32_t)(number - run->highest - 1);
        finding.extent = order - run->end_arrival;
        finding.frame = run->end_frame;
    } else if (sequence_difference(number, run->lowest) < 0) {
        finding.lost = (uint32_t)(run->lowest - number - 1);
        finding.extent = order - run->first_arrival;
        finding.frame = run->first_frame;
    } else if (gap != NULL) {
        finding.found = true;
        finding.extent = order - gap->arrival;
        finding.frame = gap->frame;
    }
    return finding;
}

void sequence_run_receive(struct sequence_counter *counter, struct sequence_run *run,
                          uint64_t number)
{
    const struct sequence_arrival end = {0, run->end_arrival, run->end_frame, NULL};
    struct sequence_gap *gap = gap_around(run, number);
    if (sequence_difference(number, run->highest) > 0)
        sequence_run_advance(counter, run, number, &end);
    else if (sequence_difference(number, run->lowest) < 0)
        lower_run(counter, run, number);
    else if (gap != NULL)
        fill_gap(counter, run, gap, number);
}

/* ---- runs ---- */

static void free_run(struct sequence_counter *counter, struct sequence_run *run)
{
    counter->memory -= sizeof *run + run->gap_capacity * sizeof *run->gaps;
    g_free(run->gaps);
    g_free(run);
}

void sequence_runs_forget(struct sequence_counter *counter)
{
    struct sequence_run **link = &counter->run.earlier;
    for (unsigned i = 0; *link != NULL; i++) {
        struct sequence_run *run = *link;
        uint32_t age = counter->arrivals - run->end_arrival;
        if (i < SEQUENCE_RUNS_MAX && !counter->low_memory && age <= SEQUENCE_PAST_MAX) {
            link = &run->earlier;
            continue;
        }
        *link = run->earlier;
        free_run(counter, run);
    }
}

static void end_run(struct sequence_counter *counter, const struct sequence_arrival *next)
{
    struct sequence_run *ended = g_new(struct sequence_run, 1);
    *ended = counter->run;
    ended->end_frame = next->frame;
    ended->end_arrival = next->order;
    ended->end_lowest = ended->lowest;
    ended->end_highest = ended->highest;
    counter->memory += sizeof *ended;
    counter->run.earlier = ended;
}

void sequence_run_begin(struct sequence_counter *counter, const struct sequence_arrival *first)
{
    if (counter->begun)
        end_run(counter, first);
    counter->begun = true;
    counter->run = (struct sequence_run){
        .lowest = first->number,
        .highest = first->number,
        .first_frame = first->frame,
        .highest_frame = first->frame,
        .first_arrival = first->order,
        .first_number = first->number,
        .earlier = counter->run.earlier,
    };
    if (first->label != NULL)
        counter->run.label = *first->label;
    sequence_runs_forget(counter);
}

uint64_t sequence_run_missing(const struct sequence_run *run)
{
    uint64_t missing = 0;
    for (uint32_t i = 0; i < run->gap_count; i++)
        missing += run->gaps[i].count;
    return missing;
}

uint64_t sequence_run_split(struct sequence_counter *lower, uint64_t highest, uint64_t first,
                            struct sequence_counter *upper)
{
    struct sequence_run *run = &lower->run;
    uint64_t missing = 0;
    upper->run.highest = run->highest;
    upper->run.highest_frame = run->highest_frame;
    uint32_t from = find_gap(run, highest);
    for (uint32_t i = from; i < run->gap_count; i++) {
        const struct sequence_gap *gap = &run->gaps[i];
        uint64_t end = gap->first + gap->count;
        uint64_t above =
            sequence_difference(highest, gap->first) >= 0 ? end - highest - 1 : gap->count;
        missing += above;
        if (sequence_difference(gap->first, first) > 0)
            insert_gap(upper, &upper->run, *gap);
    }
    while (run->gap_count > 0 &&
           sequence_difference(run->gaps[run->gap_count - 1].first, highest) > 0)
        run->gap_count--;
    run->highest = highest;
    return missing;
}

static void clone_gaps(struct sequence_run *run)
{
    run->gaps = g_memdup2(run->gaps, run->gap_capacity * sizeof *run->gaps);
}

void sequence_run_copy(struct sequence_counter *counter, const struct sequence_run *run)
{
    counter->run = *run;
    counter->run.earlier = NULL;
    clone_gaps(&counter->run);
    counter->memory += run->gap_capacity * sizeof *run->gaps;
}

void sequence_run_append(struct sequence_counter *counter, const struct sequence_run *next)
{
    struct sequence_run *run = &counter->run;
    const struct sequence_arrival revealed_by = {.frame = next->first_frame,
                                                 .order = next->first_arrival};
    uint64_t shift =
        sequence_extended_at(counter, run->highest, (uint32_t)next->lowest) - next->lowest;
    sequence_run_advance(counter, run, next->lowest + shift, &revealed_by);
    for (uint32_t i = 0; i < next->gap_count; i++) {
        struct sequence_gap gap = next->gaps[i];
        gap.first += shift;
        insert_gap(counter, run, gap);
    }
    run->highest = next->highest + shift;
    run->highest_frame = next->highest_frame;
    if (next->forgot)
        forget_below(run, next->known_from + shift);
}

void sequence_runs_clear(struct sequence_counter *counter)
{
    while (counter->run.earlier != NULL) {
        struct sequence_run *run = counter->run.earlier;
        counter->run.earlier = run->earlier;
        free_run(counter, run);
    }
    g_free(counter->run.gaps);
}

void sequence_runs_clone(struct sequence_counter *counter)
{
    clone_gaps(&counter->run);
    for (struct sequence_run **link = &counter->run.earlier; *link != NULL;
         link = &(*link)->earlier) {
        *link = g_memdup2(*link, sizeof **link);
        clone_gaps(*link);
    }
}
