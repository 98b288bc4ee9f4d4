/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-losses.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BURSTS_OF = 16 /* lost frames at least */, CLOSE = 10 /* times as close as on average */ };

static const double chance = 1e-4;

static unsigned bin_of(uint32_t length)
{
    return MIN(length / PATH_LENGTH_BIN, PATH_LENGTH_BINS - 1);
}

void path_losses_add_passed(struct path_losses *losses, uint32_t length)
{
    losses->passed[bin_of(length)]++;
}

void path_losses_add(struct path_losses *losses, uint64_t place)
{
    if (losses->count < PATH_LOSSES_MAX)
        losses->places[losses->count++] = place;
}

void path_losses_remove(struct path_losses *losses, uint64_t place)
{
    for (unsigned i = 0; i < losses->count; i++)
        if (losses->places[i] == place) {
            losses->places[i] = losses->places[--losses->count];
            return;
        }
}

static int compare(const void *a, const void *b)
{
    const uint64_t first = *(const uint64_t *)a;
    const uint64_t second = *(const uint64_t *)b;
    return first < second ? -1 : first > second;
}

unsigned path_losses_burst(const struct path_losses *losses)
{
    uint64_t places[PATH_LOSSES_MAX];
    unsigned close = 0;
    unsigned burst = 1;
    unsigned longest = 1;
    if (losses->count < BURSTS_OF)
        return 0;
    /* Flows are judged one after another, so that frames come here out of order. */
    memcpy(places, losses->places, losses->count * sizeof *places);
    qsort(places, losses->count, sizeof *places, compare);
    const uint64_t span = places[losses->count - 1] - places[0];
    const uint64_t gaps = losses->count - 1;
    for (unsigned i = 1; i < losses->count; i++) {
        bool follows = (places[i] - places[i - 1]) * gaps * CLOSE <= span;
        burst = follows ? burst + 1 : 1;
        longest = MAX(longest, burst);
        close += follows;
    }
    return 2 * close >= gaps ? longest : 0;
}

bool path_losses_are_long(const struct path_losses *losses, uint64_t lost, uint32_t shortest)
{
    uint64_t shorter = 0;
    uint64_t all = 0;
    for (unsigned i = 0; i < PATH_LENGTH_BINS; i++) {
        all += losses->passed[i];
        shorter += i < bin_of(shortest) ? losses->passed[i] : 0;
    }
    if (all == 0 || lost == 0)
        return false;
    return pow(1 - (double)shorter / (double)(all + lost), (double)lost) <= chance;
}
