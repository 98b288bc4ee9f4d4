/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence.h"

#include <glib.h>
#include <string.h>

#include "core/sequence-run.h"

enum { NARROW_BITS = 30, WIDE_BITS = 32, CONSTANT_IDENTICAL = 5 };

static const struct sequence_finding alone_stray = {.kind = SEQUENCE_HELD,
                                                    .taken_for = SEQUENCE_HELD};
static const struct sequence_finding alone_duplicate = {.kind = SEQUENCE_DUPLICATE};

static uint32_t carried(const struct sequence *sequence, uint64_t extended)
{
    return (uint32_t)(extended & (UINT64_MAX >> (64 - sequence->width)));
}

/* The copy's number, as extended nearest to @p reference. */
static uint64_t extended_at(const struct sequence *sequence, uint64_t reference, uint32_t number)
{
    return sequence_extend(reference, number, sequence->width);
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

/* ---- plain copies of the run ---- */

static struct sequence_finding take_late(struct sequence *sequence, uint64_t number,
                                         const struct sequence_arrival *copy)
{
    struct sequence_finding finding = sequence_run_late(&sequence->run, number, copy->order);
    sequence_run_receive(sequence, &sequence->run, number);
    return finding;
}

static struct sequence_finding take_ahead(struct sequence *sequence, uint64_t number,
                                          const struct sequence_arrival *copy)
{
    struct sequence_finding finding = {.kind = SEQUENCE_NEXT};
    struct sequence_run *run = &sequence->run;
    const uint64_t before = run->highest;
    finding.lost = sequence_run_rise(sequence, run, number, copy);
    if (finding.lost > 0) {
        finding.kind = SEQUENCE_GAP;
        finding.frame = run->highest_frame;
        finding.missing = before + 1;
        sequence->gap_max = MAX(sequence->gap_max, finding.lost);
    }
    run->highest_frame = copy->frame;
    sequence->next = carried(sequence, number + 1);
    return finding;
}

/* A copy that is known only now to be of the run: adds what it means to @p finding. */
static void replay(struct sequence *sequence, const struct sequence_arrival *copy,
                   struct sequence_finding *finding)
{
    uint64_t number = extended_at(sequence, sequence->run.highest, copy->number);
    struct sequence_finding one;
    if (sequence_difference(number, sequence->run.highest) > 0) {
        one = take_ahead(sequence, number, copy);
    } else {
        one = take_late(sequence, number, copy);
        finding->change.late++;
    }
    finding->lost += one.lost;
    finding->change.lost -= one.found;
    finding->held_extent = MAX(finding->held_extent, one.extent);
}

/* No copy came nearly as late as this so far. */
static bool is_unusual(const struct sequence *sequence, uint32_t extent)
{
    return extent > 2 * sequence->extent_sure + SEQUENCE_NEAR;
}

static bool is_as_late_as_others(const struct sequence *sequence,
                                 const struct sequence_finding *late)
{
    return late->found && late->extent <= sequence->extent_sure;
}

/* ---- stragglers of earlier runs ---- */

/* How well a copy would fit into an earlier run. */
enum fit { FIT_NOT, FIT_BEYOND_END, FIT_GAP, FIT_GAP_AS_LATE_AS_OTHERS };

static enum fit fit_of(const struct sequence *sequence, const struct sequence_run *run,
                       uint64_t number)
{
    struct sequence_finding late;
    switch (sequence_run_place(run, number)) {
    case SEQUENCE_AHEAD:
        return number - run->end_highest <= SEQUENCE_ENDS ? FIT_BEYOND_END : FIT_NOT;
    case SEQUENCE_BELOW:
        return run->end_lowest - number <= SEQUENCE_ENDS ? FIT_BEYOND_END : FIT_NOT;
    case SEQUENCE_MISSING:
        late = sequence_run_late(run, number, sequence->arrivals + 1);
        return is_as_late_as_others(sequence, &late) ? FIT_GAP_AS_LATE_AS_OTHERS : FIT_GAP;
    case SEQUENCE_RECEIVED:
    case SEQUENCE_UNKNOWN:
        break;
    }
    return FIT_NOT;
}

/* The run that a restart ended and of which the copy is likeliest, or NULL: the one that waits
 * longest, unless too long; else the latest. */
static struct sequence_run *straggler_run(struct sequence *sequence, uint32_t number,
                                          uint64_t *extended)
{
    struct sequence_run *best = NULL;
    enum fit best_fit = FIT_NOT;
    if (sequence->run.earlier != NULL)
        sequence_runs_forget(sequence);
    for (struct sequence_run *run = sequence->run.earlier; run != NULL; run = run->earlier) {
        uint64_t in_run = extended_at(sequence, run->highest, number);
        enum fit fit = fit_of(sequence, run, in_run);
        if (fit <= best_fit && fit != FIT_GAP_AS_LATE_AS_OTHERS)
            continue;
        best = run;
        best_fit = fit;
        *extended = in_run;
    }
    return best;
}

/* What the copy is if it is a straggler; false if it is none. Changes nothing. */
static bool is_straggler(struct sequence *sequence, const struct sequence_arrival *copy,
                         struct sequence_finding *finding)
{
    uint64_t number = 0;
    const struct sequence_run *run = straggler_run(sequence, copy->number, &number);
    if (run != NULL)
        *finding = sequence_run_late(run, number, copy->order);
    return run != NULL;
}

/* A straggler can be a duplicate, too. */
static bool came_before_restart(struct sequence *sequence, uint32_t number)
{
    sequence_runs_forget(sequence);
    for (const struct sequence_run *run = sequence->run.earlier; run != NULL; run = run->earlier)
        if (sequence_run_place(run, extended_at(sequence, run->highest, number)) ==
            SEQUENCE_RECEIVED)
            return true;
    return false;
}

static void receive_straggler(struct sequence *sequence, uint32_t number)
{
    uint64_t extended = 0;
    struct sequence_run *run = straggler_run(sequence, number, &extended);
    if (run != NULL)
        sequence_run_receive(sequence, run, extended);
}

/* ---- what is held ---- */

/* It was late indeed: in which numbers it changed the count of lost ones depends on what came
 * since. */
static void release_late(struct sequence *sequence, const struct sequence_held *held,
                         struct sequence_finding *finding)
{
    uint64_t number = extended_at(sequence, sequence->run.highest, held->copy.number);
    struct sequence_run *run =
        held->straggler ? straggler_run(sequence, held->copy.number, &number) : &sequence->run;
    if (run == NULL)
        return;
    struct sequence_finding late = sequence_run_late(run, number, held->copy.order);
    sequence_run_receive(sequence, run, number);
    finding->change.lost += (int32_t)late.lost - late.found - held->lost;
    finding->held_extent = MAX(finding->held_extent, late.extent);
}

/* It is what it was taken for. */
static void release(struct sequence *sequence, const struct sequence_held *held,
                    struct sequence_finding *finding)
{
    if (held->taken_for == SEQUENCE_LATE)
        release_late(sequence, held, finding);
    finding->held_was_stray |= held->taken_for == SEQUENCE_HELD;
}

/* What became of copies that were held. */
static void absorb(struct sequence_finding *finding, const struct sequence_finding *released)
{
    finding->change.lost += released->change.lost;
    finding->held_extent = MAX(finding->held_extent, released->held_extent);
    finding->held_was_stray |= released->held_was_stray;
}

static void release_all(struct sequence *sequence, struct sequence_finding *finding)
{
    for (unsigned i = 0; i < sequence->held_count; i++)
        release(sequence, &sequence->held[i], finding);
    sequence->held_count = 0;
    sequence->continued = 0;
    sequence->jumped = false;
}

static void release_oldest(struct sequence *sequence, struct sequence_finding *finding)
{
    release(sequence, &sequence->held[0], finding);
    sequence->held_count--;
    memmove(sequence->held, sequence->held + 1, sequence->held_count * sizeof *sequence->held);
}

/* Counts of a held copy as it was taken are no more. */
static void take_back(const struct sequence_held *held, struct sequence_change *change)
{
    change->late = (int16_t)(change->late - (held->taken_for == SEQUENCE_LATE));
    change->duplicates = (int16_t)(change->duplicates - (held->taken_for == SEQUENCE_DUPLICATE));
    change->strays = (int16_t)(change->strays - (held->taken_for == SEQUENCE_HELD));
    change->lost -= held->lost;
}

/* How far from what is held a copy may be to make a run with it. */
static uint32_t reach_of(const struct sequence *sequence, const struct sequence_finding *alone)
{
    return is_as_late_as_others(sequence, alone) ? SEQUENCE_CLOSE : SEQUENCE_NEAR;
}

/* Holds the copy, which by itself would be @p alone. */
static struct sequence_finding hold(struct sequence *sequence, const struct sequence_arrival *copy,
                                    const struct sequence_finding *alone, bool strong,
                                    bool straggler)
{
    struct sequence_finding finding = {.kind = SEQUENCE_HELD, .taken_for = alone->kind};
    finding.lost = alone->lost;
    finding.found = alone->found;
    /* Where it may well be a restart, the extent has to wait: a maximum cannot be taken back. */
    if (!straggler && copy->number >= SEQUENCE_NEAR)
        finding.extent = alone->extent;
    if (sequence->held == NULL) {
        sequence->held = g_new(struct sequence_held, SEQUENCE_HELD_MAX);
        sequence->memory += SEQUENCE_HELD_MAX * sizeof *sequence->held;
    }
    if (sequence->held_count == SEQUENCE_HELD_MAX)
        release_oldest(sequence, &finding);
    sequence->held[sequence->held_count++] = (struct sequence_held){
        .copy = *copy,
        .extent = alone->extent,
        .lost = (int32_t)alone->lost - alone->found,
        .taken_for = (uint8_t)alone->kind,
        .reach = (uint8_t)reach_of(sequence, alone),
        .strong = strong,
        .straggler = straggler,
    };
    return finding;
}

static bool is_held(const struct sequence *sequence, uint32_t number)
{
    for (unsigned i = 0; i < sequence->held_count; i++)
        if (sequence->held[i].copy.number == number)
            return true;
    return false;
}

static bool held_near(const struct sequence *sequence, uint32_t number, uint32_t reach, bool strong)
{
    for (unsigned i = 0; i < sequence->held_count; i++) {
        const struct sequence_held *held = &sequence->held[i];
        if ((held->strong || !strong) &&
            apart(held->copy.number, number) <= MIN(reach, held->reach))
            return true;
    }
    return false;
}

/* The last @p count held, and then @p number, go up in small steps, most of them of one. */
static bool held_in_order(const struct sequence *sequence, uint32_t number, unsigned count)
{
    unsigned exact = 0;
    if (sequence->held_count < count)
        return false;
    for (unsigned i = 1; i <= count; i++) {
        uint32_t before = sequence->held[sequence->held_count - i].copy.number;
        if (number - before - 1 >= SEQUENCE_CLOSE)
            return false;
        exact += number - before == 1;
        number = before;
    }
    return exact * 4 >= count * 3;
}

/*
 * Moves out of what is held those within @p near of @p number, into @p members, and takes back what
 * they counted as; the others are what they were taken for.
 */
static unsigned take_members(struct sequence *sequence, uint32_t number, uint32_t near,
                             struct sequence_arrival members[SEQUENCE_HELD_MAX],
                             struct sequence_finding *finding)
{
    unsigned count = 0;
    for (unsigned i = 0; i < sequence->held_count; i++) {
        const struct sequence_held *held = &sequence->held[i];
        if (apart(held->copy.number, number) > MIN(near, held->reach)) {
            release(sequence, held, finding);
            continue;
        }
        take_back(held, &finding->change);
        members[count++] = held->copy;
    }
    sequence->held_count = 0;
    sequence->jumped = false;
    return count;
}

/* ---- restarts ---- */

/* Those held that are near, and this copy, begin a new run; the others do not. */
static struct sequence_finding restart(struct sequence *sequence,
                                       const struct sequence_arrival *copy)
{
    struct sequence_finding finding = {.kind = SEQUENCE_RESTART};
    struct sequence_arrival members[SEQUENCE_HELD_MAX];
    unsigned count = take_members(sequence, copy->number, SEQUENCE_NEAR, members, &finding);
    uint32_t overtaken = sequence->continued_arrival - members[0].order;
    if (sequence->continued > 0 && (int32_t)overtaken > 0) {
        finding.change.late = (int16_t)(finding.change.late + sequence->continued);
        finding.held_extent = MAX(finding.held_extent, overtaken);
    }
    sequence->continued = 0;
    sequence->constant = false;
    sequence_run_begin(sequence, &members[0]);
    sequence->next = carried(sequence, sequence->run.highest + 1);
    for (unsigned i = 1; i < count; i++)
        replay(sequence, &members[i], &finding);
    replay(sequence, copy, &finding);
    finding.frame = members[0].frame;
    return finding;
}

/* @p strong: by itself it makes no sense in the run. */
static struct sequence_finding hold_or_restart(struct sequence *sequence,
                                               const struct sequence_arrival *copy,
                                               const struct sequence_finding *alone, bool strong,
                                               bool straggler)
{
    unsigned proof =
        is_unusual(sequence, alone->extent) ? SEQUENCE_HELD_MAX / 2 : SEQUENCE_HELD_MAX;
    if (held_near(sequence, copy->number, reach_of(sequence, alone), !strong) ||
        held_in_order(sequence, copy->number, proof))
        return restart(sequence, copy);
    return hold(sequence, copy, alone, strong, straggler);
}

/* ---- jumps ahead ---- */

static struct sequence_finding hold_jump(struct sequence *sequence,
                                         const struct sequence_arrival *copy,
                                         const struct sequence_finding *alone, bool straggler)
{
    sequence->jumped = true;
    return hold(sequence, copy, alone, true, straggler);
}

/* The copy and what is held near @p near are ahead of the run, behind a gap. */
static struct sequence_finding land(struct sequence *sequence, const struct sequence_arrival *copy,
                                    uint32_t near)
{
    struct sequence_finding finding = {
        .kind = SEQUENCE_GAP,
        .missing = sequence->run.highest + 1,
        .frame = sequence->run.highest_frame,
    };
    struct sequence_arrival members[SEQUENCE_HELD_MAX];
    unsigned count = take_members(sequence, near, 2 * SEQUENCE_CLOSE, members, &finding);
    for (unsigned i = 0; i < count; i++)
        replay(sequence, &members[i], &finding);
    replay(sequence, copy, &finding);
    return finding;
}

/* Whether the run jumped to where stragglers were thought to be, and this copy is the proof. */
static bool proves_jump(const struct sequence *sequence, const struct sequence_arrival *copy,
                        bool straggler)
{
    const struct sequence_held *last = &sequence->held[sequence->held_count - 1];
    uint32_t gap = last->copy.number - sequence->next;
    bool too_late = is_unusual(sequence, last->extent);
    bool lossy = gap <= 4 * sequence->gap_max + SEQUENCE_CLOSE;
    if (apart(copy->number, last->copy.number) > SEQUENCE_CLOSE)
        return false;
    if (!straggler)
        return true;
    return too_late && lossy ? sequence->held_count >= 2
                             : held_in_order(sequence, copy->number, SEQUENCE_HELD_MAX);
}

/* With a jump held: what the next copy tells. False: nothing of itself, the jump is settled. */
static bool settle_jump(struct sequence *sequence, const struct sequence_arrival *copy,
                        struct sequence_finding *finding)
{
    const struct sequence_held *first = &sequence->held[0];
    uint64_t landed = extended_at(sequence, sequence->run.highest, first->copy.number);
    uint64_t number = extended_at(sequence, landed, copy->number);
    int64_t ahead = sequence_difference(number, sequence->run.highest);
    struct sequence_finding alone;
    bool before = sequence_difference(number, landed) < 0;
    if ((ahead <= SEQUENCE_CLOSE && before) || ahead > SEQUENCE_LOSS_MAX) {
        release_all(sequence, finding);
        return false;
    }
    if (!first->straggler) {
        bool back = sequence_difference(number, landed) < -SEQUENCE_NEAR;
        if (back)
            release_all(sequence, finding);
        else
            *finding = land(sequence, copy, first->copy.number);
        return !back;
    }
    bool straggler = is_straggler(sequence, copy, &alone);
    if (proves_jump(sequence, copy, straggler)) {
        *finding = land(sequence, copy, copy->number);
        return true;
    }
    if (straggler) {
        *finding = hold_jump(sequence, copy, &alone, true);
        return true;
    }
    release_all(sequence, finding);
    return false;
}

/* ---- one copy ---- */

/* Of a jump over the wrap: loss hardly ever ends just behind it; a restart does. */
static bool lands_at_zero(const struct sequence *sequence, uint32_t number, unsigned width)
{
    uint64_t end = UINT64_C(1) << width;
    uint64_t highest = sequence->run.highest & (end - 1);
    uint64_t before_wrap = end - 1 - highest;
    return number < highest && before_wrap >= SEQUENCE_CLOSE &&
           before_wrap > 2 * (uint64_t)sequence->gap_max && number <= before_wrap / SEQUENCE_CLOSE;
}

/* Quirk Q4: from about 2^30 to about 0, or back. */
static bool wraps_early(const struct sequence *sequence, uint32_t number)
{
    if (sequence->width == NARROW_BITS || sequence->wide || number >> NARROW_BITS != 0)
        return false;
    uint64_t highest = sequence->run.highest;
    uint64_t narrow = sequence_extend(highest, number, NARROW_BITS);
    int64_t by = sequence_difference(narrow, highest);
    return narrow != sequence_extend(highest, number, WIDE_BITS) && by <= SEQUENCE_WRAP_MAX &&
           by >= -SEQUENCE_WRAP_MAX && !lands_at_zero(sequence, number, NARROW_BITS);
}

static struct sequence_finding take_above(struct sequence *sequence, uint64_t number,
                                          const struct sequence_arrival *copy)
{
    uint64_t by = number - sequence->run.highest;
    bool waits = sequence->held_count > 0;
    struct sequence_finding finding;
    bool close = by <= SEQUENCE_CLOSE;
    bool expected = close && by <= sequence->gap_max + UINT64_C(1);
    if (!expected && is_straggler(sequence, copy, &finding) &&
        (!close || is_as_late_as_others(sequence, &finding))) {
        if (!waits && by <= SEQUENCE_LOSS_MAX)
            return hold_jump(sequence, copy, &finding, true);
        receive_straggler(sequence, copy->number);
        return finding;
    }
    if (by > SEQUENCE_LOSS_MAX || lands_at_zero(sequence, copy->number, sequence->width) ||
        (by > SEQUENCE_CLOSE && held_near(sequence, copy->number, SEQUENCE_NEAR, true)))
        return hold_or_restart(sequence, copy, &alone_stray, true, false);
    if (by > SEQUENCE_JUMP_MAX && !waits)
        return hold_jump(sequence, copy, &alone_stray, false);
    finding = take_ahead(sequence, number, copy);
    if (waits) {
        sequence->continued_arrival = copy->order;
        if (++sequence->continued >= SEQUENCE_PATIENCE)
            release_all(sequence, &finding);
    }
    return finding;
}

static struct sequence_finding take_below(struct sequence *sequence, uint64_t number,
                                          const struct sequence_arrival *copy)
{
    const struct sequence_run *run = &sequence->run;
    enum sequence_place place = sequence_run_place(run, number);
    uint64_t below = place == SEQUENCE_BELOW ? run->lowest - number : 0;
    uint64_t back = run->highest - number;
    bool far = back >= SEQUENCE_CLOSE;
    bool at_zero = copy->number < SEQUENCE_NEAR && far;
    struct sequence_finding alone;
    if ((place == SEQUENCE_RECEIVED || below > SEQUENCE_CLOSE) &&
        is_straggler(sequence, copy, &alone)) {
        if (at_zero || is_unusual(sequence, alone.extent))
            return hold_or_restart(sequence, copy, &alone, false, true);
        receive_straggler(sequence, copy->number);
        return alone;
    }
    if (place == SEQUENCE_RECEIVED)
        return hold_or_restart(sequence, copy, &alone_duplicate, back >= SEQUENCE_CLOSE / 2, false);
    if (back > SEQUENCE_LATE_MAX || below > SEQUENCE_JUMP_MAX)
        return hold_or_restart(sequence, copy, &alone_stray, true, false);
    if (place == SEQUENCE_MISSING && is_straggler(sequence, copy, &alone) &&
        is_as_late_as_others(sequence, &alone)) {
        receive_straggler(sequence, copy->number);
        return alone;
    }
    alone = sequence_run_late(run, number, copy->order);
    bool unusual = is_unusual(sequence, alone.extent);
    bool strong = below > SEQUENCE_NEAR || (below > SEQUENCE_CLOSE && unusual);
    if (strong || at_zero || unusual ||
        (far && held_near(sequence, copy->number, SEQUENCE_NEAR, true)))
        return hold_or_restart(sequence, copy, &alone, strong, false);
    return take_late(sequence, number, copy);
}

/* A copy of a counter that moves, with a number that is not its next or while something is held. */
static struct sequence_finding take_moved(struct sequence *sequence,
                                          const struct sequence_arrival *copy)
{
    struct sequence_finding finding = {.kind = SEQUENCE_HELD};
    struct sequence_finding released = {.kind = SEQUENCE_NEXT};
    bool narrowed = wraps_early(sequence, copy->number);
    if (narrowed)
        sequence->width = NARROW_BITS;
    if (sequence->jumped && settle_jump(sequence, copy, &released))
        return released;
    uint64_t number = extended_at(sequence, sequence->run.highest, copy->number);
    if (sequence->width == NARROW_BITS && copy->number >> NARROW_BITS != 0)
        finding = hold_or_restart(sequence, copy, &alone_stray, true, false);
    else if (sequence_difference(number, sequence->run.highest) > 0)
        finding = take_above(sequence, number, copy);
    else
        finding = take_below(sequence, number, copy);
    finding.narrowed = narrowed;
    absorb(&finding, &released);
    return finding;
}

/* A number other than the one in every copy so far. */
static struct sequence_finding take_first_move(struct sequence *sequence,
                                               const struct sequence_arrival *copy)
{
    if (sequence->counts.constants >= 2)
        return hold_or_restart(sequence, copy, &alone_stray, true, false);
    sequence->constant = false;
    return take_moved(sequence, copy);
}

/* The number that every copy had so far. */
static struct sequence_finding take_constant(struct sequence *sequence, bool repeats)
{
    struct sequence_finding finding = {.kind = SEQUENCE_CONSTANT};
    const struct sequence_counts *counts = &sequence->counts;
    release_all(sequence, &finding);
    sequence->varied |= !repeats;
    if (!repeats || (!sequence->varied && counts->constants > 0))
        return finding;
    /* A copy may come twice; one that comes forever is mirrored anew each time. */
    if (!sequence->varied && counts->duplicates + 1 >= CONSTANT_IDENTICAL) {
        finding.change.duplicates = (int16_t)(1 - CONSTANT_IDENTICAL);
        finding.change.constants = CONSTANT_IDENTICAL - 1;
        return finding;
    }
    finding.kind = SEQUENCE_DUPLICATE;
    return finding;
}

static struct sequence_finding take_first(struct sequence *sequence,
                                          const struct sequence_arrival *copy)
{
    sequence->constant = true;
    sequence->width = WIDE_BITS;
    sequence_run_begin(sequence, copy);
    sequence->next = carried(sequence, sequence->run.highest + 1);
    return (struct sequence_finding){.kind = SEQUENCE_FIRST};
}

static struct sequence_finding take_unusual(struct sequence *sequence,
                                            const struct sequence_arrival *copy, bool repeats)
{
    if (!sequence->begun)
        return take_first(sequence, copy);
    if (sequence->constant && copy->number == (uint32_t)sequence->run.highest)
        return take_constant(sequence, repeats);
    bool next = copy->number == sequence->next;
    if (next ? repeats && came_before_restart(sequence, copy->number)
             : repeats || is_held(sequence, copy->number))
        return alone_duplicate;
    if (sequence->constant)
        return take_first_move(sequence, copy);
    return take_moved(sequence, copy);
}

struct sequence_finding sequence_take(struct sequence *sequence, uint32_t number, uint64_t frame,
                                      bool repeats)
{
    bool usual = number == sequence->next && sequence->begun && !sequence->constant &&
                 sequence->held_count == 0 && !(repeats && sequence->run.earlier != NULL);
    sequence->wide |= usual && number >> NARROW_BITS != 0;
    if (usual) {
        sequence->run.highest++;
        sequence->run.highest_frame = frame;
        sequence->next = carried(sequence, sequence->run.highest + 1);
        sequence->arrivals++;
        sequence->counts.copies++;
        return (struct sequence_finding){.kind = SEQUENCE_NEXT};
    }
    const struct sequence_arrival copy = {number, sequence->arrivals + 1, frame};
    struct sequence_finding finding = take_unusual(sequence, &copy, repeats);
    if (finding.kind != SEQUENCE_DUPLICATE)
        sequence->arrivals++;
    if (finding.kind != SEQUENCE_HELD && number >> NARROW_BITS != 0) {
        sequence->wide = true;
        sequence->width = WIDE_BITS;
    }
    uint32_t sure = finding.kind == SEQUENCE_HELD ? 0 : finding.extent;
    sequence->extent_sure = MAX(sequence->extent_sure, MAX(sure, finding.held_extent));
    sequence_counts_add(&sequence->counts, &finding);
    return finding;
}

static void change_count(uint64_t *count, int64_t by)
{
    *count = by < 0 && *count < (uint64_t)-by ? 0 : *count + (uint64_t)by;
}

void sequence_counts_add(struct sequence_counts *counts, const struct sequence_finding *finding)
{
    enum sequence_kind as = finding->kind == SEQUENCE_HELD ? finding->taken_for : finding->kind;
    const struct sequence_change *change = &finding->change;
    counts->copies++;
    change_count(&counts->lost, (int64_t)finding->lost - finding->found + change->lost);
    change_count(&counts->late, (as == SEQUENCE_LATE) + change->late);
    change_count(&counts->duplicates, (as == SEQUENCE_DUPLICATE) + change->duplicates);
    change_count(&counts->strays, (as == SEQUENCE_HELD) + change->strays);
    change_count(&counts->constants, (as == SEQUENCE_CONSTANT) + change->constants);
    counts->restarts += as == SEQUENCE_RESTART;
    counts->extent_max = MAX(counts->extent_max, MAX(finding->extent, finding->held_extent));
}

void sequence_clear(struct sequence *sequence)
{
    sequence_runs_clear(sequence);
    g_free(sequence->held);
    *sequence = (struct sequence){0};
}

void sequence_clone(struct sequence *copy, const struct sequence *sequence)
{
    *copy = *sequence;
    copy->held = g_memdup2(sequence->held, SEQUENCE_HELD_MAX * sizeof *sequence->held);
    sequence_runs_clone(copy);
}
