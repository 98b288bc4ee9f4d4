/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. Equal fingerprints form a chain, newest first. A table by fingerprint leads
 * to its newest copy. Few frames come twice. So most copies need only this look-up, which reads one
 * cache line. The second and later copies of a fingerprint are in two more tables: by session,
 * number and fingerprint, and by the first BEGINNING bytes of the content. The first copy of a
 * fingerprint is in neither: the link `first` of the others leads to it. A tunnel's frames may have
 * one fingerprint and differ behind it: the table by beginning leads past them. Copies that end
 * before BEGINNING, since they were cut, are in the chain of the fingerprint alone, which all walk
 * while there is one.
 */
#include "core/analysis/fingerprint-table.h"

#include <stdlib.h>

#include "core/analysis/fingerprint-pairing.h"
#include "core/analysis/fingerprint-ring.h"
#include "core/base/hash.h"
#include "core/wire/protocol.h"

enum {
    COPIES_MIN = 2,
    COPIES_MAX = 1 << 30,
    TABLES = 3,
    COPIES_PER_BUCKET = 4, /* on average: one bucket in twenty overflows */
    KEPT_PER_COPY = 256,   /* bytes, of the ring: most frames are short, or TCP */
    KEPT_OF_TCP = 128,     /* bytes: the headers; equal numbers are equal data */
    BEGINNING = 128,       /* bytes of the content: an inner header or two */
    NUMBER_NEIGHBOURS = 32 /* copies that tell what a session does with its numbers */
};

static uint32_t buckets_for(uint32_t size)
{
    return MAX(1, size / COPIES_PER_BUCKET);
}

static uint32_t size_for(size_t copies)
{
    uint32_t size = COPIES_MIN;
    while (size < copies && size < COPIES_MAX)
        size *= 2;
    return size;
}

static size_t bytes_of(uint32_t size)
{
    return sizeof(struct fingerprint_table) +
           size * (sizeof(struct fingerprint_slot) + KEPT_PER_COPY) +
           TABLES * buckets_for(size) * sizeof(struct fingerprint_bucket);
}

/* Zeros, at the beginning of a cache line. */
static void *lines_new(size_t bytes)
{
    void *lines = aligned_alloc(_Alignof(struct fingerprint_bucket), bytes);
    if (lines == NULL)
        g_error("no memory for %zu bytes", bytes);
    memset(lines, 0, bytes);
    return lines;
}

static struct fingerprint_bucket *buckets_new(uint32_t buckets)
{
    return lines_new(buckets * sizeof(struct fingerprint_bucket));
}

struct fingerprint_table *fingerprint_table_new(size_t copies)
{
    struct fingerprint_table *table = lines_new(sizeof *table);
    table->size = size_for(copies);
    table->buckets = buckets_for(table->size);
    table->next = table->size; /* ordinals begin at size, so that 0, the initial content of the
                                  tables, is not remembered */
    table->slots = g_new0(struct fingerprint_slot, table->size);
    kept_bytes_init(&table->kept, (size_t)table->size * KEPT_PER_COPY,
                    (FINGERPRINT_AHEAD_MAX + 2) * FINGERPRINT_KEPT_BYTES);
    table->by_fingerprint = buckets_new(table->buckets);
    table->by_number = buckets_new(table->buckets);
    table->by_beginning = buckets_new(table->buckets);
    return table;
}

void fingerprint_table_free(struct fingerprint_table *table)
{
    if (table == NULL)
        return;
    g_free(table->slots);
    kept_bytes_clear(&table->kept);
    free(table->by_fingerprint);
    free(table->by_number);
    free(table->by_beginning);
    free(table);
}

size_t fingerprint_table_bytes(const struct fingerprint_table *table)
{
    return bytes_of(table->size);
}

size_t fingerprint_table_fit(size_t bytes)
{
    size_t copies = COPIES_MIN;
    while (copies < COPIES_MAX && bytes_of((uint32_t)copies * 2) <= bytes)
        copies *= 2;
    return copies;
}

static bool is_tcp(struct bytes packet, uint8_t ip_version)
{
    size_t at = ip_version == 4 ? IPV4_AT_PROTOCOL : IPV6_AT_NEXT_HEADER;
    return ip_version != 0 && bytes_u8(packet, at) == IP_PROTOCOL_TCP;
}

struct fingerprint_frame fingerprint_table_keep(struct fingerprint_table *table, struct bytes frame,
                                                struct frame_payload packet)
{
    bool tcp = is_tcp(bytes_from(frame, packet.offset), packet.ip_version);
    const struct kept_place place =
        kept_bytes_put(&table->kept, frame, tcp ? KEPT_OF_TCP : FINGERPRINT_KEPT_BYTES);
    return (struct fingerprint_frame){
        .fingerprint = fingerprint_of(frame, packet),
        .kept_at = place.at,
        .kept_length = place.length,
        .payload_offset = (uint8_t)packet.offset, /* a few tags at most are before it */
        .ip_version = packet.ip_version,
        .kept_whole = place.length == frame.len,
    };
}

struct bytes fingerprint_table_kept(const struct fingerprint_table *table,
                                    const struct fingerprint_frame *content)
{
    const struct kept_place place = {content->kept_at, content->kept_length};
    return kept_bytes_at(&table->kept, place, kept_bytes_end(place));
}

/* Where the ring wraps, a frame leaves out less than its share; and it takes whole units. */
size_t fingerprint_table_ahead(const struct fingerprint_table *table)
{
    size_t share = (size_t)table->kept.units * KEPT_BYTES_UNIT / KEPT_BYTES_SHARE;
    size_t units = (MIN(share, FINGERPRINT_KEPT_BYTES) + KEPT_BYTES_UNIT - 1) / KEPT_BYTES_UNIT;
    return (table->kept.units - table->kept.reach) / units - 2;
}

/* ---- by number ---- */

/* A copy that the network duplicates differs only in the outer IP header. */
static bool same_number(const struct fingerprint_table *table,
                        const struct fingerprint_slot *remembered,
                        const struct fingerprint_slot *copy)
{
    const struct fingerprint_entry *a = &remembered->copy;
    const struct fingerprint_entry *b = &copy->copy;
    if (a->content.fingerprint != b->content.fingerprint || !a->has_sequence ||
        a->stream != b->stream || a->sequence != b->sequence || a->timestamp != b->timestamp ||
        a->header_fields != b->header_fields || a->length != b->length)
        return false;
    uint32_t point = fingerprint_point(table, remembered);
    return point == 0 ||
           (point == fingerprint_point(table, copy) && fingerprint_alike(table, remembered, copy));
}

/* True if all recent frames from there had this number: it is constant and proves nothing (quirk
 * Q3, constant sequence). */
static bool number_stands_still(const struct fingerprint_table *table,
                                const struct fingerprint_entry *copy)
{
    bool found = false;
    for (uint32_t at = table->next - 1;
         table->next - at <= NUMBER_NEIGHBOURS && fingerprint_is_remembered(table, at); at--) {
        const struct fingerprint_entry *other = &fingerprint_slot_of(table, at)->copy;
        if (other->stream != copy->stream || other->header_fields != copy->header_fields ||
            !other->has_sequence || other->content.fingerprint == copy->content.fingerprint)
            continue;
        if (other->sequence != copy->sequence)
            return false;
        found = true;
    }
    return found;
}

/* True if a copy of that session with that number is remembered, of the fingerprint that began with
 * @p first: that one, or one in the table. */
static bool take_number(struct fingerprint_table *table, const struct fingerprint_slot *copy,
                        uint32_t first)
{
    if (!copy->copy.has_sequence)
        return false;
    uint64_t number = (uint64_t)copy->copy.stream << 32 | copy->copy.sequence;
    uint32_t found;
    bool known = fingerprint_replace(table, table->by_number,
                                     hash_word(copy->copy.content.fingerprint, number), same_number,
                                     copy, &found) ||
                 (fingerprint_is_remembered(table, first) &&
                  same_number(table, fingerprint_slot_of(table, first), copy));
    return known && !number_stands_still(table, &copy->copy);
}

/* ---- by beginning ---- */

static bool has_same_beginning(const struct fingerprint_table *table,
                               const struct fingerprint_slot *remembered,
                               const struct fingerprint_slot *copy)
{
    (void)table;
    return remembered->links.beginning_hash == copy->links.beginning_hash &&
           remembered->copy.content.fingerprint == copy->copy.content.fingerprint;
}

/* False if it was cut before. */
static bool find_beginning_hash(const struct fingerprint_table *table,
                                struct fingerprint_slot *slot)
{
    const struct evidence_frame frame = fingerprint_evidence(table, slot);
    return slot->links.beginning_hash != 0 ||
           frame_evidence_hash(&frame, BEGINNING, slot->copy.content.fingerprint,
                               &slot->links.beginning_hash);
}

/* Puts the copy into its chain by beginning. */
static void take_beginning(struct fingerprint_table *table, struct fingerprint_slot *copy)
{
    copy->links.is_cut = !find_beginning_hash(table, copy);
    if (copy->links.is_cut)
        return;
    uint32_t found;
    uint32_t first = table->next - copy->links.first;
    if (fingerprint_replace(table, table->by_beginning, hash_word(copy->links.beginning_hash, 0),
                            has_same_beginning, copy, &found))
        copy->links.same_beginning = table->next - found;
    else if (fingerprint_is_remembered(table, first) &&
             find_beginning_hash(table, fingerprint_slot_of(table, first)) &&
             has_same_beginning(table, fingerprint_slot_of(table, first), copy))
        copy->links.same_beginning = copy->links.first;
}

/* ---- by fingerprint ---- */

/* @param newest  the last copy before it with its fingerprint. */
static void take_chain(struct fingerprint_table *table, struct fingerprint_slot *copy,
                       uint32_t newest)
{
    struct fingerprint_slot *before = fingerprint_slot_of(table, newest);
    uint32_t back = table->next - newest;
    copy->links.older = back;
    copy->links.first = back + before->links.first;
    if (before->links.first ==
        0) /* the earlier copy was alone until now: is_cut is not computed yet */
        before->links.is_cut = !find_beginning_hash(table, before);
    if (before->links.is_cut)
        copy->links.cut = back;
    else if (before->links.cut != 0)
        copy->links.cut = back + before->links.cut;
}

static G_GNUC_NO_INLINE struct fingerprint_match
match_content(struct fingerprint_table *table, struct fingerprint_slot *copy, uint32_t newest)
{
    struct fingerprint_match match = {0};
    take_chain(table, copy, newest);
    match.is_duplicate = take_number(table, copy, table->next - copy->links.first);
    take_beginning(table, copy);
    struct fingerprint_pairing pairing = fingerprint_pair(table, match.is_duplicate);
    match.mirrored_before = pairing.found && !match.is_duplicate;
    if (match.mirrored_before) {
        const struct fingerprint_entry *first = &fingerprint_slot_of(table, pairing.best)->copy;
        match.frame = first->frame;
        match.stream = first->stream;
        match.first = pairing.best;
    }
    match.repeated = pairing.seen_here;
    match.before = pairing.last;
    return match;
}

static uint64_t fingerprint_hash(uint64_t fingerprint)
{
    return hash_word(fingerprint, 0);
}

static bool same_fingerprint(const struct fingerprint_table *table,
                             const struct fingerprint_slot *remembered,
                             const struct fingerprint_slot *copy)
{
    (void)table;
    return remembered->copy.content.fingerprint == copy->copy.content.fingerprint;
}

void fingerprint_table_prefetch(const struct fingerprint_table *table,
                                const struct fingerprint_frame *content)
{
    uint64_t hash = fingerprint_hash(content->fingerprint);
    __builtin_prefetch(fingerprint_bucket_at(table, table->by_fingerprint, hash, 0), 1);
}

struct fingerprint_entry *fingerprint_table_next(struct fingerprint_table *table)
{
    return &fingerprint_slot_of(table, table->next)->copy;
}

struct fingerprint_match fingerprint_table_take(struct fingerprint_table *table)
{
    struct fingerprint_match match = {0};
    struct fingerprint_slot *copy = fingerprint_slot_of(table, table->next);
    copy->links = (struct fingerprint_links){0};
    table->kept_end = kept_bytes_end(
        (struct kept_place){copy->copy.content.kept_at, copy->copy.content.kept_length});
    uint32_t newest;
    uint64_t fingerprint = copy->copy.content.fingerprint;
    if (fingerprint == FINGERPRINT_TOO_LITTLE)
        match.is_duplicate = take_number(table, copy, table->next);
    else if (fingerprint_replace(table, table->by_fingerprint, fingerprint_hash(fingerprint),
                                 same_fingerprint, copy, &newest))
        match = match_content(table, copy, newest);
    match.number = table->next++;
    return match;
}
