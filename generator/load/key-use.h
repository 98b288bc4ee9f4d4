/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Whether a key means something where it stands, beside the other keys: so that none is ignored.
 */
#ifndef GENERATOR_LOAD_KEY_USE_H
#define GENERATOR_LOAD_KEY_USE_H

#include "generator/scenario/keys.h"
#include "generator/scenario/scenario.h"

/**
 * NULL, or what the key lacks to mean something.
 *
 * @param section  the one of its sections that is asked.
 * @param plan     the number of the plan in the section, or EVERY_PLAN: then it has to mean
 *                 something to one of them.
 */
const char *key_unused_reason(const struct key *key, enum section section, int plan,
                              const struct scenario *scenario);

/** The same for an option: it has to mean something to one plan of any section that knows it. */
const char *option_unused_reason(const struct key *key, const struct scenario *scenario);

#endif
