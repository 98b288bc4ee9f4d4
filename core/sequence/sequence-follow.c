/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. sequence_counter_take() decides what one copy means to one counter. A copy
 * whose number is the next one is plain. take_above() handles a number above the highest,
 * take_below() one at or below it: late copies come without a fault, too (quirk Q37,
 * reordered by two processors). A copy whose meaning depends on later copies becomes pending
 * (sequence-pending.c); restart() and accept_jump() decide pending copies.
 */
#include "core/sequence/sequence-internal.h"

#include <glib.h>
#include <string.h>

#include "core/sequence/sequence-discontinuity.h"
#include "core/sequence/sequence-history.h"
#include "core/sequence/sequence-past.h"
#include "core/sequence/sequence-pending.h"
#include "core/sequence/sequence-run.h"

/* How many copies with one number make the number constant (quirk Q3, constant sequence): identical
 * copies, or copies with different content. */
enum { CONSTANT_IDENTICAL = 5, CONSTANT_DIFFERENT = 3 };

static const struct sequence_alone judged_alone_as_stray = {.finding = {.kind = SEQUENCE_PENDING},
                                                            .evidence = SEQUENCE_STRONG_EVIDENCE};

/* ---- plain copies of the run ---- */

static struct sequence_finding take_late(struct sequence_counter *counter, uint64_t number,
                                         const struct sequence_arrival *copy)
{
    struct sequence_finding finding = sequence_run_late(&counter->run, number, copy->order);
    sequence_run_receive(counter, &counter->run, number);
    if (counter->discontinuities != NULL)
        sequence_discontinuities_late(counter, number, copy, finding.extent);
    return finding;
}

static struct sequence_finding take_ahead(struct sequence_counter *counter, uint64_t number,
                                          const struct sequence_arrival *copy)
{
    struct sequence_finding finding = {.kind = SEQUENCE_NEXT};
    struct sequence_run *run = &counter->run;
    const uint64_t before = run->highest;
    finding.lost = sequence_run_advance(counter, run, number, copy);
    if (finding.lost > 0) {
        sequence_discontinuities_add(counter, before, number, copy);
        finding.kind = SEQUENCE_GAP;
        finding.frame = run->highest_frame;
        finding.missing = before + 1;
        counter->gap_max = MAX(counter->gap_max, finding.lost);
    }
    run->highest_frame = copy->frame;
    counter->next = sequence_carried(counter, number + 1);
    return finding;
}

/* Adds a pending copy to the run, and what it means to @p finding. */
static void replay(struct sequence_counter *counter, const struct sequence_arrival *copy,
                   struct sequence_finding *finding)
{
    uint64_t number = sequence_extended_at(counter, counter->run.highest, copy->number);
    struct sequence_finding one;
    if (sequence_difference(number, counter->run.highest) > 0) {
        one = take_ahead(counter, number, copy);
    } else {
        one = take_late(counter, number, copy);
        finding->change.late++;
    }
    sequence_history_revise(counter, copy, &one);
    finding->lost += one.lost;
    finding->change.lost -= one.found;
    finding->earlier_extent = MAX(finding->earlier_extent, one.extent);
}

/* ---- restarts ---- */

/* A restart (quirk Q27, restart): begins a new run with this copy and the pending copies near it;
 * decides the other pending copies. Copies that continued the old run since then are late, because
 * the new run had begun. */
static struct sequence_finding restart(struct sequence_counter *counter,
                                       const struct sequence_arrival *copy, uint32_t reach)
{
    struct sequence_finding finding = {.kind = SEQUENCE_RESTART};
    struct sequence_arrival members[SEQUENCE_PENDING_MAX];
    unsigned count = sequence_pending_take(counter, copy->number, reach, members, &finding);
    for (unsigned i = 0; i < counter->continued; i++) {
        const struct sequence_arrival *by = &counter->continued_by[i];
        uint32_t extent = by->order - members[0].order;
        if ((int32_t)extent <= 0)
            continue;
        sequence_history_overtaken(counter, by, extent, members[0].frame);
        finding.change.late++;
        finding.earlier_extent = MAX(finding.earlier_extent, extent);
    }
    counter->continued = 0;
    counter->constant = false;
    sequence_discontinuities_forget(counter);
    members[0].label = copy->label; /* its own is gone */
    sequence_run_begin(counter, &members[0]);
    counter->next = sequence_carried(counter, counter->run.highest + 1);
    finding.frame = members[0].frame;
    sequence_history_revise(counter, &members[0], &finding);
    for (unsigned i = 1; i < count; i++)
        replay(counter, &members[i], &finding);
    replay(counter, copy, &finding);
    counter->noted = true;
    return finding;
}

static struct sequence_finding await_or_restart(struct sequence_counter *counter,
                                                const struct sequence_arrival *copy,
                                                const struct sequence_alone *alone)
{
    bool strong = alone->evidence == SEQUENCE_STRONG_EVIDENCE;
    bool unusual = sequence_is_unusual(counter, alone->finding.extent);
    unsigned proof = unusual ? SEQUENCE_PENDING_MAX / 2 : SEQUENCE_PENDING_MAX;
    uint32_t reach = sequence_pending_reach(counter, &alone->finding);
    if (sequence_pending_near(counter, copy->number, reach,
                              strong ? SEQUENCE_NO_EVIDENCE : SEQUENCE_STRONG_EVIDENCE) ||
        (alone->evidence != SEQUENCE_NO_EVIDENCE &&
         sequence_pending_in_order(counter, copy->number, proof)))
        return restart(counter, copy, MAX(reach, SEQUENCE_NEAR));
    return sequence_pending_add(counter, copy, alone);
}

/* ---- jumps ahead ---- */

static struct sequence_finding await_jump(struct sequence_counter *counter,
                                          const struct sequence_arrival *copy,
                                          const struct sequence_alone *alone)
{
    counter->jumped = true;
    return sequence_pending_add(counter, copy, alone);
}

/* Makes a copy pending that is ahead of the run, but would be late in an earlier run. */
static struct sequence_finding await_jump_or_past(struct sequence_counter *counter,
                                                  const struct sequence_arrival *copy,
                                                  const struct sequence_finding *late)
{
    const struct sequence_alone alone = {*late, SEQUENCE_STRONG_EVIDENCE, true};
    return await_jump(counter, copy, &alone);
}

/* Accepts a jump: the copy and the pending copies near @p near continue the run above a gap. */
static struct sequence_finding accept_jump(struct sequence_counter *counter,
                                           const struct sequence_arrival *copy, uint32_t near)
{
    struct sequence_finding finding = {
        .kind = SEQUENCE_GAP,
        .missing = counter->run.highest + 1,
        .frame = counter->run.highest_frame,
    };
    struct sequence_arrival members[SEQUENCE_PENDING_MAX];
    unsigned count = sequence_pending_take(counter, near, 2 * SEQUENCE_CLOSE, members, &finding);
    for (unsigned i = 0; i < count; i++)
        replay(counter, &members[i], &finding);
    replay(counter, copy, &finding);
    counter->noted = true;
    return finding;
}

/* The run goes on where @p first is: above a gap, or in a run that had ended, whose next numbers
 * these are. Nothing is missing between two runs. */
static struct sequence_finding go_on_at(struct sequence_counter *counter,
                                        const struct sequence_arrival *copy, uint32_t first,
                                        uint32_t near)
{
    if (sequence_past_goes_on(counter, first))
        return restart(counter, copy, SEQUENCE_NEAR);
    return accept_jump(counter, copy, near);
}

/* True if this copy proves that the run jumped to numbers that seemed late in an earlier run. */
static bool proves_jump(const struct sequence_counter *counter, const struct sequence_arrival *copy,
                        bool in_past_run)
{
    const struct sequence_pending *last = &counter->pending[counter->pending_count - 1];
    uint32_t gap = last->copy.number - counter->next;
    bool too_late = sequence_is_unusual(counter, last->extent);
    bool lossy = gap <= 4 * counter->gap_max + SEQUENCE_CLOSE;
    if (sequence_apart(copy->number, last->copy.number) > SEQUENCE_CLOSE)
        return false;
    if (!in_past_run)
        return true;
    return too_late && lossy
               ? counter->pending_count >= 2
               : sequence_pending_in_order(counter, copy->number, SEQUENCE_PENDING_MAX);
}

/* A jump is pending: judges it by the next copy. False: it is decided, and the copy itself is not
 * judged yet. */
static bool decide_jump(struct sequence_counter *counter, const struct sequence_arrival *copy,
                        struct sequence_finding *finding)
{
    const struct sequence_pending *first = &counter->pending[0];
    uint64_t landed = sequence_extended_at(counter, counter->run.highest, first->copy.number);
    uint64_t number = sequence_extended_at(counter, landed, copy->number);
    int64_t ahead = sequence_difference(number, counter->run.highest);
    struct sequence_finding alone;
    bool before = sequence_difference(number, landed) < 0;
    if ((ahead <= SEQUENCE_CLOSE && before) || ahead > SEQUENCE_LOSS_MAX) {
        sequence_pending_release(counter, finding);
        return false;
    }
    if (!first->in_past_run) {
        bool back = sequence_difference(number, landed) < -SEQUENCE_NEAR;
        if (back)
            sequence_pending_release(counter, finding);
        else
            *finding = go_on_at(counter, copy, first->copy.number, first->copy.number);
        return !back;
    }
    bool in_past_run = sequence_past_is_late(counter, copy, &alone);
    if (proves_jump(counter, copy, in_past_run)) {
        *finding = go_on_at(counter, copy, first->copy.number, copy->number);
        return true;
    }
    if (in_past_run) {
        *finding = await_jump_or_past(counter, copy, &alone);
        return true;
    }
    sequence_pending_release(counter, finding);
    return false;
}

/* ---- one copy ---- */

/* True if the number is just above 0 and more than SEQUENCE_JUMP_MAX numbers are missing before
 * the wrap. Then a restart is likelier than loss across the wrap. */
static bool lands_at_zero(const struct sequence_counter *counter, uint32_t number, unsigned width)
{
    uint64_t end = UINT64_C(1) << width;
    uint64_t highest = counter->run.highest & (end - 1);
    uint64_t before_wrap = end - 1 - highest;
    return number < highest && before_wrap > SEQUENCE_JUMP_MAX &&
           number <= before_wrap / SEQUENCE_CLOSE;
}

/* True if the counter wraps at 30 bits (quirk Q4, 30-bit sequence): the step crosses 2^30 and is
 * small modulo 2^30. */
bool sequence_counter_wraps_early(const struct sequence_counter *counter, uint32_t number)
{
    if (counter->width == SEQUENCE_NARROW_BITS || counter->wide ||
        number >> SEQUENCE_NARROW_BITS != 0)
        return false;
    uint64_t highest = counter->run.highest;
    uint64_t narrow = sequence_extend(highest, number, SEQUENCE_NARROW_BITS);
    int64_t by = sequence_difference(narrow, highest);
    return narrow != sequence_extend(highest, number, SEQUENCE_WIDE_BITS) &&
           by <= SEQUENCE_WRAP_MAX && by >= -SEQUENCE_WRAP_MAX &&
           !lands_at_zero(counter, number, SEQUENCE_NARROW_BITS);
}

/* Adds what pending copies turned out to be. */
static void absorb(struct sequence_finding *finding, const struct sequence_finding *released)
{
    struct sequence_change *change = &finding->change;
    change->lost += released->change.lost;
    change->late = change->late + released->change.late;
    change->duplicates = change->duplicates + released->change.duplicates;
    change->strays = change->strays + released->change.strays;
    finding->earlier_extent = MAX(finding->earlier_extent, released->earlier_extent);
    finding->pending_was_stray |= released->pending_was_stray;
}

static struct sequence_finding take_above(struct sequence_counter *counter, uint64_t number,
                                          const struct sequence_arrival *copy)
{
    uint64_t by = number - counter->run.highest;
    bool waits = counter->pending_count > 0;
    struct sequence_finding finding;
    bool close = by <= SEQUENCE_CLOSE;
    bool expected = close && by <= counter->gap_max + UINT64_C(1);
    if (!expected && sequence_past_is_late(counter, copy, &finding) &&
        (!close || sequence_is_as_late_as_others(counter, &finding))) {
        if (!waits && by <= SEQUENCE_LOSS_MAX)
            return await_jump_or_past(counter, copy, &finding);
        sequence_past_receive(counter, copy->number);
        return finding;
    }
    if (by > SEQUENCE_LOSS_MAX || lands_at_zero(counter, copy->number, counter->width) ||
        (by > SEQUENCE_CLOSE &&
         sequence_pending_near(counter, copy->number, (uint32_t)MIN(by, SEQUENCE_NEAR),
                               SEQUENCE_STRONG_EVIDENCE)))
        return await_or_restart(counter, copy, &judged_alone_as_stray);
    if (by > SEQUENCE_JUMP_MAX) {
        struct sequence_finding released = {.kind = SEQUENCE_NEXT};
        sequence_pending_release(counter, &released);
        finding = await_jump(counter, copy, &judged_alone_as_stray);
        absorb(&finding, &released);
        return finding;
    }
    finding = take_ahead(counter, number, copy);
    if (waits) {
        counter->continued_by[counter->continued] = *copy;
        /* The label belongs to the caller and is not valid after this call. */
        counter->continued_by[counter->continued++].label = NULL;
        if (counter->continued == SEQUENCE_OLD_RUN_MAX)
            sequence_pending_release(counter, &finding);
    }
    return finding;
}

/* A copy that may be of an earlier run, as it makes no sense in this one. */
static struct sequence_finding take_late_in_past(struct sequence_counter *counter,
                                                 const struct sequence_arrival *copy,
                                                 const struct sequence_finding *late, bool at_zero)
{
    const struct sequence_alone alone = {*late, SEQUENCE_WEAK_EVIDENCE, true};
    if (at_zero || sequence_is_unusual(counter, late->extent))
        return await_or_restart(counter, copy, &alone);
    sequence_past_receive(counter, copy->number);
    return *late;
}

static struct sequence_finding take_received(struct sequence_counter *counter, uint64_t back,
                                             const struct sequence_arrival *copy)
{
    const struct sequence_alone alone = {
        .finding = {.kind = SEQUENCE_DUPLICATE},
        .evidence = back >= SEQUENCE_CLOSE / 2 ? SEQUENCE_STRONG_EVIDENCE : SEQUENCE_WEAK_EVIDENCE,
    };
    return await_or_restart(counter, copy, &alone);
}

static struct sequence_finding take_below(struct sequence_counter *counter, uint64_t number,
                                          const struct sequence_arrival *copy)
{
    const struct sequence_run *run = &counter->run;
    enum sequence_place place = sequence_run_place(run, number);
    uint64_t below = place == SEQUENCE_BELOW ? run->lowest - number : 0;
    uint64_t back = run->highest - number;
    bool far = back >= SEQUENCE_CLOSE;
    bool goes_on = far && sequence_discontinuities_go_on(counter, number);
    bool at_zero = copy->number < SEQUENCE_NEAR && far && !goes_on;
    struct sequence_finding in_past_run;
    if ((place == SEQUENCE_RECEIVED || below > SEQUENCE_CLOSE) &&
        sequence_past_is_late(counter, copy, &in_past_run))
        return take_late_in_past(counter, copy, &in_past_run, at_zero);
    if (place == SEQUENCE_RECEIVED)
        return take_received(counter, back, copy);
    if (back > SEQUENCE_LATE_MAX || below > SEQUENCE_JUMP_MAX)
        return await_or_restart(counter, copy, &judged_alone_as_stray);
    if (place == SEQUENCE_MISSING && sequence_past_is_late(counter, copy, &in_past_run) &&
        sequence_is_as_late_as_others(counter, &in_past_run)) {
        sequence_past_receive(counter, copy->number);
        return in_past_run;
    }
    struct sequence_alone alone = {.finding = sequence_run_late(run, number, copy->order)};
    bool unusual = sequence_is_unusual(counter, alone.finding.extent);
    uint32_t reach = place == SEQUENCE_MISSING ? SEQUENCE_CLOSE : SEQUENCE_NEAR;
    if (below > SEQUENCE_CLOSE && unusual)
        return await_or_restart(counter, copy, &judged_alone_as_stray);
    if (below > SEQUENCE_NEAR)
        alone.evidence = SEQUENCE_STRONG_EVIDENCE;
    else if (place != SEQUENCE_MISSING)
        alone.evidence = SEQUENCE_WEAK_EVIDENCE;
    if (alone.evidence == SEQUENCE_STRONG_EVIDENCE || at_zero || unusual ||
        (far && !goes_on &&
         sequence_pending_near(counter, copy->number, reach, SEQUENCE_STRONG_EVIDENCE)))
        return await_or_restart(counter, copy, &alone);
    return take_late(counter, number, copy);
}

/* A copy of a counter that moves, whose number is not the next or while copies are pending. */
static struct sequence_finding take_moved(struct sequence_counter *counter,
                                          const struct sequence_arrival *copy)
{
    struct sequence_finding finding = {.kind = SEQUENCE_PENDING};
    struct sequence_finding released = {.kind = SEQUENCE_NEXT};
    bool narrowed = sequence_counter_wraps_early(counter, copy->number);
    if (narrowed)
        counter->width = SEQUENCE_NARROW_BITS;
    if (counter->jumped && decide_jump(counter, copy, &released))
        return released;
    uint64_t number = sequence_extended_at(counter, counter->run.highest, copy->number);
    if (counter->width == SEQUENCE_NARROW_BITS && copy->number >> SEQUENCE_NARROW_BITS != 0)
        finding = await_or_restart(counter, copy, &judged_alone_as_stray);
    else if (sequence_difference(number, counter->run.highest) > 0)
        finding = take_above(counter, number, copy);
    else
        finding = take_below(counter, number, copy);
    finding.narrowed = narrowed;
    absorb(&finding, &released);
    return finding;
}

/* A number other than the one in every copy so far. */
static struct sequence_finding take_first_move(struct sequence_counter *counter,
                                               const struct sequence_arrival *copy)
{
    if (counter->counts.constants >= 2)
        return await_or_restart(counter, copy, &judged_alone_as_stray);
    counter->constant = false;
    return take_moved(counter, copy);
}

/* The number that every copy had so far. Once it is a constant it tells no duplicate: a frame that
 * comes again was sent again, as far as anybody knows. */
static struct sequence_finding take_constant(struct sequence_counter *counter, bool is_duplicate)
{
    struct sequence_finding finding = {.kind = SEQUENCE_CONSTANT};
    const struct sequence_counts *counts = &counter->counts;
    sequence_pending_release(counter, &finding);
    uint64_t same = counts->constants + counts->duplicates + 2; /* this one and the first */
    uint64_t different = counts->constants + (is_duplicate ? 1 : 2);
    if (same < CONSTANT_IDENTICAL && different < CONSTANT_DIFFERENT) {
        finding.kind = is_duplicate ? SEQUENCE_DUPLICATE : SEQUENCE_CONSTANT;
        return finding;
    }
    if (counts->duplicates > 0) {
        unsigned taken_back = (unsigned)counts->duplicates;
        finding.change.duplicates = -(int32_t)taken_back;
        finding.change.constants = (int32_t)taken_back;
        sequence_history_constant(counter, taken_back);
    }
    return finding;
}

static struct sequence_finding take_first(struct sequence_counter *counter,
                                          const struct sequence_arrival *copy)
{
    counter->constant = true;
    if (copy->label != NULL)
        counter->label = *copy->label;
    counter->width = SEQUENCE_WIDE_BITS;
    sequence_run_begin(counter, copy);
    counter->next = sequence_carried(counter, counter->run.highest + 1);
    return (struct sequence_finding){.kind = SEQUENCE_FIRST};
}

static struct sequence_finding take_any(struct sequence_counter *counter,
                                        const struct sequence_arrival *copy, bool is_duplicate)
{
    if (!counter->begun)
        return take_first(counter, copy);
    if (counter->constant && copy->number == (uint32_t)counter->run.highest)
        return take_constant(counter, is_duplicate);
    bool next = copy->number == counter->next;
    if (next ? is_duplicate && sequence_past_received(counter, copy->number)
             : is_duplicate || sequence_pending_has(counter, copy->number))
        return (struct sequence_finding){.kind = SEQUENCE_DUPLICATE};
    if (counter->constant)
        return take_first_move(counter, copy);
    return take_moved(counter, copy);
}

struct sequence_finding sequence_counter_take(struct sequence_counter *counter,
                                              const struct sequence_copy *taken)
{
    if (sequence_counter_take_plain(counter, taken))
        return (struct sequence_finding){.kind = SEQUENCE_NEXT, .plain = true};
    const struct sequence_arrival copy = {taken->number, counter->arrivals + 1, taken->frame,
                                          taken->label};
    counter->noted = false;
    struct sequence_finding finding = take_any(counter, &copy, taken->is_duplicate);
    if (!counter->noted)
        sequence_history_add(counter, &copy, &finding);
    if (finding.kind != SEQUENCE_DUPLICATE)
        counter->arrivals++;
    if (finding.kind != SEQUENCE_PENDING && copy.number >> SEQUENCE_NARROW_BITS != 0) {
        counter->wide = true;
        counter->width = SEQUENCE_WIDE_BITS;
    }
    if (counter->pending != NULL)
        sequence_pending_reassess(counter, &finding);
    sequence_counts_add(&counter->counts, &finding);
    counter->in_order = !counter->constant && counter->pending_count == 0 &&
                        counter->recording == SEQUENCE_RECORDS_ODD;
    return finding;
}

void sequence_counter_clear(struct sequence_counter *counter)
{
    sequence_runs_clear(counter);
    g_free(counter->pending);
    g_free(counter->discontinuities);
    sequence_history_clear(counter);
    *counter = (struct sequence_counter){0};
}

void sequence_counter_clone(struct sequence_counter *clone, const struct sequence_counter *counter)
{
    *clone = *counter;
    clone->pending = g_memdup2(counter->pending, SEQUENCE_PENDING_MAX * sizeof *counter->pending);
    clone->discontinuities = g_memdup2(counter->discontinuities, sizeof *counter->discontinuities);
    sequence_history_clone(clone);
    sequence_runs_clone(clone);
}
