/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges frames: which points have shown one, which have not, and what that means. path-table.h has
 * the rules. */
#include <glib.h>
#include <string.h>

#include "core/paths/path-table-internal.h"

enum {
    VOTES_MAX = 1000,
    VOTES_OF_TTL = VOTES_MAX, /* it decides */
    VOTES_OF_TIME = 16,
    SILENT_RUN_MAX = 16 /* frames of a flow that are missing while a point shows nothing at all */
};

/* A pair of points, as a frame of one flow passes them. */
struct passage {
    struct path_link *link;
    struct path_pair *pair;
    const struct path_sighting *from; /* one of both may be NULL */
    const struct path_sighting *to;
};

static bool has_point(const struct path_sightings *frame, uint16_t point)
{
    for (unsigned i = 0; i < frame->count; i++)
        if (frame->items[i]->point == point)
            return true;
    return false;
}

/* Most frames have one sighting or two. */
static void collect(const struct path_table *table, uint32_t number, struct path_sightings *frame)
{
    const struct path_sighting *sighting = path_table_sighting(table, number);
    uint64_t flow = sighting->traits.flow;
    frame->items[0] = sighting;
    frame->count = 1;
    while (sighting->next != 0) {
        number += sighting->next;
        sighting = path_table_sighting(table, number);
        if (frame->count < PATH_WAY_POINTS && !has_point(frame, sighting->point))
            frame->items[frame->count++] = sighting;
        flow = flow != 0 ? flow : sighting->traits.flow;
    }
    frame->flow = path_translations_flow(&table->translations, flow);
}

/* ---- the order of points ---- */

static void vote(struct path_link *link, const struct path_sighting *a,
                 const struct path_sighting *b)
{
    enum path_order order;
    int first = path_sighting_compare(a, b, &order);
    int weight = order == PATH_BY_TTL ? VOTES_OF_TTL : order == PATH_BY_TIME ? VOTES_OF_TIME : 1;
    if (a->point != link->points[0])
        first = -first;
    if (first == 0)
        return;
    link->order = (uint8_t)MAX(link->order, order);
    link->votes = CLAMP(link->votes + (first > 0 ? weight : -weight), -VOTES_MAX, VOTES_MAX);
}

/* The pair in the order of the link. */
static struct path_pair *pair_of(struct path_table *table, struct path_link *link)
{
    bool reversed = path_link_is_reversed(link);
    uint16_t *number = &link->pairs[reversed];
    if (*number == PATH_NO_PAIR) {
        const struct path_pair *pair =
            path_table_pair_of(table, link->points[reversed], link->points[!reversed]);
        if (pair == NULL)
            return NULL;
        *number = (uint16_t)(pair - table->pairs);
    }
    struct path_pair *pair = &table->pairs[*number];
    pair->order = MAX(pair->order, (enum path_order)link->order);
    return pair;
}

/* Makes the link. Frames that only one of its points has shown before count too. */
static struct path_link *begin_link(struct path_table *table, struct path_flow *flow,
                                    const struct path_sighting *a, const struct path_sighting *b)
{
    struct path_link *link = path_flows_get_link(&table->flows, flow, a->point, b->point);
    if (link == NULL)
        return NULL;
    vote(link, a, b);
    link->reversed = path_link_is_reversed(link);
    struct path_pair *pair = pair_of(table, link);
    if (pair == NULL)
        return link;
    for (unsigned i = 0; i < flow->point_count; i++) {
        pair->only_from += flow->points[i] == pair->from ? flow->frames[i] : 0;
        pair->only_to += flow->points[i] == pair->to ? flow->frames[i] : 0;
    }
    return link;
}

/* True if a frame of the flow that came later at the first point came earlier at the second. A copy
 * that the way of the mirror reordered says nothing of that. */
static bool is_reordered(struct path_link *link, const struct path_sighting *from,
                         const struct path_sighting *to)
{
    if (from->late || to->late)
        return false;
    if (link->front_reversed != path_link_is_reversed(link)) {
        link->front_reversed = path_link_is_reversed(link);
        link->has_front = false;
    }
    bool reordered =
        link->has_front && from->frame < link->front_from && to->frame > link->front_to;
    if (!link->has_front || from->frame > link->front_from) {
        link->has_front = true;
        link->front_from = from->frame;
        link->front_to = to->frame;
    }
    return reordered;
}

static void order_points(struct path_table *table, struct path_flow *flow,
                         const struct path_sighting *a, const struct path_sighting *b)
{
    struct path_link *link = path_flows_find_link(&table->flows, flow, a->point, b->point);
    if (link == NULL)
        link = begin_link(table, flow, a, b);
    else
        vote(link, a, b);
    struct path_pair *pair = link != NULL ? pair_of(table, link) : NULL;
    if (pair == NULL || a->ambiguous || b->ambiguous)
        return;
    bool forward = a->point == pair->from;
    const struct path_sighting *from = forward ? a : b;
    const struct path_sighting *to = forward ? b : a;
    if (pair->tick_ps == 0)
        pair->tick_ps = path_sighting_tick(from, to);
    path_pair_add_spread(pair, path_sighting_spread(from, to));
    pair->reordered += is_reordered(link, from, to);
}

void path_judge_order(struct path_table *table, struct path_sighting *first,
                      const struct path_sighting *sighting)
{
    uint64_t key = first->traits.flow != 0 ? first->traits.flow : sighting->traits.flow;
    if (key == 0)
        return;
    key = path_translations_flow(&table->translations, key);
    struct path_flow *flow = path_flows_get(&table->flows, key);
    for (const struct path_sighting *earlier = first;;) {
        if (earlier->point != sighting->point)
            order_points(table, flow, earlier, sighting);
        if (earlier->next == 0)
            return;
        earlier = path_table_sighting(table, (uint32_t)(earlier - table->window) + earlier->next);
    }
}

/* ---- frames that both points have shown ---- */

static void count_changes(struct path_pair *pair, const struct path_traits *from,
                          const struct path_traits *to)
{
    pair->macs_changed +=
        from->has_macs && to->has_macs && memcmp(from->macs, to->macs, sizeof from->macs) != 0;
    pair->vlan_changed += from->vlan != to->vlan;
    pair->dscp_changed += from->dscp != to->dscp;
    pair->addresses_changed += from->hosts != to->hosts;
    pair->ports_changed += from->ports != to->ports;
    if (from->ttl == 0 || to->ttl == 0)
        return;
    pair->has_hops = true;
    pair->hops = (int)from->ttl - (int)to->ttl;
}

/* In the best way in which it is known. */
static struct path_delay delay_of(struct path_table *table, const struct passage *passage)
{
    const struct path_sighting *from = passage->from;
    const struct path_sighting *to = passage->to;
    struct path_pair *pair = passage->pair;
    struct path_delay delay = path_sighting_delay(from, to, pair->tick_ps);
    if (delay.basis == PATH_ARRIVAL && from->clock != 0 && to->clock != 0) {
        struct path_pair *back = path_table_find_pair(table, pair->to, pair->from);
        path_offset_take(&pair->offset, back != NULL ? &back->offset : NULL, from, to, &delay);
    }
    return delay;
}

static void count_both(struct path_table *table, const struct passage *passage)
{
    struct path_pair *pair = passage->pair;
    const struct path_sighting *from = passage->from;
    const struct path_sighting *to = passage->to;
    struct path_timeline_step *step = path_pair_add_passed(pair, from->arrival_ns, from->length);
    count_changes(pair, &from->traits, &to->traits);
    if (from->ambiguous || to->ambiguous)
        return;
    const struct path_delay delay = delay_of(table, passage);
    path_pair_add_delay(pair, &delay);
    path_pair_draw_delay(pair, step, &delay);
    if (delay.basis == PATH_ARRIVAL)
        return;
    const struct path_delay arrival = {PATH_ARRIVAL, path_sighting_spread(from, to), 0};
    path_pair_add_delay(pair, &arrival);
}

/* A change of order ends what is missing and the anchor. The front has turned when the second copy
 * of a frame came, which is long before the frame is judged. */
static void turn(struct path_table *table, struct path_link *link)
{
    if (link->reversed == path_link_is_reversed(link))
        return;
    link->reversed = path_link_is_reversed(link);
    link->anchor.set = false;
    path_flows_drop_run(&table->flows, link);
}

static bool was_silent(const struct path_link *link, const struct path_sighting *to)
{
    return to->nth <= link->anchor.to_copies + 1 && link->run_length > SILENT_RUN_MAX &&
           to->arrival_ns - link->anchor.to_ns > PATH_SILENCE_NS;
}

/* From the anchor to this frame, whichever the second point has shown first. */
static struct mirror_span span_of(const struct path_anchor *anchor, const struct path_sighting *to)
{
    if (to->arrival_ns < anchor->to_ns ||
        (to->arrival_ns == anchor->to_ns && to->frame < anchor->to_frame))
        return (struct mirror_span){to->arrival_ns, anchor->to_ns, to->frame, anchor->to_frame};
    return (struct mirror_span){anchor->to_ns, to->arrival_ns, anchor->to_frame, to->frame};
}

/* The frame ends a run of missing ones, and is the next anchor. */
static void end_run(struct path_table *table, const struct passage *passage)
{
    struct path_link *link = passage->link;
    const struct path_sighting *to = passage->to;
    const struct mirror_span between = span_of(&link->anchor, to);
    if (link->anchor.set && path_point_is_whole(&table->points.points[to->point], &between))
        passage->pair->whole_both++;
    if (!link->anchor.set || link->run_broken || was_silent(link, to)) {
        path_flows_drop_run(&table->flows, link);
    } else if (link->run_length > 0) {
        const struct path_missing ended = {
            .pair = link->pairs[path_link_is_reversed(link)],
            .run = ++table->runs,
            .between = between,
        };
        path_flows_end_run(&table->flows, link, &ended);
    }
    if (to->late)
        return; /* copies with higher numbers came before it: it does not tell where they are whole
                 */
    link->anchor = (struct path_anchor){
        .set = true,
        .to_ns = to->arrival_ns,
        .to_frame = to->frame,
        .to_copies = to->nth,
    };
}

static void judge_both(struct path_table *table, struct passage *passage)
{
    count_both(table, passage);
    if (!passage->from->ambiguous && !passage->to->ambiguous)
        end_run(table, passage);
}

/* ---- frames that one point alone has shown ---- */

/* True if a point behind @p from has shown the frame that does not stand before @p to. */
static bool was_seen_beyond(struct path_table *table, const struct path_flow *flow,
                            const struct path_sightings *frame, uint16_t from, uint16_t to)
{
    for (unsigned i = 0; i < frame->count; i++) {
        uint16_t other = frame->items[i]->point;
        if (other == from)
            continue;
        const struct path_link *behind = path_flows_find_link(&table->flows, flow, from, other);
        const struct path_link *before = path_flows_find_link(&table->flows, flow, other, to);
        bool is_behind = behind == NULL || behind->points[path_link_is_reversed(behind)] == from;
        bool is_before = before != NULL && before->points[path_link_is_reversed(before)] == other;
        if (is_behind && !is_before)
            return true;
    }
    return false;
}

static bool reaches(const struct path_pair *pair, const struct path_sighting *from)
{
    return !pair->has_hops || (int)from->traits.ttl > pair->hops;
}

static void judge_missing_at_to(struct path_table *table, const struct path_flow *flow,
                                const struct path_sightings *frame, const struct passage *passage)
{
    const struct path_sighting *from = passage->from;
    passage->pair->only_from++;
    path_table_tell_absence(table, from->frame, passage->pair, false);
    if (!from->traits.single || from->ambiguous || from->doubted || from->late ||
        !reaches(passage->pair, from))
        return;
    const struct path_missing missing = {
        .from_ns = from->arrival_ns,
        .frame = from->frame,
        .nth = from->nth,
        .length = from->length,
        .ip_length = from->ip_length,
        .bypassed = was_seen_beyond(table, flow, frame, from->point, passage->pair->to),
    };
    path_flows_miss(&table->flows, passage->link, &missing);
}

static const struct path_sighting *sighting_at(const struct path_sightings *frame, uint16_t point)
{
    for (unsigned i = 0; i < frame->count; i++)
        if (frame->items[i]->point == point)
            return frame->items[i];
    return NULL;
}

static void judge_link(struct path_table *table, const struct path_flow *flow,
                       const struct path_sightings *frame, struct path_link *link)
{
    turn(table, link);
    bool reversed = path_link_is_reversed(link);
    struct passage passage = {
        .link = link,
        .from = sighting_at(frame, link->points[reversed]),
        .to = sighting_at(frame, link->points[!reversed]),
    };
    if (passage.from == NULL && passage.to == NULL)
        return;
    passage.pair = pair_of(table, link);
    if (passage.pair == NULL)
        return;
    if (passage.from != NULL && passage.to != NULL) {
        judge_both(table, &passage);
    } else if (passage.from != NULL) {
        judge_missing_at_to(table, flow, frame, &passage);
    } else {
        passage.pair->only_to++;
        path_link_add_stray(link, passage.to->arrival_ns);
    }
}

/* Frames without a flow count where they were seen, and claim nothing. */
static void judge_without_flow(struct path_table *table, const struct path_sightings *frame)
{
    for (unsigned i = 0; i < frame->count; i++)
        for (unsigned k = i + 1; k < frame->count; k++) {
            enum path_order order;
            bool swapped = path_sighting_compare(frame->items[i], frame->items[k], &order) < 0;
            struct passage passage = {.from = frame->items[swapped ? k : i],
                                      .to = frame->items[swapped ? i : k]};
            passage.pair = path_table_pair_of(table, passage.from->point, passage.to->point);
            if (passage.pair == NULL)
                continue;
            passage.pair->order = MAX(passage.pair->order, order);
            count_both(table, &passage);
        }
}

void path_judge_steps(struct path_table *table, uint32_t number)
{
    if (table->watcher.step == NULL)
        return;
    struct path_sightings frame;
    struct path_sightings ordered;
    collect(table, number, &frame);
    const struct path_flow *flow =
        frame.flow != 0 ? path_flows_get(&table->flows, frame.flow) : NULL;
    path_table_in_order(table, flow, &frame, &ordered);
    path_table_tell_steps(table, &ordered);
}

/* What all its copies say of the frame's way. */
static void judge_way(struct path_table *table, const struct path_flow *flow,
                      const struct path_sightings *frame)
{
    if (frame->count < 2)
        return;
    if (frame->count == 2 && table->watcher.step == NULL &&
        path_table_count_two(table, flow, frame))
        return;
    struct path_sightings ordered;
    path_table_in_order(table, flow, frame, &ordered);
    if (ordered.count == frame->count)
        path_table_count_way(table, flow, &ordered);
    if (table->watcher.step != NULL)
        path_table_tell_steps(table, &ordered);
}

void path_judge_frame(struct path_table *table, uint32_t number)
{
    struct path_sightings frame;
    collect(table, number, &frame);
    if (frame.flow == 0) {
        judge_without_flow(table, &frame);
        judge_way(table, NULL, &frame);
        return;
    }
    struct path_flow *flow = path_flows_get(&table->flows, frame.flow);
    for (unsigned i = 0; i < flow->link_count; i++)
        judge_link(table, flow, &frame, &table->flows.links[flow->links[i]]);
    judge_way(table, flow, &frame);
    for (unsigned i = 0; i < frame.count; i++) {
        int place = path_flow_point(flow, frame.items[i]->point);
        if (place >= 0)
            flow->frames[place]++;
        else
            table->given_up++;
    }
}

/* ---- what is missing ---- */

/* When the silence of the point began in which the frame is missing; INT64_MIN: in none. */
static int64_t silence_of(const struct path_point *point, const struct mirror_span *span)
{
    const struct mirror_hole *silence = mirror_record_find_hole(&point->silences, span);
    return silence != NULL ? silence->span.from_ns : INT64_MIN;
}

static void judge_one(struct path_table *table, const struct path_missing *missing,
                      const struct mirror_span *span)
{
    struct path_pair *pair = &table->pairs[missing->pair];
    const struct path_point *point = &table->points.points[pair->to];
    const struct path_link *link = path_flows_link_of(&table->flows, missing);
    if (link == NULL || !path_point_is_whole(point, span))
        return;
    bool longer = missing->ip_length > point->longest; /* quirk Q36 (drops before numbering) */
    pair->whole_missing += !longer;
    pair->bypassed += missing->bypassed && !longer;
    if (missing->bypassed || path_link_has_stray(link, span->from_ns, span->to_ns))
        return;
    if (longer) {
        pair->longer++;
        return;
    }
    const unsigned before = pair->silence_lost;
    const struct path_lost lost = {
        .frame = missing->frame,
        .nth = missing->nth,
        .from_ns = missing->from_ns,
        .length = missing->length,
        .run = missing->run,
        .in_silence_ns = silence_of(point, span),
    };
    if (path_pair_add_lost(pair, &lost)) {
        path_table_tell_absence(table, missing->frame, pair, true);
        return;
    }
    for (unsigned i = 0; i < before; i++)
        path_table_tell_absence(table, pair->silence_frames[i].frame, pair, false);
}

/* Where the frame's copy would be at the second point: between the frames of its flow, and as late
 * as the frames of this pair are, and as late again as they differ. */
static struct mirror_span place_of(const struct path_pair *pair, const struct path_missing *missing)
{
    struct mirror_span span = missing->between;
    int64_t range_ns = pair->spread_max_ns - pair->spread_min_ns;
    int64_t first_ns = missing->from_ns + pair->spread_min_ns - range_ns;
    int64_t last_ns = missing->from_ns + pair->spread_max_ns + range_ns;
    if (first_ns <= span.from_ns) { /* of copies with one time it may be before any */
        span.from_ns = first_ns;
        span.from_frame = 0;
    }
    if (last_ns >= span.to_ns) {
        span.to_ns = last_ns;
        span.to_frame = UINT64_MAX;
    }
    return span;
}

void path_judge_missing(struct path_table *table)
{
    while (table->flows.waiting != PATH_NONE) {
        const struct path_missing *first = &table->flows.missing[table->flows.waiting];
        const struct mirror_span span = place_of(&table->pairs[first->pair], first);
        if (span.to_ns >= table->judged_ns)
            return;
        struct path_missing missing;
        path_flows_take_waiting(&table->flows, &missing);
        judge_one(table, &missing, &span);
    }
}
