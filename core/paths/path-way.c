/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-way.h"

#include <glib.h>
#include <stdbool.h>

static bool is_same(const struct path_way *a, const struct path_way *b)
{
    if (a->count != b->count)
        return false;
    for (unsigned i = 0; i < a->count; i++)
        if (a->points[i] != b->points[i])
            return false;
    return true;
}

static void swap(struct path_way *a, struct path_way *b)
{
    const struct path_way moved = *a;
    *a = *b;
    *b = moved;
}

/* A way that many frames go moves to the front, where it is found at once. */
void path_ways_add(struct path_ways *ways, const struct path_way *way)
{
    for (unsigned i = 0; i < ways->count; i++) {
        struct path_way *known = &ways->items[i];
        if (!is_same(known, way))
            continue;
        known->frames++;
        known->order = MAX(known->order, way->order);
        if (i > 0 && known->frames > known[-1].frames)
            swap(known, known - 1);
        return;
    }
    if (ways->count == PATH_WAYS_MAX) {
        ways->others++;
        return;
    }
    ways->items[ways->count] = *way;
    ways->items[ways->count++].frames = 1;
}
