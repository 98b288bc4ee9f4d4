/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ranges of an interval set: adds, joins and closes them. */
#include "core/visibility/interval-set.h"

#include <glib.h>
#include <string.h>

enum { CAPACITY_FIRST = 4 };

static uint64_t length(struct interval range)
{
    return range.end > range.start ? range.end - range.start : 0;
}

static struct interval overlap(struct interval a, struct interval b)
{
    return (struct interval){MAX(a.start, b.start), MIN(a.end, b.end)};
}

void interval_set_clear(struct interval_set *ranges)
{
    g_free(ranges->below);
    *ranges = (struct interval_set){0};
}

size_t interval_set_memory(const struct interval_set *ranges)
{
    return ranges->capacity * sizeof *ranges->below;
}

static bool grow(struct interval_set *ranges)
{
    if (ranges->capacity == INTERVAL_SET_MAX)
        return false;
    ranges->capacity = ranges->capacity == 0 ? CAPACITY_FIRST : (uint16_t)(2 * ranges->capacity);
    ranges->below = g_renew(struct interval, ranges->below, ranges->capacity);
    return true;
}

static void close_one(struct interval_set *ranges, struct interval range)
{
    ranges->closed += length(range);
    ranges->floor = range.end;
}

static void drop_lowest(struct interval_set *ranges, uint16_t count)
{
    ranges->count = (uint16_t)(ranges->count - count);
    memmove(ranges->below, ranges->below + count, ranges->count * sizeof *ranges->below);
}

static void close_lower_half(struct interval_set *ranges)
{
    uint16_t half = (uint16_t)((ranges->count + 1) / 2);
    for (uint16_t i = 0; i < half; i++)
        close_one(ranges, ranges->below[i]);
    if (half > 0) {
        drop_lowest(ranges, half);
    } else {
        close_one(ranges, ranges->top);
        ranges->top = (struct interval){0, 0};
    }
}

/* Adds a range that begins below the top one, and joins it with those that it meets. */
static void insert(struct interval_set *ranges, struct interval range)
{
    struct interval *below = ranges->below;
    uint16_t first = ranges->count;
    while (first > 0 && below[first - 1].end >= range.start)
        first--;
    uint16_t behind = first;
    for (; behind < ranges->count && below[behind].start <= range.end; behind++) {
        range.start = MIN(range.start, below[behind].start);
        range.end = MAX(range.end, below[behind].end);
    }
    if (range.end >= ranges->top.start) {
        ranges->top = (struct interval){range.start, MAX(range.end, ranges->top.end)};
        ranges->count = first;
        return;
    }
    memmove(below + first + 1, below + behind, (size_t)(ranges->count - behind) * sizeof *below);
    below[first] = range;
    ranges->count = (uint16_t)(ranges->count + 1 - (behind - first));
}

void interval_set_add(struct interval_set *ranges, struct interval range, bool may_grow)
{
    struct interval *top = &ranges->top;
    range.start = MAX(range.start, ranges->floor);
    if (length(range) == 0)
        return;
    if (length(*top) != 0 && range.start >= top->start && range.start <= top->end) {
        top->end = MAX(top->end, range.end);
        return;
    }
    if (length(*top) != 0 && ranges->count == ranges->capacity && !(may_grow && grow(ranges))) {
        close_lower_half(ranges);
        range.start = MAX(range.start, ranges->floor);
        if (length(range) == 0)
            return;
    }
    if (length(*top) == 0) {
        *top = range;
    } else if (range.start > top->end) {
        ranges->below[ranges->count++] = *top;
        *top = range;
    } else {
        insert(ranges, range);
    }
}

void interval_set_start_at(struct interval_set *ranges, uint64_t start)
{
    uint16_t gone = 0;
    while (gone < ranges->count && ranges->below[gone].end <= start)
        gone++;
    if (gone > 0)
        drop_lowest(ranges, gone);
    struct interval *lowest = ranges->count > 0 ? ranges->below : &ranges->top;
    lowest->start = MIN(MAX(lowest->start, start), lowest->end);
    ranges->closed = 0;
    ranges->floor = MAX(ranges->floor, start);
}

/* The closed bytes lie somewhere below the floor: as many as fit count. */
static uint64_t closed_sum(const struct interval_set *ranges, struct interval range)
{
    return MIN(ranges->closed, length(overlap(range, (struct interval){0, ranges->floor})));
}

uint64_t interval_set_sum(const struct interval_set *ranges, struct interval range)
{
    uint64_t sum = closed_sum(ranges, range) + length(overlap(range, ranges->top));
    for (uint16_t i = 0; i < ranges->count; i++)
        sum += length(overlap(range, ranges->below[i]));
    return sum;
}

static void collect(struct interval range, uint64_t shift, GArray *all)
{
    const struct interval shifted = {range.start + shift, range.end + shift};
    if (length(range) > 0)
        g_array_append_val(all, shifted);
}

void interval_set_collect(const struct interval_set *ranges, uint64_t shift, GArray *all)
{
    for (uint16_t i = 0; i < ranges->count; i++)
        collect(ranges->below[i], shift, all);
    collect(ranges->top, shift, all);
}

static bool reaches(struct interval range, uint64_t position)
{
    return position > range.start && position <= range.end;
}

bool interval_set_is_dense(const struct interval_set *ranges)
{
    uint64_t came = length(ranges->top);
    for (uint16_t i = 0; i < ranges->count; i++)
        came += length(ranges->below[i]);
    uint64_t first = ranges->count > 0 ? ranges->below[0].start : ranges->top.start;
    return ranges->closed == 0 && came * 2 >= ranges->top.end - first;
}

/* The first range that ends at the position or behind it; NULL: none does. */
static const struct interval *find_from(const struct interval_set *ranges, uint64_t position)
{
    if (position > ranges->top.end)
        return NULL;
    if (ranges->count == 0 || position > ranges->below[ranges->count - 1].end)
        return &ranges->top;
    uint16_t first = 0;
    uint16_t behind = ranges->count;
    while (first < behind) {
        uint16_t middle = (uint16_t)((first + behind) / 2);
        if (ranges->below[middle].end < position)
            first = (uint16_t)(middle + 1);
        else
            behind = middle;
    }
    return &ranges->below[first];
}

bool interval_set_reaches(const struct interval_set *ranges, uint64_t position)
{
    const struct interval *range = find_from(ranges, position);
    return range != NULL && reaches(*range, position);
}

bool interval_set_surrounds(const struct interval_set *ranges, uint64_t position)
{
    const struct interval *range = find_from(ranges, position);
    if (range == NULL)
        return false;
    if (reaches(*range, position))
        return true;
    if (ranges->count == 0 || range == ranges->below)
        return false;
    const struct interval *before =
        range == &ranges->top ? &ranges->below[ranges->count - 1] : range - 1;
    return (range->start - before->end) * 2 <= ranges->top.end - ranges->below[0].start;
}

static uint64_t missing(struct interval range, const struct interval_set *from, uint64_t shift)
{
    if (length(range) == 0)
        return 0;
    struct interval there = {range.start + shift, range.end + shift};
    return length(range) - interval_set_sum(from, there);
}

uint64_t interval_set_sum_without(const struct interval_set *ranges, struct interval range,
                                  const struct interval_set *without, uint64_t shift)
{
    struct interval below_floor = overlap(range, (struct interval){0, ranges->floor});
    uint64_t sum = MIN(closed_sum(ranges, range), missing(below_floor, without, shift)) +
                   missing(overlap(range, ranges->top), without, shift);
    for (uint16_t i = 0; i < ranges->count; i++)
        sum += missing(overlap(range, ranges->below[i]), without, shift);
    return sum;
}
