/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Values to try each key of a scenario with, and scenarios to try them in.
 */
#ifndef TESTS_UNIT_GENERATOR_KEY_TRIALS_H
#define TESTS_UNIT_GENERATOR_KEY_TRIALS_H

#include "generator/load/key-parse.h"

/** The beginning of a session that shows what it does: the clock moves, sizes differ. */
#define SESSION "[session a]\n"

/** One of the values, at least, is not what the key is without a word. */
struct key_trial {
    const char *key;
    const char *values; /* with | between them */
    const char *beside; /* a line without which they change nothing; or NULL */
};

extern const struct key_trial key_trials[];
extern const size_t key_trial_count;

/** The line that is tried stands behind its text. */
struct key_context {
    enum section section;
    const char *text;
};

extern const struct key_context key_contexts[];
extern const size_t key_context_count;

#endif
