/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Inside of core/paths/path-table: its state, and the judgement of frames.
 */
#ifndef CORE_PATHS_PATH_TABLE_INTERNAL_H
#define CORE_PATHS_PATH_TABLE_INTERNAL_H

#include "core/paths/path-flow.h"
#include "core/paths/path-sighting.h"
#include "core/paths/path-table.h"

struct path_table {
    struct path_points points;
    struct path_flows flows;
    struct path_pair *pairs;
    unsigned pair_count;
    uint16_t *pair_slots;         /* a hash table of numbers of pairs, plus 1 */
    struct path_sighting *window; /* by number of the copy's content, modulo window_size */
    uint32_t window_size;         /* a power of two */
    bool begun;
    uint32_t next;     /* the number that the next copy has at least */
    uint32_t oldest;   /* the first that is not judged yet */
    int64_t now_ns;    /* the latest arrival */
    int64_t judged_ns; /* frames whose first copy arrived before this are judged */
    uint64_t runs;
    uint64_t given_up;
};

static inline struct path_sighting *path_table_sighting(const struct path_table *table,
                                                        uint32_t number)
{
    return &table->window[number & (table->window_size - 1)];
}

/** The pair, made if it is not there; NULL when there are too many. */
struct path_pair *path_table_pair_of(struct path_table *table, uint16_t from, uint16_t to);

/** A second sighting of the frame of @p first came: what it says about the order of points. */
void path_judge_order(struct path_table *table, struct path_sighting *first,
                      const struct path_sighting *sighting);

/** Judges a frame by its first sighting, whose number is @p number. */
void path_judge_frame(struct path_table *table, uint32_t number);

/** Judges the missing frames whose time is up. */
void path_judge_missing(struct path_table *table);

#endif
