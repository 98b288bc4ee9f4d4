/* followed-paths.c
 * What copies show of the way of their frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/revisit/followed-paths.h"

#include <glib.h>

/* struct path_step in 32 bytes. */
struct kept_step {
    int64_t delay_ns;
    uint32_t before;
    uint32_t after;
    uint32_t uncertainty_ns;
    uint16_t from;
    uint16_t to;
    int16_t hops;
    uint8_t basis;
    bool has_hops;
};

_Static_assert(sizeof(struct kept_step) == 32, "as followed-paths.h says");

struct followed_paths {
    struct path_table *table;
    GArray *steps;    /* struct kept_step */
    GArray *places;   /* uint32_t: by frame, where its step is, plus 1 */
    GHashTable *gaps; /* of struct path_missing_at, by frame */
};

static struct kept_step *step_of(const struct followed_paths *followed, uint64_t frame)
{
    if (frame >= followed->places->len)
        return NULL;
    uint32_t place = g_array_index(followed->places, uint32_t, frame);
    return place != 0 ? &g_array_index(followed->steps, struct kept_step, place - 1) : NULL;
}

static struct kept_step *make_step(struct followed_paths *followed, uint64_t frame)
{
    struct kept_step *step = step_of(followed, frame);
    if (step != NULL)
        return step;
    if (frame >= followed->places->len)
        g_array_set_size(followed->places, (guint)frame + 1);
    g_array_set_size(followed->steps, followed->steps->len + 1);
    g_array_index(followed->places, uint32_t, frame) = followed->steps->len;
    return step_of(followed, frame);
}

static void keep_step(void *data, const struct path_step *step)
{
    const uint64_t per_ns = (uint64_t)PS_PER_NS;
    uint64_t uncertainty_ns = step->delay.uncertainty_ps / per_ns;
    uncertainty_ns += step->delay.uncertainty_ps % per_ns != 0;
    *make_step(data, step->frame) = (struct kept_step){
        .delay_ns = step->delay.ns,
        .before = (uint32_t)step->before,
        .after = (uint32_t)step->after,
        .uncertainty_ns = (uint32_t)MIN(uncertainty_ns, UINT32_MAX),
        .from = step->from,
        .to = step->to,
        .hops = (int16_t)step->hops,
        .basis = (uint8_t)step->delay.basis,
        .has_hops = step->has_hops,
    };
}

static void keep_absence(void *data, const struct path_absence *absence)
{
    struct followed_paths *followed = data;
    gpointer frame = GUINT_TO_POINTER((guint)absence->frame);
    struct path_missing_at *first = g_hash_table_lookup(followed->gaps, frame);
    for (struct path_missing_at *gap = first; gap != NULL;
         gap = (struct path_missing_at *)gap->next)
        if (gap->pair == absence->pair) {
            gap->lost = absence->lost;
            return;
        }
    struct path_missing_at *gap = g_new(struct path_missing_at, 1);
    *gap = (struct path_missing_at){first, absence->pair, absence->lost};
    g_hash_table_insert(followed->gaps, frame, gap);
}

struct followed_paths *followed_paths_new(void)
{
    struct followed_paths *followed = g_new(struct followed_paths, 1);
    *followed = (struct followed_paths){
        .table = path_table_new(0),
        .steps = g_array_new(FALSE, TRUE, sizeof(struct kept_step)),
        .places = g_array_new(FALSE, TRUE, sizeof(uint32_t)),
        .gaps = g_hash_table_new(g_direct_hash, g_direct_equal),
    };
    const struct path_watcher watcher = {followed, keep_step, keep_absence};
    path_table_watch(followed->table, &watcher);
    return followed;
}

void followed_paths_free(struct followed_paths *followed)
{
    if (followed == NULL)
        return;
    GHashTableIter all;
    gpointer first;
    g_hash_table_iter_init(&all, followed->gaps);
    while (g_hash_table_iter_next(&all, NULL, &first))
        for (const struct path_missing_at *gap = first, *next; gap != NULL; gap = next) {
            next = gap->next;
            g_free((gpointer)gap);
        }
    g_hash_table_destroy(followed->gaps);
    g_array_free(followed->places, TRUE);
    g_array_free(followed->steps, TRUE);
    path_table_free(followed->table);
    g_free(followed);
}

struct path_table *followed_paths_table(struct followed_paths *followed)
{
    return followed->table;
}

void followed_paths_find(const struct followed_paths *followed, uint64_t frame,
                         struct copy_path *path)
{
    *path = (struct copy_path){
        .missing = g_hash_table_lookup(followed->gaps, GUINT_TO_POINTER((guint)frame)),
    };
    const struct kept_step *kept = step_of(followed, frame);
    if (kept == NULL)
        return;
    path->followed = true;
    path->step = (struct path_step){
        .frame = frame,
        .before = kept->before,
        .after = kept->after,
        .from = kept->from,
        .to = kept->to,
        .delay = {(enum path_basis)kept->basis, kept->delay_ns,
                  kept->uncertainty_ns * (uint64_t)PS_PER_NS},
        .has_hops = kept->has_hops,
        .hops = kept->hops,
    };
}
