/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-number-trial.h"

#include <glib.h>

#include "core/sequence/sequence-run.h"

enum {
    WINDOW = 64,          /* numbers below the highest of a chain in which a copy may be late */
    COPIES_LEAST = 8,     /* of a chain that is a counter's */
    FEW = 4,              /* copies; a chain with fewer is that of foreign ones */
    EXACT_PERCENT = 60,   /* of its copies that are exact successors, at least */
    TURN_LEAST = 8,       /* copies in a row */
    COLLISIONS_LEAST = 8, /* that prove that one counter did not send all */
    RETURNS_COLLIDING = 8,
    RETURNS_DISTANT = 32, /* of each of two chains. After a change of the path, copies on the old
                             one come for a while */
    TURNS_LEAST = 2,      /* blocks of copies that change places make two */
    NEWEST_LEAST = 64,    /* copies since the latest chain began: others may follow */
    RETURNS_SINCE = 2,    /* ... and returns of each */
    SILENT = 64,          /* copies after which a chain may have ended */
    RETURNS_WITHIN = 2048 /* copies after which no chain returns any more */
};

/* ---- memory ---- */

bool sequence_number_trial_is_due(const struct sequence *sequence, const struct sequence_copy *copy)
{
    const struct sequence_counter *counter = &sequence->counter;
    if (sequence->number_trials == SEQUENCE_NUMBER_TRIALS_MAX || sequence->split != NULL ||
        !counter->begun || counter->low_memory || copy->is_duplicate ||
        counter->counts.constants > 0 || counter->pending_count > 0)
        return false;
    if (copy->number - counter->next <= SEQUENCE_CLOSE)
        return false;
    uint64_t number = sequence_extended_at(counter, counter->run.highest, copy->number);
    return sequence_run_place(&counter->run, number) != SEQUENCE_MISSING;
}

struct sequence_number_trial *sequence_number_trial_new(const struct sequence_counter *counter)
{
    struct sequence_number_trial *trial = g_new0(struct sequence_number_trial, 1);
    const uint64_t highest = counter->run.highest;
    struct sequence_chain *chain = &trial->chains[0];
    sequence_counter_clone(&trial->base, counter);
    trial->count = 1;
    chain->from = sequence_carried(counter, counter->run.lowest);
    chain->next = counter->next;
    chain->copies = (uint32_t)MIN(counter->counts.copies, COPIES_LEAST);
    chain->exact = chain->copies;
    for (unsigned i = 0; i < WINDOW; i++)
        if (sequence_run_place(&counter->run, highest - i) == SEQUENCE_RECEIVED)
            chain->came |= UINT64_C(1) << i;
    return trial;
}

struct sequence_number_trial *sequence_number_trial_clone(const struct sequence_number_trial *trial)
{
    struct sequence_number_trial *clone = g_memdup2(trial, sizeof *trial);
    sequence_counter_clone(&clone->base, &trial->base);
    sequence_trial_copies_clone(&clone->copies);
    return clone;
}

void sequence_number_trial_free(struct sequence_number_trial *trial)
{
    if (trial == NULL)
        return;
    sequence_counter_clear(&trial->base);
    sequence_trial_copies_clear(&trial->copies);
    g_free(trial);
}

size_t sequence_number_trial_memory(const struct sequence_number_trial *trial)
{
    return trial == NULL
               ? 0
               : sizeof *trial + trial->base.memory + sequence_trial_copies_memory(&trial->copies);
}

/* ---- chains ---- */

/* How well a number continues a chain. */
enum match { MATCH_NOT, MATCH_BELOW, MATCH_AHEAD, MATCH_LATE, MATCH_NEXT };

static bool came(const struct sequence_chain *chain, uint32_t back)
{
    return back <= WINDOW && (chain->came >> (back - 1) & 1) != 0;
}

static enum match match_of(const struct sequence_chain *chain, uint32_t number)
{
    const uint32_t ahead = number - chain->next;
    const uint32_t back = chain->next - number;
    if (ahead == 0)
        return MATCH_NEXT;
    if (ahead <= SEQUENCE_CLOSE)
        return MATCH_AHEAD;
    if (back <= WINDOW && back <= chain->next - chain->from)
        return came(chain, back) ? MATCH_NOT : MATCH_LATE;
    return chain->from - number <= SEQUENCE_CLOSE ? MATCH_BELOW : MATCH_NOT;
}

static unsigned find_chain(const struct sequence_number_trial *trial, uint32_t number,
                           enum match *best)
{
    unsigned found = trial->count;
    uint32_t nearest = 0;
    *best = MATCH_NOT;
    for (unsigned i = 0; i < trial->count; i++) {
        const struct sequence_chain *chain = &trial->chains[i];
        enum match match = match_of(chain, number);
        uint32_t apart = sequence_apart(number, chain->next);
        if (match == MATCH_NOT || match < *best || (match == *best && apart >= nearest))
            continue;
        found = i;
        nearest = apart;
        *best = match;
    }
    return found;
}

/* The chain that has the number already. */
static unsigned find_owner(const struct sequence_number_trial *trial, uint32_t number)
{
    for (unsigned i = 0; i < trial->count; i++)
        if (number - trial->chains[i].from < trial->chains[i].next - trial->chains[i].from)
            return i;
    return trial->last;
}

/* Gives up the chain of foreign copies that is silent for the longest time. */
static bool make_room(struct sequence_number_trial *trial)
{
    unsigned oldest = trial->count;
    for (unsigned i = 1; i < trial->count; i++)
        if (trial->chains[i].copies < FEW &&
            (oldest == trial->count || trial->chains[i].last_at < trial->chains[oldest].last_at))
            oldest = i;
    if (oldest == trial->count)
        return false;
    const unsigned moved = --trial->count;
    trial->chains[oldest] = trial->chains[moved];
    if (trial->last == moved)
        trial->last = oldest;
    for (uint32_t i = 0; i < trial->copies.count; i++) {
        uint8_t *group = &trial->copies.items[i].group;
        if (*group == oldest)
            *group = SEQUENCE_TRIAL_NO_GROUP;
        else if (*group == moved)
            *group = (uint8_t)oldest;
    }
    return true;
}

static bool begin_chain(struct sequence_number_trial *trial, uint32_t number)
{
    if (trial->count == SEQUENCE_CHAINS_MAX && !make_room(trial))
        return false;
    trial->chains[trial->count++] = (struct sequence_chain){
        .from = number, .next = number + 1, .came = 1, .first_at = trial->copies.count};
    return true;
}

/* Notes that the number came. True if it had come before, among numbers that are not far away. */
static bool note_number(struct sequence_number_trial *trial, uint32_t number)
{
    uint64_t *word = &trial->came[number / 64 % SEQUENCE_TRIAL_WORDS];
    const uint64_t bit = UINT64_C(1) << number % 64;
    const bool before = (*word & bit) != 0;
    *word |= bit;
    return before;
}

/* Notes whether another chain had the number, or none is near. */
static void compare(struct sequence_number_trial *trial, unsigned own, uint32_t number,
                    bool came_before)
{
    bool collides = false;
    bool distant = true;
    for (unsigned i = 0; i < trial->count; i++) {
        const struct sequence_chain *other = &trial->chains[i];
        if (i == own || other->copies < FEW)
            continue;
        collides |= number - other->from < other->next - other->from;
        distant &= number - other->next + WINDOW > 2 * WINDOW && other->from - number >= WINDOW;
    }
    trial->collisions += collides && came_before;
    trial->distant += distant && trial->count > 1;
}

static void extend(struct sequence_chain *chain, uint32_t number, enum match match)
{
    const uint32_t ahead = number - chain->next;
    if (match == MATCH_LATE) {
        chain->came |= UINT64_C(1) << (chain->next - number - 1);
    } else if (match == MATCH_BELOW) {
        const uint32_t back = chain->next - number;
        chain->came |= back <= WINDOW ? UINT64_C(1) << (back - 1) : 0;
        chain->from = number;
    } else if (match != MATCH_NOT) {
        chain->came = chain->came << (ahead + 1) | 1;
        chain->next = number + 1;
    }
}

static void note_return(struct sequence_number_trial *trial, struct sequence_chain *chain)
{
    chain->returns++;
    chain->returns_since++;
    chain->in_a_row = 1;
    trial->returned_at = trial->copies.count;
}

/* Puts the copy in a chain; false: there are too many. */
static bool follow(struct sequence_number_trial *trial, uint32_t number)
{
    enum match match;
    const bool came_before = note_number(trial, number);
    unsigned own = find_chain(trial, number, &match);
    if (match == MATCH_NOT) {
        if (!begin_chain(trial, number))
            return false;
        own = trial->count - 1;
    }
    struct sequence_chain *chain = &trial->chains[own];
    extend(chain, number, match);
    if (++chain->copies == FEW)
        for (unsigned i = 0; i < trial->count; i++)
            trial->chains[i].returns_since = 0;
    chain->last_at = trial->copies.count;
    if (trial->last != own)
        chain->in_a_row = 0;
    else if (chain->in_a_row > 0 && ++chain->in_a_row == TURN_LEAST)
        chain->turns++;
    if (match == MATCH_NEXT) {
        compare(trial, own, number, came_before);
        chain->exact++;
    }
    if (match == MATCH_NEXT && trial->last != own && trial->last_was_next)
        note_return(trial, chain);
    trial->last = own;
    trial->last_was_next = match == MATCH_NEXT;
    return true;
}

/* ---- what they prove ---- */

static bool goes_on(const struct sequence_chain *chain)
{
    return chain->copies >= COPIES_LEAST && chain->exact * 100 >= chain->copies * EXACT_PERCENT;
}

static bool has_ended(const struct sequence_number_trial *trial, const struct sequence_chain *chain)
{
    const uint32_t now = trial->copies.count;
    const uint32_t usual = (chain->last_at - chain->first_at) / chain->copies;
    return now - chain->last_at > SILENT + SEQUENCE_CLOSE * usual;
}

/* How many numbers are missing between the two chains, if the second goes on after the first: also
 * over a wrap at 30 bits (quirk Q4, 30-bit sequence). */
static uint32_t missing_between(const struct sequence_chain *before,
                                const struct sequence_chain *after)
{
    const uint32_t end = 1u << SEQUENCE_NARROW_BITS;
    const bool wraps = before->next <= end && before->next > end - SEQUENCE_WRAP_MAX &&
                       after->from < SEQUENCE_WRAP_MAX;
    return wraps ? after->from + end - before->next : after->from - before->next;
}

/* The chain whose counter sent the copies of chain @p index, too: its copies came before, and the
 * next ones are missing; or they were late, and ended where the others begin. */
static unsigned continues(const struct sequence_number_trial *trial, unsigned index)
{
    const struct sequence_chain *chain = &trial->chains[index];
    for (unsigned i = 0; i < trial->count; i++) {
        const struct sequence_chain *before = &trial->chains[i];
        uint32_t missing = missing_between(before, chain);
        if (i == index || !has_ended(trial, before))
            continue;
        if (missing == 0 || (missing <= SEQUENCE_JUMP_MAX && before->last_at < chain->first_at))
            return i;
    }
    return index;
}

static bool is_proof(const struct sequence_number_trial *trial, const struct sequence_chain *chain)
{
    const bool collide = trial->collisions >= COLLISIONS_LEAST;
    const bool distant = trial->distant >= COLLISIONS_LEAST;
    return goes_on(chain) && ((collide && chain->returns >= RETURNS_COLLIDING) ||
                              (distant && chain->returns >= RETURNS_DISTANT) ||
                              ((collide || distant) && chain->turns >= TURNS_LEAST));
}

/* True if several chains prove that they are counters, and no other is too young to tell. */
static bool is_proved(const struct sequence_number_trial *trial)
{
    const uint32_t now = trial->copies.count;
    unsigned counters = 0;
    for (unsigned i = 0; i < trial->count; i++) {
        const struct sequence_chain *chain = &trial->chains[i];
        if (chain->copies >= FEW && !has_ended(trial, chain) &&
            (chain->returns_since < RETURNS_SINCE ||
             (i > 0 && now - chain->first_at < NEWEST_LEAST)))
            return false;
        if (chain->copies >= 2 * COPIES_LEAST && !goes_on(chain))
            return false;
        counters += is_proof(trial, chain) && !has_ended(trial, chain);
    }
    return counters >= 2;
}

/* Gives each copy its group, with no number left out. */
static void group(struct sequence_number_trial *trial)
{
    uint8_t groups[SEQUENCE_CHAINS_MAX];
    for (unsigned i = 0; i < trial->count; i++) {
        unsigned first = i;
        for (unsigned hops = 0; hops < trial->count && continues(trial, first) != first; hops++)
            first = continues(trial, first);
        groups[i] =
            i > 0 && trial->chains[i].copies < FEW ? SEQUENCE_TRIAL_NO_GROUP : (uint8_t)first;
    }
    for (uint32_t i = 0; i < trial->copies.count; i++) {
        uint8_t *own = &trial->copies.items[i].group;
        *own = *own == SEQUENCE_TRIAL_NO_GROUP ? SEQUENCE_TRIAL_NO_GROUP : groups[*own];
    }
}

/* Where labels differ, they tell more than numbers: see sequence-label-trial.h. */
static bool has_other_label(const struct sequence_number_trial *trial,
                            const struct sequence_copy *copy)
{
    return copy->label != NULL && sequence_label_difference(&trial->base.label, copy->label) != 0;
}

enum sequence_trial_state sequence_number_trial_take(struct sequence_number_trial *trial,
                                                     const struct sequence_copy *copy)
{
    if (has_other_label(trial, copy))
        return SEQUENCE_TRIAL_REFUTED;
    struct sequence_trial_copy *kept = sequence_trial_copies_keep(&trial->copies, copy);
    if (copy->is_duplicate)
        kept->group = (uint8_t)find_owner(trial, copy->number);
    else if (!follow(trial, copy->number))
        return SEQUENCE_TRIAL_REFUTED;
    else
        kept->group = (uint8_t)trial->last;
    const uint32_t now = trial->copies.count;
    if (trial->returned_at == now && is_proved(trial)) {
        group(trial);
        return SEQUENCE_TRIAL_PROVED;
    }
    return now - trial->returned_at > RETURNS_WITHIN || now == SEQUENCE_NUMBER_TRIAL_COPIES
               ? SEQUENCE_TRIAL_REFUTED
               : SEQUENCE_TRIAL_OPEN;
}
