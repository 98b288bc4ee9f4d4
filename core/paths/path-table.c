/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. Each copy is a sighting in a ring, under the number that the matcher gave
 * it. The first sighting of a frame leads to the others (path-join.c). Frames are judged in the
 * order of their first sightings (path-judge.c), when the matcher finds no more copies of them.
 */
#include "core/paths/path-table.h"

#include <glib.h>

#include "core/base/hash.h"
#include "core/paths/path-table-internal.h"

enum {
    PAIR_SLOTS = 4 * PATH_PAIRS_MAX,
    WINDOW_SPARE = 64, /* copies */
    WINDOW_SHARE = 2,  /* one in so many bytes at most is for the window */
    MEMORY_MIN = 4 << 20
};

struct path_table *path_table_new(size_t memory_limit)
{
    size_t memory = memory_limit != 0 ? memory_limit : PATH_MEMORY_DEFAULT;
    struct path_table *table = g_new0(struct path_table, 1);
    memory = MAX(memory, MEMORY_MIN);
    table->window_size = PATH_WINDOW_MAX;
    while (table->window_size * sizeof(struct path_sighting) > memory / WINDOW_SHARE)
        table->window_size /= 2;
    path_points_init(&table->points);
    path_flows_init(&table->flows, memory - table->window_size * sizeof(struct path_sighting) -
                                       path_translations_bytes(table->window_size));
    path_translations_init(&table->translations, table->window_size);
    table->pairs = g_new0(struct path_pair, PATH_PAIRS_MAX);
    table->pair_slots = g_new0(uint16_t, PAIR_SLOTS);
    table->window = g_new0(struct path_sighting, table->window_size);
    table->now_ns = INT64_MIN;
    table->judged_ns = INT64_MIN;
    return table;
}

void path_table_free(struct path_table *table)
{
    if (table == NULL)
        return;
    for (unsigned i = 0; i < table->pair_count; i++)
        path_pair_clear(&table->pairs[i]);
    if (!table->shares_points)
        path_points_clear(&table->points);
    path_flows_clear(&table->flows);
    path_translations_clear(&table->translations);
    g_free(table->pairs);
    g_free(table->pair_slots);
    g_free(table->window);
    g_free(table);
}

void path_table_watch(struct path_table *table, const struct path_watcher *watcher)
{
    table->watcher = *watcher;
}

/* Where the hash table has the number of the pair, or has room for it. */
static uint16_t *pair_slot(const struct path_table *table, uint16_t from, uint16_t to)
{
    uint64_t hash = hash_word(hash_seed(), (uint64_t)from << 16 | to);
    for (unsigned at = (unsigned)(hash >> 32) % PAIR_SLOTS;; at = (at + 1) % PAIR_SLOTS) {
        uint16_t *slot = &table->pair_slots[at];
        if (*slot == 0)
            return slot;
        const struct path_pair *pair = &table->pairs[*slot - 1];
        if (pair->from == from && pair->to == to)
            return slot;
    }
}

struct path_pair *path_table_find_pair(const struct path_table *table, uint16_t from, uint16_t to)
{
    const uint16_t *slot = pair_slot(table, from, to);
    return *slot != 0 ? &table->pairs[*slot - 1] : NULL;
}

struct path_pair *path_table_pair_of(struct path_table *table, uint16_t from, uint16_t to)
{
    uint16_t *slot = pair_slot(table, from, to);
    if (*slot == 0) {
        if (table->pair_count == PATH_PAIRS_MAX) {
            table->given_up++;
            return NULL;
        }
        table->pairs[table->pair_count] =
            (struct path_pair){.from = from, .to = to, .timeline_basis = PATH_ARRIVAL};
        *slot = (uint16_t)++table->pair_count;
    }
    return &table->pairs[*slot - 1];
}

/* True if no copy can come any more that belongs to a frame first seen at @p arrival_ns. */
static bool is_over(const struct path_table *table, int64_t arrival_ns)
{
    return (uint64_t)table->now_ns - (uint64_t)arrival_ns > (uint64_t)FINGERPRINT_AGE_NS &&
           table->now_ns > arrival_ns;
}

static void judge_oldest(struct path_table *table)
{
    struct path_sighting *oldest = path_table_sighting(table, table->oldest);
    if (oldest->counts && oldest->first) {
        table->judged_ns = MAX(table->judged_ns, oldest->arrival_ns);
        path_judge_frame(table, table->oldest);
    }
    oldest->judged = true;
    table->oldest++;
}

static void judge(struct path_table *table)
{
    while (table->oldest != table->next &&
           (table->next - table->oldest > table->window_size - WINDOW_SPARE ||
            is_over(table, path_table_sighting(table, table->oldest)->arrival_ns)))
        judge_oldest(table);
    if (table->flows.waiting != PATH_NONE)
        path_judge_missing(table);
}

/* The matcher counts on from copy to copy; numbers that are left out hold nothing. */
static struct path_sighting *next_sighting(struct path_table *table, uint32_t number)
{
    if (!table->begun)
        table->next = table->oldest = number;
    table->begun = true;
    while (table->next != number) {
        if (table->next - table->oldest >= table->window_size - WINDOW_SPARE)
            judge_oldest(table);
        *path_table_sighting(table, table->next++) =
            (struct path_sighting){.arrival_ns = INT64_MIN};
    }
    table->next++;
    return path_table_sighting(table, number);
}

/* A segment that its host has not cut yet (segmentation offload) may state no length. */
static uint32_t ip_length_of(const struct path_sighting *sighting,
                             const struct frame_payload *payload)
{
    if (payload->ip_version == 0 || sighting->traits.ip_length != 0)
        return sighting->traits.ip_length;
    return sighting->length - (uint32_t)MIN(payload->offset, sighting->length);
}

void path_table_take(struct path_table *table, const struct analysis_place *place,
                     const struct copy *copy, const struct fingerprint_frame *content,
                     struct bytes frame, const struct analysis_finding *finding)
{
    if (!finding->counts)
        return;
    table->now_ns = MAX(table->now_ns, place->arrival_ns);
    uint16_t number = path_points_of(&table->points, copy);
    struct path_point *point = number != PATH_NO_POINT ? &table->points.points[number] : NULL;
    table->given_up += point == NULL;
    if (point != NULL)
        path_point_take(point, place, finding);
    if (!finding->content.known) {
        if (point != NULL)
            mirror_record_doubt(point->records[PATH_RECORD_OWN], place->arrival_ns, place->frame);
        return;
    }
    struct path_sighting *sighting = next_sighting(table, finding->content.number);
    path_sighting_fill(sighting, place, copy, finding);
    if (point != NULL && !finding->content.duplicate) {
        const struct frame_payload payload = {content->payload_offset, content->ip_version};
        path_traits_read(frame, payload, &sighting->traits);
        sighting->ip_length = ip_length_of(sighting, &payload);
        point->longest = MAX(point->longest, sighting->ip_length);
        sighting->point = number;
        sighting->nth = point->copies;
        sighting->counts = true;
        if (content->fingerprint == FINGERPRINT_TOO_LITTLE ||
            (content->ip_version != 0 && sighting->traits.flow == 0))
            mirror_record_doubt(point->records[PATH_RECORD_OWN], place->arrival_ns, place->frame);
        path_join(table, sighting, &finding->content);
    }
    judge(table);
}

void path_table_end(struct path_table *table)
{
    while (table->oldest != table->next)
        judge_oldest(table);
    table->judged_ns = INT64_MAX;
    path_judge_missing(table);
}

struct path_table *path_table_ended(const struct path_table *table)
{
    if (table == NULL)
        return NULL;
    struct path_table *ended = g_memdup2(table, sizeof *table);
    ended->watcher = (struct path_watcher){.data = NULL};
    ended->shares_points = true; /* to judge frames changes no point */
    path_flows_copy(&ended->flows, &table->flows);
    path_translations_copy(&ended->translations, &table->translations);
    ended->pairs = g_memdup2(table->pairs, PATH_PAIRS_MAX * sizeof *table->pairs);
    ended->pair_slots = g_memdup2(table->pair_slots, PAIR_SLOTS * sizeof *table->pair_slots);
    ended->window = g_memdup2(table->window, table->window_size * sizeof *table->window);
    for (unsigned i = 0; i < ended->pair_count; i++)
        path_pair_copy(&ended->pairs[i], &table->pairs[i]);
    path_table_end(ended);
    return ended;
}

unsigned path_table_point_count(const struct path_table *table)
{
    return table->points.count;
}

const struct path_point *path_table_point(const struct path_table *table, unsigned number)
{
    return &table->points.points[number];
}

unsigned path_table_pair_count(const struct path_table *table)
{
    return table->pair_count;
}

const struct path_pair *path_table_pair(const struct path_table *table, unsigned number)
{
    return &table->pairs[number];
}

const struct path_ways *path_table_ways(const struct path_table *table)
{
    return &table->ways;
}

uint64_t path_table_given_up(const struct path_table *table)
{
    return table->given_up + table->flows.given_up;
}
