/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-label-trial.h"

#include <glib.h>

enum {
    COLLISIONS_LEAST = 4, /* and numbers at a distance */
    RETURNS_LEAST = 2,    /* of each of two values: both go on */
    /* ... without a collision. A device would have to delay the copies of some of its ports for
     * long. After a change of the path, copies on the old one come for a while. */
    RETURNS_OF_DEVICE = 8,
    RETURNS_OF_PATH = 128,
    COPIES_LEAST = 4,   /* fewer are foreign copies */
    COPIES_TOLD = 16,   /* after so many copies a value shows whether it is a counter's ... */
    EXACT_PERCENT = 75, /* ... by so many exact successors */
    FAR = 4 * SEQUENCE_JUMP_MAX /* no copy of one counter comes so late */
};

bool sequence_label_trial_is_due(const struct sequence *sequence, const struct sequence_copy *copy)
{
    const struct sequence_counter *counter = &sequence->counter;
    return sequence->label_trials < SEQUENCE_TRIALS_MAX && sequence->label_trial == NULL &&
           sequence->split == NULL && counter->begun && !counter->low_memory &&
           !copy->is_duplicate && copy->number != counter->next && copy->label != NULL &&
           sequence_label_difference(&counter->label, copy->label) != 0;
}

static uint64_t value_of(const struct sequence_label *label, enum sequence_label_part part)
{
    switch (part) {
    case SEQUENCE_LABEL_INDEX:
        return label->index;
    case SEQUENCE_LABEL_HARDWARE_ID:
        return label->hardware_id;
    case SEQUENCE_LABEL_DIRECTION:
        return label->direction;
    case SEQUENCE_LABEL_TTL:
        return label->ttl;
    case SEQUENCE_LABEL_MAC:
        return label->mac;
    case SEQUENCE_LABEL_VLAN:
        return label->vlan;
    case SEQUENCE_LABEL_PARTS:
        break;
    }
    return 0;
}

struct sequence_label_trial *sequence_label_trial_new(const struct sequence_counter *counter)
{
    struct sequence_label_trial *trial = g_new0(struct sequence_label_trial, 1);
    const struct sequence_counts *counts = &counter->counts;
    bool whole = counts->lost + counts->late + counts->restarts + counts->strays == 0;
    sequence_counter_clone(&trial->base, counter);
    for (unsigned part = 0; part < SEQUENCE_LABEL_PARTS; part++) {
        trial->parts[part].count = 1;
        trial->parts[part].values[0] = (struct sequence_trial_value){
            .value = value_of(&counter->label, (enum sequence_label_part)part),
            .next = counter->next,
            .from = whole ? sequence_carried(counter, counter->run.lowest) : counter->next,
        };
    }
    return trial;
}

struct sequence_label_trial *sequence_label_trial_clone(const struct sequence_label_trial *trial)
{
    struct sequence_label_trial *clone = g_memdup2(trial, sizeof *trial);
    sequence_counter_clone(&clone->base, &trial->base);
    sequence_trial_copies_clone(&clone->copies);
    return clone;
}

void sequence_label_trial_free(struct sequence_label_trial *trial)
{
    if (trial == NULL)
        return;
    sequence_counter_clear(&trial->base);
    sequence_trial_copies_clear(&trial->copies);
    g_free(trial);
}

static unsigned find_value(struct sequence_trial_part *part, uint64_t value, uint32_t number)
{
    for (unsigned i = 0; i < part->count; i++)
        if (part->values[i].value == value)
            return i;
    if (part->count < SEQUENCE_TRIAL_VALUES)
        part->values[part->count] =
            (struct sequence_trial_value){.value = value, .next = number, .from = number};
    return part->count++;
}

/* True if the number came before under another value, or is so far from that value's that no copy
 * of one counter comes so late. */
static bool collides(const struct sequence_trial_part *part, unsigned own, uint32_t number)
{
    for (unsigned i = 0; i < part->count; i++) {
        const struct sequence_trial_value *other = &part->values[i];
        bool came = number - other->from < other->next - other->from;
        bool far = number - other->next + FAR > 2 * FAR;
        if (i != own && (came || far))
            return true;
    }
    return false;
}

/* True if no other value has numbers near this one. */
static bool is_distant(const struct sequence_trial_part *part, unsigned own, uint32_t number)
{
    for (unsigned i = 0; i < part->count; i++)
        if (i != own && number - part->values[i].next + SEQUENCE_NEAR <= 2 * SEQUENCE_NEAR)
            return false;
    return true;
}

static void follow(struct sequence_trial_part *part, uint64_t value, uint32_t number)
{
    unsigned own = find_value(part, value, number);
    if (own == SEQUENCE_TRIAL_VALUES) {
        part->refuted = true;
        return;
    }
    struct sequence_trial_value *mine = &part->values[own];
    int32_t ahead = (int32_t)(number - mine->next);
    mine->copies++;
    part->collisions += collides(part, own, number);
    part->distant += part->count > 1 && is_distant(part, own, number);
    if (ahead == 0) {
        mine->exact++;
        mine->returns += part->last != own;
    }
    bool jumps = ahead > 0 || ahead < -SEQUENCE_JUMP_MAX;
    if (jumps)
        mine->from = number;
    if (jumps || ahead == 0)
        mine->next = number + 1;
    part->last = own;
    part->refuted |=
        mine->copies >= COPIES_TOLD && mine->exact * 100 < mine->copies * EXACT_PERCENT;
}

/* Values with enough copies each go on at their next numbers; at least two of them returned so
 * often. */
static bool go_on(const struct sequence_trial_part *part, uint32_t returns)
{
    unsigned counters = 0;
    for (unsigned i = 0; i < part->count; i++) {
        const struct sequence_trial_value *one = &part->values[i];
        if (one->copies < COPIES_LEAST)
            continue;
        if (one->exact * 100 < one->copies * EXACT_PERCENT)
            return false;
        counters += one->returns >= returns;
    }
    return counters >= 2;
}

static bool is_proved(const struct sequence_trial_part *part, enum sequence_label_part which)
{
    bool path = sequence_label_tells_senders(1u << which);
    return (part->collisions >= COLLISIONS_LEAST && go_on(part, RETURNS_LEAST)) ||
           (part->distant >= COLLISIONS_LEAST &&
            go_on(part, path ? RETURNS_OF_PATH : RETURNS_OF_DEVICE));
}

/* Gives each copy the group of its value. */
static void group(struct sequence_label_trial *trial, enum sequence_label_part which)
{
    struct sequence_trial_part *part = &trial->parts[which];
    for (uint32_t i = 0; i < trial->copies.count; i++) {
        struct sequence_trial_copy *kept = &trial->copies.items[i];
        kept->group = (uint8_t)find_value(part, value_of(&kept->label, which), kept->copy.number);
    }
}

enum sequence_trial_state sequence_label_trial_take(struct sequence_label_trial *trial,
                                                    const struct sequence_copy *copy)
{
    bool open = false;
    if (copy->label == NULL || trial->copies.count == SEQUENCE_TRIAL_COPIES)
        return SEQUENCE_TRIAL_REFUTED;
    sequence_trial_copies_keep(&trial->copies, copy);
    for (unsigned i = 0; i < SEQUENCE_LABEL_PARTS; i++) {
        struct sequence_trial_part *one = &trial->parts[i];
        const enum sequence_label_part part = (enum sequence_label_part)i;
        if (one->refuted)
            continue;
        if (!copy->is_duplicate)
            follow(one, value_of(copy->label, part), copy->number);
        if (!one->refuted && is_proved(one, part)) {
            group(trial, part);
            return SEQUENCE_TRIAL_PROVED;
        }
        open |= !one->refuted && one->count > 1;
    }
    return open ? SEQUENCE_TRIAL_OPEN : SEQUENCE_TRIAL_REFUTED;
}

size_t sequence_label_trial_memory(const struct sequence_label_trial *trial)
{
    return trial == NULL
               ? 0
               : sizeof *trial + trial->base.memory + sequence_trial_copies_memory(&trial->copies);
}
