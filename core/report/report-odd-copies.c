/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/report-odd-copies.h"

#include <glib.h>

enum { COPIES_AT_FIRST = 16, COPIES_MAX = 1 << 13 };

void odd_copies_begin(struct odd_copies *copies, size_t memory_limit)
{
    *copies = (struct odd_copies){.limit = COPIES_AT_FIRST};
    while (copies->limit < COPIES_MAX && copies->limit * 2 * sizeof *copies->ring <= memory_limit)
        copies->limit *= 2;
}

void odd_copies_clear(struct odd_copies *copies)
{
    g_clear_pointer(&copies->ring, g_free);
}

static struct odd_copy *at(const struct odd_copies *copies, uint32_t index)
{
    return &copies->ring[index & (copies->capacity - 1)];
}

/* Twice the room: what is kept moves to where the larger ring has it. */
static void grow(struct odd_copies *copies)
{
    struct odd_copies larger = *copies;
    larger.capacity = MAX(COPIES_AT_FIRST, copies->capacity * 2);
    larger.ring = g_new(struct odd_copy, larger.capacity);
    for (uint32_t i = copies->count - copies->kept; i != copies->count; i++)
        *at(&larger, i) = *at(copies, i);
    g_free(copies->ring);
    *copies = larger;
}

void odd_copies_add(struct odd_copies *copies, const struct odd_copy *copy)
{
    if (copies->kept == copies->capacity && copies->capacity < copies->limit)
        grow(copies);
    *at(copies, copies->count++) = *copy;
    copies->kept = MIN(copies->kept + 1, copies->capacity);
}

struct odd_copy *odd_copies_find(const struct odd_copies *copies, uint64_t frame, uint32_t number)
{
    uint32_t first = copies->count - copies->kept;
    uint32_t low = 0;
    uint32_t high = copies->kept;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (at(copies, first + middle)->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < copies->kept && at(copies, first + low)->frame == frame; low++)
        if (at(copies, first + low)->number == number)
            return at(copies, first + low);
    return NULL;
}
