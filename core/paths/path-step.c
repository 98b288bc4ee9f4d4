/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-step.h"

#include <glib.h>

#include "core/paths/path-table-internal.h"

/* True if frames of the flow pass the point of @p a before that of @p b. */
static bool is_before(const struct path_table *table, const struct path_flow *flow,
                      const struct path_sighting *a, const struct path_sighting *b,
                      enum path_order *order)
{
    const struct path_link *link =
        flow != NULL ? path_flows_find_link(&table->flows, flow, a->point, b->point) : NULL;
    if (link == NULL)
        return path_sighting_compare(a, b, order) > 0;
    *order = (enum path_order)link->order;
    return link->points[path_link_is_reversed(link)] == a->point;
}

void path_table_in_order(const struct path_table *table, const struct path_flow *flow,
                         const struct path_sightings *frame, struct path_sightings *ordered)
{
    ordered->flow = frame->flow;
    ordered->count = 0;
    for (unsigned i = 0; i < frame->count; i++) {
        const struct path_sighting *added = frame->items[i];
        enum path_order order;
        unsigned at = ordered->count;
        if (added->ambiguous)
            continue;
        for (; at > 0 && is_before(table, flow, added, ordered->items[at - 1], &order); at--)
            ordered->items[at] = ordered->items[at - 1];
        ordered->items[at] = added;
        ordered->count++;
    }
}

bool path_table_count_two(struct path_table *table, const struct path_flow *flow,
                          const struct path_sightings *frame)
{
    const struct path_sighting *a = frame->items[0];
    const struct path_sighting *b = frame->items[1];
    const struct path_link *link =
        flow != NULL ? path_flows_find_link(&table->flows, flow, a->point, b->point) : NULL;
    if (link == NULL || a->ambiguous || b->ambiguous)
        return false;
    bool reversed = path_link_is_reversed(link);
    struct path_way way;
    way.count = 2;
    way.points[0] = link->points[reversed];
    way.points[1] = link->points[!reversed];
    way.order = (enum path_order)link->order;
    path_ways_add(&table->ways, &way);
    return true;
}

void path_table_count_way(struct path_table *table, const struct path_flow *flow,
                          const struct path_sightings *ordered)
{
    struct path_way way;
    if (ordered->count < 2)
        return;
    way.count = (uint16_t)ordered->count;
    way.order = PATH_BY_TTL;
    way.points[0] = ordered->items[0]->point;
    for (unsigned i = 1; i < ordered->count; i++) {
        enum path_order order = PATH_BY_TTL;
        way.points[i] = ordered->items[i]->point;
        is_before(table, flow, ordered->items[i - 1], ordered->items[i], &order);
        way.order = MIN(way.order, order);
    }
    path_ways_add(&table->ways, &way);
}

static void fill_from(const struct path_table *table, const struct path_sighting *from,
                      const struct path_sighting *to, struct path_step *step)
{
    const struct path_pair *pair = path_table_find_pair(table, from->point, to->point);
    const struct path_pair *back = path_table_find_pair(table, to->point, from->point);
    step->before = from->frame;
    step->from = from->point;
    step->delay = path_sighting_delay(from, to, pair != NULL ? pair->tick_ps : 0);
    if (step->delay.basis == PATH_ARRIVAL && pair != NULL && back != NULL)
        path_offset_ask(&pair->offset, &back->offset, from, to, &step->delay);
    step->has_hops = from->traits.ttl != 0 && to->traits.ttl != 0;
    step->hops = step->has_hops ? (int)from->traits.ttl - (int)to->traits.ttl : 0;
}

void path_table_tell_steps(const struct path_table *table, const struct path_sightings *ordered)
{
    for (unsigned i = 0; i < ordered->count; i++) {
        const struct path_sighting *to = ordered->items[i];
        struct path_step step = {.frame = to->frame, .to = to->point};
        if (i > 0)
            fill_from(table, ordered->items[i - 1], to, &step);
        if (i + 1 < ordered->count)
            step.after = ordered->items[i + 1]->frame;
        table->watcher.step(table->watcher.data, &step);
    }
}

void path_table_tell_absence(const struct path_table *table, uint64_t frame,
                             const struct path_pair *pair, bool lost)
{
    if (table->watcher.absence == NULL)
        return;
    const struct path_absence absence = {
        .frame = frame, .pair = (uint16_t)(pair - table->pairs), .lost = lost};
    table->watcher.absence(table->watcher.data, &absence);
}
