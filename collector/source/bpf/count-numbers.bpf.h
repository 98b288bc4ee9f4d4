/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Counts what is missing among the sequence numbers of a session, in BPF programs. A number far
 * from the run waits aside until others follow it, so that a few foreign copies change nothing. A
 * run that goes on where it was before others replaced it shows that these were foreign. Unlike
 * core/sequence/ it follows one run at a time, and remembers no gaps: sums alone.
 */
#ifndef COLLECTOR_SOURCE_BPF_COUNT_NUMBERS_BPF_H
#define COLLECTOR_SOURCE_BPF_COUNT_NUMBERS_BPF_H

#include <stdbool.h>

#include "collector/source/bpf/count.bpf.h"

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

enum {
    COUNT_CLOSE = 8,           /* numbers ahead of the run that need no proof */
    COUNT_NEAR = 1 << 10,      /* numbers from the run at which a gap, or a late copy, is likely */
    COUNT_FIRST_GAP = 1 << 16, /* numbers that may be lost behind the first few copies */
    COUNT_JUMP = 1 << 24,  /* numbers that may be lost at once: more is a counter that restarted */
    COUNT_PROOF_NEAR = 2,  /* copies in order that show a gap of up to COUNT_NEAR numbers */
    COUNT_PROOF = 8,       /* ... that show that another run replaces the one before */
    COUNT_RETURN_NEAR = 4, /* ... that show that the run before goes on, so that a gap was none */
    COUNT_UNDECIDED = 32,  /* copies in which it should, where a gap was none */
    COUNT_RETURN_WITHIN = 1 << 10 /* copies after which a run that was replaced goes on no more */
};

static __always_inline bool count_came_early(const struct count_value *value, __u32 number)
{
    return value->early[number / 64 % COUNT_EARLY_WORDS] >> number % 64 & 1;
}

/* A copy that was taken for a foreign one, a little ahead of the run, may have come early. */
static __always_inline void count_note_early(struct count_value *value, __u32 number)
{
    if (number - value->next >= COUNT_NEAR || count_came_early(value, number))
        return;
    value->early[number / 64 % COUNT_EARLY_WORDS] |= 1ULL << number % 64;
    value->early_count++;
}

static __always_inline void count_forget_early(struct count_value *value, __u32 number)
{
    value->early[number / 64 % COUNT_EARLY_WORDS] &= ~(1ULL << number % 64);
    value->early_count--;
}

/* What waits aside is no run that replaces this one: its copies came late, or are foreign. */
static __always_inline void count_release(struct count_value *value, struct count_aside *aside)
{
    const __u32 below = value->next - aside->next;
    if (aside->copies == 0)
        return;
    if (below < COUNT_NEAR && aside->first - value->lowest < value->next - value->lowest)
        value->late += aside->copies;
    else
        value->strays += aside->copies;
    if (aside->copies == 1)
        count_note_early(value, aside->first);
    aside->copies = 0;
}

static __always_inline void count_release_all(struct count_value *value)
{
    for (int i = 0; i < COUNT_ASIDE; i++)
        count_release(value, &value->aside[i]);
}

/* The run passes over @p missing numbers, COUNT_CLOSE at most. Those that came early are not. */
static __always_inline void count_pass(struct count_value *value, __u32 missing)
{
    value->missing += missing;
    for (__u32 i = 0; i < COUNT_CLOSE; i++)
        if (i < missing && count_came_early(value, value->next + i)) {
            count_forget_early(value, value->next + i);
            value->missing--;
            value->strays--;
        }
}

/* A number of the run, behind @p missing others, fewer than COUNT_CLOSE. */
static __always_inline void count_advance(struct count_value *value, __u32 number, __u32 missing)
{
    if (value->early_count > 0) {
        count_pass(value, missing);
        if (count_came_early(value, number)) /* it came again, so that the other was foreign */
            count_forget_early(value, number);
    } else {
        value->missing += missing;
    }
    value->next = number + 1;
    value->run_copies++;
    value->recent = value->recent << (missing + 1) | 1;
    if (value->aside[0].copies > 0)
        count_release_all(value);
    value->resumed = 0;
}

/* ---- a run that replaces another, and one that was replaced and goes on ---- */

static __always_inline bool count_may_return(const struct count_value *value)
{
    return value->former.proof != 0 &&
           value->numbered - value->former.numbered <= COUNT_RETURN_WITHIN;
}

static __always_inline void count_keep_former(struct count_value *value,
                                              const struct count_aside *by, __u32 proof)
{
    struct count_former *former = &value->former;
    const __u64 since = value->numbered - former->numbered;
    if (count_may_return(value) && (former->proof == COUNT_PROOF || since <= COUNT_UNDECIDED))
        return; /* whether that one goes on is not known yet */
    former->numbered = value->numbered - by->copies;
    former->missing = value->missing;
    former->late = value->late;
    former->duplicates = value->duplicates;
    former->restarts = value->restarts;
    former->strays = value->strays;
    former->next = value->next;
    former->lowest = value->lowest;
    former->run_copies = value->run_copies;
    former->proof = proof;
    value->resumed = 0;
    value->resumed_copies = 0;
    value->resumed_missing = 0;
    value->resumed_next = value->next;
}

/* The copies since the run was replaced are foreign, but for @p copies of its own, which are
 * those before @p next. */
static __always_inline void count_take_back(struct count_value *value, __u32 next, __u32 copies,
                                            __u32 missing)
{
    struct count_former *former = &value->former;
    const __u64 foreign = value->numbered - former->numbered - copies;
    value->missing = former->missing + missing;
    value->late = former->late;
    value->duplicates = former->duplicates;
    value->restarts = former->restarts;
    value->strays = former->strays + foreign;
    value->lowest = former->lowest;
    value->run_copies = former->run_copies + copies;
    /* A few a little ahead may be the run's own, and came early. */
    const __u32 last = value->next - 1;
    value->next = next;
    for (__u32 i = 0; i < COUNT_CLOSE; i++)
        if (i < foreign && value->recent >> i & 1)
            count_note_early(value, last - i);
    value->recent = missing == 0 && copies < COUNT_RECENT ? (1ULL << copies) - 1 : 1;
    former->proof = 0;
    value->resumed = 0;
}

/* True if the copy goes on with the run that was replaced; then it is counted. */
static __always_inline bool count_resume(struct count_value *value, __u32 number)
{
    const __u32 missing = number - value->resumed_next;
    const __u32 below = value->next - 1 - number;
    if (!count_may_return(value) || missing >= COUNT_CLOSE)
        return false;
    if (below < COUNT_RECENT && value->recent >> below & 1)
        return false;
    value->resumed++;
    value->resumed_copies++;
    value->resumed_missing += missing;
    value->resumed_next = number + 1;
    if (value->resumed >= value->former.proof) {
        count_take_back(value, number + 1, value->resumed_copies, value->resumed_missing);
        return true;
    }
    if (below < COUNT_NEAR) {
        value->late++;
        value->recent |= below < COUNT_RECENT ? 1ULL << below : 0;
    } else {
        value->strays++;
    }
    return true;
}

/* A counter that begins again at 0 is likelier than so much loss across the wrap. */
static __always_inline bool count_begins_at_zero(const struct count_value *value, __u32 number,
                                                 __u32 jump)
{
    return number < value->next && jump >= COUNT_NEAR && number <= jump / COUNT_CLOSE;
}

/* The copies aside go on while the run does not: they replace it. */
static __always_inline void count_replace(struct count_value *value, const struct count_aside *by)
{
    const __u32 jump = by->first - value->next;
    const struct count_aside run = *by;
    const bool foreign = value->run_copies < COUNT_PROOF && jump > COUNT_FIRST_GAP;
    const bool begins = jump >= COUNT_JUMP || count_begins_at_zero(value, run.first, jump);
    const __u32 gap = run.first - value->resumed_next;
    value->aside[0].copies = 0;
    count_release_all(value);
    if (gap < COUNT_NEAR && count_may_return(value)) {
        count_take_back(value, run.next, run.copies + value->resumed_copies,
                        gap + value->resumed_missing + run.missing - run.late);
        return;
    }
    count_keep_former(value, &run, jump < COUNT_NEAR ? COUNT_RETURN_NEAR : COUNT_PROOF);
    if (foreign) {
        /* The first copies were foreign: no run begins with so few. */
        value->strays += value->run_copies;
        value->missing = 0;
        value->late = 0;
        value->duplicates = 0;
        value->former.proof = 0;
    } else if (begins) {
        value->restarts++;
    } else {
        value->missing += jump;
    }
    if (begins || foreign) {
        value->lowest = run.first;
        value->run_copies = 0;
    }
    value->missing += run.missing;
    value->late += run.late;
    value->next = run.next;
    value->run_copies += run.copies;
    value->recent = run.missing == run.late ? (1ULL << run.copies) - 1 : 1;
}

/* ---- one number ---- */

/* Copies that show that the run aside replaces the other. */
static __always_inline __u32 count_proof(const struct count_value *value,
                                         const struct count_aside *aside)
{
    const bool gap = aside->first - value->next < COUNT_NEAR && aside->missing == aside->late;
    return gap ? COUNT_PROOF_NEAR : COUNT_PROOF;
}

/* Adds the number to those aside, if it is near them. */
static __always_inline bool count_join(struct count_aside *aside, __u32 number)
{
    const __u32 ahead = number - aside->next;
    const __u32 below = aside->first - number;
    if (aside->copies == 0)
        return false;
    if (ahead < COUNT_NEAR) {
        aside->missing += ahead;
        aside->next = number + 1;
    } else if (number - aside->first < aside->next - aside->first) {
        aside->late++;
    } else if (below <= COUNT_CLOSE) {
        aside->missing += below;
        aside->late++;
        aside->first = number;
    } else {
        return false;
    }
    aside->copies++;
    return true;
}

static __always_inline void count_aside(struct count_value *value, __u32 number)
{
    struct count_aside *first = &value->aside[0];
    for (int i = 0; i < COUNT_ASIDE; i++) {
        struct count_aside *aside = &value->aside[i];
        if (!count_join(aside, number))
            continue;
        const struct count_aside taken = *aside;
        *aside = *first;
        *first = taken;
        if (taken.copies >= count_proof(value, &taken))
            count_replace(value, &taken);
        return;
    }
    count_release(value, &value->aside[COUNT_ASIDE - 1]);
    for (int i = COUNT_ASIDE - 1; i > 0; i--)
        value->aside[i] = value->aside[i - 1];
    *first = (struct count_aside){.first = number, .next = number + 1, .copies = 1};
}

/* At or just below the highest. */
static __always_inline void count_below(struct count_value *value, __u32 number, __u32 below)
{
    if (value->recent >> below & 1) {
        value->duplicates++;
        return;
    }
    value->recent |= 1ULL << below;
    value->late++;
    if ((__s32)(number - value->lowest) < 0) {
        value->missing += value->lowest - number;
        value->lowest = number;
    }
}

static __always_inline void count_number(struct count_value *value, __u32 number)
{
    const __u32 ahead = number - value->next;
    const __u32 below = value->next - 1 - number;
    if (value->numbered++ == 0) {
        value->lowest = number;
        value->next = number + 1;
        value->run_copies = 1;
        value->recent = 1;
    } else if (ahead < COUNT_CLOSE) {
        count_advance(value, number, ahead);
    } else if (count_resume(value, number)) {
        return;
    } else if (below < COUNT_RECENT) {
        count_below(value, number, below);
    } else {
        count_aside(value, number);
    }
}

#endif
