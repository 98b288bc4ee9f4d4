/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Sequence counters that send copies with loss and lateness, the truth of what they sent, and a
 * sequence analysis that takes the copies. Each copy checks that what it means adds up to the
 * counts.
 */
#ifndef TESTS_UNIT_SUPPORT_COUNTER_WORLD_H
#define TESTS_UNIT_SUPPORT_COUNTER_WORLD_H

#include <glib.h>
#include <string.h>

#include "core/sequence/sequence.h"

struct truth {
    uint64_t lost;
    uint64_t late;
};

/* A counter as it is sent: in order but for copies that come late, and loss. */
struct sender {
    uint32_t next;
    bool begun;
    uint32_t held[8]; /* numbers that come late */
    uint32_t due[8];  /* ... after so many more */
    unsigned held_count;
    struct truth truth;
    uint32_t pending_lost; /* since the last that came, or waits */
    struct sequence_label label;
};

struct world {
    GRand *random;
    struct sequence *sequence;
    struct sequence *recorded; /* the same, but that every copy will be asked for again */
    GArray *meanings;          /* of struct sequence_finding: what each copy means by now */
    GArray *unrecorded;        /* likewise, without those that only `recorded` tells */
    struct sequence_counts sum;
    uint64_t frame;
    double loss;
    double late;
};

/* Notes what the copy means, and what it made of those before. */
static inline void note(GArray *meanings, const struct sequence *sequence,
                        const struct sequence_finding *finding)
{
    unsigned count;
    const struct sequence_revision *revisions = sequence_revisions(sequence, &count);
    g_array_append_vals(meanings, finding, 1);
    for (unsigned i = 0; finding->revises && i < count; i++) {
        g_assert_cmpuint(revisions[i].frame, <=, meanings->len);
        g_array_index(meanings, struct sequence_finding, revisions[i].frame - 1) =
            revisions[i].finding;
    }
}

static inline void put_copy(struct world *world, uint32_t number, bool repeats,
                            const struct sequence_label *label)
{
    const struct sequence_copy copy = {number, ++world->frame, repeats, label};
    struct sequence_finding finding = sequence_take(world->sequence, &copy);
    sequence_counts_add(&world->sum, &finding);
    const struct sequence_counts *counts = sequence_counts_so_far(world->sequence);
    g_assert_true(memcmp(counts, &world->sum, sizeof *counts) == 0);
    note(world->unrecorded, world->sequence, &finding);
    finding = sequence_take(world->recorded, &copy);
    g_assert_true(memcmp(counts, sequence_counts_so_far(world->recorded), sizeof *counts) == 0);
    note(world->meanings, world->recorded, &finding);
}

static inline void put(struct world *world, uint32_t number, const struct sequence_label *label)
{
    put_copy(world, number, false, label);
}

/* A copy that waits counts as what it is taken for. */
static inline enum sequence_kind counted_as(const struct sequence_finding *meaning)
{
    if (meaning->kind != SEQUENCE_PENDING)
        return meaning->kind;
    return meaning->taken_for == SEQUENCE_PENDING ? SEQUENCE_STRAY : meaning->taken_for;
}

/* What each copy means in the end adds up to the counts. */
static inline void check_meanings(const struct world *world)
{
    const struct sequence_counts *counts = sequence_counts_so_far(world->sequence);
    int64_t lost[2] = {0};
    uint64_t kinds[SEQUENCE_STRAY + 1] = {0};
    for (guint i = 0; i < world->frame; i++) {
        const struct sequence_finding *meaning =
            &g_array_index(world->meanings, struct sequence_finding, i);
        const struct sequence_finding *unrecorded =
            &g_array_index(world->unrecorded, struct sequence_finding, i);
        lost[0] += (int64_t)meaning->lost - meaning->found;
        lost[1] += (int64_t)unrecorded->lost - unrecorded->found;
        kinds[counted_as(meaning)]++;
    }
    g_assert_cmpint(lost[0], ==, (int64_t)counts->lost);
    g_assert_cmpint(lost[1], ==, (int64_t)counts->lost);
    g_assert_cmpuint(kinds[SEQUENCE_LATE], ==, counts->late);
    g_assert_cmpuint(kinds[SEQUENCE_STRAY], ==, counts->strays);
    g_assert_cmpuint(kinds[SEQUENCE_DUPLICATE], ==, counts->duplicates);
    g_assert_cmpuint(kinds[SEQUENCE_RESTART], ==, counts->restarts);
}

static inline bool chance(struct world *world, double probability)
{
    return g_rand_double(world->random) < probability;
}

/* One number more of the sender; and those of which the time has come. */
static inline void send(struct world *world, struct sender *sender)
{
    uint32_t number = sender->next++;
    if (sender->begun && chance(world, world->loss)) {
        sender->pending_lost++;
        return;
    }
    if (sender->begun && sender->held_count < 8 && chance(world, world->late)) {
        sender->held[sender->held_count] = number;
        sender->due[sender->held_count++] = (uint32_t)g_rand_int_range(world->random, 1, 6);
        return;
    }
    sender->begun = true;
    sender->truth.lost += sender->pending_lost;
    sender->pending_lost = 0;
    put(world, number, &sender->label);
    for (unsigned i = 0; i < sender->held_count;) {
        if (--sender->due[i] > 0) {
            i++;
            continue;
        }
        put(world, sender->held[i], &sender->label);
        sender->truth.late++;
        sender->held_count--;
        memmove(&sender->held[i], &sender->held[i + 1],
                (sender->held_count - i) * sizeof sender->held[0]);
        memmove(&sender->due[i], &sender->due[i + 1],
                (sender->held_count - i) * sizeof sender->due[0]);
    }
}

/* All that waits comes, and one more. */
static inline void finish(struct world *world, struct sender *sender)
{
    double loss = world->loss;
    double late = world->late;
    world->loss = 0;
    world->late = 0;
    for (unsigned i = 0; i < 40; i++)
        send(world, sender);
    world->loss = loss;
    world->late = late;
}

static inline struct world world_of(uint32_t seed, double loss, double late)
{
    struct world world = {.random = g_rand_new_with_seed(seed), .loss = loss, .late = late};
    world.sequence = sequence_new();
    world.recorded = sequence_new();
    sequence_set_recorded(world.recorded);
    world.meanings = g_array_new(FALSE, FALSE, sizeof(struct sequence_finding));
    world.unrecorded = g_array_new(FALSE, FALSE, sizeof(struct sequence_finding));
    return world;
}

static inline void end_world(struct world *world)
{
    check_meanings(world);
    sequence_free(world->sequence);
    sequence_free(world->recorded);
    g_array_free(world->meanings, TRUE);
    g_array_free(world->unrecorded, TRUE);
    g_rand_free(world->random);
}

#endif
