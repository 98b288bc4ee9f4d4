/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides which of the earlier copies with the same content show the same frame (quirk Q21,
 * mirrored twice), by observation point and time. fingerprint-table.h has the rules. */
#include "core/analysis/fingerprint-pairing.h"

#include "core/base/hash.h"

enum {
    STEPS_MAX = 64,    /* along a chain of copies */
    ID_NEIGHBOURS = 32 /* copies that tell what a sender does with its IDs */
};

/* A copy at the first point may overtake another on its way to the collector, by so much. */
#define OVERTAKING_NS (1 * NS_PER_MS)

struct evidence_frame fingerprint_evidence(const struct fingerprint_table *table,
                                           const struct fingerprint_slot *slot)
{
    const struct fingerprint_frame *content = &slot->copy.content;
    const struct kept_place place = {content->kept_at, content->kept_length};
    return (struct evidence_frame){
        .bytes = kept_bytes_at(&table->kept, place, table->kept_end),
        .payload = {content->payload_offset, content->ip_version},
        .whole = slot->copy.whole && content->kept_whole,
    };
}

uint32_t fingerprint_point(const struct fingerprint_table *table,
                           const struct fingerprint_slot *slot)
{
    if (slot->links.point != 0)
        return slot->links.point;
    const struct evidence_frame frame = fingerprint_evidence(table, slot);
    if (frame.bytes.len == 0)
        return 0;
    uint64_t place = (uint64_t)slot->copy.stream << 32 | slot->copy.length;
    return MAX(1, frame_evidence_point(&frame, hash_word(slot->copy.header_fields, place)));
}

bool fingerprint_alike(const struct fingerprint_table *table, const struct fingerprint_slot *a,
                       const struct fingerprint_slot *b)
{
    const struct evidence_frame first = fingerprint_evidence(table, a);
    const struct evidence_frame second = fingerprint_evidence(table, b);
    return frame_evidence_alike(&first, &second);
}

/* True if the two times are at most @p limit_ns apart, in either order. */
static bool is_within(int64_t then_ns, int64_t now_ns, int64_t limit_ns)
{
    uint64_t ahead = (uint64_t)now_ns - (uint64_t)then_ns + (uint64_t)limit_ns;
    return ahead <= 2 * (uint64_t)limit_ns;
}

static int64_t distance_ns(int64_t a_ns, int64_t b_ns)
{
    uint64_t distance =
        a_ns > b_ns ? (uint64_t)a_ns - (uint64_t)b_ns : (uint64_t)b_ns - (uint64_t)a_ns;
    return (int64_t)MIN(distance, (uint64_t)INT64_MAX);
}

static struct fingerprint_slot *newest_of(const struct fingerprint_table *table)
{
    return fingerprint_slot_of(table, table->next);
}

static int64_t time_of(const struct fingerprint_table *table, uint32_t ordinal)
{
    return fingerprint_slot_of(table, ordinal)->copy.time_ns;
}

static uint32_t root_of(const struct fingerprint_table *table, uint32_t ordinal)
{
    return ordinal - fingerprint_slot_of(table, ordinal)->links.root;
}

static bool has_id(const struct fingerprint_table *table, const struct fingerprint_slot *slot)
{
    const struct evidence_frame frame = fingerprint_evidence(table, slot);
    return frame_evidence_id(&frame) != 0;
}

/* True if @p at is the first copy of its frame that is remembered and recent. */
static bool stands_for_frame(const struct fingerprint_table *table, uint32_t at, int64_t now_ns)
{
    uint32_t root = root_of(table, at);
    return root == at || !fingerprint_is_remembered(table, root) ||
           !is_within(time_of(table, root), now_ns, FINGERPRINT_AGE_NS);
}

/* False if it was too long ago for a frame without IP ID: the sender may have sent the same again.
 */
static bool is_near(const struct fingerprint_table *table, uint32_t at, int64_t lag_ns,
                    int64_t limit_ns)
{
    const struct fingerprint_slot *copy = newest_of(table);
    if (has_id(table, copy))
        return true;
    const struct evidence_frame there = fingerprint_evidence(table, fingerprint_slot_of(table, at));
    const struct evidence_frame here = fingerprint_evidence(table, copy);
    bool backward = frame_evidence_ttl(&there) < frame_evidence_ttl(&here);
    return lag_ns <= (backward ? OVERTAKING_NS : limit_ns);
}

/* True if the point of the next copy has shown the frame of that root. */
static bool is_shown_here(const struct fingerprint_table *table, uint32_t root)
{
    const struct fingerprint_links *links = &fingerprint_slot_of(table, root)->links;
    for (unsigned i = 0; i < FINGERPRINT_POINTS; i++)
        if (links->shown[i] == newest_of(table)->links.point)
            return true;
    return false;
}

/* Considers @p at, a copy of this content from another point, as a copy of the same frame.
 * Called for the newest copy first. */
static void consider(const struct fingerprint_table *table, struct fingerprint_pairing *pairing,
                     uint32_t at)
{
    int64_t now_ns = newest_of(table)->copy.time_ns;
    int64_t then_ns = time_of(table, at);
    if (is_shown_here(table, at) ||
        !is_near(table, at, distance_ns(now_ns, then_ns), pairing->limit_ns))
        return;
    if (!pairing->found)
        pairing->newest = at;
    pairing->found = true;
    pairing->best = at;
}

static void see_here(const struct fingerprint_table *table, struct fingerprint_pairing *pairing,
                     uint32_t at)
{
    if (pairing->seen_here)
        return;
    uint32_t root = root_of(table, at);
    pairing->seen_here = true;
    pairing->last = at;
    pairing->floor = fingerprint_is_remembered(table, root) ? root : at;
}

static void compare_with(const struct fingerprint_table *table, struct fingerprint_pairing *pairing,
                         uint32_t at)
{
    struct fingerprint_slot *copy = newest_of(table);
    struct fingerprint_slot *other = fingerprint_slot_of(table, at);
    if (!fingerprint_alike(table, other, copy))
        return;
    other->links.point = fingerprint_point(table, other);
    if (other->links.point == copy->links.point)
        see_here(table, pairing, at);
    else if (stands_for_frame(table, at, copy->copy.time_ns))
        consider(table, pairing, at);
}

/* Walks the chain by beginning, or by fingerprint, newest first. */
static void walk(const struct fingerprint_table *table, struct fingerprint_pairing *pairing,
                 bool by_beginning)
{
    const struct fingerprint_slot *copy = newest_of(table);
    const struct fingerprint_slot *slot = copy;
    uint32_t at = table->next;
    for (unsigned steps = 0; steps < STEPS_MAX; steps++) {
        uint32_t back = by_beginning ? slot->links.same_beginning : slot->links.older;
        at -= back;
        if (back == 0 || !fingerprint_is_remembered(table, at) ||
            (pairing->seen_here && (int32_t)(at - pairing->floor) <= 0))
            return;
        slot = fingerprint_slot_of(table, at);
        if (!is_within(slot->copy.time_ns, copy->copy.time_ns, FINGERPRINT_AGE_NS))
            return;
        compare_with(table, pairing, at);
    }
}

/* True if the last other packet of that sender to that receiver had another ID. */
static bool id_changes(const struct fingerprint_table *table)
{
    const struct fingerprint_slot *copy = newest_of(table);
    const struct evidence_frame frame = fingerprint_evidence(table, copy);
    for (uint32_t at = table->next - 1;
         table->next - at <= ID_NEIGHBOURS && fingerprint_is_remembered(table, at); at--) {
        const struct fingerprint_slot *other = fingerprint_slot_of(table, at);
        if (other->copy.content.fingerprint == copy->copy.content.fingerprint)
            continue;
        const struct evidence_frame neighbour = fingerprint_evidence(table, other);
        if (frame_evidence_same_sender(&neighbour, &frame))
            return frame_evidence_id(&neighbour) != frame_evidence_id(&frame);
    }
    return false;
}

/* The maximum age of a frame without IP ID. If this point shows frames of this content at long
 * intervals, and each soon after the frame's first copy, the limit is half an interval: an older
 * frame is another one, whose first copy was lost. */
static int64_t lag_limit_ns(const struct fingerprint_table *table,
                            const struct fingerprint_pairing *pairing)
{
    enum { OFTEN = 4 };
    int64_t last_ns = time_of(table, pairing->last);
    int64_t pause_ns = distance_ns(newest_of(table)->copy.time_ns, last_ns);
    int64_t lag_ns = distance_ns(last_ns, time_of(table, pairing->floor));
    bool is_slow =
        pairing->last != pairing->floor && pause_ns / OFTEN >= MAX(lag_ns, OVERTAKING_NS);
    return is_slow ? MIN(pause_ns / 2, FINGERPRINT_LAG_NS) : FINGERPRINT_LAG_NS;
}

static void find_frame(const struct fingerprint_table *table, struct fingerprint_pairing *pairing)
{
    const struct fingerprint_slot *copy = newest_of(table);
    const struct fingerprint_links *links = &copy->links;
    bool has_cut = links->cut != 0 && fingerprint_is_remembered(table, table->next - links->cut);
    bool by_beginning = !links->is_cut && !has_cut;
    pairing->limit_ns = FINGERPRINT_LAG_NS;
    walk(table, pairing, by_beginning);
    if (pairing->found && pairing->seen_here) {
        int64_t limit_ns = lag_limit_ns(table, pairing);
        if (limit_ns < FINGERPRINT_LAG_NS) {
            *pairing = (struct fingerprint_pairing){.limit_ns = limit_ns};
            walk(table, pairing, by_beginning);
        }
    }
    if (pairing->found && pairing->seen_here) {
        uint32_t behind = fingerprint_slot_of(table, pairing->last)->links.behind;
        pairing->found =
            behind == 0 || behind != fingerprint_slot_of(table, pairing->best)->links.point;
    }
    if (!pairing->found && pairing->seen_here && has_id(table, copy) && id_changes(table)) {
        pairing->found = true;
        pairing->best = pairing->floor;
    }
}

struct fingerprint_pairing fingerprint_pair(const struct fingerprint_table *table,
                                            bool is_duplicate)
{
    struct fingerprint_pairing pairing = {0};
    struct fingerprint_slot *copy = newest_of(table);
    copy->links.point = fingerprint_point(table, copy);
    if (copy->links.point == 0)
        return pairing;
    find_frame(table, &pairing);
    if (is_duplicate && pairing.seen_here) {
        copy->links.root = table->next - pairing.floor;
    } else if (pairing.found) {
        struct fingerprint_slot *root = fingerprint_slot_of(table, pairing.best);
        copy->links.root = table->next - pairing.best;
        if (root->links.point != copy->links.point) {
            struct fingerprint_slot *newest = fingerprint_slot_of(table, pairing.newest);
            memmove(root->links.shown + 1, root->links.shown,
                    sizeof root->links.shown - sizeof *root->links.shown);
            root->links.shown[0] = copy->links.point;
            root->links.behind = copy->links.point;
            if (newest->links.point ==
                root->links.point) /* the next frame inherits the order of points */
                newest->links.behind = copy->links.point;
        }
    } else if (pairing.seen_here) { /* the next of its content: the order of points stays */
        copy->links.behind = fingerprint_slot_of(table, pairing.last)->links.behind;
    }
    return pairing;
}
