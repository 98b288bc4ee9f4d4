/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. Remembered are headers of IPv4 without options or IPv6 without extensions,
 * and of GRE without a checksum, whose walk found ERSPAN. What may differ from copy to copy is then
 * IP's length, identification, flow label and checksum, and GRE's sequence number. No other byte
 * may: they are what the walk decided by, or what it told.
 */
#include "core/wire/outer-cache.h"

#include "core/wire/ip.h"

enum { WORD = sizeof(uint64_t) };

static bool is_plain(const struct outer *outer)
{
    size_t ip_header = outer->ip_version == 4 ? IPV4_MIN_LENGTH : IPV6_LENGTH;
    return outer->has_gre && !outer->in_udp && outer->ip_length != 0 &&
           outer->gre_offset == outer->ip_offset + ip_header &&
           !(outer->gre.flags & (GRE_BIT_CHECKSUM | GRE_BIT_ROUTING));
}

static void leave_out(uint8_t *mask, size_t at, size_t count)
{
    memset(mask + at, 0, count);
}

/* GRE ends with the sequence number, if it has one. */
static size_t sequence_offset(const struct outer *outer)
{
    return outer->payload_offset - 4;
}

static void set_mask(struct outer_cache_entry *entry)
{
    const struct outer *outer = &entry->outer;
    uint8_t *mask = (uint8_t *)entry->mask;
    memset(mask, 0, sizeof entry->mask);
    memset(mask, 0xff, outer->payload_offset);
    if (outer->ip_version == 4) {
        leave_out(mask, outer->ip_offset + 2, 4);  /* total length, identification */
        leave_out(mask, outer->ip_offset + 10, 2); /* checksum */
    } else {
        mask[outer->ip_offset + 1] = 0xf0;        /* the traffic class ends here; flow label */
        leave_out(mask, outer->ip_offset + 2, 4); /* the same; payload length */
    }
    if (outer->gre.flags & GRE_BIT_SEQUENCE)
        leave_out(mask, sequence_offset(outer), 4);
}

static void remember(struct outer_cache_entry *entry, uint32_t link_type, struct bytes packet,
                     const struct outer *outer)
{
    size_t words = (outer->payload_offset + WORD - 1) / WORD;
    if (!is_plain(outer) || words * WORD > OUTER_CACHE_LENGTH || words * WORD > packet.len)
        return;
    entry->link_type = link_type;
    entry->words = words;
    entry->outer = *outer;
    set_mask(entry);
    bytes_copy(packet, 0, entry->bytes, words * WORD);
    for (size_t i = 0; i < words; i++)
        entry->bytes[i] &= entry->mask[i];
}

static bool is_remembered(const struct outer_cache_entry *entry, uint32_t link_type,
                          struct bytes packet)
{
    uint64_t words[OUTER_CACHE_LENGTH / WORD] = {0};
    uint64_t different = 0;
    if (entry->words == 0 || entry->link_type != link_type ||
        !bytes_copy(packet, 0, words, entry->words * WORD))
        return false;
    for (size_t i = 0; i < entry->words; i++)
        different |= (words[i] & entry->mask[i]) ^ entry->bytes[i];
    return different == 0;
}

/* Reads what may differ. False where the length ends before the payload: that is for outer_parse().
 */
static bool read_again(struct bytes packet, struct outer *outer)
{
    struct bytes ip = bytes_from(packet, outer->ip_offset);
    size_t length = bytes_u16(ip, 2);
    if (outer->ip_version == 4)
        outer->identification = bytes_u16(ip, 4);
    else
        length = bytes_u16(ip, 4) != 0 ? IPV6_LENGTH + (size_t)bytes_u16(ip, 4) : 0;
    size_t end = outer->ip_offset + length;
    if (length == 0 || end < outer->payload_offset)
        return false;
    outer->ip_length = length;
    outer->trailer = bytes_from(packet, end);
    outer->payload = bytes_from(bytes_first(packet, end), outer->payload_offset);
    outer->payload_claimed = end - outer->payload_offset;
    if (outer->gre.flags & GRE_BIT_SEQUENCE)
        outer->gre.sequence = bytes_u32(packet, sequence_offset(outer));
    return true;
}

/* The index is a hash of the bytes at which the source addresses end (Ethernet with IPv4 or
 * IPv6). Any function works that differs for most sources. */
static struct outer_cache_entry *entry_for(struct outer_cache *cache, struct bytes packet)
{
    uint32_t source = bytes_u32(packet, 26) ^ bytes_u32(packet, 34);
    return &cache->entries[(source ^ source >> 16) % OUTER_CACHE_ENTRIES];
}

struct failure outer_parse_cached(struct outer_cache *cache, uint32_t link_type,
                                  struct bytes packet, const struct outer **outer)
{
    struct outer_cache_entry *entry = entry_for(cache, packet);
    if (is_remembered(entry, link_type, packet) && read_again(packet, &entry->outer)) {
        *outer = &entry->outer;
        return (struct failure){FAILURE_NONE, 0, 0};
    }
    struct failure failure = outer_parse(link_type, packet, &cache->other);
    *outer = &cache->other;
    if (failure.kind == FAILURE_NONE)
        remember(entry, link_type, packet, &cache->other);
    return failure;
}
