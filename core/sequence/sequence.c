/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence.h"

#include <glib.h>
#include <string.h>

#include "core/sequence/sequence-past.h"
#include "core/sequence/sequence-pending.h"
#include "core/sequence/sequence-run.h"

enum { NARROW_BITS = 30, WIDE_BITS = 32, CONSTANT_IDENTICAL = 5 };

static const struct sequence_alone alone_stray = {.finding = {.kind = SEQUENCE_PENDING},
                                                  .evidence = SEQUENCE_STRONG_EVIDENCE};

static uint32_t carried(const struct sequence *sequence, uint64_t extended)
{
    return (uint32_t)(extended & (UINT64_MAX >> (64 - sequence->width)));
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
    uint64_t number = sequence_extended_at(sequence, sequence->run.highest, copy->number);
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

/* ---- restarts ---- */

/* Those held that are near, and this copy, begin a new run; the others do not. What went on with
 * the old run since came late: the new one had begun. */
static struct sequence_finding restart(struct sequence *sequence,
                                       const struct sequence_arrival *copy, uint32_t reach)
{
    struct sequence_finding finding = {.kind = SEQUENCE_RESTART};
    struct sequence_arrival members[SEQUENCE_PENDING_MAX];
    unsigned count = sequence_pending_take(sequence, copy->number, reach, members, &finding);
    for (unsigned i = 0; i < sequence->continued; i++) {
        uint32_t extent = sequence->continued_at[i] - members[0].order;
        if ((int32_t)extent <= 0)
            continue;
        finding.change.late++;
        finding.held_extent = MAX(finding.held_extent, extent);
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

static struct sequence_finding hold_or_restart(struct sequence *sequence,
                                               const struct sequence_arrival *copy,
                                               const struct sequence_alone *alone)
{
    bool strong = alone->evidence == SEQUENCE_STRONG_EVIDENCE;
    bool unusual = sequence_is_unusual(sequence, alone->finding.extent);
    unsigned proof = unusual ? SEQUENCE_PENDING_MAX / 2 : SEQUENCE_PENDING_MAX;
    uint32_t reach = sequence_pending_reach(sequence, &alone->finding);
    if (sequence_pending_near(sequence, copy->number, reach,
                              strong ? SEQUENCE_NO_EVIDENCE : SEQUENCE_STRONG_EVIDENCE) ||
        (alone->evidence != SEQUENCE_NO_EVIDENCE &&
         sequence_pending_in_order(sequence, copy->number, proof)))
        return restart(sequence, copy, MAX(reach, SEQUENCE_NEAR));
    return sequence_pending_add(sequence, copy, alone);
}

/* ---- jumps ahead ---- */

static struct sequence_finding hold_jump(struct sequence *sequence,
                                         const struct sequence_arrival *copy,
                                         const struct sequence_alone *alone)
{
    sequence->jumped = true;
    return sequence_pending_add(sequence, copy, alone);
}

/* The same, where it would be a straggler by itself. */
static struct sequence_finding hold_jump_or_straggler(struct sequence *sequence,
                                                      const struct sequence_arrival *copy,
                                                      const struct sequence_finding *late)
{
    const struct sequence_alone alone = {*late, SEQUENCE_STRONG_EVIDENCE, true};
    return hold_jump(sequence, copy, &alone);
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
    struct sequence_arrival members[SEQUENCE_PENDING_MAX];
    unsigned count = sequence_pending_take(sequence, near, 2 * SEQUENCE_CLOSE, members, &finding);
    for (unsigned i = 0; i < count; i++)
        replay(sequence, &members[i], &finding);
    replay(sequence, copy, &finding);
    return finding;
}

/* Whether the run jumped to where stragglers were thought to be, and this copy is the proof. */
static bool proves_jump(const struct sequence *sequence, const struct sequence_arrival *copy,
                        bool straggler)
{
    const struct sequence_pending *last = &sequence->held[sequence->held_count - 1];
    uint32_t gap = last->copy.number - sequence->next;
    bool too_late = sequence_is_unusual(sequence, last->extent);
    bool lossy = gap <= 4 * sequence->gap_max + SEQUENCE_CLOSE;
    if (sequence_apart(copy->number, last->copy.number) > SEQUENCE_CLOSE)
        return false;
    if (!straggler)
        return true;
    return too_late && lossy
               ? sequence->held_count >= 2
               : sequence_pending_in_order(sequence, copy->number, SEQUENCE_PENDING_MAX);
}

/* With a jump held: what the next copy tells. False: nothing of itself, the jump is settled. */
static bool settle_jump(struct sequence *sequence, const struct sequence_arrival *copy,
                        struct sequence_finding *finding)
{
    const struct sequence_pending *first = &sequence->held[0];
    uint64_t landed = sequence_extended_at(sequence, sequence->run.highest, first->copy.number);
    uint64_t number = sequence_extended_at(sequence, landed, copy->number);
    int64_t ahead = sequence_difference(number, sequence->run.highest);
    struct sequence_finding alone;
    bool before = sequence_difference(number, landed) < 0;
    if ((ahead <= SEQUENCE_CLOSE && before) || ahead > SEQUENCE_LOSS_MAX) {
        sequence_pending_release(sequence, finding);
        return false;
    }
    if (!first->straggler) {
        bool back = sequence_difference(number, landed) < -SEQUENCE_NEAR;
        if (back)
            sequence_pending_release(sequence, finding);
        else
            *finding = land(sequence, copy, first->copy.number);
        return !back;
    }
    bool straggler = sequence_past_is_late(sequence, copy, &alone);
    if (proves_jump(sequence, copy, straggler)) {
        *finding = land(sequence, copy, copy->number);
        return true;
    }
    if (straggler) {
        *finding = hold_jump_or_straggler(sequence, copy, &alone);
        return true;
    }
    sequence_pending_release(sequence, finding);
    return false;
}

/* ---- one copy ---- */

/* Of a jump over the wrap, farther than loss goes as a rule: it hardly ever ends just behind it. */
static bool lands_at_zero(const struct sequence *sequence, uint32_t number, unsigned width)
{
    uint64_t end = UINT64_C(1) << width;
    uint64_t highest = sequence->run.highest & (end - 1);
    uint64_t before_wrap = end - 1 - highest;
    return number < highest && before_wrap > SEQUENCE_JUMP_MAX &&
           number <= before_wrap / SEQUENCE_CLOSE;
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
    if (!expected && sequence_past_is_late(sequence, copy, &finding) &&
        (!close || sequence_is_as_late_as_others(sequence, &finding))) {
        if (!waits && by <= SEQUENCE_LOSS_MAX)
            return hold_jump_or_straggler(sequence, copy, &finding);
        sequence_past_receive(sequence, copy->number);
        return finding;
    }
    if (by > SEQUENCE_LOSS_MAX || lands_at_zero(sequence, copy->number, sequence->width) ||
        (by > SEQUENCE_CLOSE &&
         sequence_pending_near(sequence, copy->number, SEQUENCE_NEAR, SEQUENCE_STRONG_EVIDENCE)))
        return hold_or_restart(sequence, copy, &alone_stray);
    if (by > SEQUENCE_JUMP_MAX && !waits)
        return hold_jump(sequence, copy, &alone_stray);
    finding = take_ahead(sequence, number, copy);
    if (waits) {
        sequence->continued_at[sequence->continued++] = copy->order;
        if (sequence->continued == SEQUENCE_OLD_RUN_MAX)
            sequence_pending_release(sequence, &finding);
    }
    return finding;
}

/* A copy that may be of an earlier run, as it makes no sense in this one. */
static struct sequence_finding take_straggler(struct sequence *sequence,
                                              const struct sequence_arrival *copy,
                                              const struct sequence_finding *late, bool at_zero)
{
    const struct sequence_alone alone = {*late, SEQUENCE_WEAK_EVIDENCE, true};
    if (at_zero || sequence_is_unusual(sequence, late->extent))
        return hold_or_restart(sequence, copy, &alone);
    sequence_past_receive(sequence, copy->number);
    return *late;
}

static struct sequence_finding take_received(struct sequence *sequence, uint64_t back,
                                             const struct sequence_arrival *copy)
{
    const struct sequence_alone alone = {
        .finding = {.kind = SEQUENCE_DUPLICATE},
        .evidence = back >= SEQUENCE_CLOSE / 2 ? SEQUENCE_STRONG_EVIDENCE : SEQUENCE_WEAK_EVIDENCE,
    };
    return hold_or_restart(sequence, copy, &alone);
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
    struct sequence_finding straggler;
    if ((place == SEQUENCE_RECEIVED || below > SEQUENCE_CLOSE) &&
        sequence_past_is_late(sequence, copy, &straggler))
        return take_straggler(sequence, copy, &straggler, at_zero);
    if (place == SEQUENCE_RECEIVED)
        return take_received(sequence, back, copy);
    if (back > SEQUENCE_LATE_MAX || below > SEQUENCE_JUMP_MAX)
        return hold_or_restart(sequence, copy, &alone_stray);
    if (place == SEQUENCE_MISSING && sequence_past_is_late(sequence, copy, &straggler) &&
        sequence_is_as_late_as_others(sequence, &straggler)) {
        sequence_past_receive(sequence, copy->number);
        return straggler;
    }
    struct sequence_alone alone = {.finding = sequence_run_late(run, number, copy->order)};
    bool unusual = sequence_is_unusual(sequence, alone.finding.extent);
    if (below > SEQUENCE_NEAR || (below > SEQUENCE_CLOSE && unusual && at_zero))
        alone.evidence = SEQUENCE_STRONG_EVIDENCE;
    else if (place != SEQUENCE_MISSING)
        alone.evidence = SEQUENCE_WEAK_EVIDENCE;
    if (alone.evidence == SEQUENCE_STRONG_EVIDENCE || at_zero || unusual ||
        (far &&
         sequence_pending_near(sequence, copy->number, SEQUENCE_NEAR, SEQUENCE_STRONG_EVIDENCE)))
        return hold_or_restart(sequence, copy, &alone);
    return take_late(sequence, number, copy);
}

/* Adds what became of copies that were held. */
static void absorb(struct sequence_finding *finding, const struct sequence_finding *released)
{
    struct sequence_change *change = &finding->change;
    change->lost += released->change.lost;
    change->late = (int16_t)(change->late + released->change.late);
    change->duplicates = (int16_t)(change->duplicates + released->change.duplicates);
    change->strays = (int16_t)(change->strays + released->change.strays);
    finding->held_extent = MAX(finding->held_extent, released->held_extent);
    finding->held_was_stray |= released->held_was_stray;
}

/* A copy of a counter that moves, with a number that is not its next or while something is held. */
static struct sequence_finding take_moved(struct sequence *sequence,
                                          const struct sequence_arrival *copy)
{
    struct sequence_finding finding = {.kind = SEQUENCE_PENDING};
    struct sequence_finding released = {.kind = SEQUENCE_NEXT};
    bool narrowed = wraps_early(sequence, copy->number);
    if (narrowed)
        sequence->width = NARROW_BITS;
    if (sequence->jumped && settle_jump(sequence, copy, &released))
        return released;
    uint64_t number = sequence_extended_at(sequence, sequence->run.highest, copy->number);
    if (sequence->width == NARROW_BITS && copy->number >> NARROW_BITS != 0)
        finding = hold_or_restart(sequence, copy, &alone_stray);
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
        return hold_or_restart(sequence, copy, &alone_stray);
    sequence->constant = false;
    return take_moved(sequence, copy);
}

/* The number that every copy had so far. */
static struct sequence_finding take_constant(struct sequence *sequence, bool repeats)
{
    struct sequence_finding finding = {.kind = SEQUENCE_CONSTANT};
    const struct sequence_counts *counts = &sequence->counts;
    sequence_pending_release(sequence, &finding);
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
    if (next ? repeats && sequence_past_received(sequence, copy->number)
             : repeats || sequence_pending_has(sequence, copy->number))
        return (struct sequence_finding){.kind = SEQUENCE_DUPLICATE};
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
        return (struct sequence_finding){.kind = SEQUENCE_NEXT, .plain = true};
    }
    const struct sequence_arrival copy = {number, sequence->arrivals + 1, frame};
    struct sequence_finding finding = take_unusual(sequence, &copy, repeats);
    if (finding.kind != SEQUENCE_DUPLICATE)
        sequence->arrivals++;
    if (finding.kind != SEQUENCE_PENDING && number >> NARROW_BITS != 0) {
        sequence->wide = true;
        sequence->width = WIDE_BITS;
    }
    if (sequence->held != NULL)
        sequence_pending_reassess(sequence, &finding);
    sequence_counts_add(&sequence->counts, &finding);
    return finding;
}

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
    counts->restarts += as == SEQUENCE_RESTART;
    uint32_t sure = finding->kind == SEQUENCE_PENDING ? 0 : finding->extent;
    counts->extent_sure = MAX(counts->extent_sure, MAX(sure, finding->held_extent));
}

void sequence_counts_add(struct sequence_counts *counts, const struct sequence_finding *finding)
{
    counts->copies++;
    if (!finding->plain)
        add_special(counts, finding);
    counts->extent_max = MAX(counts->extent_sure, finding->guessed_extent);
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

void sequence_clear(struct sequence *sequence)
{
    sequence_runs_clear(sequence);
    g_free(sequence->held);
    *sequence = (struct sequence){0};
}

void sequence_clone(struct sequence *copy, const struct sequence *sequence)
{
    *copy = *sequence;
    copy->held = g_memdup2(sequence->held, SEQUENCE_PENDING_MAX * sizeof *sequence->held);
    sequence_runs_clone(copy);
}
