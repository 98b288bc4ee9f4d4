/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Private to core/paths: its state, and the judgement of frames.
 */
#ifndef CORE_PATHS_PATH_TABLE_INTERNAL_H
#define CORE_PATHS_PATH_TABLE_INTERNAL_H

#include "core/paths/path-flow.h"
#include "core/paths/path-offset.h"
#include "core/paths/path-sighting.h"
#include "core/paths/path-step.h"
#include "core/paths/path-table.h"
#include "core/paths/path-translation.h"

/** The sightings of one frame, one of each point. */
struct path_sightings {
    const struct path_sighting *items[PATH_WAY_POINTS];
    unsigned count;
    uint64_t flow; /* path_translations_flow() of theirs */
};

struct path_table {
    struct path_watcher watcher;
    struct path_points points;
    bool shares_points; /* with the table that it is a copy of */
    struct path_flows flows;
    struct path_translations translations;
    struct path_pair *pairs;
    unsigned pair_count;
    struct path_ways ways;
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

static inline bool path_table_is_followed(const struct path_table *table, uint32_t number)
{
    return table->next - number <= table->next - table->oldest;
}

/** Joins a copy to the others of its frame, which the matcher or a translation of its addresses
 * tells. @p sighting  the newest, which counts. */
void path_join(struct path_table *table, struct path_sighting *sighting,
               const struct analysis_content *finding);

/** The pair, made if it is not there; NULL when there are too many. */
struct path_pair *path_table_pair_of(struct path_table *table, uint16_t from, uint16_t to);

/** The same, NULL if it is not there. */
struct path_pair *path_table_find_pair(const struct path_table *table, uint16_t from, uint16_t to);

/** Puts the sightings into the order in which the frame passed their points, without those that may
 * be of another frame. @p flow  NULL without one. */
void path_table_in_order(const struct path_table *table, const struct path_flow *flow,
                         const struct path_sightings *frame, struct path_sightings *ordered);

/** Counts the way of a frame. @p ordered  path_table_in_order() of it. */
void path_table_count_way(struct path_table *table, const struct path_flow *flow,
                          const struct path_sightings *ordered);

/** The same for a frame with two sightings, as most have, whose order its flow tells; else false.
 */
bool path_table_count_two(struct path_table *table, const struct path_flow *flow,
                          const struct path_sightings *frame);

/** Tells the watcher, who wants to know, of each copy of a frame. @p ordered  as above. */
void path_table_tell_steps(const struct path_table *table, const struct path_sightings *ordered);

/** Tells it that the second point of the pair has not shown a frame. */
void path_table_tell_absence(const struct path_table *table, uint64_t frame,
                             const struct path_pair *pair, bool lost);

/** A second sighting of the frame of @p first came: what it says about the order of points. */
void path_judge_order(struct path_table *table, struct path_sighting *first,
                      const struct path_sighting *sighting);

/** Tells the watcher what is known of a frame so far that has several sightings. @p number  of the
 * first. */
void path_judge_steps(struct path_table *table, uint32_t number);

/** Judges a frame by its first sighting, whose number is @p number. */
void path_judge_frame(struct path_table *table, uint32_t number);

/** Judges the missing frames whose time is up. */
void path_judge_missing(struct path_table *table);

#endif
