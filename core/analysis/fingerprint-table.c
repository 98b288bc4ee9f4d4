/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. The memory is a ring of copies. A copy is named by its ordinal number,
 * modulo 2^32; it is remembered while that is one of the last `size`. Hash tables lead to it, and
 * what they hold of a copy that is not remembered any more counts as empty: forgetting costs
 * nothing.
 *
 * Equal contents form a queue in order of arrival, whose head moves on as time does. A table by
 * content leads to the newest of each queue. Few frames come twice, so that this look-up is all
 * that most copies take, and one cache line all that it touches. Only the second and later copies
 * of a content are in a table by session, number and content as well: the first is at hand.
 */
#include "core/copy/fingerprint.h"

#include <glib.h>
#include <stdlib.h>

#include "core/base/hash.h"

enum {
    COPIES_MAX = 1 << 30,
    BUCKET_PLACES = 7,
    COPIES_PER_BUCKET = 4, /* on average: one bucket in twenty overflows */
    BUCKETS_MAX = 8 /* one after the other; what collides more often than that is no chance */
};

struct slot {
    struct fingerprint_entry copy;
    uint32_t head;  /* earliest copy of this content inside FINGERPRINT_AGE_NS of this one */
    uint32_t newer; /* next copy of this content; meaningless in the newest */
    uint32_t first; /* of this content, perhaps forgotten by now */
};

/* A cache line. The marks are parts of the copies' hashes: nearly all others are told from them
 * without a look into their slots, which lie far apart. */
struct bucket {
    _Alignas(64) uint32_t marks[BUCKET_PLACES];
    uint32_t overflowed; /* the last copy that found no place here and is in a bucket behind */
    uint32_t ordinals[BUCKET_PLACES];
};

struct fingerprint_table {
    struct slot *slots;
    struct bucket *by_content;
    struct bucket *by_number;
    struct fingerprint_entry first; /* of the last match */
    uint32_t size;                  /* a power of two */
    uint32_t buckets;               /* in each table; likewise */
    uint32_t next;                  /* ordinal number of the next copy */
};

typedef bool (*same_function)(const struct fingerprint_entry *remembered,
                              const struct fingerprint_entry *copy);

static uint32_t buckets_for(uint32_t size)
{
    return MAX(1, size / COPIES_PER_BUCKET);
}

static uint32_t size_for(size_t copies)
{
    uint32_t size = 1;
    while (size < copies && size < COPIES_MAX)
        size *= 2;
    return size;
}

static size_t memory_of(uint32_t size)
{
    return sizeof(struct fingerprint_table) + size * sizeof(struct slot) +
           2 * buckets_for(size) * sizeof(struct bucket);
}

static struct bucket *table_new(uint32_t buckets)
{
    size_t bytes = buckets * sizeof(struct bucket);
    struct bucket *table = aligned_alloc(_Alignof(struct bucket), bytes);
    if (table == NULL)
        g_error("no memory for %zu bytes", bytes);
    memset(table, 0, bytes);
    return table;
}

struct fingerprint_table *fingerprint_table_new(size_t copies)
{
    struct fingerprint_table *memory = g_new0(struct fingerprint_table, 1);
    memory->size = size_for(copies);
    memory->buckets = buckets_for(memory->size);
    memory->next = memory->size + 1; /* 0, which fills the tables, is forgotten already */
    memory->slots = g_new0(struct slot, memory->size);
    memory->by_content = table_new(memory->buckets);
    memory->by_number = table_new(memory->buckets);
    return memory;
}

void fingerprint_table_free(struct fingerprint_table *memory)
{
    if (memory == NULL)
        return;
    g_free(memory->slots);
    free(memory->by_content);
    free(memory->by_number);
    g_free(memory);
}

size_t fingerprint_table_bytes(const struct fingerprint_table *memory)
{
    return memory_of(memory->size);
}

size_t fingerprint_table_fit(size_t bytes)
{
    size_t copies = 1;
    while (copies < COPIES_MAX && memory_of((uint32_t)copies * 2) <= bytes)
        copies *= 2;
    return copies;
}

static struct slot *slot_of(const struct fingerprint_table *memory, uint32_t ordinal)
{
    return &memory->slots[ordinal & (memory->size - 1)];
}

static bool is_remembered(const struct fingerprint_table *memory, uint32_t ordinal)
{
    return memory->next - ordinal - 1 < memory->size;
}

static uint32_t forgotten(const struct fingerprint_table *memory)
{
    return memory->next - memory->size - 1;
}

/* ---- the tables ---- */

static struct bucket *bucket_at(const struct fingerprint_table *memory, struct bucket *table,
                                uint64_t hash, unsigned behind)
{
    return &table[((hash >> 32) + behind) & (memory->buckets - 1)];
}

/* The place of the copy that equals @p copy, or NULL. */
static inline uint32_t *find_place(const struct fingerprint_table *memory, struct bucket *table,
                                   uint64_t hash, same_function same,
                                   const struct fingerprint_entry *copy)
{
    for (unsigned behind = 0; behind < BUCKETS_MAX; behind++) {
        struct bucket *bucket = bucket_at(memory, table, hash, behind);
        for (unsigned i = 0; i < BUCKET_PLACES; i++)
            if (bucket->marks[i] == (uint32_t)hash && is_remembered(memory, bucket->ordinals[i]) &&
                same(&slot_of(memory, bucket->ordinals[i])->copy, copy))
                return &bucket->ordinals[i];
        if (!is_remembered(memory, bucket->overflowed))
            break;
    }
    return NULL;
}

static inline void put_next(const struct fingerprint_table *memory, struct bucket *table,
                            uint64_t hash)
{
    for (unsigned behind = 0; behind < BUCKETS_MAX; behind++) {
        struct bucket *bucket = bucket_at(memory, table, hash, behind);
        for (unsigned i = 0; i < BUCKET_PLACES; i++) {
            if (is_remembered(memory, bucket->ordinals[i]))
                continue;
            bucket->marks[i] = (uint32_t)hash;
            bucket->ordinals[i] = memory->next;
            return;
        }
        bucket->overflowed = memory->next;
    }
}

/* Puts the next copy into the table, in place of one that equals it: then returns true, and that
 * one's ordinal number in @p found. */
static inline bool replace(const struct fingerprint_table *memory, struct bucket *table,
                           uint64_t hash, same_function same, const struct fingerprint_entry *copy,
                           uint32_t *found)
{
    uint32_t *place = find_place(memory, table, hash, same, copy);
    if (place != NULL) {
        *found = *place;
        *place = forgotten(memory);
    }
    put_next(memory, table, hash);
    return place != NULL;
}

/* ---- by content ---- */

static uint64_t content_hash(uint64_t fingerprint)
{
    return hash_word(fingerprint, 0);
}

static bool same_content(const struct fingerprint_entry *remembered,
                         const struct fingerprint_entry *copy)
{
    return remembered->fingerprint == copy->fingerprint;
}

/* True for an earlier and a later time, in whatever order the capture has them. */
static bool is_recent(int64_t then_ns, int64_t now_ns)
{
    uint64_t ahead = (uint64_t)now_ns - (uint64_t)then_ns + (uint64_t)FINGERPRINT_AGE_NS;
    return ahead <= 2 * (uint64_t)FINGERPRINT_AGE_NS;
}

/* The head of the queue that @p last ends, for a copy at @p time_ns; false if it is empty by now.
 * Heads only move on, so that each copy is passed once. */
static bool find_head(const struct fingerprint_table *memory, uint32_t last, int64_t time_ns,
                      uint32_t *head)
{
    uint32_t at = slot_of(memory, last)->head;
    /* A forgotten head has taken its link along: the queue begins again with its end. */
    if (!is_remembered(memory, at))
        at = last;
    while (!is_recent(slot_of(memory, at)->copy.time_ns, time_ns)) {
        if (at == last)
            return false;
        at = slot_of(memory, at)->newer;
    }
    *head = at;
    return true;
}

/* ---- by number ---- */

static bool same_number(const struct fingerprint_entry *remembered,
                        const struct fingerprint_entry *copy)
{
    return same_content(remembered, copy) && remembered->has_sequence &&
           remembered->stream == copy->stream && remembered->sequence == copy->sequence;
}

/* True if a copy of that session with that number is remembered, of the content that began with
 * @p first: that one, or one in the table. */
static bool take_number(struct fingerprint_table *memory, const struct fingerprint_entry *copy,
                        uint32_t first)
{
    if (!copy->has_sequence)
        return false;
    uint64_t number = (uint64_t)copy->stream << 32 | copy->sequence;
    uint32_t found;
    bool in_table = replace(memory, memory->by_number, hash_word(copy->fingerprint, number),
                            same_number, copy, &found);
    return in_table ||
           (is_remembered(memory, first) && same_number(&slot_of(memory, first)->copy, copy));
}

void fingerprint_table_prefetch(const struct fingerprint_table *memory, uint64_t fingerprint)
{
    __builtin_prefetch(bucket_at(memory, memory->by_content, content_hash(fingerprint), 0), 1);
}

struct fingerprint_match fingerprint_table_take(struct fingerprint_table *memory,
                                                const struct fingerprint_entry *copy)
{
    struct fingerprint_match match = {false, NULL};
    uint32_t head = memory->next;
    uint32_t first = memory->next;
    uint32_t last;
    if (copy->fingerprint == FINGERPRINT_TOO_LITTLE) {
        match.repeats = take_number(memory, copy, memory->next);
    } else if (replace(memory, memory->by_content, content_hash(copy->fingerprint), same_content,
                       copy, &last)) {
        first = slot_of(memory, last)->first;
        match.repeats = take_number(memory, copy, first);
        if (find_head(memory, last, copy->time_ns, &head)) {
            memory->first = slot_of(memory, head)->copy; /* its slot may be the next one's */
            match.first = &memory->first;
        }
        slot_of(memory, last)->newer = memory->next;
    }
    *slot_of(memory, memory->next) = (struct slot){.copy = *copy, .head = head, .first = first};
    memory->next++;
    return match;
}
