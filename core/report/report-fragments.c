/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/report-fragments.h"

#include <glib.h>

#include "core/base/hash.h"
#include "core/report/report-state.h"

/* In fragments, at a time. One that meets another in its slot replaces it. */
enum { PACKETS = 256 };

static const int64_t lifetime_ns = NS_PER_SECOND;

/* An outer IP packet, as far as its fragments came. */
struct fragmented_packet {
    bool used;
    struct outer_fragment of; /* any of them */
    int64_t first_ns;         /* arrival of the first to come */
    uint64_t frame_bytes;     /* of all that came */
    size_t payload;           /* bytes in these */
    size_t whole;             /* bytes of IP payload; 0: the last part did not come */
    bool has_copy;            /* the first part came, and was taken for a copy: */
    uint32_t stream;
    struct first_part part;
};

struct fragment_table {
    uint64_t seed;
    struct fragmented_packet packets[PACKETS];
};

void fragment_table_free(struct fragment_table *table)
{
    g_free(table);
}

static bool is_same(const struct outer_fragment *a, const struct outer_fragment *b)
{
    return a->identification == b->identification && a->protocol == b->protocol &&
           address_equal(&a->source, &b->source) && address_equal(&a->destination, &b->destination);
}

static uint64_t hash_of(uint64_t seed, const struct outer_fragment *fragment)
{
    uint64_t hash = hash_word(seed, (uint64_t)fragment->protocol << 32 | fragment->identification);
    return address_mix(address_mix(hash, &fragment->source), &fragment->destination);
}

/* The packet of the fragment; an empty one for the first of its fragments. */
static struct fragmented_packet *packet_of(struct report *report,
                                           const struct arrived_fragment *arrived)
{
    if (report->fragments == NULL) {
        report->fragments = g_new0(struct fragment_table, 1);
        report->fragments->seed = hash_seed();
    }
    struct fragment_table *table = report->fragments;
    struct fragmented_packet *packet =
        &table->packets[hash_of(table->seed, &arrived->fragment) % PACKETS];
    uint64_t age = (uint64_t)arrived->arrival_ns - (uint64_t)packet->first_ns;
    if (!packet->used || age > (uint64_t)lifetime_ns || !is_same(&packet->of, &arrived->fragment))
        *packet = (struct fragmented_packet){
            .used = true, .of = arrived->fragment, .first_ns = arrived->arrival_ns};
    return packet;
}

static void add_part(struct fragmented_packet *packet, const struct arrived_fragment *arrived)
{
    const struct outer_fragment *fragment = &arrived->fragment;
    packet->frame_bytes += arrived->frame_length;
    packet->payload += fragment->length;
    if (fragment->last)
        packet->whole = fragment->offset + fragment->length;
}

/* Completes and forgets the packet if all of it came. Parts that overlap are never all of it. */
static void complete_if_whole(struct fragmented_packet *packet, struct session_entry *entry)
{
    if (packet->whole == 0 || packet->payload != packet->whole)
        return;
    session_entry_complete(entry, &packet->part, packet->whole - packet->part.payload);
    packet->used = false;
}

uint64_t report_add_fragment(struct report *report, const struct arrived_fragment *arrived)
{
    struct fragmented_packet *packet = packet_of(report, arrived);
    add_part(packet, arrived);
    struct session_entry *entry =
        packet->has_copy ? report_entries_find(&report->entries, packet->stream) : NULL;
    if (entry == NULL)
        return 0;
    session_entry_add_fragment(entry, arrived->arrival_ns, arrived->frame_length);
    complete_if_whole(packet, entry);
    return arrived->frame_length;
}

uint64_t report_add_first_fragment(struct report *report, const struct arrived_fragment *arrived,
                                   const struct analysis_place *place, const struct copy *copy)
{
    struct session_entry *entry =
        copy->session != NULL ? report_entries_find(&report->entries, copy->session->stream) : NULL;
    if (entry == NULL || copy->failure.kind != FAILURE_NONE)
        return 0;
    struct fragmented_packet *packet = packet_of(report, arrived);
    if (packet->has_copy) /* another packet with that identification */
        *packet = (struct fragmented_packet){
            .used = true, .of = arrived->fragment, .first_ns = arrived->arrival_ns};
    uint64_t before = packet->frame_bytes;
    add_part(packet, arrived);
    packet->has_copy = true;
    packet->stream = copy->session->stream;
    packet->part = first_part_of(place, copy, arrived->fragment.length);
    if (before > 0)
        session_entry_add_fragment(entry, arrived->arrival_ns, before);
    complete_if_whole(packet, entry);
    return before;
}

uint64_t report_take_fragments(struct report *report, const struct arrived_fragment *arrived)
{
    struct fragmented_packet *packet = packet_of(report, arrived);
    add_part(packet, arrived);
    packet->used = false;
    return packet->frame_bytes;
}
