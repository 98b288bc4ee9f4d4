/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The gaps that a report lists, for each candidate of a source until its domain is decided; later
 * copies fill or hide them. */
#include "core/report/report-gaps.h"

enum { PURGE_EVERY = 1024 /* gaps: more often would cost too much */ };

void gap_list_begin(struct gap_list *list, size_t memory_limit)
{
    size_t fit = memory_limit / DOMAIN_KINDS / sizeof(struct kept_gap);
    *list = (struct gap_list){.limit = MIN(fit, REPORT_GAPS_DEFAULT)};
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
        list->candidates[kind].kept = g_array_new(FALSE, FALSE, sizeof(struct kept_gap));
}

static struct kept_gap *gap_at(GArray *kept, size_t index)
{
    return &g_array_index(kept, struct kept_gap, index);
}

void gap_list_clear(struct gap_list *list)
{
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++) {
        GArray *kept = list->candidates[kind].kept;
        for (guint i = 0; i < kept->len; i++)
            sequence_domain_source_release(gap_at(kept, i)->owner);
        g_array_free(kept, TRUE);
    }
}

/* Drops the gaps of sources that have another counter. */
static void purge(GArray *kept)
{
    guint keep = 0;
    for (guint i = 0; i < kept->len; i++) {
        const struct kept_gap *gap = gap_at(kept, i);
        if (!gap->hidden && (!gap->owner->decided || gap->owner->kind == gap->gap.kind))
            *gap_at(kept, keep++) = *gap;
        else
            sequence_domain_source_release(gap->owner);
    }
    g_array_set_size(kept, keep);
}

void gap_list_add(struct gap_list *list, const struct kept_gap *gap)
{
    struct candidate_gaps *gaps = &list->candidates[gap->gap.kind];
    gaps->offered++;
    if (gaps->kept->len >= list->limit && gaps->offered >= gaps->purge_next) {
        purge(gaps->kept);
        gaps->purge_next = gaps->offered + PURGE_EVERY;
    }
    if (gaps->kept->len < list->limit) {
        g_array_append_vals(gaps->kept, gap, 1);
        sequence_domain_source_hold(gap->owner);
    } else if (gap->owner->kind == gap->gap.kind) {
        list->dropped++;
    }
}

/* The first gap that a copy of this frame or a later one revealed. */
static guint find_frame(const GArray *kept, uint64_t frame)
{
    guint low = 0;
    guint high = kept->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (gap_at((GArray *)kept, middle)->gap.frame_after < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* NULL if it is not kept. */
static struct kept_gap *gap_of_frame(const struct gap_list *list, enum sequence_domain_kind kind,
                                     uint64_t frame)
{
    GArray *kept = list->candidates[kind].kept;
    guint at = find_frame(kept, frame);
    return at < kept->len && gap_at(kept, at)->gap.frame_after == frame ? gap_at(kept, at) : NULL;
}

const struct kept_gap *gap_list_find(const struct gap_list *list, enum sequence_domain_kind kind,
                                     uint64_t frame_after)
{
    return gap_of_frame(list, kind, frame_after);
}

void gap_list_came_late(struct gap_list *list, enum sequence_domain_kind kind, uint64_t frame_after)
{
    struct kept_gap *kept = gap_of_frame(list, kind, frame_after);
    if (kept != NULL)
        kept->gap.came_late++;
}

void gap_list_came_not_late(struct gap_list *list, enum sequence_domain_kind kind,
                            uint64_t frame_after)
{
    struct kept_gap *kept = gap_of_frame(list, kind, frame_after);
    if (kept != NULL && kept->gap.came_late > 0)
        kept->gap.came_late--;
}

static bool is_of_counter(const struct kept_gap *gap, const struct kept_gap *like)
{
    return gap->owner == like->owner &&
           (like->gap.kind == DOMAIN_SOURCE || gap->gap.id == like->gap.id) &&
           (like->gap.kind != DOMAIN_HARDWARE_ID || gap->gap.hardware_id == like->gap.hardware_id);
}

static void change(struct kept_gap *kept, const struct report_gap *to)
{
    uint32_t came_late = kept->gap.came_late;
    kept->hidden = to->lost == 0;
    if (kept->hidden)
        return;
    kept->gap = *to;
    kept->gap.came_late = came_late;
}

void gap_list_revise(struct gap_list *list, const struct kept_gap *gap)
{
    GArray *kept = list->candidates[gap->gap.kind].kept;
    guint at = find_frame(kept, gap->gap.frame_after);
    for (guint i = at; i < kept->len && gap_at(kept, i)->gap.frame_after == gap->gap.frame_after;
         i++) {
        if (!is_of_counter(gap_at(kept, i), gap))
            continue;
        change(gap_at(kept, i), &gap->gap);
        return;
    }
    if (gap->gap.lost == 0)
        return;
    if (kept->len < list->limit) {
        g_array_insert_vals(kept, at, gap, 1);
        sequence_domain_source_hold(gap->owner);
    } else if (gap->owner->kind == gap->gap.kind) {
        list->dropped++;
    }
}

uint32_t gap_list_longest(const struct gap_list *list, const struct kept_gap *like)
{
    GArray *kept = list->candidates[like->gap.kind].kept;
    uint32_t longest = 0;
    for (guint i = 0; i < kept->len; i++)
        if (!gap_at(kept, i)->hidden && is_of_counter(gap_at(kept, i), like))
            longest = MAX(longest, gap_at(kept, i)->gap.lost);
    return longest;
}

static gint compare_frames(gconstpointer a_pointer, gconstpointer b_pointer)
{
    const struct report_gap *a = a_pointer;
    const struct report_gap *b = b_pointer;
    return (a->frame_after > b->frame_after) - (a->frame_after < b->frame_after);
}

static void append_leading(const struct candidate_gaps *candidate, GArray *gaps)
{
    for (guint i = 0; i < candidate->kept->len; i++) {
        const struct kept_gap *gap = gap_at(candidate->kept, i);
        if (gap->owner->kind == gap->gap.kind && !gap->hidden)
            g_array_append_vals(gaps, &gap->gap, 1);
    }
}

uint64_t gap_list_sum(const struct gap_list *list, GArray *gaps)
{
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
        append_leading(&list->candidates[kind], gaps);
    g_array_sort(gaps, compare_frames);
    uint64_t dropped = list->dropped;
    if (gaps->len > REPORT_GAPS_DEFAULT) {
        dropped += gaps->len - REPORT_GAPS_DEFAULT;
        g_array_set_size(gaps, REPORT_GAPS_DEFAULT);
    }
    return dropped;
}
