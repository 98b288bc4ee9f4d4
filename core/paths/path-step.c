/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-step.h"

#include "core/paths/path-table-internal.h"

/* True if frames of the flow pass the point of @p a before that of @p b. */
static bool is_before(const struct path_table *table, const struct path_flow *flow,
                      const struct path_sighting *a, const struct path_sighting *b)
{
    const struct path_link *link =
        flow != NULL ? path_flows_find_link(&table->flows, flow, a->point, b->point) : NULL;
    if (link != NULL)
        return link->points[path_link_is_reversed(link)] == a->point;
    enum path_order order;
    return path_sighting_compare(a, b, &order) > 0;
}

static void put_in_order(const struct path_table *table, const struct path_flow *flow,
                         struct path_sightings *frame)
{
    for (unsigned i = 1; i < frame->count; i++)
        for (unsigned k = i; k > 0 && is_before(table, flow, frame->items[k], frame->items[k - 1]);
             k--) {
            const struct path_sighting *moved = frame->items[k];
            frame->items[k] = frame->items[k - 1];
            frame->items[k - 1] = moved;
        }
}

static void fill_from(const struct path_table *table, const struct path_sighting *from,
                      const struct path_sighting *to, struct path_step *step)
{
    const struct path_pair *pair = path_table_find_pair(table, from->point, to->point);
    step->before = from->frame;
    step->from = from->point;
    step->delay = path_sighting_delay(from, to, pair != NULL ? pair->tick_ps : 0);
    step->has_hops = from->traits.ttl != 0 && to->traits.ttl != 0;
    step->hops = step->has_hops ? (int)from->traits.ttl - (int)to->traits.ttl : 0;
}

void path_table_tell_steps(const struct path_table *table, const struct path_flow *flow,
                           const struct path_sightings *sightings)
{
    if (table->watcher.step == NULL || sightings->count < 2)
        return;
    struct path_sightings frame = {.count = 0};
    for (unsigned i = 0; i < sightings->count; i++)
        if (!sightings->items[i]->ambiguous)
            frame.items[frame.count++] = sightings->items[i];
    put_in_order(table, flow, &frame);
    for (unsigned i = 0; i < frame.count; i++) {
        const struct path_sighting *to = frame.items[i];
        struct path_step step = {.frame = to->frame, .to = to->point};
        if (i > 0)
            fill_from(table, frame.items[i - 1], to, &step);
        if (i + 1 < frame.count)
            step.after = frame.items[i + 1]->frame;
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
