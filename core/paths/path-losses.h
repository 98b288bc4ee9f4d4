/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the lost frames of a pair have in common: do they come in bursts, and are they the long
 * ones?
 */
#ifndef CORE_PATHS_PATH_LOSSES_H
#define CORE_PATHS_PATH_LOSSES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PATH_LOSSES_MAX = 512, /* of the first so many it is known where they were */
    PATH_LENGTH_BINS = 256,
    PATH_LENGTH_BIN = 64 /* bytes; longer frames than all bins are in the last */
};

/** All zero to begin with. */
struct path_losses {
    uint64_t places[PATH_LOSSES_MAX]; /* among the copies of the first point */
    unsigned count;
    uint32_t passed[PATH_LENGTH_BINS]; /* frames that were not lost, by length */
};

void path_losses_add_passed(struct path_losses *losses, uint32_t length);
void path_losses_add(struct path_losses *losses, uint64_t place);

/** That frame was not certainly lost. */
void path_losses_remove(struct path_losses *losses, uint64_t place);

/**
 * How many of the lost frames the longest burst has; 0: they do not come in bursts. They do if half
 * of them follow the one before ten times as close as all do on average. Of frames that are lost by
 * chance a tenth does.
 */
unsigned path_losses_burst(const struct path_losses *losses);

/** True if so many frames pass that are shorter than the shortest of @p lost ones that this is no
 * chance: one in 10,000 at most. */
bool path_losses_are_long(const struct path_losses *losses, uint64_t lost, uint32_t shortest);

#endif
