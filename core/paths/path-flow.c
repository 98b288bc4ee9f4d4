/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-flow.h"

#include <glib.h>

#include "core/base/hash.h"
#include "core/paths/path-pair.h"

/* Of the memory, one in so many bytes is for links and for missing frames; flows get the rest. */
enum { LINK_SHARE = 4, MISSING_SHARE = 4, BUCKETS_MIN = 8, LINKS_MIN = 64, MISSING_MIN = 64 };
enum { BUCKETS_MAX = 1 << 20, LINKS_MAX = 1 << 20, FRAMES_MAX = 1 << 20 };

void path_flows_init(struct path_flows *table, size_t bytes)
{
    const size_t bucket = PATH_FLOW_WAYS * sizeof(struct path_flow);
    size_t links = bytes / LINK_SHARE / sizeof(struct path_link);
    size_t missing = bytes / MISSING_SHARE / sizeof(struct path_missing);
    size_t rest = bytes - bytes / LINK_SHARE - bytes / MISSING_SHARE;
    *table =
        (struct path_flows){.seed = hash_seed(), .waiting = PATH_NONE, .waiting_end = PATH_NONE};
    table->flow_buckets = BUCKETS_MIN;
    while (table->flow_buckets < BUCKETS_MAX && 2 * (size_t)table->flow_buckets * bucket <= rest)
        table->flow_buckets *= 2;
    table->link_limit = (uint32_t)CLAMP(links, LINKS_MIN, LINKS_MAX);
    table->missing_limit = (uint32_t)CLAMP(missing, MISSING_MIN, FRAMES_MAX);
    table->flows = g_new0(struct path_flow, (size_t)table->flow_buckets * PATH_FLOW_WAYS);
    table->links = g_new0(struct path_link, table->link_limit);
    table->missing = g_new0(struct path_missing, table->missing_limit);
    for (uint32_t i = 0; i < table->link_limit; i++)
        table->links[i].next_free = i + 1 < table->link_limit ? i + 1 : PATH_NONE;
    for (uint32_t i = 0; i < table->missing_limit; i++)
        table->missing[i].next = i + 1 < table->missing_limit ? i + 1 : PATH_NONE;
}

void path_flows_clear(struct path_flows *table)
{
    g_clear_pointer(&table->flows, g_free);
    g_clear_pointer(&table->links, g_free);
    g_clear_pointer(&table->missing, g_free);
}

void path_flows_copy(struct path_flows *copy, const struct path_flows *table)
{
    const size_t flows = (size_t)table->flow_buckets * PATH_FLOW_WAYS;
    copy->flows = g_memdup2(table->flows, flows * sizeof *table->flows);
    copy->links = g_memdup2(table->links, table->link_limit * sizeof *table->links);
    copy->missing = g_memdup2(table->missing, table->missing_limit * sizeof *table->missing);
}

static void free_link(struct path_flows *table, uint32_t number)
{
    struct path_link *link = &table->links[number];
    path_flows_drop_run(table, link);
    link->serial = 0;
    link->next_free = table->free_link;
    table->free_link = number;
}

static void forget_flow(struct path_flows *table, struct path_flow *flow)
{
    for (unsigned i = 0; i < flow->link_count; i++)
        free_link(table, flow->links[i]);
    table->given_up += flow->link_count > 0;
    *flow = (struct path_flow){0};
}

static struct path_flow *ways_of(const struct path_flows *table, uint64_t key)
{
    uint32_t bucket = (uint32_t)(hash_word(table->seed, key) >> 32) & (table->flow_buckets - 1);
    return &table->flows[(size_t)bucket * PATH_FLOW_WAYS];
}

struct path_flow *path_flows_find(const struct path_flows *table, uint64_t key)
{
    struct path_flow *ways = ways_of(table, key);
    for (unsigned i = 0; i < PATH_FLOW_WAYS; i++)
        if (ways[i].key == key)
            return &ways[i];
    return NULL;
}

struct path_flow *path_flows_get(struct path_flows *table, uint64_t key)
{
    struct path_flow *ways = ways_of(table, key);
    struct path_flow *flow = ways;
    for (unsigned i = 0; i < PATH_FLOW_WAYS; i++) {
        if (ways[i].key == key) {
            ways[i].used = ++table->uses;
            return &ways[i];
        }
        if (ways[i].used < flow->used)
            flow = &ways[i];
    }
    if (flow->key != 0)
        forget_flow(table, flow);
    flow->key = key;
    flow->used = ++table->uses;
    return flow;
}

/* A link that finds no room, or is there already, is given up. */
static void move_links(struct path_flows *table, struct path_flow *into,
                       const struct path_flow *from)
{
    for (unsigned i = 0; i < from->link_count; i++) {
        const struct path_link *link = &table->links[from->links[i]];
        if (into->link_count == PATH_FLOW_LINKS ||
            path_flows_find_link(table, into, link->points[0], link->points[1]) != NULL) {
            free_link(table, from->links[i]);
            table->given_up++;
        } else {
            into->links[into->link_count++] = from->links[i];
        }
    }
}

void path_flows_join(struct path_flows *table, uint64_t into, uint64_t key)
{
    struct path_flow *flow = path_flows_get(table, into);
    flow->translated = true;
    struct path_flow *other = path_flows_find(table, key);
    if (other == NULL || other == flow)
        return;
    for (unsigned i = 0; i < other->point_count; i++) {
        int place = path_flow_point(flow, other->points[i]);
        if (place >= 0)
            flow->frames[place] += other->frames[i];
    }
    move_links(table, flow, other);
    *other = (struct path_flow){0};
}

int path_flow_point(struct path_flow *flow, uint16_t point)
{
    for (unsigned i = 0; i < flow->point_count; i++)
        if (flow->points[i] == point)
            return (int)i;
    if (flow->point_count == PATH_FLOW_POINTS)
        return -1;
    flow->points[flow->point_count] = point;
    return flow->point_count++;
}

struct path_link *path_flows_find_link(const struct path_flows *table, const struct path_flow *flow,
                                       uint16_t a, uint16_t b)
{
    for (unsigned i = 0; i < flow->link_count; i++) {
        struct path_link *link = &table->links[flow->links[i]];
        if (link->points[0] == MIN(a, b) && link->points[1] == MAX(a, b))
            return link;
    }
    return NULL;
}

struct path_link *path_flows_get_link(struct path_flows *table, struct path_flow *flow, uint16_t a,
                                      uint16_t b)
{
    struct path_link *link = path_flows_find_link(table, flow, a, b);
    if (link != NULL)
        return link;
    if (flow->link_count == PATH_FLOW_LINKS || table->free_link == PATH_NONE) {
        table->given_up++;
        return NULL;
    }
    uint32_t number = table->free_link;
    link = &table->links[number];
    table->free_link = link->next_free;
    if (++table->serials == 0)
        table->serials = 1;
    *link = (struct path_link){
        .serial = table->serials,
        .points = {MIN(a, b), MAX(a, b)},
        .pairs = {PATH_NO_PAIR, PATH_NO_PAIR},
        .run = PATH_NONE,
        .run_end = PATH_NONE,
    };
    flow->links[flow->link_count++] = number;
    return link;
}

static void free_missing(struct path_flows *table, uint32_t number)
{
    table->missing[number].next = table->free_missing;
    table->free_missing = number;
}

void path_flows_miss(struct path_flows *table, struct path_link *link,
                     const struct path_missing *missing)
{
    if (link->run_broken)
        return;
    uint32_t number = table->free_missing;
    if (link->run_length == PATH_RUN_MAX || number == PATH_NONE) {
        table->given_up += number == PATH_NONE;
        path_flows_drop_run(table, link);
        link->run_broken = true;
        return;
    }
    table->free_missing = table->missing[number].next;
    table->missing[number] = *missing;
    table->missing[number].next = PATH_NONE;
    if (link->run == PATH_NONE)
        link->run = number;
    else
        table->missing[link->run_end].next = number;
    link->run_end = number;
    link->run_length++;
}

void path_flows_drop_run(struct path_flows *table, struct path_link *link)
{
    for (uint32_t next, at = link->run; at != PATH_NONE; at = next) {
        next = table->missing[at].next;
        free_missing(table, at);
    }
    link->run = link->run_end = PATH_NONE;
    link->run_length = 0;
    link->run_broken = false;
}

void path_flows_end_run(struct path_flows *table, struct path_link *link,
                        const struct path_missing *ended)
{
    for (uint32_t at = link->run; at != PATH_NONE; at = table->missing[at].next) {
        struct path_missing *missing = &table->missing[at];
        missing->link = (uint32_t)(link - table->links);
        missing->serial = link->serial;
        missing->pair = ended->pair;
        missing->run = ended->run;
        missing->between = ended->between;
    }
    if (link->run != PATH_NONE) {
        if (table->waiting == PATH_NONE)
            table->waiting = link->run;
        else
            table->missing[table->waiting_end].next = link->run;
        table->waiting_end = link->run_end;
    }
    link->run = link->run_end = PATH_NONE;
    link->run_length = 0;
    link->run_broken = false;
}

bool path_flows_take_waiting(struct path_flows *table, struct path_missing *missing)
{
    uint32_t first = table->waiting;
    if (first == PATH_NONE)
        return false;
    if (missing != NULL)
        *missing = table->missing[first];
    table->waiting = table->missing[first].next;
    if (table->waiting == PATH_NONE)
        table->waiting_end = PATH_NONE;
    free_missing(table, first);
    return true;
}

const struct path_link *path_flows_link_of(const struct path_flows *table,
                                           const struct path_missing *missing)
{
    const struct path_link *link = &table->links[missing->link];
    return link->serial == missing->serial ? link : NULL;
}

void path_link_add_stray(struct path_link *link, int64_t arrival_ns)
{
    link->strays[link->stray_count++ % PATH_LINK_STRAYS] = arrival_ns;
}

bool path_link_has_stray(const struct path_link *link, int64_t from_ns, int64_t to_ns)
{
    unsigned kept = MIN(link->stray_count, (unsigned)PATH_LINK_STRAYS);
    int64_t oldest_ns = INT64_MAX;
    for (unsigned i = 0; i < kept; i++) {
        if (link->strays[i] >= from_ns && link->strays[i] <= to_ns)
            return true;
        oldest_ns = MIN(oldest_ns, link->strays[i]);
    }
    return link->stray_count > kept && oldest_ns >= from_ns; /* older ones are forgotten */
}
