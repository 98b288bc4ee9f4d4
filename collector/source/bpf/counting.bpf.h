/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Counts copies by session in BPF programs. Headers are read as GRE declares them; sources that
 * declare wrongly (quirk Q6, undeclared header; Q19, no header) are counted by the declaration.
 */
#ifndef COLLECTOR_SOURCE_BPF_COUNTING_BPF_H
#define COLLECTOR_SOURCE_BPF_COUNTING_BPF_H

#include "collector/source/bpf/count-numbers.bpf.h"
#include "collector/source/bpf/outer.bpf.h"

enum { SESSION_BITS = 0x3ff };

/* What a packet is. */
enum counting_kind {
    COUNTING_OTHER,    /* no copy, or a later fragment of no known session */
    COUNTING_FRAGMENT, /* a later fragment of a known session */
    COUNTING_COPY
};

struct counting_copy {
    struct count_key key;
    __u32 at; /* offset of what follows GRE */
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, COUNT_SESSIONS_MAX);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct count_key);
    __type(value, struct count_value);
} sessions SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, COUNT_TOTALS);
    __type(key, __u32);
    __type(value, __u64);
} totals SEC(".maps");

/* Packets whose first fragment was counted, until their place is taken: which session's. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, COUNT_FRAGMENTS_MAX);
    __type(key, struct count_fragment);
    __type(value, struct count_key);
} fragments SEC(".maps");

static __always_inline void add_total(__u32 which)
{
    __u64 *total = bpf_map_lookup_elem(&totals, &which);
    if (total)
        ++*total;
}

static __always_inline struct count_value *value_of(const struct count_key *key)
{
    static const struct count_value none;
    struct count_value *value = bpf_map_lookup_elem(&sessions, key);
    if (value)
        return value;
    bpf_map_update_elem(&sessions, key, &none, BPF_NOEXIST);
    return bpf_map_lookup_elem(&sessions, key);
}

static __always_inline void fragment_of(const struct outer_place *place,
                                        struct count_fragment *fragment)
{
    __builtin_memcpy(fragment->source, place->source, sizeof fragment->source);
    __builtin_memcpy(fragment->destination, place->destination, sizeof fragment->destination);
    fragment->id = place->fragment_id;
    fragment->ip_version = place->ip_version;
}

/* A later fragment has no GRE header: its bytes are the session's that had the first. One that
 * comes before the first, or whose first is lost, is no session's. */
static __always_inline enum counting_kind add_later_fragment(struct xdp_md *ctx,
                                                             const struct outer_place *place)
{
    struct count_fragment fragment = {};
    fragment_of(place, &fragment);
    const struct count_key *known = bpf_map_lookup_elem(&fragments, &fragment);
    struct count_value *value = known ? bpf_map_lookup_elem(&sessions, known) : 0;
    add_total(COUNT_TOTAL_LATER_FRAGMENTS);
    if (!value)
        return COUNTING_OTHER;
    value->bytes += bpf_xdp_get_buff_len(ctx);
    return COUNTING_FRAGMENT;
}

/* Reads the GRE header, and the session ID behind it. False if it is no ERSPAN, which is counted.
 */
static __always_inline bool counting_read(struct xdp_md *ctx, const struct outer_place *place,
                                          struct counting_copy *copy, const __be32 **number)
{
    const __be16 *gre = outer_at(ctx, place->offset, 4);
    if (!gre)
        return false;
    __u16 flags = bpf_ntohs(gre[0]);
    __u16 protocol = bpf_ntohs(gre[1]);
    if ((flags & (GRE_BITS_VERSION | GRE_BIT_ROUTING)) ||
        (protocol != GRE_PROTOCOL_ERSPAN && protocol != GRE_PROTOCOL_ERSPAN_III)) {
        add_total(COUNT_TOTAL_UNREAD);
        return false;
    }
    bool numbered = flags & GRE_BIT_SEQUENCE;
    __u32 at =
        place->offset + 4 + (flags & GRE_BIT_CHECKSUM ? 4 : 0) + (flags & GRE_BIT_KEY ? 4 : 0);
    *number = numbered ? outer_at(ctx, at, 4) : 0;
    copy->at = at + (numbered ? 4 : 0);
    copy->key.type = protocol == GRE_PROTOCOL_ERSPAN_III ? 3 : numbered ? 2 : 1;
    const __be16 *header = outer_at(ctx, copy->at, 4);
    if (copy->key.type != 1 && !header)
        return false;
    copy->key.id = copy->key.type == 1 ? COUNT_NO_ID : bpf_ntohs(header[1]) & SESSION_BITS;
    copy->key.ip_version = place->ip_version;
    __builtin_memcpy(copy->key.source, place->source, sizeof copy->key.source);
    __builtin_memcpy(copy->key.destination, place->destination, sizeof copy->key.destination);
    return true;
}

static __always_inline void counting_add(struct xdp_md *ctx, const struct outer_place *place,
                                         const struct counting_copy *copy, const __be32 *number)
{
    struct count_value *value = value_of(&copy->key);
    if (!value) {
        add_total(COUNT_TOTAL_GIVEN_UP);
        return;
    }
    value->copies++;
    value->bytes += bpf_xdp_get_buff_len(ctx);
    if (place->fragment) {
        struct count_fragment fragment = {};
        fragment_of(place, &fragment);
        bpf_map_update_elem(&fragments, &fragment, &copy->key, BPF_ANY);
        add_total(COUNT_TOTAL_FIRST_FRAGMENTS);
    }
    /* A session comes by one queue, and so one core: its value has one writer. */
    if (number)
        count_number(value, bpf_ntohl(*number));
}

/* Counts a packet. @param place, copy  all 0 before; filled in of a copy. */
static __always_inline enum counting_kind
counting_take(struct xdp_md *ctx, struct outer_place *place, struct counting_copy *copy)
{
    const __be32 *number;
    enum outer_kind kind = outer_find(ctx, place);
    if (kind == OUTER_UNREAD)
        add_total(COUNT_TOTAL_UNREAD);
    if (kind == OUTER_RELATED && place->fragment && !place->first)
        return add_later_fragment(ctx, place);
    if (kind != OUTER_GRE || !counting_read(ctx, place, copy, &number)) {
        add_total(COUNT_TOTAL_OTHER);
        return COUNTING_OTHER;
    }
    counting_add(ctx, place, copy, number);
    return COUNTING_COPY;
}

#endif
