/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/content.h"

#include <glib.h>

#include "core/ip.h"
#include "core/mix.h"

enum { LEAST = 8 /* bytes that tell frames apart */, PROBES_MAX = 32, COPIES_MAX = 1 << 30 };

/* The IP header's words that stay, of IPv4: length and ID; fragmentation and protocol; addresses.
 * A length of 0 (quirk Q24) bounds nothing. */
static uint64_t ipv4_fingerprint(struct bytes packet)
{
    size_t header_length = (size_t)(bytes_u8(packet, 0) & 0xf) * 4;
    uint32_t length_and_id = bytes_u32(packet, 2);
    size_t total_length = length_and_id >> 16;
    if (header_length < IPV4_MIN_LENGTH)
        header_length = IPV4_MIN_LENGTH;
    if (total_length >= header_length)
        packet = bytes_first(packet, total_length);
    else
        total_length = SIZE_MAX;
    if (!bytes_has(packet, header_length, MIN(LEAST, total_length - header_length)))
        return CONTENT_TOO_LITTLE;

    uint32_t fragment_and_protocol = (bytes_u32(packet, 6) & 0x3fff0000) | bytes_u8(packet, 9);
    uint64_t hash = mix_word(4, (uint64_t)length_and_id << 32 | fragment_and_protocol);
    hash = mix_word(hash, bytes_u64(packet, 12));
    return mix_bytes(hash, bytes_first(bytes_from(packet, header_length), CONTENT_BEHIND_IP));
}

/* Of IPv6: length and next header; addresses. */
static uint64_t ipv6_fingerprint(struct bytes packet)
{
    size_t payload_length = bytes_u16(packet, 4);
    if (payload_length != 0)
        packet = bytes_first(packet, IPV6_LENGTH + payload_length);
    else
        payload_length = SIZE_MAX;
    if (!bytes_has(packet, IPV6_LENGTH, MIN(LEAST, payload_length)))
        return CONTENT_TOO_LITTLE;

    uint64_t hash = mix_word(6, bytes_u32(packet, 4) >> 8);
    return mix_bytes(hash, bytes_first(bytes_from(packet, 8), 32 + CONTENT_BEHIND_IP));
}

/* Zeros at the end may be padding that only one of two copies has. */
static uint64_t other_fingerprint(struct bytes from_type)
{
    struct bytes b = bytes_first(from_type, CONTENT_WITHOUT_IP);
    while (b.len > 0 && bytes_u8(b, b.len - 1) == 0)
        b.len--;
    return b.len < 2 + LEAST ? CONTENT_TOO_LITTLE : mix_bytes(0, b);
}

uint64_t content_fingerprint(struct bytes frame, enum inner_kind kind)
{
    struct inner_packet packet = inner_find_packet(frame, kind);
    struct bytes b = bytes_from(frame, packet.offset);
    uint64_t hash;
    if (packet.ip_version == 4)
        hash = ipv4_fingerprint(b);
    else if (packet.ip_version == 6)
        hash = ipv6_fingerprint(b);
    else
        hash = other_fingerprint(b);
    return hash != 0 ? hash : CONTENT_TOO_LITTLE + 1;
}

/*
 * The memory is a ring of copies. A copy is named by its ordinal number, modulo 2^32; it is
 * remembered while that is one of the last `size`. Two chained hash tables lead to it, one by
 * content, one by session, number and content. The links in them lead to ever older copies, so a
 * chain ends where the memory does, and forgetting costs nothing. A chain names only the newest of
 * equal copies. Equal contents form a queue in order of arrival, whose head moves on as time does.
 */
struct slot {
    struct content_copy copy;
    uint32_t head;  /* earliest copy of this content inside CONTENT_AGE_NS of this one */
    uint32_t newer; /* next copy of this content; meaningless in the newest */
};

/* The mark is a part of the copy's hash: nearly all others are told from it without a look into
 * their slots, which lie far apart. */
struct link {
    uint32_t ordinal;
    uint32_t mark;
};

struct chains {
    struct link *heads; /* by hash */
    struct link *older; /* by slot */
};

struct content_memory {
    struct slot *slots;
    struct chains by_content;
    struct chains by_number;
    struct content_copy first; /* of the last match */
    uint32_t size;             /* a power of two */
    uint32_t next;             /* ordinal number of the next copy */
};

static struct chains chains_new(uint32_t size)
{
    return (struct chains){g_new0(struct link, size), g_new0(struct link, size)};
}

static void chains_free(struct chains *chains)
{
    g_free(chains->heads);
    g_free(chains->older);
}

struct content_memory *content_memory_new(size_t copies)
{
    struct content_memory *memory = g_new0(struct content_memory, 1);
    memory->size = 1;
    while (memory->size < copies && memory->size < COPIES_MAX)
        memory->size *= 2;
    memory->next = memory->size + 1; /* 0, which fills the chains, is forgotten already */
    memory->slots = g_new0(struct slot, memory->size);
    memory->by_content = chains_new(memory->size);
    memory->by_number = chains_new(memory->size);
    return memory;
}

void content_memory_free(struct content_memory *memory)
{
    if (memory == NULL)
        return;
    g_free(memory->slots);
    chains_free(&memory->by_content);
    chains_free(&memory->by_number);
    g_free(memory);
}

static struct slot *slot_of(const struct content_memory *memory, uint32_t ordinal)
{
    return &memory->slots[ordinal & (memory->size - 1)];
}

static bool is_remembered(const struct content_memory *memory, uint32_t ordinal)
{
    uint32_t age = memory->next - ordinal;
    return age > 0 && age <= memory->size;
}

static bool same_content(const struct content_copy *a, const struct content_copy *b)
{
    return a->fingerprint == b->fingerprint;
}

static bool same_number(const struct content_copy *a, const struct content_copy *b)
{
    return same_content(a, b) && a->stream == b->stream && a->sequence == b->sequence &&
           b->has_sequence;
}

/*
 * Puts the next copy at the head of its chain. An older equal one leaves the chain: returns true,
 * and its ordinal number in @p found. A chain too long to be chance is given up at its end.
 */
static inline bool chains_put(struct content_memory *memory, struct chains *chains, uint64_t hash,
                              bool (*same)(const struct content_copy *,
                                           const struct content_copy *),
                              const struct content_copy *copy, uint32_t *found)
{
    uint32_t mask = memory->size - 1;
    uint32_t mark = (uint32_t)hash;
    struct link *head = &chains->heads[hash >> 32 & mask];
    struct link *link = head;
    uint32_t age = 0;
    bool is_found = false;
    for (int probes = 0; probes < PROBES_MAX && !is_found; probes++) {
        uint32_t ordinal = link->ordinal;
        /* A number left over from 2^32 copies ago may lead anywhere, but not round in circles. */
        if (!is_remembered(memory, ordinal) || memory->next - ordinal <= age)
            break;
        age = memory->next - ordinal;
        struct link *older = &chains->older[ordinal & mask];
        if (link->mark == mark && same(&slot_of(memory, ordinal)->copy, copy)) {
            *found = ordinal;
            *link = *older;
            is_found = true;
        }
        link = older;
    }
    chains->older[memory->next & mask] = *head;
    *head = (struct link){memory->next, mark};
    return is_found;
}

/* True for an earlier and a later time, in whatever order the capture has them. */
static bool is_recent(int64_t then_ns, int64_t now_ns)
{
    uint64_t ahead = (uint64_t)now_ns - (uint64_t)then_ns + (uint64_t)CONTENT_AGE_NS;
    return ahead <= 2 * (uint64_t)CONTENT_AGE_NS;
}

/* The head of the queue that @p last ends, for a copy at @p time_ns; false if it is empty by now.
 * Heads only move on, so that each copy is passed once. */
static bool find_head(const struct content_memory *memory, uint32_t last, int64_t time_ns,
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

struct content_match content_memory_take(struct content_memory *memory,
                                         const struct content_copy *copy)
{
    struct content_match match = {false, NULL};
    uint32_t ordinal = memory->next;
    uint32_t head = ordinal;
    uint32_t found;
    if (copy->has_sequence) {
        uint64_t number = (uint64_t)copy->stream << 32 | copy->sequence;
        match.repeats = chains_put(memory, &memory->by_number, mix_word(copy->fingerprint, number),
                                   same_number, copy, &found);
    }
    if (copy->fingerprint != CONTENT_TOO_LITTLE &&
        chains_put(memory, &memory->by_content, mix_word(copy->fingerprint, 0), same_content, copy,
                   &found)) {
        if (find_head(memory, found, copy->time_ns, &head)) {
            memory->first = slot_of(memory, head)->copy; /* its slot may be the next one's */
            match.first = &memory->first;
        }
        slot_of(memory, found)->newer = ordinal;
    }
    *slot_of(memory, ordinal) = (struct slot){.copy = *copy, .head = head};
    memory->next++;
    return match;
}
