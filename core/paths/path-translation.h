/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Translators of addresses and ports between points (NAT, RFC 3022): which packets are alike before
 * and behind one, and which flows are one.
 *
 * Two packets that are alike (path-alike.h) may still be two: senders repeat themselves. So
 * addresses X are believed to be translated into addresses Y when TRANSLATION_VOTES packets of X
 * at one point were alike to packets of Y at another, could be identified, and did not all have one
 * content. A flow that both points have shown as it is speaks against that, as strongly as
 * TRANSLATION_DOUBTS packets speak for it. What is alike before is remembered, and counts then.
 */
#ifndef CORE_PATHS_PATH_TRANSLATION_H
#define CORE_PATHS_PATH_TRANSLATION_H

#include <stddef.h>

#include "core/paths/path-traits.h"

enum {
    TRANSLATION_VOTES = 3,
    TRANSLATION_DOUBTS = 16,
    TRANSLATION_WAITING = 6, /* pairs of alike packets, until the translation is believed */
    TRANSLATION_WAYS = 4     /* of one bucket of each hash table */
};

/** A packet that others may be alike to. */
struct path_recent {
    uint64_t key;    /* path_stays_key(); 0: free */
    uint32_t number; /* of its sighting */
    bool ambiguous;  /* one point has shown two of them */
};

/** Two sightings that may show one frame, by number. */
struct path_alike_two {
    uint32_t earlier;
    uint32_t later;
};

struct path_mapping; /* addresses and what they are translated into */
struct path_alias;   /* flows that are one */

struct path_translations {
    struct path_recent *recent;
    uint32_t recent_buckets; /* a power of two, as the next ones */
    struct path_mapping *mappings;
    struct path_alias *aliases;
    uint32_t uses;
    bool has_aliases;
};

/** Bytes that path_translations_init() takes for so many packets: some 800 KiB, and 32 for each. */
size_t path_translations_bytes(uint32_t packets);

/** @param packets  that are remembered, a power of two. */
void path_translations_init(struct path_translations *table, uint32_t packets);
void path_translations_clear(struct path_translations *table);

/** Gives @p copy, which holds the bytes of @p table, the flows of it; nothing is to be added. */
void path_translations_copy(struct path_translations *copy, const struct path_translations *table);

/** The TRANSLATION_WAYS places in which packets with that key are. */
static inline struct path_recent *path_translations_recent(const struct path_translations *table,
                                                           uint64_t key)
{
    return &table->recent[(size_t)((uint32_t)(key >> 32) & (table->recent_buckets - 1)) *
                          TRANSLATION_WAYS];
}

/**
 * Two packets were alike.
 *
 * @param joined  gets TRANSLATION_WAITING + 1 at most that show one frame each.
 * @return how many that are; 0 while the translation is not believed.
 */
unsigned path_translations_take(struct path_translations *table, const struct path_traits *earlier,
                                const struct path_traits *later, struct path_alike_two two,
                                struct path_alike_two *joined);

/** The addresses of the two are not translated into each other. */
void path_translations_doubt(struct path_translations *table, const struct path_traits *earlier,
                             const struct path_traits *later);

/** path_translations_flow() where some flows are translated. */
uint64_t path_translations_find_flow(const struct path_translations *table, uint64_t flow);

/** The flow that stands for all that @p flow is translated from or into. */
static inline uint64_t path_translations_flow(const struct path_translations *table, uint64_t flow)
{
    return table->has_aliases && flow != 0 ? path_translations_find_flow(table, flow) : flow;
}

/** From now on @p into stands for @p flow; neither has another that stands for it. */
void path_translations_join(struct path_translations *table, uint64_t into, uint64_t flow);

#endif
