/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/encapsulate/arrivals.h"

enum {
    TRIM_LEAST = 4096,
    HELD_MAX = 1 << 25 /* 768 MiB of places */
};

struct held_place {
    uint64_t ordinal;
    uint64_t overtaken_at; /* the count of arrivals when the first passed it */
    bool arrived;
};

void arrivals_init(struct arrivals *arrivals)
{
    *arrivals = (struct arrivals){
        .spans = g_array_new(FALSE, TRUE, sizeof(struct arrival_span)),
        .held = g_array_new(FALSE, FALSE, sizeof(struct held_place)),
    };
}

void arrivals_clear(struct arrivals *arrivals)
{
    g_array_free(arrivals->spans, TRUE);
    g_array_free(arrivals->held, TRUE);
    if (arrivals->extents != NULL)
        g_hash_table_destroy(arrivals->extents);
}

static struct held_place *held(const struct arrivals *arrivals, guint i)
{
    return &g_array_index(arrivals->held, struct held_place, i);
}

bool arrivals_hold(struct arrivals *arrivals, struct arrival_place place)
{
    const struct held_place entry = {place.ordinal, 0, false};
    if (arrivals->held->len == HELD_MAX)
        return false;
    g_array_append_val(arrivals->held, entry);
    return true;
}

static void add_to_span(struct arrivals *arrivals, struct arrival_place place)
{
    if (place.restarts >= arrivals->spans->len)
        g_array_set_size(arrivals->spans, place.restarts + 1);
    struct arrival_span *span =
        &g_array_index(arrivals->spans, struct arrival_span, place.restarts);
    if (span->copies == 0 || place.ordinal < span->lowest.ordinal)
        span->lowest = place;
    if (place.ordinal > span->highest.ordinal)
        span->highest = place;
    span->copies++;
}

/* Forgets those that have arrived, where no earlier one is still under way. Half of the places are
 * free by then, so that each is moved once or less. */
static void trim(struct arrivals *arrivals)
{
    while (arrivals->first < arrivals->held->len && held(arrivals, arrivals->first)->arrived)
        arrivals->first++;
    arrivals->overtaken = MAX(arrivals->overtaken, arrivals->first);
    if (arrivals->first == arrivals->held->len ||
        (arrivals->first > TRIM_LEAST && arrivals->first > arrivals->held->len / 2)) {
        g_array_remove_range(arrivals->held, 0, arrivals->first);
        arrivals->overtaken -= arrivals->first;
        arrivals->first = 0;
    }
}

static struct held_place *find(const struct arrivals *arrivals, uint64_t ordinal)
{
    guint low = arrivals->first;
    guint high = arrivals->held->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (held(arrivals, middle)->ordinal < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
    return low < arrivals->held->len && held(arrivals, low)->ordinal == ordinal
               ? held(arrivals, low)
               : NULL;
}

static void count_extent(struct arrivals *arrivals, uint64_t extent)
{
    if (arrivals->extents == NULL)
        arrivals->extents = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    uint64_t *copies = g_hash_table_lookup(arrivals->extents, &extent);
    if (copies == NULL) {
        copies = g_new0(uint64_t, 1);
        g_hash_table_insert(arrivals->extents, g_memdup2(&extent, sizeof extent), copies);
    }
    (*copies)++;
    arrivals->late++;
    arrivals->extent_max = MAX(arrivals->extent_max, extent);
}

/* The arrival overtakes all that were sent before it and are still under way. */
static void overtake(struct arrivals *arrivals, uint64_t ordinal)
{
    while (arrivals->overtaken < arrivals->held->len &&
           held(arrivals, arrivals->overtaken)->ordinal < ordinal)
        held(arrivals, arrivals->overtaken++)->overtaken_at = arrivals->count;
}

uint64_t arrivals_add(struct arrivals *arrivals, struct arrival_place place)
{
    arrivals->count++;
    add_to_span(arrivals, place);
    bool highest = place.ordinal > arrivals->highest;
    if (highest)
        arrivals->highest = place.ordinal;
    if (arrivals->held->len == 0)
        return 0;
    uint64_t extent = 0;
    struct held_place *entry = find(arrivals, place.ordinal);
    if (highest)
        overtake(arrivals, place.ordinal);
    else if (entry != NULL)
        extent = arrivals->count - entry->overtaken_at;
    if (entry != NULL)
        entry->arrived = true;
    trim(arrivals);
    if (extent > 0)
        count_extent(arrivals, extent);
    return extent;
}

void arrivals_set(struct arrivals *arrivals, const struct arrival_span *span)
{
    arrivals->count = span->copies;
    arrivals->highest = span->highest.ordinal;
    g_array_set_size(arrivals->spans, 1);
    g_array_index(arrivals->spans, struct arrival_span, 0) = *span;
}

void arrivals_give_up(struct arrivals *arrivals, struct arrival_place place)
{
    struct held_place *entry = find(arrivals, place.ordinal);
    if (entry != NULL)
        entry->arrived = true;
    trim(arrivals);
}

uint64_t arrivals_missing(const struct arrivals *arrivals)
{
    uint64_t missing = 0;
    for (guint i = 0; i < arrivals->spans->len; i++) {
        const struct arrival_span *span = &g_array_index(arrivals->spans, struct arrival_span, i);
        if (span->copies > 0)
            missing += span->highest.ordinal - span->lowest.ordinal + 1 - span->copies;
    }
    return missing;
}
