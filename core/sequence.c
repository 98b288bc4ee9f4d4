/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence.h"

#include <glib.h>
#include <string.h>

struct sequence_gap {
    uint64_t first;
    uint64_t frame;   /* of the copy that revealed it */
    uint32_t arrival; /* of that copy */
    uint32_t count;
};

enum { GAPS_AT_FIRST = 4, NARROW_BITS = 30, WIDE_BITS = 32, CONSTANT_IDENTICAL = 5 };

/* How a number lies to a run. */
enum place { PLACE_AHEAD, PLACE_MISSING, PLACE_RECEIVED, PLACE_UNKNOWN, PLACE_BELOW };

/* A copy on its way through the functions below. */
struct arrival {
    uint32_t number;
    uint32_t order; /* in the order of arrival */
    uint64_t frame;
};

/* ---- numbers ---- */

static int64_t difference(uint64_t a, uint64_t b)
{
    return (int64_t)(a - b);
}

/* The extended number nearest to @p reference. */
static uint64_t extend(uint64_t reference, uint32_t number, unsigned width)
{
    unsigned shift = 64 - width;
    return reference + (uint64_t)((int64_t)((number - reference) << shift) >> shift);
}

static uint32_t carried(const struct sequence *sequence, uint64_t extended)
{
    return (uint32_t)(extended & (UINT64_MAX >> (64 - sequence->width)));
}

static uint64_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

/* ---- runs and their gaps ---- */

static size_t find_gap(const struct sequence_run *run, uint64_t number)
{
    size_t low = 0;
    size_t high = run->gap_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct sequence_gap *gap = &run->gaps[middle];
        if (difference(number, gap->first) >= (int64_t)gap->count)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool in_gap(const struct sequence_run *run, size_t index, uint64_t number)
{
    return index < run->gap_count && difference(number, run->gaps[index].first) >= 0;
}

static enum place place_in(const struct sequence_run *run, uint64_t number)
{
    if (difference(number, run->highest) > 0)
        return PLACE_AHEAD;
    if (difference(number, run->lowest) < 0)
        return PLACE_BELOW;
    if (in_gap(run, find_gap(run, number), number))
        return PLACE_MISSING;
    return run->forgot && difference(number, run->known_from) < 0 ? PLACE_UNKNOWN : PLACE_RECEIVED;
}

static void forget_gaps(struct sequence_run *run, size_t count)
{
    const struct sequence_gap *last = &run->gaps[count - 1];
    run->known_from = last->first + last->count;
    run->forgot = true;
    run->gap_count -= (uint32_t)count;
    memmove(run->gaps, run->gaps + count, run->gap_count * sizeof *run->gaps);
}

/* Makes room for one gap more; false if gaps are not to be had. */
static bool make_room(struct sequence *sequence, struct sequence_run *run)
{
    if (run->gap_count < run->gap_capacity)
        return true;
    if (run->gap_count > 0) {
        size_t old = find_gap(run, run->highest - SEQUENCE_LATE_MAX);
        if (run->gap_count == SEQUENCE_GAPS_MAX || sequence->frugal)
            old = MAX(old, MAX(run->gap_count / 4, 1));
        if (old > 0) {
            forget_gaps(run, old);
            return true;
        }
    }
    if (sequence->frugal)
        return false;
    uint32_t capacity = MAX(GAPS_AT_FIRST, run->gap_capacity * 2);
    run->gaps = g_renew(struct sequence_gap, run->gaps, capacity);
    sequence->memory += (capacity - run->gap_capacity) * sizeof *run->gaps;
    run->gap_capacity = capacity;
    return true;
}

static void insert_gap(struct sequence *sequence, struct sequence_run *run, struct sequence_gap gap)
{
    if (!make_room(sequence, run)) {
        if (!run->forgot || difference(gap.first + gap.count, run->known_from) > 0)
            run->known_from = gap.first + gap.count;
        run->forgot = true;
        return;
    }
    size_t index = find_gap(run, gap.first);
    memmove(&run->gaps[index + 1], &run->gaps[index], (run->gap_count - index) * sizeof *run->gaps);
    run->gaps[index] = gap;
    run->gap_count++;
}

/* Takes a number out of the gap at @p index. */
static void fill_gap(struct sequence *sequence, struct sequence_run *run, size_t index,
                     uint64_t number)
{
    struct sequence_gap *gap = &run->gaps[index];
    uint32_t before = (uint32_t)(number - gap->first);
    struct sequence_gap rest = *gap;
    rest.first = number + 1;
    rest.count = gap->count - before - 1;
    gap->count = before;
    if (before == 0 && rest.count > 0) {
        *gap = rest;
    } else if (before == 0) {
        run->gap_count--;
        memmove(gap, gap + 1, (run->gap_count - index) * sizeof *gap);
    } else if (rest.count > 0) {
        insert_gap(sequence, run, rest);
    }
}

/* The highest rises to @p number. Returns how many are missing in between. */
static uint32_t rise(struct sequence *sequence, struct sequence_run *run, uint64_t number,
                     uint64_t frame, struct arrival revealed_by)
{
    uint32_t missing = (uint32_t)(number - run->highest - 1);
    if (missing > 0) {
        const struct sequence_gap gap = {run->highest + 1, revealed_by.frame, revealed_by.order,
                                         missing};
        run->highest = number;
        insert_gap(sequence, run, gap);
    }
    run->highest = number;
    run->highest_frame = frame;
    return missing;
}

/* The lowest falls to @p number. Returns how many are missing in between: they, too, were overtaken
 * by the first copy of the run. */
static uint32_t fall(struct sequence *sequence, struct sequence_run *run, uint64_t number)
{
    uint32_t missing = (uint32_t)(run->lowest - number - 1);
    if (missing > 0) {
        const struct sequence_gap gap = {number + 1, run->first_frame, run->first_arrival, missing};
        insert_gap(sequence, run, gap);
    }
    run->lowest = number;
    return missing;
}

/* ---- findings ---- */

/* What a copy is if it is late in @p run; changes nothing. */
static struct sequence_finding late_in(const struct sequence_run *run, uint64_t number,
                                       uint32_t order)
{
    struct sequence_finding finding = {.kind = SEQUENCE_LATE};
    if (difference(number, run->lowest) < 0) {
        finding.lost = (uint32_t)(run->lowest - number - 1);
        finding.extent = order - run->first_arrival;
        finding.frame = run->first_frame;
        return finding;
    }
    size_t index = find_gap(run, number);
    if (!in_gap(run, index, number))
        return finding;
    finding.found = true;
    finding.extent = order - run->gaps[index].arrival;
    finding.frame = run->gaps[index].frame;
    return finding;
}

/* The number has come: no longer missing in @p run. */
static void mark_received(struct sequence *sequence, struct sequence_run *run, uint64_t number)
{
    if (difference(number, run->lowest) < 0) {
        fall(sequence, run, number);
        return;
    }
    size_t index = find_gap(run, number);
    if (in_gap(run, index, number))
        fill_gap(sequence, run, index, number);
}

static struct sequence_finding take_late(struct sequence *sequence, uint64_t number,
                                         struct arrival copy)
{
    struct sequence_finding finding = late_in(&sequence->run, number, copy.order);
    mark_received(sequence, &sequence->run, number);
    return finding;
}

static struct sequence_finding take_ahead(struct sequence *sequence, uint64_t number,
                                          struct arrival copy)
{
    struct sequence_finding finding = {.kind = SEQUENCE_NEXT};
    struct sequence_run *run = &sequence->run;
    uint64_t before = run->highest;
    uint64_t frame_before = run->highest_frame;
    finding.lost = rise(sequence, run, number, copy.frame, copy);
    if (finding.lost > 0) {
        finding.kind = SEQUENCE_GAP;
        finding.frame = frame_before;
        finding.missing = before + 1;
    }
    sequence->next = carried(sequence, number + 1);
    return finding;
}

/* ---- what is held ---- */

/* The late ones are late, the strays stray. */
static void release(struct sequence *sequence, const struct sequence_held *held,
                    struct sequence_finding *finding)
{
    if (held->taken_for == SEQUENCE_LATE) {
        uint64_t number = extend(sequence->run.highest, held->number, sequence->width);
        mark_received(sequence, &sequence->run, number);
        finding->extent = MAX(finding->extent, held->extent);
    }
    finding->held_was_stray |= held->taken_for == SEQUENCE_HELD;
}

static void release_all(struct sequence *sequence, struct sequence_finding *finding)
{
    for (unsigned i = 0; i < sequence->held_count; i++)
        release(sequence, &sequence->held[i], finding);
    sequence->held_count = 0;
    sequence->continued = 0;
    sequence->jumped = false;
}

/* The run went on, by @p finding: so perhaps nothing began anew. */
static void went_on(struct sequence *sequence, struct arrival copy,
                    struct sequence_finding *finding)
{
    if (sequence->held_count == 0)
        return;
    sequence->continued_arrival = copy.order;
    if (++sequence->continued >= SEQUENCE_PATIENCE)
        release_all(sequence, finding);
}

static struct sequence_finding hold(struct sequence *sequence, struct arrival copy,
                                    struct sequence_finding alone, bool strong)
{
    struct sequence_finding finding = {.kind = SEQUENCE_HELD, .taken_for = SEQUENCE_HELD};
    if (alone.kind == SEQUENCE_LATE || alone.kind == SEQUENCE_DUPLICATE)
        finding.taken_for = alone.kind;
    finding.lost = alone.lost;
    finding.found = alone.found;
    if (sequence->held == NULL) {
        sequence->held = g_new(struct sequence_held, SEQUENCE_HELD_MAX);
        sequence->memory += SEQUENCE_HELD_MAX * sizeof *sequence->held;
    }
    if (sequence->held_count == SEQUENCE_HELD_MAX) {
        release(sequence, &sequence->held[0], &finding);
        sequence->held_count--;
        memmove(sequence->held, sequence->held + 1, sequence->held_count * sizeof *sequence->held);
    }
    sequence->held[sequence->held_count++] = (struct sequence_held){
        .frame = copy.frame,
        .number = copy.number,
        .arrival = copy.order,
        .extent = alone.extent,
        .lost = (int32_t)alone.lost - alone.found,
        .taken_for = (uint8_t)finding.taken_for,
        .strong = strong,
    };
    return finding;
}

static bool is_held(const struct sequence *sequence, uint32_t number)
{
    for (unsigned i = 0; i < sequence->held_count; i++)
        if (sequence->held[i].number == number)
            return true;
    return false;
}

static bool near_strong(const struct sequence *sequence, uint32_t number)
{
    for (unsigned i = 0; i < sequence->held_count; i++)
        if (sequence->held[i].strong && apart(sequence->held[i].number, number) <= SEQUENCE_NEAR)
            return true;
    return false;
}

/* With what is held, the number makes a new run. */
static bool begins_run(const struct sequence *sequence, uint32_t number, bool strong)
{
    unsigned together = 1;
    for (unsigned i = 0; i < sequence->held_count; i++) {
        if (apart(sequence->held[i].number, number) > SEQUENCE_NEAR)
            continue;
        together++;
        strong |= sequence->held[i].strong;
    }
    return together > SEQUENCE_HELD_MAX || (together > 1 && strong);
}

/* Counts of a held copy as it was taken are no more. */
static void take_back(const struct sequence_held *held, struct sequence_change *change)
{
    change->late = (int16_t)(change->late - (held->taken_for == SEQUENCE_LATE));
    change->duplicates = (int16_t)(change->duplicates - (held->taken_for == SEQUENCE_DUPLICATE));
    change->strays = (int16_t)(change->strays - (held->taken_for == SEQUENCE_HELD));
    change->lost -= held->lost;
}

/* A copy of the run that is known only now to be of it: adds what it means to @p finding. */
static void replay(struct sequence *sequence, struct arrival copy, struct sequence_finding *finding)
{
    uint64_t number = extend(sequence->run.highest, copy.number, sequence->width);
    struct sequence_finding one;
    if (place_in(&sequence->run, number) == PLACE_AHEAD) {
        one = take_ahead(sequence, number, copy);
    } else {
        one = take_late(sequence, number, copy);
        finding->change.late++;
    }
    finding->lost += one.lost;
    finding->change.lost -= one.found;
    finding->extent = MAX(finding->extent, one.extent);
}

static struct arrival arrival_of(const struct sequence_held *held)
{
    return (struct arrival){held->number, held->arrival, held->frame};
}

/* ---- runs ---- */

static void free_run(struct sequence *sequence, struct sequence_run *run)
{
    sequence->memory -= sizeof *run + run->gap_capacity * sizeof *run->gaps;
    g_free(run->gaps);
    g_free(run);
}

/* Forgets the runs that are too old or too many. */
static void forget_runs(struct sequence *sequence)
{
    struct sequence_run **link = &sequence->run.earlier;
    for (unsigned i = 0; *link != NULL; i++) {
        struct sequence_run *run = *link;
        if (i < SEQUENCE_RUNS_MAX && !sequence->frugal &&
            sequence->arrivals - run->end_arrival <= SEQUENCE_EARLIER_MAX) {
            link = &run->earlier;
            continue;
        }
        *link = run->earlier;
        free_run(sequence, run);
    }
}

static void begin_run(struct sequence *sequence, struct arrival first)
{
    sequence->run = (struct sequence_run){
        .lowest = first.number,
        .highest = first.number,
        .first_frame = first.frame,
        .highest_frame = first.frame,
        .first_arrival = first.order,
        .earlier = sequence->run.earlier,
    };
    if (first.number >> NARROW_BITS != 0) {
        sequence->wide = true;
        sequence->width = WIDE_BITS;
    }
    sequence->next = carried(sequence, sequence->run.highest + 1);
}

static void end_run(struct sequence *sequence, struct arrival first)
{
    struct sequence_run *ended = g_new(struct sequence_run, 1);
    *ended = sequence->run;
    ended->end_frame = first.frame;
    ended->end_arrival = first.order;
    sequence->memory += sizeof *ended;
    sequence->run.earlier = ended;
    forget_runs(sequence);
}

/* Those held that are near, and this copy, begin a new run; the others do not. */
static struct sequence_finding restart(struct sequence *sequence, struct arrival copy)
{
    struct sequence_finding finding = {.kind = SEQUENCE_RESTART};
    struct sequence_held members[SEQUENCE_HELD_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < sequence->held_count; i++) {
        const struct sequence_held *held = &sequence->held[i];
        if (apart(held->number, copy.number) <= SEQUENCE_NEAR) {
            take_back(held, &finding.change);
            members[count++] = *held;
        } else {
            release(sequence, held, &finding);
        }
    }
    struct arrival first = arrival_of(&members[0]);
    if (sequence->continued > 0 && (int32_t)(sequence->continued_arrival - first.order) > 0) {
        finding.change.late = (int16_t)(finding.change.late + sequence->continued);
        finding.extent = MAX(finding.extent, sequence->continued_arrival - first.order);
    }
    end_run(sequence, first);
    begin_run(sequence, first);
    for (unsigned i = 1; i < count; i++)
        replay(sequence, arrival_of(&members[i]), &finding);
    replay(sequence, copy, &finding);
    finding.frame = first.frame;
    sequence->held_count = 0;
    sequence->continued = 0;
    sequence->constant = false;
    return finding;
}

static struct sequence_finding hold_or_restart(struct sequence *sequence, struct arrival copy,
                                               struct sequence_finding alone, bool strong)
{
    return begins_run(sequence, copy.number, strong) ? restart(sequence, copy)
                                                     : hold(sequence, copy, alone, strong);
}

/* Looks for a run that a restart ended, of which the copy may be a straggler. */
static bool take_straggler(struct sequence *sequence, struct arrival copy,
                           struct sequence_finding *finding)
{
    if (sequence->run.earlier == NULL)
        return false;
    forget_runs(sequence);
    for (struct sequence_run *run = sequence->run.earlier; run != NULL; run = run->earlier) {
        uint64_t number = extend(run->highest, copy.number, sequence->width);
        int64_t above = difference(number, run->highest);
        if (above > 0 && above <= SEQUENCE_NEAR) {
            const struct arrival end = {0, run->end_arrival, run->end_frame};
            *finding = (struct sequence_finding){.kind = SEQUENCE_LATE};
            finding->lost = rise(sequence, run, number, copy.frame, end);
            finding->extent = copy.order - run->end_arrival;
            finding->frame = run->end_frame;
            return true;
        }
        if (place_in(run, number) == PLACE_MISSING) {
            *finding = late_in(run, number, copy.order);
            mark_received(sequence, run, number);
            return true;
        }
    }
    return false;
}

/* ---- one copy ---- */

/* Loss over a wrap hardly ever ends just behind it; a restart does. */
static bool lands_at_zero(const struct sequence *sequence, uint32_t number, unsigned width)
{
    uint64_t end = UINT64_C(1) << width;
    uint64_t highest = sequence->run.highest & (end - 1);
    uint64_t before_wrap = end - 1 - highest;
    return number < highest && before_wrap >= SEQUENCE_NEAR / 2 &&
           number < before_wrap / SEQUENCE_CLOSE;
}

/* Quirk Q4: from about 2^30 to about 0, or back. */
static bool wraps_early(const struct sequence *sequence, uint32_t number)
{
    if (sequence->width == NARROW_BITS || sequence->wide || number >> NARROW_BITS != 0)
        return false;
    uint64_t extended = extend(sequence->run.highest, number, NARROW_BITS);
    int64_t by = difference(extended, sequence->run.highest);
    return extended != extend(sequence->run.highest, number, WIDE_BITS) &&
           by <= SEQUENCE_WRAP_MAX && by >= -SEQUENCE_WRAP_MAX &&
           !lands_at_zero(sequence, number, NARROW_BITS);
}

static struct sequence_finding take_above(struct sequence *sequence, uint64_t number,
                                          struct arrival copy)
{
    const struct sequence_finding stray = {.kind = SEQUENCE_HELD};
    uint64_t by = number - sequence->run.highest;
    struct sequence_finding finding;
    if (by > SEQUENCE_CLOSE && take_straggler(sequence, copy, &finding))
        return finding;
    if (by > SEQUENCE_LOSS_MAX || lands_at_zero(sequence, copy.number, sequence->width) ||
        (by > SEQUENCE_CLOSE && near_strong(sequence, copy.number)))
        return hold_or_restart(sequence, copy, stray, true);
    if (by > SEQUENCE_JUMP_MAX) {
        release_all(sequence, &finding);
        finding = hold(sequence, copy, stray, true);
        sequence->jumped = true;
        return finding;
    }
    finding = take_ahead(sequence, number, copy);
    went_on(sequence, copy, &finding);
    return finding;
}

/* Missing near 0: perhaps a restart. */
static bool is_doubtful(const struct sequence *sequence, uint64_t number, uint32_t carried_number)
{
    return near_strong(sequence, carried_number) ||
           (carried_number < SEQUENCE_NEAR &&
            difference(sequence->run.highest, number) >= SEQUENCE_CLOSE);
}

static struct sequence_finding take_below(struct sequence *sequence, uint64_t number,
                                          struct arrival copy)
{
    const struct sequence_run *run = &sequence->run;
    const struct sequence_finding stray = {.kind = SEQUENCE_HELD};
    const struct sequence_finding duplicate = {.kind = SEQUENCE_DUPLICATE};
    struct sequence_finding finding;
    enum place place = place_in(run, number);
    bool old = difference(run->highest, number) > SEQUENCE_LATE_MAX;
    bool outside = place == PLACE_BELOW && run->lowest - number > SEQUENCE_NEAR;
    bool unexpected =
        place == PLACE_RECEIVED || (place == PLACE_BELOW && run->lowest - number > SEQUENCE_CLOSE);
    if (unexpected && take_straggler(sequence, copy, &finding))
        return finding;
    if (place == PLACE_RECEIVED)
        return hold_or_restart(sequence, copy, duplicate, true);
    if (old)
        return hold_or_restart(sequence, copy, stray, true);
    if (outside || is_doubtful(sequence, number, copy.number))
        return hold_or_restart(sequence, copy, late_in(run, number, copy.order), outside);
    return take_late(sequence, number, copy);
}

/* A held jump forward is one if the next copy is not back where the jump began. */
static bool settle_jump(struct sequence *sequence, struct arrival copy,
                        struct sequence_finding *finding)
{
    const struct sequence_held jump = sequence->held[0];
    uint64_t landed = extend(sequence->run.highest, jump.number, sequence->width);
    uint64_t number = extend(landed, copy.number, sequence->width);
    int64_t by = difference(number, landed);
    if (by < -SEQUENCE_NEAR || by > SEQUENCE_LOSS_MAX) {
        release_all(sequence, finding);
        return false;
    }
    *finding = (struct sequence_finding){
        .kind = SEQUENCE_GAP,
        .missing = sequence->run.highest + 1,
        .frame = sequence->run.highest_frame,
    };
    take_back(&jump, &finding->change);
    sequence->held_count = 0;
    sequence->jumped = false;
    replay(sequence, arrival_of(&jump), finding);
    replay(sequence, copy, finding);
    return true;
}

/* The counter has not moved yet. */
static bool take_constant(struct sequence *sequence, struct arrival copy, bool repeats,
                          struct sequence_finding *finding)
{
    if (copy.number != (uint32_t)sequence->run.highest) {
        if (sequence->counts.constants < 2) {
            sequence->constant = false;
            return false;
        }
        const struct sequence_finding stray = {.kind = SEQUENCE_HELD};
        *finding = hold_or_restart(sequence, copy, stray, true);
        return true;
    }
    release_all(sequence, finding);
    finding->kind = SEQUENCE_CONSTANT;
    sequence->varied |= !repeats;
    if (!repeats || (!sequence->varied && sequence->counts.constants > 0))
        return true;
    /* One frame may come twice; one that comes forever with the same number is mirrored anew. */
    if (!sequence->varied && sequence->counts.duplicates + 1 >= CONSTANT_IDENTICAL) {
        finding->change.duplicates = (int16_t)-sequence->counts.duplicates;
        finding->change.constants = (int16_t)sequence->counts.duplicates;
        return true;
    }
    finding->kind = SEQUENCE_DUPLICATE;
    return true;
}

static struct sequence_finding take_first(struct sequence *sequence, struct arrival copy)
{
    sequence->begun = true;
    sequence->constant = true;
    sequence->width = WIDE_BITS;
    begin_run(sequence, copy);
    return (struct sequence_finding){.kind = SEQUENCE_FIRST};
}

static struct sequence_finding take_moved(struct sequence *sequence, struct arrival copy)
{
    struct sequence_finding finding = {.kind = SEQUENCE_NEXT};
    struct sequence_finding released = {.kind = SEQUENCE_NEXT};
    bool narrowed = wraps_early(sequence, copy.number);
    if (narrowed)
        sequence->width = NARROW_BITS;
    if (sequence->jumped && settle_jump(sequence, copy, &released))
        return released;
    uint64_t number = extend(sequence->run.highest, copy.number, sequence->width);
    if (sequence->width == NARROW_BITS && copy.number >> NARROW_BITS != 0)
        finding =
            hold_or_restart(sequence, copy, (struct sequence_finding){.kind = SEQUENCE_HELD}, true);
    else if (difference(number, sequence->run.highest) > 0)
        finding = take_above(sequence, number, copy);
    else
        finding = take_below(sequence, number, copy);
    finding.narrowed = narrowed;
    finding.held_was_stray |= released.held_was_stray;
    if (copy.number >> NARROW_BITS != 0 && finding.kind != SEQUENCE_HELD)
        sequence->wide = true;
    return finding;
}

static struct sequence_finding take_unusual(struct sequence *sequence, uint32_t number,
                                            uint64_t frame, bool repeats)
{
    const struct arrival copy = {number, sequence->arrivals + 1, frame};
    struct sequence_finding finding = {.kind = SEQUENCE_DUPLICATE};
    if (!sequence->begun)
        finding = take_first(sequence, copy);
    else if (sequence->constant && take_constant(sequence, copy, repeats, &finding))
        ;
    else if (number != sequence->next && (repeats || is_held(sequence, number)))
        return finding;
    else
        finding = take_moved(sequence, copy);
    if (finding.kind != SEQUENCE_DUPLICATE)
        sequence->arrivals++;
    return finding;
}

struct sequence_finding sequence_take(struct sequence *sequence, uint32_t number, uint64_t frame,
                                      bool repeats)
{
    if (number == sequence->next && sequence->begun && !sequence->constant &&
        sequence->held_count == 0) {
        sequence->run.highest++;
        sequence->run.highest_frame = frame;
        sequence->next = carried(sequence, sequence->run.highest + 1);
        sequence->arrivals++;
        sequence->counts.copies++;
        sequence->wide |= number >> NARROW_BITS != 0;
        return (struct sequence_finding){.kind = SEQUENCE_NEXT};
    }
    struct sequence_finding finding = take_unusual(sequence, number, frame, repeats);
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
    counts->extent_max = MAX(counts->extent_max, finding->extent);
}

/* ---- memory ---- */

void sequence_clear(struct sequence *sequence)
{
    while (sequence->run.earlier != NULL) {
        struct sequence_run *run = sequence->run.earlier;
        sequence->run.earlier = run->earlier;
        free_run(sequence, run);
    }
    g_free(sequence->run.gaps);
    g_free(sequence->held);
    *sequence = (struct sequence){0};
}

void sequence_clone(struct sequence *copy, const struct sequence *sequence)
{
    *copy = *sequence;
    copy->held = g_memdup2(sequence->held, SEQUENCE_HELD_MAX * sizeof *sequence->held);
    copy->run.gaps =
        g_memdup2(sequence->run.gaps, sequence->run.gap_capacity * sizeof *sequence->run.gaps);
    for (struct sequence_run **link = &copy->run.earlier; *link != NULL; link = &(*link)->earlier) {
        struct sequence_run *run = g_memdup2(*link, sizeof **link);
        run->gaps = g_memdup2(run->gaps, run->gap_capacity * sizeof *run->gaps);
        *link = run;
    }
}
