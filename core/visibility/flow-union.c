/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sums over all sessions: the data of a connection may be in one session and its ACKs in another.
 *  */
#include "core/visibility/flow-union.h"

#include "core/visibility/flow-state.h"

/* Flows that show the same ports, in different sessions. */
struct flow_group {
    const struct flow *flows[FLOW_UNION_MAX];
    unsigned count;
};

/* One direction of a connection as some sessions saw it: positions of each plus its shift are those
 * of the first. */
struct direction_views {
    const struct flow_direction *directions[FLOW_UNION_MAX];
    uint64_t shifts[FLOW_UNION_MAX];
    unsigned count;
};

static struct direction_views views_of(const struct flow_group *group, unsigned from)
{
    struct direction_views views = {.count = 0};
    for (unsigned i = 0; i < group->count; i++) {
        const struct flow_direction *direction = &group->flows[i]->directions[from];
        if (!direction->begun)
            continue;
        views.directions[views.count] = direction;
        views.shifts[views.count] = flow_direction_shift(views.directions[0], direction);
        views.count++;
    }
    return views;
}

/* From the first byte that counts to the last one acknowledged, by all of them. */
static struct interval acknowledged(const struct direction_views *views)
{
    struct interval range = {0, 0};
    bool has_syn = false;
    for (unsigned i = 0; i < views->count; i++) {
        const struct delivered *delivered = &views->directions[i]->delivered;
        if (!delivered->known)
            continue;
        uint64_t base = delivered_base(delivered) + views->shifts[i];
        if (range.end == 0 || (delivered->has_syn && !has_syn) ||
            (delivered->has_syn == has_syn && base < range.start))
            range.start = base;
        has_syn |= delivered->has_syn;
        range.end = MAX(range.end, delivered_end(delivered) + views->shifts[i]);
    }
    return range;
}

/* As in a single session (core/visibility/flow-direction.h). */
static bool fin_is_acked(const struct direction_views *views, struct interval range)
{
    uint32_t payload_max = 0;
    for (unsigned i = 0; i < views->count; i++) {
        const struct flow_direction *direction = views->directions[i];
        payload_max = MAX(payload_max, direction->payload_max);
        if (direction->fin != 0)
            return range.end == direction->fin + views->shifts[i] + 1;
    }
    return range.end == range.start + 1 && payload_max == 0;
}

/* The position from which all sets know which bytes came; below it some know only how many. */
static uint64_t known_from(const struct direction_views *views)
{
    uint64_t floor = 0;
    for (unsigned i = 0; i < views->count; i++)
        if (views->directions[i]->captured.closed > 0)
            floor = MAX(floor, views->directions[i]->captured.floor + views->shifts[i]);
    return floor;
}

/* The bytes of the range that each of the sets has. */
struct shares {
    uint64_t sum;
    uint64_t max;
};

static struct shares shares_of(const struct direction_views *views, struct interval range)
{
    struct shares shares = {0, 0};
    for (unsigned i = 0; i < views->count; i++) {
        const struct interval own = {range.start - views->shifts[i], range.end - views->shifts[i]};
        uint64_t share =
            range.end > range.start ? interval_set_sum(&views->directions[i]->captured, own) : 0;
        shares.sum += share;
        shares.max = MAX(shares.max, share);
    }
    return shares;
}

static gint compare_starts(gconstpointer a, gconstpointer b)
{
    const struct interval *one = a;
    const struct interval *other = b;
    return one->start < other->start ? -1 : one->start > other->start ? 1 : 0;
}

/* The bytes of the range that any of the sets has, where all know which. */
static uint64_t joined(const struct direction_views *views, struct interval range)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct interval));
    for (unsigned i = 0; i < views->count; i++)
        interval_set_collect(&views->directions[i]->captured, views->shifts[i], all);
    g_array_sort(all, compare_starts);
    uint64_t sum = 0;
    uint64_t done = range.start;
    for (guint i = 0; i < all->len; i++) {
        const struct interval *one = &g_array_index(all, struct interval, i);
        uint64_t end = MIN(one->end, range.end);
        uint64_t start = MAX(one->start, done);
        if (end <= start)
            continue;
        sum += end - start;
        done = end;
    }
    g_array_free(all, TRUE);
    return sum;
}

static uint64_t captured(const struct direction_views *views, struct interval range)
{
    uint64_t floor = CLAMP(known_from(views), range.start, range.end);
    const struct interval known = {floor, range.end};
    const struct interval below = {range.start, floor};
    uint64_t sum = joined(views, known);
    if (floor == range.start)
        return sum;
    struct shares above = shares_of(views, known);
    struct shares shares = shares_of(views, below);
    double part = above.sum > 0 ? (double)sum / (double)above.sum : 0;
    uint64_t estimate = (uint64_t)((double)shares.sum * part);
    return sum + MIN(MAX(estimate, shares.max), floor - range.start);
}

static void add_direction(const struct flow_group *group, unsigned from, struct flow_union *sum)
{
    struct direction_views views = views_of(group, from);
    struct interval range = acknowledged(&views);
    uint64_t end = range.end - (fin_is_acked(&views, range) ? 1 : 0);
    if (end <= range.start)
        return;
    sum->delivered += end - range.start;
    sum->captured += captured(&views, range);
}

static void add_alone(const struct flow *flow, struct flow_union *sum)
{
    sum->flows++;
    for (unsigned from = 0; from < 2; from++) {
        sum->delivered += flow_direction_delivered(&flow->directions[from]);
        sum->captured += flow_direction_captured(&flow->directions[from]);
    }
}

static bool is_same(const struct flow *a, const struct flow *b)
{
    return flow_direction_may_be(&a->directions[0], &b->directions[0]) &&
           flow_direction_may_be(&a->directions[1], &b->directions[1]);
}

/* Adds the flows of one pair of endpoints. Reused ports are separate connections. */
static void add_group(struct flow_group group, struct flow_union *sum)
{
    while (group.count > 0) {
        struct flow_group same = {.count = 0};
        struct flow_group others = {.count = 0};
        for (unsigned i = 0; i < group.count; i++) {
            struct flow_group *side = is_same(group.flows[0], group.flows[i]) ? &same : &others;
            side->flows[side->count++] = group.flows[i];
        }
        if (same.count == 1) {
            add_alone(same.flows[0], sum);
        } else {
            sum->flows++;
            add_direction(&same, 0, sum);
            add_direction(&same, 1, sum);
        }
        group = others;
    }
}

static void collect(struct flow_group *group, const GList *siblings, const struct flow *but)
{
    for (const GList *i = siblings; i != NULL && group->count < FLOW_UNION_MAX; i = i->next)
        if (i->data != but)
            group->flows[group->count++] = i->data;
}

static bool is_in_any(struct flow_table *const *tables, size_t count, gconstpointer key)
{
    for (size_t i = 0; i < count; i++)
        if (g_hash_table_contains(tables[i]->connections, key))
            return true;
    return false;
}

static void add_table(struct flow_table *const *tables, size_t count, size_t table,
                      struct flow_union *sum)
{
    GHashTableIter connections;
    gpointer key;
    gpointer siblings;
    g_hash_table_iter_init(&connections, tables[table]->connections);
    while (g_hash_table_iter_next(&connections, &key, &siblings)) {
        const GList *list = siblings;
        if (is_in_any(tables, table, key))
            continue;
        if (list->next == NULL && table + 1 == count) {
            add_alone(list->data, sum);
            continue;
        }
        struct flow_group group = {.count = 0};
        collect(&group, list, NULL);
        for (size_t i = table + 1; i < count; i++)
            collect(&group, g_hash_table_lookup(tables[i]->connections, key), NULL);
        add_group(group, sum);
    }
    sum->flows += tables[table]->closed.flows;
    sum->delivered += tables[table]->closed.delivered;
    sum->captured += tables[table]->closed.captured;
}

struct flow_union flow_union_sum(struct flow_table *const *tables, size_t count)
{
    struct flow_union sum = {0, 0, 0};
    for (size_t i = 0; i < count; i++)
        add_table(tables, count, i, &sum);
    return sum;
}

static uint64_t beyond(uint64_t with, uint64_t without)
{
    return with > without ? with - without : 0;
}

void flow_union_close(struct flow_union *closed, const struct flow *flow, const GList *siblings)
{
    struct flow_union with = {0, 0, 0};
    struct flow_union without = {0, 0, 0};
    if (siblings->next == NULL) {
        add_alone(flow, closed);
        return;
    }
    struct flow_group group = {.flows = {flow}, .count = 1};
    struct flow_group rest = {.count = 0};
    collect(&group, siblings, flow);
    collect(&rest, siblings, flow);
    rest.count = MIN(rest.count, group.count - 1);
    add_group(group, &with);
    add_group(rest, &without);
    closed->flows += beyond(with.flows, without.flows);
    closed->delivered += beyond(with.delivered, without.delivered);
    closed->captured += beyond(with.captured, without.captured);
}
