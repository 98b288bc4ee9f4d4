/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-translation.h"

#include <glib.h>

#include "core/base/hash.h"

enum {
    MAPPING_BUCKETS = 512,
    ALIAS_BUCKETS = 8192,
    CHAIN_MAX = 4 /* flows that stand for each other in turn */
};

struct path_mapping {
    uint64_t key; /* 0: free */
    uint64_t content;
    uint64_t last_key;
    uint32_t used;
    int32_t votes;
    uint32_t waiting_count;
    bool varies; /* not all had one content */
    struct path_alike_two waiting[TRANSLATION_WAITING];
};

struct path_alias {
    uint64_t flow; /* 0: free */
    uint64_t into;
};

static uint32_t recent_buckets_for(uint32_t packets)
{
    return MAX(1, packets * 2 / TRANSLATION_WAYS);
}

size_t path_translations_bytes(uint32_t packets)
{
    return TRANSLATION_WAYS * (recent_buckets_for(packets) * sizeof(struct path_recent) +
                               MAPPING_BUCKETS * sizeof(struct path_mapping) +
                               ALIAS_BUCKETS * sizeof(struct path_alias));
}

void path_translations_init(struct path_translations *table, uint32_t packets)
{
    *table = (struct path_translations){.recent_buckets = recent_buckets_for(packets)};
    table->recent = g_new0(struct path_recent, (size_t)table->recent_buckets * TRANSLATION_WAYS);
    table->mappings = g_new0(struct path_mapping, MAPPING_BUCKETS * TRANSLATION_WAYS);
    table->aliases = g_new0(struct path_alias, ALIAS_BUCKETS * TRANSLATION_WAYS);
}

void path_translations_clear(struct path_translations *table)
{
    g_clear_pointer(&table->recent, g_free);
    g_clear_pointer(&table->mappings, g_free);
    g_clear_pointer(&table->aliases, g_free);
}

void path_translations_copy(struct path_translations *copy, const struct path_translations *table)
{
    copy->recent = NULL;
    copy->mappings = NULL;
    copy->aliases =
        g_memdup2(table->aliases, ALIAS_BUCKETS * TRANSLATION_WAYS * sizeof *table->aliases);
}

static uint32_t bucket_of(uint64_t key, uint32_t buckets)
{
    return (uint32_t)(hash_word(hash_seed(), key) >> 32) & (buckets - 1);
}

/* Whichever of the two comes first. */
static uint64_t mapping_key(uint64_t a, uint64_t b)
{
    return hash_word(hash_word(MIN(a, b), MAX(a, b)), 0) | 1;
}

static struct path_mapping *mapping_of(struct path_translations *table, uint64_t a, uint64_t b)
{
    uint64_t key = mapping_key(a, b);
    struct path_mapping *ways =
        &table->mappings[(size_t)bucket_of(key, MAPPING_BUCKETS) * TRANSLATION_WAYS];
    struct path_mapping *mapping = ways;
    for (unsigned i = 0; i < TRANSLATION_WAYS; i++) {
        if (ways[i].key == key) {
            ways[i].used = ++table->uses;
            return &ways[i];
        }
        if (ways[i].used < mapping->used)
            mapping = &ways[i];
    }
    *mapping = (struct path_mapping){.key = key, .used = ++table->uses};
    return mapping;
}

static bool is_believed(const struct path_mapping *mapping)
{
    return mapping->votes >= TRANSLATION_VOTES && mapping->varies;
}

static void vote(struct path_mapping *mapping, const struct path_stays *stays)
{
    uint64_t key = path_stays_key(stays);
    if (is_believed(mapping) || key == mapping->last_key || !path_stays_identify(stays))
        return;
    uint64_t content = path_stays_content(stays);
    if (mapping->last_key != 0)
        mapping->varies |= content != mapping->content;
    mapping->content = content;
    mapping->last_key = key;
    mapping->votes = MIN(mapping->votes + 1, TRANSLATION_VOTES);
}

unsigned path_translations_take(struct path_translations *table, const struct path_traits *earlier,
                                const struct path_traits *later, struct path_alike_two two,
                                struct path_alike_two *joined)
{
    struct path_mapping *mapping = mapping_of(table, earlier->hosts, later->hosts);
    vote(mapping, &later->stays);
    if (!is_believed(mapping)) {
        mapping->waiting[mapping->waiting_count++ % TRANSLATION_WAITING] = two;
        return 0;
    }
    unsigned count = MIN(mapping->waiting_count, (uint32_t)TRANSLATION_WAITING);
    for (unsigned i = 0; i < count; i++)
        joined[i] = mapping->waiting[(mapping->waiting_count - count + i) % TRANSLATION_WAITING];
    mapping->waiting_count = 0;
    joined[count] = two;
    return count + 1;
}

void path_translations_doubt(struct path_translations *table, const struct path_traits *earlier,
                             const struct path_traits *later)
{
    struct path_mapping *mapping = mapping_of(table, earlier->hosts, later->hosts);
    mapping->votes = -TRANSLATION_DOUBTS;
    mapping->waiting_count = 0;
}

static struct path_alias *alias_ways(const struct path_translations *table, uint64_t flow)
{
    return &table->aliases[(size_t)bucket_of(flow, ALIAS_BUCKETS) * TRANSLATION_WAYS];
}

static const struct path_alias *find_alias(const struct path_translations *table, uint64_t flow)
{
    const struct path_alias *ways = alias_ways(table, flow);
    for (unsigned i = 0; i < TRANSLATION_WAYS; i++)
        if (ways[i].flow == flow)
            return &ways[i];
    return NULL;
}

uint64_t path_translations_find_flow(const struct path_translations *table, uint64_t flow)
{
    for (unsigned i = 0; i < CHAIN_MAX; i++) {
        const struct path_alias *alias = find_alias(table, flow);
        if (alias == NULL)
            break;
        flow = alias->into;
    }
    return flow;
}

void path_translations_join(struct path_translations *table, uint64_t into, uint64_t flow)
{
    struct path_alias *ways = alias_ways(table, flow);
    struct path_alias *replaced = &ways[table->uses++ % TRANSLATION_WAYS];
    for (unsigned i = 0; i < TRANSLATION_WAYS; i++)
        if (ways[i].flow == 0 || ways[i].flow == flow)
            replaced = &ways[i];
    *replaced = (struct path_alias){flow, into};
    table->has_aliases = true;
}
