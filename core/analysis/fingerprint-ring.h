/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Private to core/analysis: the ring of copies, and the hash tables that lead to
 * them.
 *
 * A copy is named by its ordinal number, modulo 2^32; it is remembered while that is one of the
 * last `size` - 1: one slot is the next copy's. What a table holds of a copy that is not remembered
 * any more counts as empty: forgetting costs nothing.
 */
#ifndef CORE_ANALYSIS_FINGERPRINT_RING_H
#define CORE_ANALYSIS_FINGERPRINT_RING_H

#include <glib.h>

#include "core/analysis/fingerprint-table.h"

enum {
    FINGERPRINT_POINTS = 2, /* of a frame, kept beside the first; few pass more than three */
    FINGERPRINT_BUCKET_PLACES = 7,
    FINGERPRINT_BUCKETS_MAX =
        8 /* buckets that are searched in a row; more collisions than that are an attack */
};

/* Links to earlier copies, as a number of copies back. 0: none, or the copy itself. Nearly all
 * links are 0. */
struct fingerprint_links {
    uint64_t beginning_hash; /* hash of the beginning of the content; 0: not known, or cut before */
    uint32_t older;          /* the copy before it of this fingerprint */
    uint32_t same_beginning; /* the copy before it with this `beginning_hash` */
    uint32_t root;           /* the first copy of this frame */
    uint32_t first;  /* the first copy with this fingerprint; it may not be remembered any more */
    uint32_t cut;    /* the last copy before it of this fingerprint that is_cut */
    uint32_t point;  /* frame_evidence_point(); 0: not known yet */
    uint32_t behind; /* only in a root: the point that showed the frame after it; 0: none */
    uint32_t shown[FINGERPRINT_POINTS]; /* of a root: the last other points that showed its frame */
    bool
        is_cut; /* before `beginning_hash`; known of the second and later copies of a fingerprint */
};

struct fingerprint_slot {
    struct fingerprint_entry copy;
    struct fingerprint_links links;
};

/* A cache line. marks[] holds a part of each hash, so that most other copies are rejected
 * without reading their slots, which are far apart in memory. */
struct fingerprint_bucket {
    _Alignas(64) uint32_t marks[FINGERPRINT_BUCKET_PLACES];
    uint32_t overflowed; /* the last copy that found no place here and is in a bucket behind */
    uint32_t ordinals[FINGERPRINT_BUCKET_PLACES];
};

struct fingerprint_table {
    struct fingerprint_slot *slots;
    struct fingerprint_bucket *by_fingerprint;
    struct fingerprint_bucket *by_number;
    struct fingerprint_bucket *by_beginning;
    uint32_t size;     /* a power of two, 2 at least */
    uint32_t buckets;  /* in each hash table; likewise */
    uint32_t next;     /* ordinal number of the next copy */
    uint32_t kept_end; /* kept_bytes_end() of the copy that is taken */
    struct kept_bytes kept;
};

typedef bool (*fingerprint_same)(const struct fingerprint_table *table,
                                 const struct fingerprint_slot *remembered,
                                 const struct fingerprint_slot *copy);

static inline struct fingerprint_slot *fingerprint_slot_of(const struct fingerprint_table *table,
                                                           uint32_t ordinal)
{
    return &table->slots[ordinal & (table->size - 1)];
}

static inline bool fingerprint_is_remembered(const struct fingerprint_table *table,
                                             uint32_t ordinal)
{
    return table->next - ordinal - 1 < table->size - 1;
}

static inline struct fingerprint_bucket *
fingerprint_bucket_at(const struct fingerprint_table *table, struct fingerprint_bucket *buckets,
                      uint64_t hash, unsigned behind)
{
    return &buckets[((hash >> 32) + behind) & (table->buckets - 1)];
}

/* The place of the copy that equals @p copy, or NULL. */
static inline uint32_t *fingerprint_find_place(const struct fingerprint_table *table,
                                               struct fingerprint_bucket *buckets, uint64_t hash,
                                               fingerprint_same same,
                                               const struct fingerprint_slot *copy)
{
    for (unsigned behind = 0; behind < FINGERPRINT_BUCKETS_MAX; behind++) {
        struct fingerprint_bucket *bucket = fingerprint_bucket_at(table, buckets, hash, behind);
        for (unsigned i = 0; i < FINGERPRINT_BUCKET_PLACES; i++)
            if (bucket->marks[i] == (uint32_t)hash &&
                fingerprint_is_remembered(table, bucket->ordinals[i]) &&
                same(table, fingerprint_slot_of(table, bucket->ordinals[i]), copy))
                return &bucket->ordinals[i];
        if (!fingerprint_is_remembered(table, bucket->overflowed))
            break;
    }
    return NULL;
}

static inline void fingerprint_put_next(const struct fingerprint_table *table,
                                        struct fingerprint_bucket *buckets, uint64_t hash)
{
    for (unsigned behind = 0; behind < FINGERPRINT_BUCKETS_MAX; behind++) {
        struct fingerprint_bucket *bucket = fingerprint_bucket_at(table, buckets, hash, behind);
        for (unsigned i = 0; i < FINGERPRINT_BUCKET_PLACES; i++) {
            if (fingerprint_is_remembered(table, bucket->ordinals[i]))
                continue;
            bucket->marks[i] = (uint32_t)hash;
            bucket->ordinals[i] = table->next;
            return;
        }
        bucket->overflowed = table->next;
    }
}

/* Inserts the next copy. If an equal copy is in the table, it is replaced, its ordinal number is
 * stored in @p found, and true is returned. */
static inline bool fingerprint_replace(const struct fingerprint_table *table,
                                       struct fingerprint_bucket *buckets, uint64_t hash,
                                       fingerprint_same same, const struct fingerprint_slot *copy,
                                       uint32_t *found)
{
    uint32_t *place = fingerprint_find_place(table, buckets, hash, same, copy);
    if (place != NULL) {
        *found = *place;
        *place = table->next - table->size;
    }
    fingerprint_put_next(table, buckets, hash);
    return place != NULL;
}

#endif
