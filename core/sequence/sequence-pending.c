/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Estimates what the pending copies of a counter mean (one of them may be the first after quirk
 * Q27, restart), and writes the change of the estimate into the finding of the present copy. */
#include "core/sequence/sequence-pending.h"

#include <glib.h>
#include <string.h>

#include "core/sequence/sequence-history.h"
#include "core/sequence/sequence-past.h"

/* The run in which a pending copy is late, and its number there; NULL: forgotten. */
static struct sequence_run *run_of(struct sequence_counter *counter,
                                   const struct sequence_pending *pending, uint64_t *number)
{
    if (pending->in_past_run)
        return sequence_past_run(counter, pending->copy.number, number);
    *number = sequence_extended_at(counter, counter->run.highest, pending->copy.number);
    return &counter->run;
}

/* ---- deciding ---- */

static void release_late(struct sequence_counter *counter, const struct sequence_pending *pending,
                         struct sequence_finding *finding)
{
    uint64_t number;
    struct sequence_run *run = run_of(counter, pending, &number);
    struct sequence_finding late = {.kind = SEQUENCE_LATE};
    finding->change.late++;
    if (run != NULL)
        late = sequence_run_late(run, number, pending->copy.order);
    sequence_history_revise(counter, &pending->copy, &late);
    if (run == NULL)
        return;
    sequence_run_receive(counter, run, number);
    finding->change.lost += (int32_t)late.lost - late.found;
    finding->earlier_extent = MAX(finding->earlier_extent, late.extent);
}

static void release(struct sequence_counter *counter, const struct sequence_pending *pending,
                    struct sequence_finding *finding)
{
    if (pending->taken_for == SEQUENCE_LATE) {
        release_late(counter, pending, finding);
    } else if (pending->taken_for == SEQUENCE_DUPLICATE) {
        static const struct sequence_finding duplicate = {.kind = SEQUENCE_DUPLICATE};
        finding->change.duplicates++;
        sequence_history_revise(counter, &pending->copy, &duplicate);
    } else {
        static const struct sequence_finding stray = {.kind = SEQUENCE_STRAY};
        finding->change.strays++;
        sequence_history_revise(counter, &pending->copy, &stray);
        finding->pending_was_stray = true;
    }
}

static void clear_pending(struct sequence_counter *counter)
{
    counter->pending_count = 0;
    counter->jumped = false;
}

void sequence_pending_release(struct sequence_counter *counter, struct sequence_finding *finding)
{
    for (unsigned i = 0; i < counter->pending_count; i++)
        release(counter, &counter->pending[i], finding);
    clear_pending(counter);
    counter->continued = 0;
}

static void release_oldest(struct sequence_counter *counter, struct sequence_finding *finding)
{
    release(counter, &counter->pending[0], finding);
    counter->pending_count--;
    memmove(counter->pending, counter->pending + 1,
            counter->pending_count * sizeof *counter->pending);
}

unsigned sequence_pending_take(struct sequence_counter *counter, uint32_t number, uint32_t near,
                               struct sequence_arrival members[SEQUENCE_PENDING_MAX],
                               struct sequence_finding *finding)
{
    unsigned count = 0;
    for (unsigned i = 0; i < counter->pending_count; i++) {
        const struct sequence_pending *pending = &counter->pending[i];
        if (sequence_apart(pending->copy.number, number) <= MIN(near, pending->reach))
            members[count++] = pending->copy;
        else
            release(counter, pending, finding);
    }
    clear_pending(counter);
    return count;
}

/* ---- waiting ---- */

uint32_t sequence_pending_reach(const struct sequence_counter *counter,
                                const struct sequence_finding *alone)
{
    if (alone->kind == SEQUENCE_PENDING)
        return SEQUENCE_JUMP_MAX;
    return sequence_is_as_late_as_others(counter, alone) ? SEQUENCE_CLOSE : SEQUENCE_NEAR;
}

struct sequence_finding sequence_pending_add(struct sequence_counter *counter,
                                             const struct sequence_arrival *copy,
                                             const struct sequence_alone *alone)
{
    struct sequence_finding finding = alone->finding;
    finding.kind = SEQUENCE_PENDING;
    finding.taken_for = alone->finding.kind;
    if (!finding.found)
        finding.frame = 0;
    if (counter->pending == NULL) {
        counter->pending = g_new0(struct sequence_pending, SEQUENCE_PENDING_MAX);
        counter->memory += SEQUENCE_PENDING_MAX * sizeof *counter->pending;
    }
    if (counter->pending_count == 0)
        counter->continued = 0;
    if (counter->pending_count == SEQUENCE_PENDING_MAX)
        release_oldest(counter, &finding);
    counter->pending[counter->pending_count++] = (struct sequence_pending){
        .copy = *copy,
        .extent = alone->finding.extent,
        .taken_for = (uint8_t)alone->finding.kind,
        .reach = (uint16_t)sequence_pending_reach(counter, &alone->finding),
        .evidence = (uint8_t)alone->evidence,
        .in_past_run = alone->in_past_run,
    };
    /* The label is the caller's, and is gone after this call. */
    counter->pending[counter->pending_count - 1].copy.label = NULL;
    return finding;
}

bool sequence_pending_has(const struct sequence_counter *counter, uint32_t number)
{
    for (unsigned i = 0; i < counter->pending_count; i++)
        if (counter->pending[i].copy.number == number)
            return true;
    return false;
}

bool sequence_pending_near(const struct sequence_counter *counter, uint32_t number, uint32_t reach,
                           enum sequence_evidence least)
{
    for (unsigned i = 0; i < counter->pending_count; i++) {
        const struct sequence_pending *pending = &counter->pending[i];
        if (pending->evidence >= least &&
            sequence_apart(pending->copy.number, number) <= MIN(reach, pending->reach))
            return true;
    }
    return false;
}

bool sequence_pending_in_order(const struct sequence_counter *counter, uint32_t number,
                               unsigned count)
{
    unsigned exact = 0;
    if (counter->pending_count < count)
        return false;
    for (unsigned i = 1; i <= count; i++) {
        const struct sequence_pending *pending = &counter->pending[counter->pending_count - i];
        uint32_t before = pending->copy.number;
        if (number - before - 1 >= SEQUENCE_CLOSE || pending->evidence == SEQUENCE_NO_EVIDENCE)
            return false;
        exact += number - before == 1;
        number = before;
    }
    return exact * 4 >= count * 3;
}

/* ---- the guess ---- */

/* By how much the missing numbers of @p run would change if it received the pending copies that are
 * late in it: the run may grow, and each copy fills one place. */
static int32_t guess_lost(struct sequence_counter *counter, const struct sequence_run *run)
{
    uint64_t lowest = run->lowest;
    uint64_t highest = run->highest;
    int32_t received = 0;
    for (unsigned i = 0; i < counter->pending_count; i++) {
        const struct sequence_pending *pending = &counter->pending[i];
        uint64_t number;
        if (pending->taken_for != SEQUENCE_LATE || run_of(counter, pending, &number) != run)
            continue;
        enum sequence_place place = sequence_run_place(run, number);
        received += place != SEQUENCE_RECEIVED && place != SEQUENCE_UNKNOWN;
        if (sequence_difference(number, lowest) < 0)
            lowest = number;
        if (sequence_difference(number, highest) > 0)
            highest = number;
    }
    return (int32_t)(highest - run->highest + run->lowest - lowest) - received;
}

static struct sequence_guess guess(struct sequence_counter *counter)
{
    struct sequence_guess guess = {0};
    for (unsigned i = 0; i < counter->pending_count; i++) {
        const struct sequence_pending *pending = &counter->pending[i];
        if (pending->taken_for == SEQUENCE_LATE)
            guess.late++;
        else if (pending->taken_for == SEQUENCE_DUPLICATE)
            guess.duplicates++;
        else
            guess.strays++;
        guess.extent = MAX(guess.extent, pending->extent);
    }
    if (guess.late > 0)
        sequence_runs_forget(counter);
    for (const struct sequence_run *run = &counter->run; guess.late > 0 && run != NULL;
         run = run->earlier)
        guess.lost += guess_lost(counter, run);
    return guess;
}

void sequence_pending_reassess(struct sequence_counter *counter, struct sequence_finding *finding)
{
    const struct sequence_guess before = counter->guess;
    const struct sequence_guess now = guess(counter);
    struct sequence_change *change = &finding->change;
    /* The estimate includes the present copy; do not count it twice. */
    enum sequence_kind own = finding->kind == SEQUENCE_PENDING ? finding->taken_for : SEQUENCE_NEXT;
    int32_t own_lost =
        finding->kind == SEQUENCE_PENDING ? (int32_t)finding->lost - finding->found : 0;
    change->lost += now.lost - before.lost - own_lost;
    change->late = change->late + now.late - before.late - (own == SEQUENCE_LATE);
    change->duplicates =
        change->duplicates + now.duplicates - before.duplicates - (own == SEQUENCE_DUPLICATE);
    change->strays = change->strays + now.strays - before.strays - (own == SEQUENCE_PENDING);
    finding->pending_extent = now.extent;
    counter->guess = now;
}

void sequence_pending_decide(struct sequence_counter *counter)
{
    struct sequence_finding finding = {.kind = SEQUENCE_NEXT};
    if (counter->pending_count == 0)
        return;
    sequence_pending_release(counter, &finding);
    sequence_pending_reassess(counter, &finding);
    sequence_counts_add(&counter->counts, &finding);
    counter->counts.copies--; /* no copy came */
}
